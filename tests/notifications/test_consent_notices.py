"""Consent to advertisements, confirmed within every two years (정보통신망법 §50⑧)."""

import datetime as dt

import pytest

from center import consents
from center.models import ConsentKind
from center.notifications import consent_notices, delivery, tasks
from center.notifications.messages import CONSENT_KEPT
from center.notifications.models import Message
from tests import factories
from tests.conftest import NOW, kst
from tests.notifications.test_courtesy import agree
from tests.notifications.test_stop import path_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MARKETING, NIGHT = ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING
#: two weeks before a consent of NOW is two years old
DUE = kst(9, 9, 20, year=2028)
DAY = dt.timedelta(days=1)


@pytest.fixture
def person(db):
    person = factories.user(name="김상인")
    agree(person, MARKETING)
    return person


def told(person):
    rows = Message.objects.filter(recipient=person, kind=CONSENT_KEPT.key)
    return sorted(rows.values_list("channel", flat=True))


@pytest.mark.parametrize(("off", "rows"), [(-DAY, 0), (0 * DAY, 2), (DAY, 2), (40 * DAY, 2)])
def test_tell_when_two_weeks_before_two_years_then_once(person, off, rows):
    assert consent_notices.tell(now=DUE + off) == rows
    assert consent_notices.tell(now=DUE + off) == 0
    assert told(person) == ["email", "inbox"][:rows]


@pytest.mark.parametrize(("at", "rows"), [(kst(8, 23, 59, year=2028), 0), (kst(9, year=2028), 2)])
def test_tell_when_the_day_begins_in_korea_then_due(person, at, rows):
    assert consent_notices.tell(now=at) == rows


def test_tell_when_two_more_years_have_gone_then_again(person):
    assert consent_notices.tell(now=DUE) == 2
    assert consent_notices.tell(now=kst(8, year=2030)) == 0
    assert consent_notices.tell(now=kst(9, year=2030)) == 2
    assert consent_notices.tell(now=kst(9, year=2030)) == 0


@pytest.mark.parametrize("given", [(NIGHT,), (MARKETING, NIGHT)])
def test_tell_when_agreed_on_one_day_then_one_message_of_all_of_it(given):
    person = factories.user()
    agree(person, *given)
    assert consent_notices.tell(now=DUE) == 2
    context = Message.objects.filter(recipient=person).first().context
    assert (context["news"], context["night"]) == (MARKETING in given, True)
    assert context["agreed_on"] == "2026-11-23"


def test_tell_when_agreed_on_two_days_then_each_in_its_time(at_now, person):
    at_now.move_to(NOW + 10 * DAY)
    agree(person, NIGHT)
    assert consent_notices.tell(now=DUE) == 2
    assert consent_notices.tell(now=DUE + 9 * DAY) == 0
    assert consent_notices.tell(now=DUE + 10 * DAY) == 2


def test_tell_when_withdrawn_or_closed_or_of_a_former_text_then_nobody(person):
    closed = factories.user(is_active=False)
    agree(closed, MARKETING)
    agree(factories.user(), ConsentKind.PORTRAIT, ConsentKind.THIRD_PARTY)
    consents.withdraw(user=person, kind=MARKETING)
    former = factories.user()
    agree(former, MARKETING)
    factories.consent_text(MARKETING, in_force_from=DUE)
    assert consent_notices.tell(now=DUE) == 0


def test_tell_when_delivered_then_who_when_what_and_how_to_end_it(at_now, person, mailoutbox):
    person.language = "en"
    person.save()
    other = factories.user(name="이상인")
    agree(other, MARKETING, NIGHT)
    at_now.move_to(DUE)
    tasks.confirm_consents()
    delivery.deliver_due(limit=10)
    english, korean = sorted(mailoutbox, key=lambda mail: mail.to != [person.email])
    assert english.subject.startswith("You agreed to news")
    for said in (
        "대구 디지털커머스센터",
        "2026. 11. 23.(월)",
        "소식과 광고 수신",
        "야간",
        "이상인",
    ):
        assert said in korean.body
    assert path_for(other) in korean.body
    assert path_for(other) in korean.extra_headers["List-Unsubscribe"]
    assert not korean.subject.startswith("(광고)")
    inbox = Message.objects.get(recipient=other, channel="inbox")
    assert (inbox.state, inbox.link) == ("sent", "/account/privacy/")


def test_task_when_run_for_five_years_then_told_twice(at_now, person):
    for days in range(0, 5 * 365, 30):
        at_now.move_to(NOW + days * DAY)
        tasks.confirm_consents()
    assert told(person) == ["email", "email", "inbox", "inbox"]
