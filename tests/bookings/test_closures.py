import pytest

from bookings import availability
from bookings.models import Allocation, Closure, ClosureKind, Unit
from bookings.services import change, closures
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db


def closure(**fields):
    values = {
        "kind": ClosureKind.MAINTENANCE,
        "starts": kst(27, 9),
        "ends": kst(27, 18),
        "reason": "점검",
        **fields,
    }
    return Closure(**values)


def test_close_when_house_then_every_unit_is_blocked_and_nobody_books(at_now, house, merchant):
    space = factories.studio(2)
    factories.studio(1)
    closures.close(closure=closure())
    assert Allocation.objects.count() == 3
    with pytest.raises(RuleViolation) as refusal:
        hold(space, merchant)
    assert refusal.value.codes == ("closed",)
    assert "점검" in refusal.value.violations[0].message


def test_close_when_bookings_are_kept_then_their_time_is_left_out(at_now, studio, merchant):
    confirm(hold(studio, merchant))
    made = closures.close(closure=closure(resource=studio))
    spans = [(a.during.lower, a.during.upper) for a in made.allocations.order_by("during")]
    assert spans == [(kst(27, 9), kst(27, 10)), (kst(27, 12, 15), kst(27, 18))]


def test_reopen_when_to_come_then_gone_under_way_then_ends_now(at_now, studio):
    made = closures.close(closure=closure(resource=studio))
    closures.reopen(closure=made)
    assert not Closure.objects.exists()
    made = closures.close(closure=closure(resource=studio))
    at_now.move_to(kst(27, 11))
    closures.reopen(closure=made)
    made.refresh_from_db()
    assert made.ends == kst(27, 11)
    assert made.allocations.get().during.upper == kst(27, 11)


def test_reopen_when_past_then_kept_for_the_reports(at_now, studio):
    made = closures.close(closure=closure(resource=studio))
    at_now.move_to(kst(30, 9))
    closures.reopen(closure=made)
    made.refresh_from_db()
    assert (made.ends, made.allocations.count()) == (kst(27, 18), 1)


def test_add_unit_when_a_closure_is_on_then_the_new_unit_is_blocked_too(at_now, studio):
    closures.close(closure=closure())
    unit = closures.add_unit(unit=Unit(resource=studio, name="new"))
    assert unit.allocations.count() == 1


def test_close_when_the_kept_booking_goes_later_then_the_unit_stays_closed(
    at_now, studio, merchant
):
    booking = confirm(hold(studio, merchant))
    closures.close(closure=closure(unit=studio.units.get()))
    change.cancel(booking=booking)
    with pytest.raises(RuleViolation, match="slot_taken"):
        hold(studio, merchant)
    assert availability.free_slots(studio, kst(27).date(), 1) == []


def test_close_when_only_a_hold_that_ran_out_is_in_the_way_then_closed_whole(
    at_now, studio, merchant
):
    held = hold(studio, merchant)
    at_now.move_to(held.held_until)
    made = closures.close(closure=closure(resource=studio))
    assert made.allocations.count() == 1
