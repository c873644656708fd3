"""Who has completed the program: judged when its last session is over, and again whenever
what was noted is corrected.

Nobody else sets ``completed`` and ``not_completed`` for kinds of programs that consist of
sessions (``Kind.has_sessions``). Of the others, which end with a broadcast or a season, a
briefing alone says nothing.

Of a joint application each business is judged by its own hours and gets its own paper; the
state of the application is that of its lead.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import attend_refusals as refusals
from programs import completion, messages, rolls
from programs.completion import Standing
from programs.kinds import KINDS, Paper
from programs.locking import lock_program
from programs.models import Application, ApplicationState, PaperKind, Program, ProgramState, Session
from programs.parties import Party, parties_of
from programs.services import certify

log = structlog.get_logger(__name__)


@dataclass
class Closed:
    """How a round ended: how many of those who took part completed it, and how many did not."""

    completed: int = 0
    not_completed: int = 0


@transaction.atomic
def close_round(*, program: Program, by: User | None = None) -> Closed:
    """Judge everybody who takes part, now that the last session is over; papers are issued
    and everybody is told. Twice changes nothing; after a correction or another session it
    judges anew. ``by`` is None for the clock.

    Raises RuleViolation ``nothing_held`` or ``round_not_over``.
    """
    program, now = lock_program(program.pk), clock.now()
    over = rolls.last_end(program)
    if over is None or not program.the_kind.has_sessions:
        raise RuleViolation(refusals.nothing_held())
    if over > now:
        raise RuleViolation(refusals.round_not_over(over))
    rows = Application.objects.select_for_update(no_key=True, of=("self",))
    taking = rows.taking_part().filter(program=program).order_by("pk")
    parties = parties_of(taking.select_related("merchant", "program"))
    parts, closed = rolls.parts_of_many(parties, now), Closed()
    for party in parties:
        if _judge(party, completion.standing(parts[party.key]), by=by):
            closed.completed += 1
        else:
            closed.not_completed += 1
    return closed


@transaction.atomic
def judge_again(*, application: Application, by: User | None) -> None:
    """What had been judged is judged anew after a correction; else nothing. The row is locked
    by the caller."""
    if application.state in ApplicationState.judged and application.program.the_kind.has_sessions:
        parties = parties_of([application])
        parts = rolls.parts_of_many(parties, clock.now())
        for party in parties:
            _judge(party, completion.standing(parts[party.key]), by=by)


def _judge(party: Party, stands: Standing, *, by: User | None) -> bool:
    """Issue or void the paper of a business and tell it; whether it has completed. The lead's
    standing is the state of the application; its partners are judged by their own hours."""
    application = party.application
    done = completion.is_completed(stands, application.program.completion_percent)
    is_new = party.co_applicant is not None or _set_state(application, stands, done=done)
    if done:
        _give_paper(party, stands, by)
    elif is_new:
        _not_completed(party, _why(application, stands), by)
    return done


def _set_state(application: Application, stands: Standing, *, done: bool) -> bool:
    """Whether that changed it. A correction does not move it into another month."""
    state = ApplicationState.COMPLETED if done else ApplicationState.NOT_COMPLETED
    if application.state == state:
        return False
    application.state, application.reason = state, "" if done else _why(application, stands)
    application.ended_at = application.ended_at or clock.now()
    application.revision += 1
    application.save(update_fields=["state", "reason", "ended_at", "revision"])
    return True


def _why(application: Application, stands: Standing) -> str:
    """The reason as the business reads it, in the language of the house."""
    with translation.override("ko"):
        return _(
            "%(percent)d %% of the hours attended; completed from %(needed)d %% of the hours on."
        ) % {"percent": stands.percent, "needed": application.program.completion_percent}


def _not_completed(party: Party, why: str, by: User | None) -> None:
    """A partner, whose standing is no state of its own, is told again once a paper was given
    and taken back since."""
    papers = certify.papers_of(party).filter(kind=PaperKind.COMPLETION)
    for has in papers.filter(voided_at=None):
        certify.void_as_judged(certificate=has, reason=_corrected(), by=by)
    key = papers.count() if party.co_applicant else party.application.revision
    messages.sessions.not_completed(party, reason=why, key=f"{key}")


def _give_paper(party: Party, stands: Standing, by: User | None) -> None:
    """A paper with other hours on it than were attended is void, and a new one is made."""
    application = party.application
    paper = application.program.the_kind.paper
    if paper == Paper.NONE:
        return
    kind, hours = PaperKind(paper), (stands.held, stands.attended)
    for has in certify.papers_of(party).filter(kind=kind, voided_at=None):
        if (has.minutes, has.attended) != hours:
            certify.void_as_judged(certificate=has, reason=_corrected(), by=by)
    certify.issue_as_judged(application=application, kind=kind, co_applicant=party.co_applicant)


def _corrected() -> str:
    with translation.override("ko"):
        return _("The attendance has been corrected.")


def rounds_to_close(now: dt.datetime) -> QuerySet[Program]:
    """Programs whose last session was over ``ATTENDANCE_CLOSE_HOURS`` ago, and which have
    somebody not judged yet: staff have had the time to note who was there."""
    before = now - dt.timedelta(hours=settings.ATTENDANCE_CLOSE_HOURS)
    sessions = Session.objects.attended().filter(program=OuterRef("pk"))
    waiting = Application.objects.filter(program=OuterRef("pk"), state=ApplicationState.SELECTED)
    by_sessions = [kind.key for kind in KINDS.values() if kind.has_sessions]
    return Program.objects.filter(
        Exists(sessions), ~Exists(sessions.filter(ends__gt=before)), Exists(waiting)
    ).filter(kind__in=by_sessions, state__in=ProgramState.running | {ProgramState.FINISHED})


def close_rounds(*, now: dt.datetime) -> int:
    """Close every round that is over; how many. Each in a transaction of its own."""
    closed = 0
    for program in rounds_to_close(now):
        try:
            close_round(program=program)
            closed += 1
        except RuleViolation:  # another session was planned since; nothing to do
            continue
        except DatabaseError:  # the others are closed nevertheless, this one the next time
            log.exception("round_not_closed", program=program.pk)
    return closed
