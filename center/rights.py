"""Requests about one's own data and their answers, with the ten-day clock of PIPA §35–37.

What follows an answer, apps above register with ``on_answer``.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import ANSWER_DAYS, RightsRequest, User

#: of one person: so many wait for an answer at once, so many come on one Korean day; enough for
#: each kind and for mistakes, and few enough that those of others are answered within ten days
OPEN_AT_ONCE, IN_A_DAY = 5, 10

_followers: dict[str, Callable[[RightsRequest], None]] = {}


def on_answer(name: str, act: Callable[[RightsRequest], None]) -> None:
    """Add what an app does once a request is answered; runs in the same transaction."""
    _followers[name] = act


@transaction.atomic
def ask(*, user: User, kind: RightsRequest.Kind, text: str) -> RightsRequest:
    """Receive a request; the day it comes in does not count, the tenth after it is the last.

    Raises RuleViolation ``too_many_open`` or ``too_many_today``.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    received = clock.now()
    earlier = RightsRequest.objects.filter(user=user)
    if earlier.open().count() >= OPEN_AT_ONCE:
        raise RuleViolation(_too_many_open())
    since = clock.at(clock.day_of(received))
    if earlier.filter(received_at__gte=since).count() >= IN_A_DAY:
        raise RuleViolation(_too_many_today())
    return RightsRequest.objects.create(
        user=user,
        kind=kind,
        text=text,
        received_at=received,
        due_on=clock.day_of(received) + ANSWER_DAYS * clock.DAY,
    )


@transaction.atomic
def answer(
    *, request: RightsRequest, by: User, outcome: RightsRequest.Outcome, text: str
) -> RightsRequest:
    """Answer once. A refusal says why and how to object; nobody answers his own request."""
    if not text.strip():
        raise RuleViolation(_answer_missing())
    if request.user_id == by.pk:
        raise RuleViolation(_own_request())
    answered = RightsRequest.objects.open().filter(pk=request.pk)
    values = {"outcome": outcome, "answer": text.strip(), "answered_by": by}
    if not answered.update(**values, answered_at=clock.now()):
        raise RuleViolation(_answered_already())
    request.refresh_from_db()
    for act in _followers.values():
        act(request)
    return request


def _too_many_open() -> Violation:
    return Violation(
        "too_many_open",
        _("%(count)d of your requests are being looked at, as many as can be at once.")
        % {"count": OPEN_AT_ONCE},
        _("Please send this one once one of them has its answer."),
    )


def _too_many_today() -> Violation:
    return Violation(
        "too_many_today",
        _("You have sent %(count)d requests today, as many as a day takes.") % {"count": IN_A_DAY},
        _("Please send this one tomorrow."),
    )


def _answer_missing() -> Violation:
    return Violation(
        "answer_missing",
        _("The person needs an answer in words."),
        _("If you refuse, say why and how to object."),
        field="answer",
    )


def _own_request() -> Violation:
    return Violation(
        "own_request",
        _("This is your own request."),
        _("Somebody else on the staff answers it."),
        field="answer",
    )


def _answered_already() -> Violation:
    return Violation(
        "answered_already",
        _("Somebody has answered this request meanwhile."),
        _("Their answer is shown on this page."),
        field="answer",
    )
