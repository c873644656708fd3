"""Calendar feeds read back with three readers, whoever's they are and whatever is in them."""

import icalendar
import ics
import pytest
import vobject

from bookings.services import calendars, change
from tests import factories
from tests.bookings.test_calendars import get
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def understood(text):
    """The events as each of three programs reads them."""
    with_icalendar = [
        {
            "uid": str(event["UID"]),
            "starts": event.start,
            "ends": event.end,
            "summary": str(event["SUMMARY"]),
            "location": str(event["LOCATION"]),
            "description": str(event["DESCRIPTION"]),
            "status": str(event["STATUS"]),
            "sequence": event["SEQUENCE"],
        }
        for event in icalendar.Calendar.from_ical(text).walk("VEVENT")
    ]
    with_ics = [
        {
            "uid": event.uid,
            "starts": event.begin.datetime,
            "ends": event.end.datetime,
            "summary": event.name,
            "location": event.location,
            "description": event.description,
            "status": event.status,
            "sequence": int(next(line.value for line in event.extra if line.name == "SEQUENCE")),
        }
        for event in ics.Calendar(text).events
    ]
    with_vobject = [
        {
            "uid": event.uid.value,
            "starts": event.dtstart.value,
            "ends": event.dtend.value,
            "summary": event.summary.value,
            "location": event.location.value,
            "description": event.description.value,
            "status": event.status.value,
            "sequence": int(event.sequence.value),
        }
        for event in vobject.readOne(text).vevent_list
    ]
    return with_icalendar, with_ics, with_vobject


#: over 75 octets in either language, with signs of four bytes and what calendars escape
LONG = "봄맞이 수제청 라이브 방송 🎬 준비; 촬영, 편집 – spring live 👩‍🍳"


@pytest.fixture
def whose(owner, merchant, studio):
    """The three feeds: of a person, of a business, of a space for staff."""
    return {
        "person": {"user": owner},
        "business": {"user": owner, "merchant": merchant},
        "space": {"user": factories.staff(), "resource": studio},
    }


@pytest.mark.parametrize("which", ["person", "business", "space"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_feed_when_booked_moved_cancelled_then_three_programs_understand_the_same(
    whose, which, language, studio, merchant
):
    studio.name, studio.name_en = f"스튜디오 {LONG}", f"Studio {LONG}"
    studio.location = studio.location_en = LONG
    studio.save()
    merchant.name = f"달구벌 {LONG}"
    merchant.save()
    feed = calendars.renew(**whose[which])
    feed.user.language = language
    feed.user.save()
    booking = confirm(hold(studio, merchant), purpose=LONG)

    def read():
        booking.refresh_from_db()
        text = get(feed).content.decode()
        assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
        one, two, three = understood(text)
        assert one == two == three
        (event,) = one
        assert event["uid"] == f"{booking.reference}@example.com"
        assert (event["starts"], event["ends"]) == (booking.starts, booking.ends)
        assert LONG in event["location"]
        assert event["location"].startswith("Daegu" if language == "en" else "대구")
        assert (LONG in event["description"]) is (which != "space")
        assert (merchant.name in event["summary"]) is (which == "space")
        return event["status"], event["sequence"], event["summary"]

    status, sequence, summary = read()
    assert (status, sequence) == ("CONFIRMED", 0)
    assert ("Studio" if language == "en" else "스튜디오") in summary
    change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 15), by_staff=True)
    assert read() == ("CONFIRMED", 1, summary)
    assert booking.starts == kst(30, 14)
    change.cancel(booking=booking, by_staff=True)
    assert read() == ("CANCELLED", 2, summary)


@pytest.mark.parametrize("purpose", ["촬영\r\nEND:VEVENT\r\nSUMMARY:x", 'a;b,c\\n"d"', "가" * 200])
def test_feed_when_something_odd_was_typed_then_three_programs_find_one_event(
    owner, studio, merchant, purpose
):
    feed = calendars.renew(user=owner)
    confirm(hold(studio, merchant), purpose=purpose)
    body = get(feed).content
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    text = body.decode()
    assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) == 1
    assert len(ics.Calendar(text).events) == 1
    assert len(vobject.readOne(text).vevent_list) == 1
