"""Quiet hours, limits of a day, advertisements: just before, at and just after each cut-off."""

import dataclasses
import datetime as dt

import pytest

from center import consents
from center.models import ConsentKind
from center.notifications import courtesy, kinds, services, stop_links
from center.notifications.delivery import deliver_due
from center.notifications.models import ChannelChoice, Message, MessageState
from tests import factories
from tests.conftest import NOW, kst
from tests.notifications import carrier as behaviours
from tests.notifications import conftest
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MARKETING, NIGHT = ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING


@pytest.fixture
def person(db):
    return factories.user(phone="010-1234-5678")


def agree(person, *wanted):
    for text in consents.optional_texts():
        if text.kind in wanted:
            consents.give(user=person, text=text)


@pytest.fixture
def become(monkeypatch):
    """Makes the house's own kind another one."""

    def change(**fields):
        own = dataclasses.replace(kinds.get("notifications.test_message"), **fields)
        monkeypatch.setitem(kinds._kinds, own.key, own)
        monkeypatch.setattr(conftest, "TEST_MESSAGE", own)

    return change


# Quiet hours -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (kst(23, 20, 59), None),
        (kst(23, 21), kst(24, 8)),
        (kst(23, 21, 1), kst(24, 8)),
        (kst(23, 23, 59), kst(24, 8)),
        (kst(24, 0), kst(24, 8)),
        (kst(24, 7, 59), kst(24, 8)),
        (kst(24, 8), None),
        (kst(30, 21), kst(1, 8, month=12)),
    ],
)
def test_night_when_around_its_ends_then_waits_for_the_morning(at, until):
    assert courtesy.after_quiet(at, (21, 8)) == (until or at)


@pytest.mark.parametrize(
    ("at", "hours", "until"),
    [
        (kst(23, 12, 30), (12, 13), kst(23, 13)),
        (kst(23, 13), (12, 13), None),
        (kst(23, 3), (0, 0), None),
        (kst(23, 3), (8, 8), None),
        (kst(23, 3), (0, 6), kst(23, 6)),
    ],
)
def test_quiet_when_within_a_day_or_never_then_so(at, hours, until):
    assert courtesy.after_quiet(at, hours) == (until or at)


@pytest.mark.parametrize(
    ("hour", "minute", "taken"), [(21, 59, 1), (22, 0, 0), (22, 1, 0), (7, 59, 0), (8, 0, 1)]
)
def test_text_when_around_the_quiet_hours_then_waits(
    person, carrier, by_text, at_now, hour, minute, taken
):
    at_now.move_to(kst(24, hour, minute))
    queue(person)
    assert (deliver_due(limit=10), len(carrier.taken)) == (taken, taken)
    assert row("inbox").state == MessageState.SENT


def test_text_when_held_over_night_then_sent_in_the_morning_and_never_late(
    person, carrier, by_text, at_now
):
    at_now.move_to(kst(23, 22))
    queue(person)
    assert (row("sms").due_at, row("sms").first_due_at) == (kst(24, 8), kst(24, 8))
    at_now.move_to(kst(24, 8))
    assert Message.objects.all().overdue_since(kst(24, 7, 59)) is None
    assert (deliver_due(limit=10), row("sms").state) == (1, MessageState.SENT)


def test_text_when_tried_again_into_the_night_then_waits_without_losing_an_attempt(
    person, carrier, by_text, at_now
):
    at_now.move_to(kst(23, 21, 59))
    carrier.behaviours.append(behaviours.status(500))
    queue(person)
    deliver_due(limit=10)
    at_now.move_to(kst(23, 22, 1))
    assert deliver_due(limit=10) == 1
    assert (row("sms").state, row("sms").attempts) == (MessageState.WAITING, 1)
    assert (row("sms").due_at, carrier.requests("POST")) == (kst(24, 8), 1)


def test_text_when_urgent_then_at_any_hour(person, carrier, by_text, become, at_now):
    become(channels=("sms",), urgent=True)
    at_now.move_to(kst(23, 23))
    queue(person)
    assert (deliver_due(limit=10), len(carrier.taken)) == (1, 1)


def test_mail_when_at_night_then_at_once(person, at_now, mailoutbox):
    at_now.move_to(kst(23, 23))
    queue(person)
    assert (deliver_due(limit=10), len(mailoutbox)) == (1, 1)


# Limits of a day ---------------------------------------------------------------------------


def test_limit_when_reached_then_the_inbox_alone_and_one_mail_says_so(person, settings, mailoutbox):
    settings.MESSAGE_DAILY_LIMIT = 2
    for n in range(5):
        queue(person, f"test:{n}")
    deliver_due(limit=20)
    assert [mail.subject for mail in mailoutbox] == [
        "시험 알림",
        "시험 알림",
        "오늘 알림이 알림함에 더 있습니다",
    ]
    assert Message.objects.inbox_of(person.pk).count() == 6


