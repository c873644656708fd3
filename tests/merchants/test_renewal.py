"""Reminders of what runs out: when, once for which date, whom, and in how many queries."""

import datetime as dt

import pytest

from center.notifications.models import Message
from merchants.models import Membership
from merchants.services import renewal
from tests import factories
from tests.merchants.test_register import draft, papers_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
DAY = dt.timedelta(days=1)
END = dt.date(2027, 3, 31)


def told(kind):
    return Message.objects.filter(kind=f"merchants.{kind}", channel="inbox")


def verified(until=END, **fields):
    return factories.merchant(verified_until=until, **fields)


@pytest.mark.parametrize(
    ("kind", "business"),
    [
        ("expiring", lambda: papers_for(verified(dt.date(2099, 3, 31)))),
        ("verification_ends", verified),
    ],
)
def test_reminder_when_the_end_comes_within_thirty_days_then_once(kind, business):
    merchant = business()
    for day, number in (
        (END - 31 * DAY, 0),
        (END - 30 * DAY, 1),
        (END, 1),
        (END + DAY, 1),
    ):
        renewal.remind(day=day)
        assert told(kind).count() == number
    assert told(kind).get().recipient == merchant.memberships.get().user


def test_reminder_when_a_date_was_corrected_then_told_anew():
    merchant = papers_for(verified(END + 5 * DAY))
    renewal.remind(day=END)
    merchant.documents.filter(valid_until=END).update(valid_until=END + 9 * DAY)
    renewal.remind(day=END)
    assert told("expiring").count() == 2
    assert "2027. 4. 5.(월)에 끝납니다" in told("verification_ends").get().subject


def test_reminder_when_paper_and_verification_end_on_one_day_then_of_the_paper_alone():
    papers_for(verified(END))
    assert renewal.remind(day=END - DAY) == 1
    assert (told("expiring").count(), told("verification_ends").count()) == (1, 0)


def test_reminder_when_staff_have_the_new_papers_then_none_of_the_verification(merchant):
    verified(review_asked_at=merchant.created_at)
    assert renewal.remind(day=END) == 0


def test_reminder_when_business_is_not_verified_or_has_no_owner_then_none():
    papers_for(draft())
    Membership.objects.filter(merchant=papers_for(verified(END + DAY))).delete()
    Membership.objects.filter(merchant=verified()).delete()
    renewal.remind(day=END)
    assert not Message.objects.filter(
        kind__in=["merchants.expiring", "merchants.verification_ends"]
    )


@pytest.mark.parametrize("count", [1, 3])
def test_reminder_when_more_are_due_then_two_statements_a_message(count, django_assert_num_queries):
    for _ in range(count):
        papers_for(verified(END + DAY))
        verified()
    with django_assert_num_queries(6 + 2 * 2 * count):
        renewal.remind(day=END)
