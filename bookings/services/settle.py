"""Changing the house's settings together with the bookings that the change would strand.

Every change goes through ``carry_out``: closing, a holiday, other hours, a unit out of
service. The change is made, the bookings that fitted before and do not fit now are looked
for under the locks, and for each of them somebody must have said what becomes of it. If one
is missing, or cannot go where it was sent, nothing of it happens.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bookings import equipment_refusals, house, opening, refusals, stranded
from bookings.house import Span
from bookings.intervals import Interval
from bookings.locking import lock_booking, lock_merchant, lock_resources, reserving
from bookings.models import Booking, Resource, StaffCancelReason, Unit
from bookings.policies import about_the_opening
from bookings.services import change as changing
from bookings.services import units
from bookings.stranded import Misfit
from center import clock
from center.errors import RuleViolation, Violation
from center.models import User

T = TypeVar("T")

#: so many bookings can be settled on one page
MOST = 300


class Act(TextChoices):
    MOVE = "move", _("Move")
    CANCEL = "cancel", _("Cancel")
    KEEP = "keep", _("Keep all the same")


@dataclass(frozen=True)
class Choice:
    """What becomes of one booking; ``span`` is where it moves to."""

    act: Act
    span: Span | None = None


@dataclass(frozen=True)
class HouseChange(Generic[T]):
    """A change of the settings: how it is made, and where to look for stranded bookings.

    ``make`` may run several times, each time in a transaction of which the ones before left
    nothing. ``resource_ids`` None is the whole house; ``after`` runs when all is settled.
    """

    make: Callable[[], T]
    resource_ids: Collection[int] | None = None
    window: Span | None = None
    after: Callable[[T], object] = field(default=lambda made: None)


@dataclass(frozen=True)
class Question:
    """One stranded booking, where it could go, and what was wrong with the choice made."""

    misfit: Misfit
    times: Sequence[Span]
    refused: Sequence[Violation] = ()


class Unsettled(Exception):
    """Raised instead of changing anything: somebody has to choose, for the first time or
    because something has changed since. ``questions`` names every booking concerned."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self.questions = questions
        super().__init__(f"{len(questions)} bookings to settle")


@dataclass(frozen=True)
class Settled(Generic[T]):
    made: T
    moved: int = 0
    cancelled: int = 0
    kept: int = 0


@reserving
def carry_out(
    *,
    change: HouseChange[T],
    choices: Mapping[int, Choice],
    by: User,
    text: str = "",
) -> Settled[T]:
    """Make the change and settle every booking it strands, all or nothing.

    ``choices`` by booking id; ``text`` goes to those whose booking is cancelled. Raises
    Unsettled, with nothing done, where a choice is missing or cannot be carried out, and
    RuleViolation ``too_many_stranded``.
    """
    _lock(change, choices)
    before = stranded.misfits(change.resource_ids, change.window)
    made = change.make()
    after = stranded.misfits(change.resource_ids, change.window)
    found = [misfit for pk, misfit in after.items() if pk not in before]
    if len(found) > MOST:
        raise RuleViolation(refusals.too_many_stranded(MOST))
    if any(misfit.booking.pk not in choices for misfit in found):
        raise _unsettled(found, {})
    refused = _settle(found, choices, by, text)
    if refused:
        raise _unsettled(found, refused)
    change.after(made)
    return Settled(made, **_counted(found, choices))


def _lock(change: HouseChange[T], choices: Mapping[int, Choice]) -> None:
    """In the one order: businesses, resources, bookings. A booking that nobody chose about is
    not touched, so the businesses of the chosen ones are enough."""
    chosen = Booking.objects.filter(pk__in=choices)
    merchants = chosen.exclude(merchant=None).values_list("merchant_id", flat=True)
    for merchant_id in sorted(set(merchants)):
        lock_merchant(merchant_id)
    everything = change.resource_ids is None
    named = Resource.objects.values_list("pk", flat=True) if everything else change.resource_ids
    taken = Unit.objects.filter(allocations__booking__in=choices)
    lock_resources({*(named or ()), *taken.values_list("resource_id", flat=True)})
    for booking_id in sorted(chosen.values_list("pk", flat=True)):
        lock_booking(booking_id)


def _settle(
    found: Sequence[Misfit], choices: Mapping[int, Choice], by: User, text: str
) -> dict[int, Sequence[Violation]]:
    """Carry out each choice, cancelling first to make room; what was refused, by booking."""
    refused: dict[int, Sequence[Violation]] = {}
    in_order = sorted(found, key=lambda misfit: choices[misfit.booking.pk].act != Act.CANCEL)
    for misfit in in_order:
        try:
            _settle_one(misfit, choices[misfit.booking.pk], by, text)
        except RuleViolation as refusal:
            refused[misfit.booking.pk] = refusal.violations
    return refused


def _settle_one(misfit: Misfit, choice: Choice, by: User, text: str) -> None:
    booking = misfit.booking
    if choice.act == Act.CANCEL:
        reason = StaffCancelReason.HOUSE_CLOSED
        changing.cancel(booking=booking, reason=reason, text=text, by_staff=True, by=by)
    elif choice.act == Act.MOVE and choice.span is not None:
        _refuse_unless_open(booking, choice.span)
        if choice.span == (booking.starts, booking.ends):
            _reseat(misfit, by)
        else:
            _move(booking, choice.span, by)


def _refuse_unless_open(booking: Booking, span: Span) -> None:
    """Limits and notice are set aside for a move that the house causes; being open is not."""
    day = clock.day_of(span.start)
    calendar = opening.calendars(house.current(), [booking.resource], day, day)
    if found := about_the_opening(span, day, calendar[booking.resource_id]):
        raise RuleViolation(*found)


def _reseat(misfit: Misfit, by: User) -> None:
    """Other units at the same time for those that can no longer be used."""
    booking, span = misfit.booking, Interval(*misfit.booking.blocked)
    for unit in misfit.unusable:
        is_space = unit.resource_id == booking.resource_id
        people = booking.headcount if is_space else 1
        seats = unit.resource.capacity
        other = units.free_unit(unit.resource_id, span, people=people, capacity=seats)
        if other is None:
            name = unit.resource.display_name
            refusal = (
                refusals.slot_taken() if is_space else equipment_refusals.equipment_taken([name])
            )
            raise RuleViolation(refusal)
        _move(booking, Interval(booking.starts, booking.ends), by, to_unit=other)


def _move(booking: Booking, span: Span, by: User, to_unit: Unit | None = None) -> None:
    changing.move(
        booking=booking,
        starts=span.start,
        ends=span.end,
        by_staff=True,
        by=by,
        to_unit=to_unit,
        override=str(StaffCancelReason.HOUSE_CLOSED.label),
    )


def _unsettled(found: Sequence[Misfit], refused: Mapping[int, Sequence[Violation]]) -> Unsettled:
    """With times that are free as things stand inside this transaction, before it is undone."""
    times = stranded.proposals(found)
    return Unsettled(
        [Question(it, times[it.booking.pk], refused.get(it.booking.pk, ())) for it in found]
    )


def _counted(found: Sequence[Misfit], choices: Mapping[int, Choice]) -> dict[str, int]:
    acts = [choices[misfit.booking.pk].act for misfit in found]
    return {
        "moved": acts.count(Act.MOVE),
        "cancelled": acts.count(Act.CANCEL),
        "kept": acts.count(Act.KEEP),
    }
