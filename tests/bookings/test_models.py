"""What the database refuses, whoever writes."""

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction

from bookings.intervals import Interval
from bookings.models import Allocation, Booking, BookingState
from bookings.services import change
from bookings.services.units import as_range
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(at_now, studio, merchant):
    return confirm(hold(studio, merchant))


def check_now(_done=None):
    """Run the checks that wait for the end of the transaction, after what was just done."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_allocation_when_overlapping_by_a_second_then_refused(booking):
    unit = booking.allocations.get().unit
    late = as_range(Interval(kst(27, 12, 14), kst(27, 13)))
    with pytest.raises(IntegrityError, match="allocation_no_overlap"), transaction.atomic():
        Allocation.objects.create(unit=unit, during=late, booking=booking)
    touching = as_range(Interval(kst(27, 12, 15), kst(27, 13)))
    assert Allocation.objects.create(unit=unit, during=touching, booking=booking).pk


def test_allocation_when_without_or_with_two_owners_then_refused(booking):
    unit = booking.allocations.get().unit
    span = as_range(Interval(kst(28, 9), kst(28, 10)))
    with pytest.raises(IntegrityError, match="allocation_by_one_owner"), transaction.atomic():
        Allocation.objects.create(unit=unit, during=span)


def test_booking_when_live_without_allocation_then_refused_at_commit(booking):
    with pytest.raises(DatabaseError, match="state and allocations differ"), transaction.atomic():
        check_now(Allocation.objects.filter(booking=booking).delete())


def test_booking_when_cancelled_with_allocation_then_refused_at_commit(booking):
    gone = {"state": "cancelled", "reason_code": "other"}
    with pytest.raises(DatabaseError, match="state and allocations differ"), transaction.atomic():
        check_now(Booking.objects.filter(pk=booking.pk).update(**gone))


@pytest.mark.parametrize("state", [BookingState.HELD, BookingState.COMPLETED, BookingState.EXPIRED])
def test_booking_when_state_jumps_then_refused(booking, state):
    with pytest.raises(DatabaseError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(state=state)


def test_booking_when_deleted_then_refused(booking):
    with pytest.raises(DatabaseError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk)._raw_delete("default")


def test_booking_when_end_before_start_then_refused(booking):
    with pytest.raises(IntegrityError, match="ends_after_start"), transaction.atomic():
        Booking.objects.filter(pk=booking.pk).update(ends=booking.starts)


def test_booking_when_requested_without_a_promise_then_refused(at_now, house, studio, merchant):
    factories.policy(needs_approval=True)
    asked = confirm(hold(studio, merchant))
    with pytest.raises(IntegrityError, match="request_has_a_promise"), transaction.atomic():
        Booking.objects.filter(pk=asked.pk).update(decide_until=None)


def test_history_when_changed_then_appended_and_never_rewritten(booking):
    change.cancel(booking=booking)
    events = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj_id=booking.pk)
    assert list(events.order_by("pgh_id").values_list("state", flat=True)) == [
        "held",
        "confirmed",
        "cancelled",
    ]
    for statement in ("UPDATE {} SET state = 'held'", "DELETE FROM {}"):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement.format("bookings_bookingevent"))


def test_history_when_changed_through_a_page_then_names_actor_and_address(
    at_now, owner_client, owner, studio, merchant
):
    booking = confirm(hold(studio, merchant))
    owner_client.post(f"/bookings/{booking.reference}/cancel/", {"reason": "health"})
    events = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj_id=booking.pk)
    context = events.latest("pgh_id").pgh_context.metadata
    assert context["user"] == owner.pk
    assert context["address"] == "127.0.0.1"
    assert context["url"] == f"/bookings/{booking.reference}/cancel/"
