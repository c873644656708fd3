import datetime as dt

import pytest

from bookings.models import BookingState
from bookings.services.expire import expire_ended_holds
from bookings.tasks import expire_holds
from tests import factories
from tests.bookings.test_reserve import confirm, hold

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("seconds", "ended"), [(-1, 0), (0, 1), (1, 1)])
def test_expire_when_time_is_up_then_to_the_second(at_now, studio, merchant, seconds, ended):
    booking = hold(studio, merchant)
    assert expire_ended_holds(now=booking.held_until + dt.timedelta(seconds=seconds)) == ended
    booking.refresh_from_db()
    assert (booking.state == BookingState.EXPIRED) is bool(ended)
    assert booking.allocations.exists() is not bool(ended)


def test_expire_holds_when_run_twice_then_the_second_finds_nothing(at_now, house):
    space = factories.studio(2)
    kept = confirm(hold(space, factories.merchant()))
    booking = hold(space, factories.merchant())
    at_now.move_to(booking.held_until)
    assert [expire_holds(), expire_holds()] == [1, 0]
    kept.refresh_from_db()
    assert kept.state == BookingState.CONFIRMED
