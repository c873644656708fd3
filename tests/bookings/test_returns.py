"""Reminders of devices: an hour before they are due, and on the morning after; once each."""

import datetime as dt
from importlib import import_module

import pytest
from django.db import connection

from bookings import tasks
from bookings.services import extend, returns
from center.notifications.models import Message
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out, take_back
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
DUE, OVERDUE = "bookings.equipment_due", "bookings.equipment_overdue"


@pytest.fixture
def lent(at_now, studio, merchant):
    """Out since 10 on Friday, due at 12."""
    booking = booked(studio, merchant, camera(studio, location="2층 장비실"))
    at_now.move_to(kst(27, 10))
    return hand_out(booking)


def told(kind):
    return list(Message.objects.filter(channel="inbox", kind=kind))


def remind(moment):
    return returns.remind(now=moment)


@pytest.mark.parametrize(
    ("moment", "n"), [(kst(27, 11) - SECOND, 0), (kst(27, 11), 1), (kst(27, 12, 30), 1)]
)
def test_due_when_an_hour_before_then_told_from_that_instant(at_now, lent, owner, moment, n):
    at_now.move_to(moment)
    assert remind(moment) == n
    assert [message.recipient for message in told(DUE)] == [owner] * n
    assert [("카메라 1" in m.subject, "2층 장비실" in m.body) for m in told(DUE)] == [
        (True, True)
    ] * n


@pytest.mark.parametrize(
    ("moment", "n"),
    [
        (kst(27, 23, 59), 0),
        (kst(28, 9) - SECOND, 0),
        (kst(28, 9), 1),
        (kst(29, 3), 1),
    ],
)
def test_overdue_when_the_next_morning_then_told_from_nine_on(at_now, lent, moment, n):
    at_now.move_to(moment)
    remind(moment)
    assert len(told(OVERDUE)) == n


def test_overdue_when_lateness_suspends_then_it_says_so(at_now, lent, studio):
    at_now.move_to(kst(28, 9))
    remind(kst(28, 9))
    assert "예약이 일정 기간 제한" in told(OVERDUE)[0].body


def test_overdue_when_the_policy_says_nought_then_no_threat(at_now, lent):
    factories.policy(category="equipment", overdue_factor=0)
    at_now.move_to(kst(28, 9))
    remind(kst(28, 9))
    assert "제한" not in told(OVERDUE)[0].body


@pytest.mark.parametrize(("moment", "n"), [(kst(27, 12), 1), (kst(27, 12, 30), 2)])
def test_due_when_extended_after_the_reminder_then_told_of_the_new_end_too(at_now, lent, moment, n):
    at_now.move_to(kst(27, 11))
    assert remind(kst(27, 11)) == 1
    ends = kst(27, 13, 30)
    extend.extend(booking=lent.booking, ends=ends, by=factories.staff(), override="촬영이 길어짐")
    at_now.move_to(moment)
    remind(moment)
    assert remind(moment) == 0
    assert [message.context["due"] for message in told(DUE)][1:] == [
        ends.astimezone(dt.UTC).isoformat()
    ] * (n - 1)


@pytest.mark.parametrize(("updated", "n"), [(False, 1), (True, 0)])
def test_update_when_told_under_the_former_key_then_only_of_another_moment_once_more(
    at_now, lent, updated, n
):
    at_now.move_to(kst(27, 11))
    assert remind(kst(27, 11)) == 1
    Message.objects.filter(kind=DUE).update(dedupe_key=f"{DUE}:{lent.pk}")
    if updated:
        by_moment = import_module("bookings.migrations.0041_reminders_of_devices_by_moment")
        with connection.cursor() as cursor:
            for _twice in range(2):
                cursor.execute(by_moment.BY_MOMENT)
    assert remind(kst(27, 11)) == n
    ends = kst(27, 13, 30)
    extend.extend(booking=lent.booking, ends=ends, by=factories.staff(), override="촬영이 길어짐")
    at_now.move_to(kst(27, 12, 30))
    assert remind(kst(27, 12, 30)) == 1


def test_remind_when_run_twice_or_after_the_return_then_nothing_more(at_now, lent):
    at_now.move_to(NOON)
    assert [tasks.remind_of_returns(), tasks.remind_of_returns()] == [1, 0]
    take_back(lent)
    at_now.move_to(kst(28, 9))
    assert tasks.remind_of_returns() == 0
    assert (len(told(DUE)), len(told(OVERDUE))) == (1, 0)


def test_remind_when_the_booker_left_then_the_owner_is_told(at_now, lent, merchant, owner):
    colleague = factories.user()
    lent.booking.booked_by = colleague
    lent.booking.save(update_fields=["booked_by"])
    at_now.move_to(NOON)
    remind(NOON)
    assert [message.recipient for message in told(DUE)] == [owner]


def test_remind_when_nobody_acts_for_the_business_then_nobody_is_told(at_now, lent, merchant):
    merchant.memberships.all().delete()
    at_now.move_to(NOON)
    assert remind(NOON) == 0
    assert told(DUE) == []


@pytest.mark.parametrize("count", [1, 3])
def test_remind_when_more_are_due_then_found_by_the_same_queries(
    at_now, house, count, django_assert_num_queries
):
    space = factories.studio(count)
    device = camera(space, units=count)
    bookings = [booked(space, factories.merchant(), device) for _ in range(count)]
    at_now.move_to(kst(27, 10))
    for booking in bookings:
        hand_out(booking)
    with django_assert_num_queries(4):
        assert len(list(returns._due(NOON))) + len(list(returns._late(NOON))) == count
