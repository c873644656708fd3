"""The seat of a regular use: the one wished for where it is free, and said where it is not."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.exports import series_of
from bookings.models import Allocation, Booking, BookingSource, Category, Series
from bookings.services import change, reserve, series
from center import clock
from tests import factories
from tests.bookings.test_on_behalf import book
from tests.bookings.test_series import FIRST, make, plan
from tests.bookings.test_series_pages import PLANNED, days
from tests.conftest import kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def seats(at_now, house):
    """Three office seats, four uses a month."""
    factories.policy(per_month=4)
    return factories.resource(Category.OFFICE_SEAT, units=3, name="좌석")


@pytest.fixture
def second_taken(seats):
    """Somebody has seat 2 on 7 December."""
    unit = seats.units.get(name="2")
    times = {"start": kst(7, 10, month=12), "end": kst(7, 11, month=12)}
    return book(factories.staff(), factories.merchant(), seats, unit=unit, **times)


def had(made):
    """The seat of each date that is booked."""
    rows = Allocation.objects.filter(booking__series_date__series=made)
    return list(rows.order_by("during").values_list("unit__name", flat=True))


@pytest.mark.parametrize("source", [BookingSource.WEB, BookingSource.PHONE])
def test_create_when_a_seat_is_wished_for_then_it_wherever_it_is_free(
    seats, merchant, second_taken, source
):
    person = merchant.memberships.get().user
    by = person if source == BookingSource.WEB else factories.staff()
    made = make(seats, merchant, by, seat=seats.units.get(name="2"), source=source)
    assert had(made) == ["2", "1", "2", "2"]


def test_create_when_none_is_wished_for_then_the_same_each_time(seats, merchant, owner):
    first = seats.units.get(name="1")
    times = {"start": kst(30, 10), "end": kst(30, 11)}
    book(factories.staff(), factories.merchant(), seats, unit=first, **times)
    assert had(make(seats, merchant, owner)) == ["2"] * 4


def test_again_when_tried_then_on_the_seat_most_dates_have(seats, merchant, owner):
    made = make(seats, merchant, owner, seat=seats.units.get(name="3"), wanted=plan().days()[1:])
    series.try_again(date=made.dates.get(day=FIRST), by=owner)
    assert had(made) == ["3"] * 4


def test_again_when_the_seat_is_free_by_now_then_back_on_it(seats, merchant, owner, second_taken):
    made = make(seats, merchant, owner, seat=seats.units.get(name="2"))
    date = made.dates.get(day=plan().days()[1])
    change.cancel(booking=date.booking)
    change.cancel(booking=second_taken, by_staff=True, reason="other", by=factories.staff())
    series.try_again(date=date, by=owner)
    assert had(made) == ["2"] * 4


def test_again_when_no_date_had_the_seat_wished_for_then_on_it_now(seats, merchant, owner, at_now):
    """It was taken on the only date booked at first; the date added later asks for it anew."""
    two = seats.units.get(name="2")
    times = {"start": kst(30, 10), "end": kst(30, 11)}
    book(factories.staff(), factories.merchant(), seats, unit=two, **times)
    made = make(seats, merchant, owner, seat=two, wanted=[FIRST])
    assert had(made) == ["1"]
    series.try_again(date=made.dates.get(day=plan().days()[1]), by=owner)
    assert had(made) == ["1", "2"]


def test_page_when_a_seat_was_wished_for_then_named_and_others_marked(
    seats, merchant, owner, owner_client, second_taken
):
    """Against the seat wished for, though the only date booked has another."""
    made = make(seats, merchant, owner, seat=seats.units.get(name="2"), wanted=[plan().days()[1]])
    page = BeautifulSoup(owner_client.get(reverse("series", args=[made.pk])).content, "html.parser")
    assert "희망 자리좌석 2" in page.select_one(".facts").text
    (marked,) = [row.text for row in page.select(".choice") if "다른 자리" in row.text]
    assert "좌석 1" in marked
    assert series_of(owner)[0][0]["seat_wished_for"] == "2"


def test_page_when_a_date_has_another_seat_then_said_there_and_at_once(
    seats, owner_client, second_taken
):
    seat = seats.units.get(name="2")
    data = PLANNED | {"seat": seat.pk, "take": "1", "day": ["2026-11-30", *days(7, 14)]}
    answer = owner_client.post(reverse("series_new", args=[seats.slug]), data, follow=True)
    page = BeautifulSoup(answer.content, "html.parser")
    said = page.select_one(".messages").text
    assert "12. 7.(월)에는 좌석 2 대신 다른 자리를" in said
    assert "12. 14." not in said
    marked = [row.text for row in page.select(".choice") if "다른 자리" in row.text]
    assert len(marked) == 1
    assert "좌석 1" in marked[0]


@pytest.mark.parametrize(("wanted", "offered"), [(4, False), (3, True)])
def test_page_when_a_date_is_missing_then_it_can_be_tried_again(
    seats, merchant, owner, owner_client, wanted, offered
):
    made = make(seats, merchant, owner, wanted=plan().days()[:wanted])
    page = owner_client.get(reverse("series", args=[made.pk])).content.decode()
    assert ('value="again"' in page) == offered


def test_form_when_the_seat_is_of_another_space_then_refused(seats, merchant, staff_client):
    other = factories.studio(name="스튜디오").units.first()
    data = PLANNED | {"resource": seats.pk, "source": "phone", "seat": other.pk}
    answer = staff_client.post(reverse("admin:series_new", args=[merchant.pk]), data)
    assert answer.status_code == 400
    assert "좌석 가운데서 골라" in answer.content.decode()
    assert not Series.objects.exists()


def test_form_when_a_seat_is_out_of_service_then_not_offered(seats, owner_client):
    seats.units.filter(name="2").update(in_service=False)
    page = owner_client.get(reverse("series_new", args=[seats.slug])).context["form"]
    assert [str(seat) for seat in page["seat"].field.queryset] == ["좌석 1", "좌석 3"]


@pytest.mark.parametrize(("headcount", "room"), [(1, True), (2, False), (3, False)])
def test_form_when_more_people_come_than_the_seat_has_room_for_then_said(
    seats, owner_client, headcount, room
):
    seats.units.update(capacity=1)
    data = PLANNED | {"seat": seats.units.get(name="2").pk, "headcount": headcount}
    answer = owner_client.post(reverse("series_new", args=[seats.slug]), data)
    assert answer.status_code == (200 if room else 400)
    if not room:
        assert "seat" in answer.context["form"].errors


def test_create_when_the_seat_wished_for_has_a_hold_that_ran_out_then_swept(
    seats, merchant, owner, at_now
):
    unit = seats.units.get(name="2")
    other = factories.merchant(owner=factories.user())
    times = {"starts": kst(30, 10), "ends": kst(30, 11)}
    held = reserve.hold(
        user=other.memberships.get().user, merchant=other, resource=seats, prefer=unit, **times
    )
    Booking.objects.filter(pk=held.pk).update(held_until=clock.now())
    assert had(make(seats, merchant, owner, seat=unit))[0] == "2"
