"""Tablets at doors: enrolling, revoking, silence, and what is believed of it."""

import datetime as dt

import pytest

from bookings.models import BookingState, DoorDevice, NoShow
from bookings.services import attendance, doors
from bookings.tasks import follow_attendance
from center import clock
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def enrolled(resource=None, name="현관") -> tuple[DoorDevice, str]:
    device = DoorDevice.objects.create(name=name, resource=resource)
    return doors.enrol(code=doors.issue_code(device=device))


def test_enrol_when_code_is_typed_forgivingly_then_known_by_its_token(at_now):
    device = DoorDevice.objects.create(name="현관")
    code = doors.issue_code(device=device)
    done, token = doors.enrol(code=code.lower().replace("-", " "))
    assert done == device
    assert doors.device_of(device.pk, token) == device
    assert doors.device_of(device.pk, token + "x") is None
    assert doors.device_of(device.pk + 1, token) is None
    stored = DoorDevice.objects.filter(pk=device.pk).values_list().get()
    assert token not in map(str, stored)
    assert code not in map(str, stored)


@pytest.mark.parametrize(("after", "works"), [(-SECOND, True), (0 * SECOND, False)])
def test_enrol_when_fifteen_minutes_are_over_then_refused(at_now, after, works):
    code = doors.issue_code(device=DoorDevice.objects.create(name="현관"))
    at_now.move_to(clock.now() + 15 * MINUTE + after)
    if works:
        assert doors.enrol(code=code)
    else:
        with pytest.raises(RuleViolation, match="code_unknown"):
            doors.enrol(code=code)


def test_enrol_when_code_was_used_or_is_wrong_then_refused(at_now):
    device = DoorDevice.objects.create(name="현관")
    code = doors.issue_code(device=device)
    doors.enrol(code=code)
    for wrong in (code, "2222-2222", "", "한글"):
        with pytest.raises(RuleViolation, match="code_unknown"):
            doors.enrol(code=wrong)


def test_enrol_when_done_anew_then_the_tablet_before_is_out(at_now):
    device, before = enrolled()
    _device, after = doors.enrol(code=doors.issue_code(device=device))
    assert doors.device_of(device.pk, before) is None
    assert doors.device_of(device.pk, after) == device


def test_revoke_when_done_then_token_and_code_are_worthless_for_good(at_now):
    device, token = enrolled()
    code = doors.issue_code(device=device)
    operator = factories.staff()
    done = doors.revoke(device=device, by=operator)
    assert (done.revoked_by, doors.device_of(device.pk, token)) == (operator, None)
    with pytest.raises(RuleViolation, match="code_unknown"):
        doors.enrol(code=code)
    with pytest.raises(RuleViolation, match="door_revoked"):
        doors.issue_code(device=device)
    assert doors.revoke(device=device, by=factories.staff()).revoked_by == operator


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10 to 12; entry until 10:10."""
    return confirm(hold(studio, merchant))


@pytest.fixture
def cut_off(at_now, booking) -> DoorDevice:
    """A tablet last heard of at 9:45."""
    device, _token = enrolled(booking.resource)
    at_now.move_to(kst(27, 9, 45))
    return doors.hear(device=device)


def test_worker_when_the_tablet_is_cut_off_then_waits_until_it_is_back(at_now, booking, cut_off):
    at_now.move_to(kst(27, 10, 40))
    follow_attendance()
    assert not NoShow.objects.exists()
    device = doors.hear(device=cut_off)  # back; it tells now
    follow_attendance()
    assert not NoShow.objects.exists()
    came = doors.arrival(device, 35 * MINUTE)
    assert came == kst(27, 10, 5)
    attendance.check_in(booking=booking, by=None, device=device, arrived_at=came)
    booking.refresh_from_db()
    assert (booking.state, booking.checked_in_at) == (BookingState.CHECKED_IN, kst(27, 10, 5))


def test_worker_when_the_tablet_is_back_and_tells_nothing_then_marks(at_now, booking, cut_off):
    at_now.move_to(kst(27, 10, 40))
    doors.hear(device=cut_off)
    at_now.move_to(kst(27, 10, 41) + 30 * SECOND)
    follow_attendance()
    assert not NoShow.objects.exists()
    at_now.move_to(kst(27, 10, 41) + 31 * SECOND)
    follow_attendance()
    assert NoShow.objects.get().booking == booking


def test_worker_when_the_tablet_never_comes_back_then_marks_at_the_end(at_now, booking, cut_off):
    at_now.move_to(kst(27, 12) - SECOND)
    follow_attendance()
    assert not NoShow.objects.exists()
    at_now.move_to(kst(27, 12))
    follow_attendance()
    assert NoShow.objects.get().booking == booking


@pytest.mark.parametrize(
    ("heard", "resource"), [(kst(27, 8, 9), "own"), (kst(27, 10, 10), "own"), (kst(27, 9), "other")]
)
def test_worker_when_no_tablet_can_know_then_marks_in_time(at_now, booking, heard, resource):
    space = booking.resource if resource == "own" else factories.studio()
    device, _token = enrolled(space)
    at_now.move_to(heard)
    doors.hear(device=device)
    at_now.move_to(kst(27, 10, 11))
    follow_attendance()
    assert NoShow.objects.get().booking == booking


def test_worker_when_the_tablet_was_revoked_then_it_is_not_waited_for(at_now, booking, cut_off):
    doors.revoke(device=cut_off, by=factories.staff())
    at_now.move_to(kst(27, 10, 11))
    follow_attendance()
    assert NoShow.objects.exists()


@pytest.mark.parametrize(
    ("waited", "came"),
    [
        (60 * MINUTE, None),  # before it fell silent
        (55 * MINUTE, kst(27, 9, 45)),
        (35 * MINUTE, kst(27, 10, 5)),
        (-1 * MINUTE, None),
    ],
)
def test_arrival_when_told_later_then_only_of_the_silence(at_now, cut_off, waited, came):
    at_now.move_to(kst(27, 10, 40))
    assert doors.arrival(doors.hear(device=cut_off), waited) == came


def test_arrival_when_the_tablet_was_in_touch_or_tells_too_late_then_not_believed(at_now, cut_off):
    at_now.move_to(kst(27, 9, 46) + 30 * SECOND)
    device = doors.hear(device=cut_off)  # 90 seconds are no silence
    assert doors.arrival(device, MINUTE) is None
    at_now.move_to(kst(27, 10, 40))
    device = doors.hear(device=device)
    at_now.move_to(kst(27, 10, 55))
    device = doors.hear(device=device)
    device.silent_from, device.silent_until = kst(27, 9, 47), kst(27, 10, 40)
    assert doors.arrival(device, 20 * MINUTE) == kst(27, 10, 35)
    at_now.move_to(kst(27, 10, 55) + SECOND)
    assert doors.arrival(device, 20 * MINUTE) is None


@pytest.mark.parametrize(("in_touch", "came"), [(90 * SECOND, kst(27, 9, 50)), (91 * SECOND, None)])
def test_arrival_when_the_network_was_back_for_a_moment_then_one_silence(
    at_now, cut_off, in_touch, came
):
    device = cut_off
    for seconds in (0 * SECOND, 60 * SECOND, in_touch):
        at_now.move_to(kst(27, 10) + seconds)
        device = doors.hear(device=device)
    at_now.move_to(kst(27, 10, 20))
    assert doors.arrival(doors.hear(device=device), 30 * MINUTE) == came
