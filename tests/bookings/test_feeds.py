import icalendar
import pytest
from django.urls import reverse

from bookings.services import change
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db


def event_of(client, booking):
    response = client.get(reverse("booking_calendar", args=[booking.reference]))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert booking.reference in response["Content-Disposition"]
    (event,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    return event


def test_calendar_when_booked_moved_cancelled_then_one_event_with_rising_sequence(
    at_now, owner_client, studio, merchant
):
    booking = confirm(hold(studio, merchant))
    first = event_of(owner_client, booking)
    assert (first.start, first.end) == (kst(27, 10), kst(27, 12))
    assert (first["STATUS"], first["SEQUENCE"]) == ("CONFIRMED", 0)
    change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 15))
    second = event_of(owner_client, booking)
    assert (second.start, second["SEQUENCE"]) == (kst(30, 14), 1)
    change.cancel(booking=booking)
    third = event_of(owner_client, booking)
    assert (third["STATUS"], third["SEQUENCE"]) == ("CANCELLED", 2)
    assert first["UID"] == second["UID"] == third["UID"]


def test_calendar_when_purpose_has_line_breaks_then_still_one_event(
    at_now, owner_client, studio, merchant
):
    booking = confirm(hold(studio, merchant), purpose="촬영\r\nEND:VEVENT\r\nSUMMARY:x")
    event = event_of(owner_client, booking)
    assert "END:VEVENT" in event["DESCRIPTION"]
