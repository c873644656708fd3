"""Reminders a day and an hour before a use."""

import datetime as dt

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction

from bookings import reminders
from bookings.messages.bookings import CANCELLED
from bookings.models import Booking
from bookings.services import change
from center.notifications import delivery, services
from center.notifications.models import ChannelChoice, Message
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12."""
    made = confirm(hold(studio, merchant))
    Message.objects.all().delete()
    return made


def written(at):
    """What a run at that moment writes: kinds and channels."""
    before = set(Message.objects.values_list("pk", flat=True))
    count = reminders.remind(now=at)
    rows = Message.objects.exclude(pk__in=before)
    assert rows.count() == count
    return sorted((row.kind.removeprefix("bookings.reminder_"), row.channel) for row in rows)


DAY_ROWS = [("day", "email"), ("day", "inbox")]
HOUR_ROWS = [("hour", "email"), ("hour", "inbox")]


def test_remind_when_the_person_reads_english_then_the_name_of_the_space_is_english(booking, owner):
    type(owner).objects.filter(pk=owner.pk).update(language="en")
    reminders.remind(now=kst(26, 10))
    row = Message.objects.get(channel="inbox")
    assert (row.language, row.context["place"]) == ("en", booking.resource.name_en)


@pytest.mark.parametrize(
    ("at", "rows"),
    [
        (kst(26, 10) - SECOND, []),
        (kst(26, 10), DAY_ROWS),
        (kst(27, 8) - SECOND, DAY_ROWS),  # late, after an outage
        (kst(27, 8), []),  # too near for it to help
        (kst(27, 9) - SECOND, []),
        (kst(27, 9), HOUR_ROWS),
        (kst(27, 10) - SECOND, HOUR_ROWS),
        (kst(27, 10), []),
    ],
)
def test_remind_when_run_then_what_is_due(booking, at, rows):
    assert written(at) == rows


@pytest.mark.parametrize(
    ("written_at", "over"), [(kst(26, 10), kst(27, 8)), (kst(27, 9), kst(27, 10))]
)
def test_remind_when_not_out_until_it_is_too_near_then_not_sent_any_more(
    at_now, booking, mailoutbox, written_at, over
):
    reminders.remind(now=written_at)
    at_now.move_to(over - SECOND)
    assert set(Message.objects.values_list("useless_after", flat=True)) == {over}
    assert [message.pk for message in delivery.claim(size=1)] != []
    at_now.move_to(over + DAY)
    delivery.deliver_due(limit=10)
    assert set(Message.objects.values_list("state", flat=True)) == {"cancelled"}
    assert mailoutbox == []


def test_remind_when_run_again_then_nothing_more(booking):
    assert written(kst(26, 10)) == DAY_ROWS
    assert written(kst(26, 10)) == []
    assert written(kst(26, 10, 1)) == []
    assert written(kst(27, 9)) == HOUR_ROWS


def test_remind_when_delivered_then_the_words(at_now, booking, studio):
    at_now.move_to(kst(26, 10))
    reminders.remind(now=kst(26, 10))
    delivery.deliver_due(limit=10)
    row = Message.objects.get(channel="inbox")
    assert row.subject == f"예약일이 다가왔습니다: {studio.name}, 11. 27.(금) 10:00"
    assert f"- 예약 번호: {booking.reference}" in row.body
    assert "- 시간: 11. 27.(금) 10:00 – 12:00" in row.body
    assert row.link == booking.get_absolute_url()
    assert [sent.subject for sent in mail.outbox] == [row.subject]


def test_remind_when_a_member_booked_then_owner_and_member(at_now, studio, merchant, owner):
    member = factories.user()
    merchant.memberships.create(user=member)
    confirm(hold(studio, merchant, user=member))
    reminders.remind(now=kst(26, 10))
    rows = Message.objects.filter(kind="bookings.reminder_day", channel="inbox")
    assert {row.recipient for row in rows} == {owner, member}


def test_remind_when_account_is_closed_then_no_mail(booking, owner):
    owner.is_active = False
    owner.save()
    assert written(kst(26, 10)) == [("day", "inbox")]


def test_remind_when_the_person_reads_english_then_in_english(at_now, booking, owner):
    owner.language = "en"
    owner.save()
    at_now.move_to(kst(26, 10))
    reminders.remind(now=kst(26, 10))
    delivery.deliver_due(limit=10)
    assert mail.outbox[0].subject.startswith("Your booking is near")


def test_remind_when_a_way_was_chosen_then_by_that_and_once_though_chosen_anew(booking, owner):
    owner.phone = "010-1234-5678"
    owner.save()
    choice = ChannelChoice.objects.create(user=owner, group="bookings", first="sms")
    assert written(kst(26, 10)) == [("day", "inbox"), ("day", "sms")]
    choice.delete()
    assert written(kst(26, 11)) == []


@pytest.mark.parametrize(
    ("texts", "mails", "ways"),
    [
        (1, 0, ["inbox", "sms"]),
        (2, 0, ["email", "inbox"]),  # texts are used up
        (2, 1, ["email", "inbox"]),
        (2, 2, ["inbox"]),  # and then everything
        (3, 3, ["inbox"]),
    ],
)
def test_remind_when_enough_was_sent_that_day_then_by_the_ways_left(
    at_now, booking, owner, settings, texts, mails, ways
):
    settings.SMS_DAILY_LIMIT, settings.MESSAGE_DAILY_LIMIT = 2, 4
    owner.phone = "010-1234-5678"
    owner.save()
    ChannelChoice.objects.create(user=owner, group="bookings", first="sms")
    at_now.move_to(kst(26, 9))
    sent = ["sms"] * texts + ["email"] * mails + ["inbox"] * 5
    for day in (kst(25, 23), kst(26, 9)):  # what was written yesterday does not count
        Message.objects.bulk_create(
            Message(
                kind="bookings.moved",
                recipient=owner,
                channel=way,
                dedupe_key=f"{day}:{n}",
                created_at=day,
            )
            for n, way in enumerate(sent if day == kst(26, 9) else ["sms"] * 4)
        )
    assert [way for kind, way in written(kst(26, 10)) if kind == "day"] == ways


def enough(person, at, *, but=0):
    """What the person got by mail that day, up to the limit."""
    Message.objects.bulk_create(
        Message(
            kind="bookings.moved",
            recipient=person,
            channel="email",
            dedupe_key=f"{at}:{n}",
            created_at=at,
        )
        for n in range(settings.MESSAGE_DAILY_LIMIT - but)
    )


MORE_SUBJECT = "오늘 알림이 알림함에 더 있습니다"
MORE = [("notifications.more_in_inbox", "email"), ("notifications.more_in_inbox", "inbox")]


@pytest.mark.parametrize(("but", "rows"), [(1, DAY_ROWS), (0, [DAY_ROWS[1], *MORE])])
def test_remind_when_nothing_more_is_sent_that_day_then_one_mail_says_where_it_is(
    at_now, booking, owner, but, rows
):
    at_now.move_to(kst(26, 10))
    enough(owner, kst(26, 9), but=but)
    assert written(kst(26, 10)) == rows
    delivery.deliver_due(limit=100)
    told = [sent.to for sent in mail.outbox if sent.subject == MORE_SUBJECT]
    assert told == ([] if but else [[owner.email]])


def test_remind_when_the_person_was_told_where_the_rest_is_then_not_again_that_day(
    at_now, booking, owner
):
    at_now.move_to(kst(26, 10))
    enough(owner, kst(26, 9))
    assert written(kst(26, 10)) == [DAY_ROWS[1], *MORE]
    Booking.objects.update(starts=kst(26, 20), ends=kst(26, 21))  # another one, an hour before
    assert written(kst(26, 19)) == [HOUR_ROWS[1]]
    with transaction.atomic():
        services.queue(
            kind=CANCELLED, recipient=owner, context=CANCELLED.example, dedupe_key="bookings:1"
        )
    told = Message.objects.filter(kind="notifications.more_in_inbox")
    assert [row.context for row in told] == [{"name": owner.name}] * 2
    Booking.objects.update(starts=kst(28, 10), ends=kst(28, 11))
    enough(owner, kst(27, 9))
    assert written(kst(27, 10)) == [DAY_ROWS[1], *MORE]


def test_remind_when_one_was_told_one_by_one_then_not_many_at_a_time(at_now, booking, owner):
    at_now.move_to(kst(26, 9, 30))
    enough(owner, kst(26, 9))
    with transaction.atomic():
        services.queue(
            kind=CANCELLED, recipient=owner, context=CANCELLED.example, dedupe_key="bookings:1"
        )
    assert Message.objects.filter(kind="notifications.more_in_inbox").count() == 2
    assert written(kst(26, 10)) == [DAY_ROWS[1]]


@pytest.mark.parametrize("limit", [0, 40])
def test_remind_when_there_is_no_limit_or_the_account_is_closed_then_no_such_mail(
    booking, owner, settings, limit
):
    enough(owner, kst(26, 9))
    settings.MESSAGE_DAILY_LIMIT = limit
    owner.is_active = limit == 0
    owner.save()
    assert written(kst(26, 10)) == (DAY_ROWS if limit == 0 else [DAY_ROWS[1]])


@pytest.mark.parametrize("first", ["sms", "pigeon"])
def test_remind_when_the_way_chosen_leads_nowhere_then_by_mail(booking, owner, first):
    ChannelChoice.objects.create(user=owner, group="bookings", first=first)
    assert written(kst(26, 10)) == DAY_ROWS


@pytest.mark.parametrize(("early", "rows"), [(SECOND * 0, DAY_ROWS), (-SECOND, [])])
def test_remind_when_booked_within_the_lead_then_not(booking, early, rows):
    Booking.objects.update(confirmed_at=booking.starts - DAY - early)
    assert written(kst(26, 12)) == rows


def test_remind_when_not_confirmed_then_not(at_now, studio, merchant):
    factories.policy(needs_approval=True)
    confirm(hold(studio, merchant))
    assert written(kst(26, 10)) == []


def test_remind_when_cancelled_then_not_written(booking):
    change.cancel(booking=booking)
    assert written(kst(26, 10)) == []


def test_remind_when_cancelled_after_writing_then_called_off(booking):
    written(kst(26, 10))
    change.cancel(booking=booking, by_staff=True)
    rows = Message.objects.filter(kind="bookings.reminder_day")
    assert {row.state for row in rows} == {"cancelled"}


def test_remind_when_moved_then_of_the_new_time(booking):
    written(kst(26, 10))
    change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 12))
    old = Message.objects.filter(kind="bookings.reminder_day")
    assert {row.state for row in old} == {"cancelled"}
    assert written(kst(27, 10)) == []
    assert written(kst(29, 10)) == DAY_ROWS
