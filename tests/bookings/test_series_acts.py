"""An act upon many dates of a regular use is told of in one message."""

import datetime as dt

import pytest

from bookings import tasks
from bookings.models import ActKind, Booking, BookingSource, Category, SeriesAct
from bookings.services import change, series, series_acts, series_dates
from bookings.services.series_dates import Scope
from center import clock
from center.models import User
from center.notifications.models import INBOX, Message
from merchants.models import Membership
from tests import factories
from tests.bookings.test_series import FIRST, ONE, TWO, make
from tests.conftest import kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(at_now, house):
    factories.policy(per_month=4)
    return factories.resource(Category.OFFICE_SEAT, units=2)


@pytest.fixture
def person(merchant):
    return merchant.memberships.get().user


def told(person):
    """Kind and text of everything in the person's inbox, the oldest first."""
    rows = Message.objects.inbox_of(person.pk).order_by("pk")
    return list(rows.values_list("kind", "body"))


def forget():
    Message.objects.all().delete()


def numbers():
    return list(Booking.objects.order_by("starts").values_list("reference", flat=True))


def test_create_when_four_dates_then_one_message_lists_them(seats, merchant, person):
    made = make(seats, merchant, person)
    [(kind, body)] = told(person)
    first, *_others = numbers()
    assert kind == "bookings.series_booked"
    assert f"11. 30.(월) 10:00 – 11:00 · {first}" in body
    assert [number for number in numbers() if number in body] == numbers()
    act = SeriesAct.objects.get()
    assert (act.kind, act.by_staff, act.told_at) == (ActKind.BOOKED, False, clock.now())
    [mail] = Message.objects.filter(channel="email")
    assert mail.link == f"/bookings/series/{made.pk}/"


def test_create_when_no_date_can_be_had_then_no_message(seats, merchant, person):
    merchant.verified_until = dt.date(2026, 11, 1)
    merchant.save()
    make(seats, merchant, person)
    assert told(person) == []
    assert SeriesAct.objects.get().told_at == clock.now()


def test_create_when_requests_then_each_date_says_that_it_waits(seats, merchant, person):
    factories.policy(needs_approval=True, valid_from=dt.date(2026, 11, 1))
    make(seats, merchant, person)
    [(_kind, body)] = told(person)
    assert body.count("· 승인 대기") == 4


@pytest.mark.parametrize(
    ("scope", "count", "kind"),
    [
        (Scope.ONE, 1, "bookings.cancelled"),
        (Scope.FROM, 3, "bookings.series_cancelled"),
        (Scope.ALL, 4, "bookings.series_cancelled"),
    ],
)
def test_cancel_when_one_or_many_then_one_message(seats, merchant, person, scope, count, kind):
    made = make(seats, merchant, person)
    forget()
    series_dates.cancel(date=made.dates.all()[1], scope=scope, by=person)
    [(said, body)] = told(person)
    assert said == kind
    assert sum(number in body for number in numbers()) == count


def test_cancel_when_staff_then_with_the_reason_to_the_owner_and_who_booked(
    seats, merchant, person
):
    member = factories.user()
    Membership.objects.create(merchant=merchant, user=member, role=Membership.Role.MEMBER)
    made = make(seats, merchant, member)
    forget()
    staff = factories.staff()
    series_dates.cancel(date=made.dates.first(), scope=Scope.ALL, by=staff, by_staff=True)
    for reader in (person, member):
        [(kind, body)] = told(reader)
        assert kind == "bookings.series_cancelled"
        assert "정기 이용이 끝났습니다" in body
    assert told(staff) == []


def test_change_time_when_many_then_one_message_with_before_and_after(seats, merchant, person):
    made = make(seats, merchant, person)
    forget()
    series_dates.change_time(
        date=made.dates.first(), scope=Scope.ALL, starts_at=ONE, ends_at=TWO, by=person
    )
    [(kind, body)] = told(person)
    assert kind == "bookings.series_moved"
    assert f"11. 30.(월) 13:00 – 14:00 · {numbers()[0]} (변경 전: 10:00 – 11:00)" in body
    assert body.count("변경 전") == 4


def test_message_when_the_person_reads_english_then_in_english(seats, merchant, person):
    User.objects.filter(pk=person.pk).update(language="en")
    make(seats, merchant, person)
    assert "Mon 30 Nov 10:00 – 11:00" in told(person)[0][1]


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("after", [1, 3])
def test_cancel_when_killed_in_between_then_what_was_done_is_told_later_and_once(
    at_now, seats, merchant, person, monkeypatch, after
):
    made = make(seats, merchant, person)
    forget()
    really, calls = change.cancel, []

    def dying(**given):
        if len(calls) == after:
            raise Killed
        calls.append(given)
        return really(**given)

    monkeypatch.setattr(change, "cancel", dying)
    with pytest.raises(Killed):
        series_dates.cancel(date=made.dates.first(), scope=Scope.ALL, by=person)
    assert told(person) == []
    at_now.shift(dt.timedelta(minutes=10))
    assert tasks.tell_of_series() == 0
    at_now.shift(dt.timedelta(seconds=1))
    assert [tasks.tell_of_series(), tasks.tell_of_series()] == [1, 0]
    [(_kind, body)] = told(person)
    assert sum(number in body for number in numbers()) == after


def test_note_when_the_act_has_been_told_then_the_booking_is_told_by_itself(
    seats, merchant, person
):
    made = make(seats, merchant, person)
    act = SeriesAct.objects.create(series=made, kind=ActKind.CANCELLED, by_staff=False)
    series_acts.tell(act)
    forget()
    change.cancel(booking=made.dates.first().booking, act=act)
    assert [kind for kind, _body in told(person)] == ["bookings.cancelled"]


def test_try_again_when_one_date_then_told_like_any_booking(seats, merchant, person):
    made = make(seats, merchant, person, wanted=[FIRST])
    forget()
    series.try_again(date=made.dates.last(), by=person)
    assert [kind for kind, _body in told(person)] == ["bookings.confirmed"]
    assert Message.objects.exclude(channel=INBOX).count() == 1


def test_create_when_staff_on_the_telephone_then_one_message(seats, merchant, person):
    make(seats, merchant, factories.staff(), source=BookingSource.PHONE)
    assert [kind for kind, _body in told(person)] == ["bookings.series_booked"]
    assert Booking.objects.filter(starts=kst(30, 10)).count() == 1
