"""Places of a program: given in the order of the commits, offered on when they become free.

Everything here that gives or frees a place runs under the lock of the program's row. The
numbers of the places, unique and within the quota, are the last word.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog
from django.db import DatabaseError
from django.db.models import Count, Exists, F, Max, OuterRef, Q

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Membership
from programs import messages, policies, quotas, refusals
from programs.locking import lock_application, lock_parties, lock_program, placing
from programs.messages import partners
from programs.models import Application, ApplicationState, Program, ProgramState, SelectionMode
from programs.services import facts, standings, steps

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _House:
    """The places of a program as they stand under its lock: to which district each is given,
    how many each district has of its own, and the applications of those supported before,
    with how many places are left to them (None: no cap)."""

    quota: int
    taken: Mapping[int, str]
    own: Mapping[str, int]
    repeats: Collection[int]
    repeats_left: int | None

    @property
    def free(self) -> int | None:
        """The number of the next place; None where all are given."""
        return quotas.smallest_free(set(self.taken), self.quota)

    def has_room_for(self, application: Application) -> bool:
        """Whether neither the district nor the cap of repeated support stands against it."""
        is_capped = self.repeats_left is not None and self.repeats_left <= 0
        if is_capped and application.pk in self.repeats:
            return False
        given = Counter(self.taken.values())
        return quotas.has_room(self.quota, self.own, given, application.district)


def give(application: Application, program: Program, now: dt.datetime) -> None:
    """The smallest free place, else the next of the reserve list; not saved yet.

    Part of handing in, under the program's lock. Raises RuleViolation ``full``.
    """
    house = _house(program, [application])
    if (place := house.free) is not None and house.has_room_for(application):
        steps.select(application, place, now=now)
        return
    line = program.applications.reserve_list()
    if line.count() >= program.reserve:
        raise RuleViolation(refusals.full(program.quota, program.reserve))
    last = line.aggregate(last=Max("reserve_number"))["last"] or 0
    steps.put_in_line(application, last + 1)


def is_full(program: Program) -> bool:
    """Whether nobody gets in any more, seen without a lock: places are only ever given under
    it, so full is full until somebody withdraws. 2 queries; quotas of districts not asked."""
    if program.applications.placed().count() < program.quota:
        return False
    return program.applications.reserve_list().count() >= program.reserve


def fill(program: Program, now: dt.datetime) -> list[Application]:
    """Offer what is free to those in line, the first for whom there is room first.

    Under the program's lock, in the transaction that freed a place. Returns whom it was
    offered. Nothing is offered of a program that is over.
    """
    offered: list[Application] = []
    until = _offer_until(program, now)
    if until is None:
        return offered
    while chosen := _next_in_line(program, now):
        application, place = chosen
        steps.offer(application, place, until=until)
        messages.place_offered(application)
        offered.append(application)
    return offered


def _next_in_line(program: Program, now: dt.datetime) -> tuple[Application, int] | None:
    """The first for whom there is room and whose business may still have it: papers run out,
    suspensions begin and other programs support one while one waits."""
    line = list(program.applications.reserve_list().select_related("merchant", "program"))
    house = _house(program, line)
    if (place := house.free) is None:
        return None
    known = standings.of_applications(program, line, now)
    for waiting in line:
        against = policies.against_a_place(program, known[waiting.pk])
        if house.has_room_for(waiting) and not against:
            return waiting, place
    return None


def _house(program: Program, asking: Sequence[Application]) -> _House:
    """As those see it who ask for a place. 2 queries, one more where repeated support is
    capped, of these and of those who have one: an opening is no time to go through all."""
    given = program.applications.placed().values_list("pk", "place", "district")
    rows = [(pk, place, district) for pk, place, district in given if place is not None]
    limit = quotas.repeat_places(program.quota, program.repeat_percent)
    concerned = [*(pk for pk, _place, _district in rows), *(one.pk for one in asking)]
    repeats = set() if limit is None else facts.repeats_of(program, among=concerned)
    repeats_given = sum(pk in repeats for pk, _place, _district in rows)
    return _House(
        quota=program.quota,
        taken={place: district for _pk, place, district in rows},
        own=dict(program.district_quotas.values_list("district", "places")),
        repeats=repeats,
        repeats_left=None if limit is None else limit - repeats_given,
    )


def _offer_until(program: Program, now: dt.datetime) -> dt.datetime | None:
    """Hours from now, never past the end of the program nor into the last of its sessions;
    None where nothing is offered."""
    if program.state not in ProgramState.running or not _gives_places(program):
        return None
    until = now + dt.timedelta(hours=program.offer_hours)
    last_day = program.runs_until or program.runs_from
    if last_day is not None:
        until = min(until, clock.day_bounds(last_day)[1])
    if (last := _last_session(program)) is not None:
        until = min(until, last)
    return until if until > now else None


def _last_session(program: Program) -> dt.datetime | None:
    """When the last one begins, of a program that consists of sessions and has some."""
    if not program.the_kind.has_sessions:
        return None
    return program.sessions.attended().aggregate(last=Max("starts"))["last"]


def _gives_places(program: Program) -> bool:
    """First come from the opening on; scored and drawn places once the results are known."""
    if program.selection == SelectionMode.FIRST_COME:
        return True
    return program.state == ProgramState.ANNOUNCED


@placing
def accept(*, application: Application, by: User) -> Application:
    """Take the place that was offered. Twice changes nothing.

    Raises RuleViolation ``offer_over`` once its time is up (the place goes on), ``called_off``,
    ``not_offered``, those of ``policies.against_a_place``, or ``acts_no_more`` for somebody who
    has left the business since.
    """
    application, now = _locked_for(application, by), clock.now()
    if application.state in ApplicationState.taking_part:
        return application
    _refuse_unless_offered(application, now)
    refuse_what_stands_against(application, now)
    steps.accept(application, by=by, now=now)
    messages.place_accepted(application)
    return application


def refuse_what_stands_against(application: Application, now: dt.datetime) -> None:
    """Raises RuleViolation with those of ``policies.against_a_place``. 2 or 3 queries."""
    known = standings.of_applications(application.program, [application], now)
    if found := policies.against_a_place(application.program, known[application.pk]):
        raise RuleViolation(*found)


@placing
def decline(*, application: Application, by: User) -> Application:
    """Leave the place to the next in line. Twice changes nothing. Raises as ``accept``."""
    application, now = _locked_for(application, by), clock.now()
    if application.state == ApplicationState.DECLINED:
        return application
    _refuse_unless_offered(application, now)
    steps.decline(application, now=now)
    partners.moved(application, application.program)
    fill(application.program, now)
    return application


def _locked_for(application: Application, person: User) -> Application:
    """Under the locks of its businesses, where members leave, too: a link outlives the right to
    act, and the account."""
    lock_parties(application)
    acting = Membership.objects.acting().filter(user=person, merchant=application.merchant_id)
    if not acting.exists():
        raise RuleViolation(refusals.acts_no_more())
    return lock_application(application.pk)


def _refuse_unless_offered(application: Application, now: dt.datetime) -> None:
    if application.offer_is_open(now):
        return
    if application.program.state == ProgramState.CANCELLED:
        raise RuleViolation(refusals.called_off())
    if application.offered_until is not None:
        raise RuleViolation(refusals.offer_over(application.offered_until))
    raise RuleViolation(refusals.not_offered())


def expire_offers() -> int:
    """Pass on every place whose offer ran out, and whatever else is free for somebody in line;
    returns how many ended. Safe to run twice and side by side."""
    now = clock.now()
    over = Application.objects.filter(state=ApplicationState.OFFERED, offered_until__lte=now)
    over = over.filter(program__state__in=ProgramState.running)  # of the others all were told
    ended, due = 0, set(over.values_list("program_id", flat=True)) | _left_empty(now)
    for program_id in sorted(due):
        try:
            ended += _expire_in(program_id)
        except (RuleViolation, DatabaseError):  # the others go on, this one the next minute
            log.exception("offers_not_passed_on", program=program_id)
    return ended


def _left_empty(now: dt.datetime) -> set[int]:
    """Programs with a place for somebody in line who could not have it when it became free:
    suspensions end, papers are renewed and years begin without anything happening here. Seen
    without a lock; 1 query, and some for each program that has both."""
    running = Program.objects.filter(state__in=ProgramState.running)
    in_line = Exists(Application.objects.reserve_list().filter(program=OuterRef("pk")))
    given = Count("applications", filter=Q(applications__state__in=ApplicationState.placed))
    some_free = running.filter(in_line).alias(given=given).filter(given__lt=F("quota"))
    return {
        program.pk
        for program in some_free
        if _offer_until(program, now) is not None and _next_in_line(program, now) is not None
    }


@placing
def _expire_in(program_id: int) -> int:
    program, now = lock_program(program_id), clock.now()
    over = program.applications.filter(state=ApplicationState.OFFERED, offered_until__lte=now)
    ended = list(over.order_by("place").select_related("merchant", "program"))
    for application in ended:
        steps.decline(application, now=now)
        messages.offer_expired(application)
    fill(program, now)
    return len(ended)


@placing
def fill_now(*, program: Program) -> list[Application]:
    """Offer what a change of the call set free (more places)."""
    return fill(lock_program(program.pk), clock.now())
