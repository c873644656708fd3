"""How those who wait hear of an offer: at night, by text, and not once it is over."""

from __future__ import annotations

import datetime as dt

import pytest

from bookings.models import Offer
from bookings.policies import Rules
from bookings.services import change, offers, reserve, waiting
from center.notifications.delivery import deliver_due
from center.notifications.models import ChannelChoice, Message
from tests.bookings.test_offers import booked, somebody, waits
from tests.conftest import NOW, kst
from tests.notifications.carrier import KEY, SECRET, carrier_office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)
QUIET = (22, 8)


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        (kst(23, 22) - SECOND, kst(30, 14), kst(23, 22, 30) - SECOND),
        (kst(23, 22), kst(30, 14), kst(24, 8, 30)),
        (kst(23, 23), kst(30, 14), kst(24, 8, 30)),
        (kst(24, 8) - SECOND, kst(30, 14), kst(24, 8, 30)),
        (kst(24, 8), kst(30, 14), kst(24, 8, 30)),
        (kst(24, 8) + SECOND, kst(30, 14), kst(24, 8, 30) + SECOND),
        (kst(23, 23), kst(24, 8, 10), kst(24, 8, 10)),  # never into the use
        (kst(24, 10), kst(24, 10, 20), kst(24, 10, 20)),
    ],
)
def test_offer_ends_when_around_the_quiet_hours_then_its_minutes_begin_after_them(
    now, starts, until
):
    assert Rules(offer_minutes=30).offer_ends(now, starts, QUIET) == until


@pytest.fixture
def carrier(settings):
    """A real provider of text messages, and the house with an account there."""
    with carrier_office() as running:
        settings.SOLAPI_URL, settings.SOLAPI_SECONDS = running.url, 20
        settings.SOLAPI_API_KEY, settings.SOLAPI_API_SECRET = KEY, SECRET
        settings.SMS_SENDER = "053-803-0114"
        yield running


@pytest.fixture
def by_text(studio, carrier, settings):
    """Somebody who chose texts waits, and the time is given up."""
    settings.QUIET_FROM, settings.QUIET_UNTIL = QUIET
    person = somebody()
    person.phone = "010-1234-5678"
    person.save(update_fields=["phone"])
    ChannelChoice.objects.create(user=person, group="bookings", first="sms")
    gone = booked(studio)
    entry = waits(studio, person=person)
    change.cancel(booking=gone)
    Message.objects.all().delete()
    return entry


def told():
    rows = Message.objects.filter(kind="bookings.offered").order_by("channel")
    return {row.channel: row for row in rows}


def test_offer_when_made_at_night_then_held_until_after_the_text_and_mailed_at_once(
    at_now,
    by_text,
    carrier,
    mailoutbox,
):
    at_now.move_to(kst(23, 23))
    offers.make_offers()
    booking = Offer.objects.get().booking
    assert booking.held_until == kst(24, 8, 30)
    assert list(told()) == ["email", "inbox", "sms"]
    assert told()["sms"].due_at == kst(24, 8)
    assert {row.useless_after for row in told().values()} == {kst(24, 8, 30)}
    deliver_due(limit=10)
    assert told()["sms"].link in mailoutbox[0].body
    at_now.move_to(kst(24, 8))
    deliver_due(limit=10)
    assert len(carrier.taken) == 1
    assert reserve.confirm(booking=booking, purpose="촬영", headcount=1).state == "confirmed"


def test_offer_when_enough_was_sent_today_then_still_by_mail(by_text, settings):
    settings.MESSAGE_DAILY_LIMIT = 1
    Message.objects.bulk_create(
        Message(
            kind="bookings.feedback", recipient=by_text.user, channel="sms", dedupe_key=f"f:{n}"
        )
        for n in range(2)
    )
    offers.make_offers()
    assert list(told()) == ["email", "inbox"]


@pytest.mark.parametrize("answer", ["decline", "leave", "accept"])
def test_offer_when_answered_then_what_is_not_out_yet_is_called_off(at_now, by_text, answer):
    at_now.move_to(kst(23, 23))
    offers.make_offers()
    offer = Offer.objects.get()
    if answer == "accept":
        waiting.accept(offer=offer, purpose="촬영", headcount=1)
    elif answer == "decline":
        waiting.decline(offer=offer)
    else:
        waiting.leave(entry=by_text)
    assert {row.channel: row.state for row in told().values()} == {
        "email": "cancelled",
        "inbox": "sent",
        "sms": "cancelled",
    }


def test_offer_when_it_ran_out_during_an_outage_then_nothing_is_sent_any_more(
    at_now, studio, mailoutbox
):
    gone = booked(studio)
    waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    at_now.move_to(NOW + dt.timedelta(minutes=30))
    deliver_due(limit=20)
    assert told()["email"].state == "cancelled"
    assert all("자리" not in mail.subject for mail in mailoutbox)
