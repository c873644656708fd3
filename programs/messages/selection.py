"""What a selection tells: results to applicants with their reason, and evaluators their work."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from center.models import User
from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue
from merchants.models import Membership
from programs import grounds
from programs.models import Application, Program, Result, Verdict

_FACTS: dict[str, Value] = {
    "business": "달구벌 수제청",
    "program": "12월 라이브커머스",
    "number": "PB7K2-9QXM",
}
_TASK: dict[str, Value] = {"program": "12월 라이브커머스", "n": 12}

SELECTED = register(Kind("programs.selected", name=_("Selected for a program"), example=_FACTS))
RESERVED = register(
    Kind(
        "programs.reserved",
        name=_("On the reserve list of a program"),
        example={**_FACTS, "place": 3},
    )
)
NOT_SELECTED = register(
    Kind(
        "programs.not_selected",
        name=_("Not selected for a program"),
        example={**_FACTS, "reason": "선정 인원과 예비 인원이 앞 순위에서 모두 찼습니다."},
    )
)
ASSIGNED = register(
    Kind("programs.evaluator_assigned", name=_("Applications to score"), example=_TASK)
)
REMINDER = register(
    Kind("programs.evaluator_reminder", name=_("Score sheets still open"), example=_TASK)
)
_OF_VERDICT = {
    Verdict.SELECTED: SELECTED,
    Verdict.RESERVE: RESERVED,
    Verdict.NOT_SELECTED: NOT_SELECTED,
}


def people_of(application: Application) -> list[User]:
    """The owner of its business, and the member who applied. 1 query."""
    told = Q(role=Membership.Role.OWNER) | Q(user=application.applied_by_id)
    members = Membership.objects.filter(told, merchant=application.merchant_id)
    return [member.user for member in members.select_related("user").order_by("pk")]


def result(row: Result) -> None:
    """What came of an application, once whatever happens."""
    kind = _OF_VERDICT[Verdict(row.verdict)]
    program = row.announcement.program
    for person in people_of(row.application):
        with translation.override(person.language):
            context = _facts(row.application, program)
            if kind is RESERVED:
                context["place"] = row.number or 0
            if kind is NOT_SELECTED:
                context["reason"] = grounds.sentence(
                    row.ground, threshold=grounds.printed_threshold(program)
                )
        _tell(row.application, kind, person, context, f"{row.pk}")


def assigned(program: Program, evaluator: User, n: int, *, key: int) -> None:
    """``key``: the newest of the assignments it tells of."""
    _tell_evaluator(program, ASSIGNED, evaluator, n, f"{key}")


def remind_evaluator(program: Program, evaluator: User, n: int, day: dt.date) -> None:
    """Once a day, however often staff ask for it."""
    _tell_evaluator(program, REMINDER, evaluator, n, f"{program.pk}:{day}")


def _facts(application: Application, program: Program) -> dict[str, Value]:
    return {
        "business": application.merchant.name,
        "program": program.display_title,
        "number": application.receipt,
    }


def _tell(
    application: Application, kind: Kind, person: User, context: dict[str, Value], key: str
) -> None:
    queue(
        kind=kind,
        recipient=person,
        context=context,
        link=application.get_absolute_url(),
        dedupe_key=f"{kind.key}:{application.pk}:{key}:{person.pk}",
    )


def _tell_evaluator(program: Program, kind: Kind, evaluator: User, n: int, key: str) -> None:
    with translation.override(evaluator.language):
        title = program.display_title
    queue(
        kind=kind,
        recipient=evaluator,
        context={"program": title, "n": n},
        link=reverse("evaluation_program", args=[program.slug]),
        dedupe_key=f"{kind.key}:{key}:{evaluator.pk}",
    )
