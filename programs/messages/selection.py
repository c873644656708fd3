"""What a selection tells: results to applicants with their reason, and evaluators their work."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from center.models import User
from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue
from programs import grounds
from programs.messages import partners
from programs.messages.applications import FACTS
from programs.messages.people import people_of
from programs.models import Program, Result, Verdict

_TASK: dict[str, Value] = {"program": FACTS["program"], "n": 12}

SELECTED = register(
    Kind("programs.selected", name=_("Selected for a program"), example=FACTS, mass=True)
)
RESERVED = register(
    Kind(
        "programs.reserved",
        name=_("On the reserve list of a program"),
        example={**FACTS, "place": 3},
        mass=True,
    )
)
NOT_SELECTED = register(
    Kind(
        "programs.not_selected",
        name=_("Not selected for a program"),
        example={**FACTS, "reason": "선정 인원과 예비 인원이 앞 순위에서 모두 찼습니다."},
        mass=True,
    )
)
ASSIGNED = register(
    Kind("programs.evaluator_assigned", name=_("Applications to score"), example=_TASK)
)
REMINDER = register(
    Kind("programs.evaluator_reminder", name=_("Score sheets still open"), example=_TASK, mass=True)
)
_OF_VERDICT = {
    Verdict.SELECTED: SELECTED,
    Verdict.RESERVE: RESERVED,
    Verdict.NOT_SELECTED: NOT_SELECTED,
}


def result(row: Result) -> None:
    """What came of an application, in the language of each of its people and of the
    partners of a joint one; once whatever happens."""
    kind, application = _OF_VERDICT[Verdict(row.verdict)], row.application
    for person in people_of(application):
        with translation.override(person.language):
            context = _context(row)
        queue(
            kind=kind,
            recipient=person,
            context=context,
            link=application.get_absolute_url(),
            dedupe_key=f"{kind.key}:{application.pk}:{row.pk}:{person.pk}",
        )
    partners.moved(application, row.announcement.program)


def _context(row: Result) -> dict[str, Value]:
    program = row.announcement.program
    context: dict[str, Value] = {
        "program": program.display_title,
        "business": row.application.merchant.name,
        "receipt": row.application.receipt,
    }
    if row.verdict == Verdict.RESERVE:
        context["place"] = row.number or 0
    if row.verdict == Verdict.NOT_SELECTED:
        threshold = grounds.printed_threshold(program)
        context["reason"] = grounds.sentence(row.ground, threshold=threshold)
    return context


def assigned(program: Program, evaluator: User, n: int, *, key: int) -> None:
    """``key``: the newest of the assignments it tells of."""
    _tell_evaluator(program, ASSIGNED, evaluator, n, f"{key}")


def remind_evaluator(program: Program, evaluator: User, n: int, day: dt.date) -> None:
    """Once a day, however often staff ask for it."""
    _tell_evaluator(program, REMINDER, evaluator, n, f"{program.pk}:{day}")


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
