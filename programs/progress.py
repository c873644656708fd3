"""An application as its own people read it: state, steps, answers, what to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from center import display
from center.errors import RuleViolation
from center.models import User
from programs import links, own_sessions, parts, results, typed, wording
from programs.models import (
    Answer,
    Application,
    ApplicationState,
    Draft,
    Product,
    Program,
    ProgramState,
    QuestionKind,
    SelectionMode,
)
from programs.services import leaving
from programs.services.apply_rules import refuse_unless_editable
from programs.typed import Said

_S = ApplicationState
_STYLES = {
    _S.SUBMITTED: "go",
    _S.SUPPLEMENT: "warn",
    _S.SELECTED: "ok",
    _S.OFFERED: "warn",
    _S.RESERVE: "go",
    _S.COMPLETED: "ok",
    _S.INELIGIBLE: "no",
    _S.NOT_SELECTED: "no",
    _S.NOT_COMPLETED: "no",
}


@dataclass(frozen=True)
class Row:
    """A line of the list."""

    application: Application
    style: str
    note: str


@dataclass(frozen=True)
class Step:
    label: str
    style: str
    at: dt.datetime | None = None


def rows(applications: Iterable[Application]) -> list[Row]:
    return [Row(row, style_of(row), _note(row)) for row in applications]


def style_of(application: Application) -> str:
    return _STYLES.get(ApplicationState(application.state), "")


def _note(application: Application) -> str:
    """The date that matters now."""
    program = application.program
    match application.state:
        case _S.DRAFT:
            return _("To be handed in by %(moment)s") % {"moment": display.end(program.closes_at)}
        case _S.SUPPLEMENT if application.supplement_until:
            until = display.end(application.supplement_until)
            return _("To be answered by %(moment)s") % {"moment": until}
        case _S.OFFERED if application.offered_until:
            until = display.end(application.offered_until)
            return _("Kept for you until %(moment)s") % {"moment": until}
        case _S.RESERVE:
            return _("Number %(n)d on the reserve list") % {"n": application.reserve_number or 0}
        case _S.SUBMITTED if program.results_on:
            day = display.full_day(program.results_on)
            return _("Results on %(day)s") % {"day": day}
    return ""


def page_of(
    application: Application, now: dt.datetime, *, reader: User | None = None
) -> dict[str, Any]:
    """Everything on the page of an application; with ``reader``'s own link to an offer, where
    it is a member who reads it. 4 to 6 queries, as many more for who has a place."""
    program = application.program
    can_write = may_write(application, now)
    is_shut = application.state == _S.DRAFT and not can_write
    return {
        "application": application,
        "program": program,
        "kind": program.the_kind,
        "style": style_of(application),
        "steps": steps(application),
        **_contents(application, is_typed=is_shut),
        "may_write": can_write,
        "is_shut": is_shut,
        "is_late": is_shut and _missed_the_deadline(program, now),
        "unsent": has_unsent_changes(application),
        "may_withdraw": _may_withdraw(application, now),
        "offer_token": _offer_token(application, now, reader),
        "is_first_come": program.selection == SelectionMode.FIRST_COME,
        "period": wording.period(program),
        "own": own_sessions.own_of(application, now),
        "result": results.of_application(application),
        **parts.parts_of(application, reader),
    }


def _offer_token(application: Application, now: dt.datetime, reader: User | None) -> str:
    if reader is None or not application.offer_is_open(now):
        return ""
    return links.token_of_offer(application, reader)


def _may_withdraw(application: Application, now: dt.datetime) -> bool:
    is_over = application.program.state == ProgramState.FINISHED
    if is_over or application.state not in _S.withdrawable:
        return False
    return leaving.begun(application, now) is None


def _missed_the_deadline(program: Program, now: dt.datetime) -> bool:
    """Not what the house called off, or closed before its time."""
    return program.state != ProgramState.CANCELLED and program.closes_at <= now


def _contents(application: Application, *, is_typed: bool) -> dict[str, Any]:
    """Answers and products: as they were handed in, or as they were typed in a draft."""
    if not is_typed:
        return {"answers": answers(application), "products": products(application)}
    kept = typed.kept_of(application)
    return {
        "answers": typed.answers(application, kept),
        "typed_products": typed.products(application, kept),
    }


def may_write(application: Application, now: dt.datetime) -> bool:
    try:
        refuse_unless_editable(application, application.program, now)
    except RuleViolation:
        return False
    return True


def has_unsent_changes(application: Application) -> bool:
    """Something was typed after handing in and has not been handed in itself."""
    if application.state not in _S.undecided:
        return False
    return Draft.objects.filter(application=application).exists()


def steps(application: Application) -> list[Step]:
    """The whole way with the present step; a way that ended early says so."""
    state = ApplicationState(application.state)
    is_first_come = application.program.selection == SelectionMode.FIRST_COME
    labels = [_("Written"), _("Handed in"), _("Place given") if is_first_come else _("Result")]
    labels.append(_("Completed") if application.program.the_kind.has_sessions else _("Taken part"))
    if state in _S.given_up | {_S.INELIGIBLE, _S.NOT_SELECTED, _S.NOT_COMPLETED}:
        at = application.ended_at or application.decided_at
        done = [Step(label, "done") for label in labels[:2]]
        return [*done, Step(str(state.label), "stopped", at)]
    now_at, over = _where(application, state), application.program.ended_at
    ended = (application.ended_at or over) if now_at == _LAST else None
    times = [application.created_at, application.submitted_at, application.decided_at, ended]
    return [
        Step(label, "done" if n < now_at else "now" if n == now_at else "", at)
        for n, (label, at) in enumerate(zip(labels, times, strict=True))
    ]


#: the step that is taken once all of it is over
_LAST = 3


def _where(application: Application, state: ApplicationState) -> int:
    if state == _S.DRAFT:
        return 0
    if state in _S.undecided | {_S.RESERVE, _S.OFFERED}:
        return 1
    is_over = state == _S.SELECTED and application.program.state == ProgramState.FINISHED
    return _LAST if is_over or state == _S.COMPLETED else 2


def answers(application: Application) -> list[Said]:
    """Every question that was answered, in order. 2 queries."""
    said = {row.question_id: row for row in _answered(application)}
    files, found = typed.files_of(application), []
    for question in application.program.questions.all():
        row, kept = said.get(question.pk), files.get(question.pk, [])
        if row or kept:
            found.append(Said(question.display_label, lines_of(row) if row else [], kept))
    return found


def _answered(application: Application) -> Iterable[Answer]:
    return application.answers.select_related("question")


def lines_of(answer: Answer) -> list[str]:
    """An answer as lines of text."""
    value = answer.value
    if isinstance(value, list):
        return [str(part) for part in value]
    if answer.question.kind == QuestionKind.DATE:
        return [display.full_day(dt.date.fromisoformat(value))]
    return str(value).splitlines()


def products(application: Application) -> list[Product]:
    """What was handed in of products, with their photos. 2 queries, or one where there are none."""
    rows = application.products.ready().prefetch_related(typed.photos())
    return list(rows)


@dataclass(frozen=True)
class Past:
    """A step of an application's history."""

    at: dt.datetime
    label: str
    by: str


def history(application: Application) -> list[Past]:
    """Each state it had, the first first; by whom as far as that is known. 2 queries."""
    events = apps.get_model("programs", "ApplicationEvent").objects.filter(
        pgh_obj_id=application.pk
    )
    steps_taken = events.order_by("pgh_created_at", "pgh_id").values_list(
        "pgh_created_at", "state", "pgh_context__metadata__user"
    )
    people = dict(User.objects.filter(pk__in={who for *_, who in steps_taken if who}).in_bulk())
    found: list[Past] = []
    last = None
    for at, state, who in steps_taken:
        if state != last:
            by = people[who].label if who in people else ""
            found.append(Past(at, str(ApplicationState(state).label), by))
        last = state
    return found
