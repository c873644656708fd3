import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import BookingState
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
NEW = {"start": "2026-11-30T14:00:00+09:00", "end": "2026-11-30T16:00:00+09:00"}


@pytest.fixture
def booking(at_now, studio, merchant):
    return confirm(hold(studio, merchant))


def url(booking):
    return reverse("booking_change", args=[booking.reference])


def test_change_when_opened_then_the_week_of_the_booking_with_its_own_time_to_choose(
    owner_client, booking
):
    page = BeautifulSoup(owner_client.get(url(booking)).content, "html.parser")
    assert page.select_one("#week").text == "11월 23일 – 29일"
    own = page.select_one("#t11271000")
    assert own.name == "a"
    assert "mine" in own["class"]
    chosen = owner_client.get(url(booking) + own["href"])
    form = BeautifulSoup(chosen.content, "html.parser").select_one("form#hold")
    assert form["action"] == url(booking)


def test_change_when_posted_then_moved(owner_client, booking):
    response = owner_client.post(url(booking), NEW)
    booking.refresh_from_db()
    assert response.url == booking.get_absolute_url()
    assert (booking.starts, booking.ends) == (kst(30, 14), kst(30, 16))


def test_change_when_its_own_time_is_chosen_then_not_said_to_be_moved(owner_client, booking):
    own = {"start": booking.starts.isoformat(), "end": booking.ends.isoformat()}
    page = owner_client.post(url(booking), own, follow=True).content.decode()
    assert "바뀐 것은 없습니다" in page
    booking.refresh_from_db()
    assert (booking.starts, booking.sequence) == (kst(27, 10), 0)


def test_change_when_taken_then_409_with_times_that_lead_back_here(owner_client, booking, studio):
    hold(studio, factories.merchant(), kst(30, 14), kst(30, 16))
    response = owner_client.post(url(booking), NEW)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 409
    assert all(a["href"].startswith(url(booking)) for a in page.select(".nearest a"))
    booking.refresh_from_db()
    assert booking.starts == kst(27, 10)


def test_change_when_nonsense_then_400(owner_client, booking):
    response = owner_client.post(url(booking), {**NEW, "end": NEW["start"]})
    assert response.status_code == 400
    assert owner_client.get(url(booking), {"from": "x"}).status_code == 400


def test_change_when_too_late_then_409_with_the_telephone(at_now, owner, booking):
    at_now.move_to(kst(25, 18, 0, month=11).replace(second=1))
    owner_client = logged_in(owner)
    for response in (owner_client.get(url(booking)), owner_client.post(url(booking), NEW)):
        assert response.status_code == 409
        assert "053-000-0000" in response.content.decode()


def test_cancel_when_asked_then_reason_page_then_cancelled(owner_client, booking):
    address = reverse("booking_cancel", args=[booking.reference])
    page = BeautifulSoup(owner_client.get(address).content, "html.parser")
    assert len(page.select("input[name=reason]")) == 6
    response = owner_client.post(address, {"reason": "schedule", "text": "다음 달에"})
    booking.refresh_from_db()
    assert response.url == booking.get_absolute_url()
    assert (booking.state, booking.reason_text) == (BookingState.CANCELLED, "다음 달에")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"reason": "모델이 아픕니다"}, "모델이 아픕니다"),
        ({"reason": "감기", "text": "다음 주에"}, "감기 다음 주에"),
    ],
)
def test_cancel_when_the_reason_is_in_words_then_another_reason_and_the_words(
    owner_client, booking, sent, kept
):
    response = owner_client.post(reverse("booking_cancel", args=[booking.reference]), sent)
    booking.refresh_from_db()
    assert response.url == booking.get_absolute_url()
    assert (booking.reason_code, booking.reason_text) == ("other", kept)


def test_cancel_when_sent_twice_then_led_to_the_cancelled_booking(owner_client, booking):
    address = reverse("booking_cancel", args=[booking.reference])
    owner_client.post(address, {"reason": "schedule"})
    for again in (owner_client.post(address, {"reason": "health"}), owner_client.get(address)):
        assert (again.status_code, again.url) == (302, booking.get_absolute_url())
    booking.refresh_from_db()
    assert booking.reason_code == "schedule"


@pytest.mark.parametrize("wrong", [{"reason": "가" * 201}, {"text": "가" * 200_000}])
def test_cancel_when_wrong_then_400_and_still_booked(owner_client, booking, wrong):
    address = reverse("booking_cancel", args=[booking.reference])
    response = owner_client.post(address, {"reason": "schedule", **wrong})
    assert response.status_code == 400
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_cancel_when_too_late_then_409(at_now, owner, booking):
    at_now.move_to(kst(25, 18, 1))
    owner_client = logged_in(owner)
    response = owner_client.post(reverse("booking_cancel", args=[booking.reference]))
    assert response.status_code == 409
    assert "053-000-0000" in response.content.decode()