def test_limit_when_another_day_or_person_then_anew(person, settings, at_now, mailoutbox):
    settings.MESSAGE_DAILY_LIMIT = 1
    at_now.move_to(kst(23, 23, 59))
    queue(person)
    queue(factories.user(), "test:2")
    at_now.move_to(kst(24, 0))
    queue(person, "test:3")
    assert deliver_due(limit=20) == 3


def test_limit_when_urgent_or_none_then_everything(person, settings, become, mailoutbox):
    settings.MESSAGE_DAILY_LIMIT = 0
    for n in range(3):
        queue(person, f"test:{n}")
    settings.MESSAGE_DAILY_LIMIT = 1
    become(urgent=True)
    queue(person, "test:9")
    assert deliver_due(limit=20) == 4


def test_limit_when_it_goes_by_mail_in_any_case_then_nobody_is_told_of_less(
    person, settings, become, mailoutbox
):
    settings.MESSAGE_DAILY_LIMIT = 1
    become(mailed=True)
    for n in range(3):
        queue(person, f"test:{n}")
    deliver_due(limit=20)
    assert [mail.subject for mail in mailoutbox] == ["시험 알림"] * 3


def test_limit_when_texts_are_used_up_then_by_mail(person, carrier, by_text, settings):
    settings.SMS_DAILY_LIMIT = 1
    queue(person)
    queue(person, "test:2")
    assert (row("sms").state, row("email", "test:2").state) == ("waiting", "waiting")


def test_queue_when_the_choice_changed_between_two_times_then_still_once(person, carrier):
    queue(person)
    ChannelChoice.objects.create(user=person, group="notifications", first="sms")
    queue(person)
    assert {m.channel for m in Message.objects.all()} == {"inbox", "email"}


# Advertisements ----------------------------------------------------------------------------


def test_news_when_not_agreed_to_then_nothing_not_even_in_the_inbox(person, become):
    become(promotional=True)
    queue(person)
    assert not Message.objects.exists()


def test_news_when_to_an_address_then_refused(become, db):
    become(promotional=True)
    with pytest.raises(ValueError, match="news to a person"):
        queue(address="new@example.com")


def test_news_when_by_mail_then_marked_named_and_with_a_way_out(person, become, post):
    become(promotional=True)
    agree(person, MARKETING)
    queue(person)
    deliver_due(limit=10)
    (mail,) = post.mails
    link = stop_links.link_for(person)
    assert mail["Subject"] == "(광고) 시험 알림"
    assert mail["List-Unsubscribe"].strip() == f"<{link}>"  # a long line is folded
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in mail.walk():
        if not part.is_multipart():
            for said in (link, "대구 디지털커머스센터", "053-000-0000", "수신 거부", "무료"):
                assert said in part.get_content()
    assert row("inbox").subject == "(광고) 시험 알림"


def test_news_when_as_a_text_then_marked_named_and_with_a_way_out(person, become, carrier):
    become(promotional=True, channels=("alimtalk", "sms"))
    agree(person, MARKETING)
    queue(person)
    deliver_due(limit=10)
    (text,) = carrier.texts
    assert text.startswith("(광고)[대구 디지털커머스센터] ")
    assert text.endswith(f"\n무료수신거부 {stop_links.link_for(person)}")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_news_when_in_any_language_then_the_sign_the_law_gives(person, become, language):
    become(promotional=True)
    agree(person, MARKETING)
    queue(person, language=language)
    assert row("inbox").subject.startswith("(광고) ")


@pytest.mark.parametrize(
    ("hour", "minute", "given", "taken"),
    [
        (20, 59, [MARKETING], 1),
        (21, 0, [MARKETING], 0),
        (21, 0, [MARKETING, NIGHT], 1),
        (7, 59, [MARKETING], 0),
        (7, 59, [MARKETING, NIGHT], 1),
        (8, 0, [MARKETING], 1),
    ],
)
def test_news_when_around_the_night_then_only_with_its_own_consent(
    person, become, at_now, mailoutbox, hour, minute, given, taken
):
    become(promotional=True)
    at_now.move_to(kst(24, hour, minute))
    agree(person, *given)
    queue(person)
    assert (deliver_due(limit=10), len(mailoutbox)) == (taken, taken)


def test_news_when_the_consent_ended_meanwhile_then_called_off(person, become, mailoutbox):
    become(promotional=True)
    agree(person, MARKETING)
    queue(person)
    consents.withdraw(user=person, kind=MARKETING)
    deliver_due(limit=10)
    assert (row().state, mailoutbox) == (MessageState.CANCELLED, [])


def test_news_when_the_text_of_the_consent_is_new_then_nothing_until_given_again(person, become):
    become(promotional=True)
    agree(person, MARKETING)
    factories.consent_text("marketing", in_force_from=NOW - dt.timedelta(seconds=1))
    queue(person)
    assert not Message.objects.exists()


def test_cancel_when_held_over_night_then_never_sent(person, carrier, by_text, at_now):
    at_now.move_to(kst(23, 22))
    queue(person)
    assert services.cancel(dedupe_key="test:1") == 1
    at_now.move_to(kst(24, 8))
    assert deliver_due(limit=10) == 0
