"""What the tax office says of businesses, kept and looked up again."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from center.celery import app
from merchants.business_status import BusinessStatus
from merchants.models import BusinessStanding, Merchant, MerchantState
from merchants.services import standing
from merchants.tasks import check_business_status, recheck_businesses
from tests import factories
from tests.conftest import NOW
from tests.merchants import tax_office as office

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

SECOND = dt.timedelta(seconds=1)
DAYS_30 = dt.timedelta(days=30)


def kept(merchant):
    merchant.refresh_from_db()
    return (merchant.business_status, merchant.status_checked_at, merchant.business_ended_on)


def closed(merchant, at=NOW):
    return BusinessStatus(merchant.number, BusinessStanding.CLOSED, dt.date(2026, 9, 30), at)


def looked_up(at, **fields):
    return factories.merchant(
        business_status=BusinessStanding.ACTIVE, status_checked_at=at, **fields
    )


def test_record_status_when_answered_then_kept(merchant):
    assert standing.record_status(merchant_id=merchant.pk, status=closed(merchant))
    assert kept(merchant) == ("closed", NOW, dt.date(2026, 9, 30))


def test_record_status_when_run_twice_then_one_event(merchant):
    assert standing.record_status(merchant_id=merchant.pk, status=closed(merchant))
    assert not standing.record_status(merchant_id=merchant.pk, status=closed(merchant))
    events = merchant.events.filter(pgh_label="update")
    assert events.count() == 1


@pytest.mark.parametrize(("seconds", "news"), [(-1, False), (0, False), (1, True)])
def test_record_status_when_another_answer_is_there_then_the_newer_stays(merchant, seconds, news):
    Merchant.objects.filter(pk=merchant.pk).update(business_status="active", status_checked_at=NOW)
    status = closed(merchant, NOW + seconds * SECOND)
    assert standing.record_status(merchant_id=merchant.pk, status=status) is news
    assert kept(merchant)[0] == ("closed" if news else "active")


def test_record_status_when_the_number_changed_meanwhile_then_not_kept(merchant):
    status = closed(merchant)
    Merchant.objects.filter(pk=merchant.pk).update(number="1248100998")
    assert not standing.record_status(merchant_id=merchant.pk, status=status)
    assert kept(merchant) == ("unchecked", None, None)


def test_forget_status_when_the_number_was_corrected_then_unchecked(merchant):
    standing.record_status(merchant_id=merchant.pk, status=closed(merchant))
    standing.forget_status(merchant_id=merchant.pk)
    assert kept(merchant) == ("unchecked", None, None)


def test_check_status_when_answered_then_kept_and_returned(merchant, tax_office):
    tax_office.paused = {merchant.number}
    status = standing.check_status(merchant_id=merchant.pk)
    assert status.standing == BusinessStanding.PAUSED
    assert kept(merchant) == ("paused", NOW, None)


def test_check_status_when_silent_then_the_last_answer_stays(merchant, tax_office):
    standing.record_status(merchant_id=merchant.pk, status=closed(merchant))
    tax_office.behave(office.status(400))
    status = standing.check_status(merchant_id=merchant.pk)
    assert status.standing == BusinessStanding.UNCHECKED
    assert kept(merchant) == ("closed", NOW, dt.date(2026, 9, 30))


def test_check_status_when_a_founder_has_no_number_then_nobody_is_asked(tax_office):
    founder = factories.merchant(kind="pre_founder", number=None)
    assert standing.check_status(merchant_id=founder.pk) is None
    assert tax_office.asked == []


def test_task_when_run_then_the_history_names_it(merchant, tax_office):
    check_business_status(merchant.pk)
    event = merchant.events.get(pgh_label="update")
    assert event.business_status == "active"
    assert event.pgh_context.metadata == {"task": "check_business_status"}


# Every month -------------------------------------------------------------------------------


def test_recheck_when_a_month_has_passed_then_to_the_second_oldest_first(tax_office):
    looked_up(NOW - DAYS_30)
    looked_up(NOW - DAYS_30 + SECOND)
    old = looked_up(NOW - DAYS_30 - SECOND)
    never = factories.merchant()
    older = looked_up(NOW - 2 * DAYS_30)
    factories.merchant(kind="pre_founder", number=None)
    factories.merchant(state=MerchantState.DRAFT, verified_until=None)
    assert recheck_businesses() == 3
    assert tax_office.asked[0].numbers == [never.number, older.number, old.number]


def test_recheck_when_run_twice_then_the_second_asks_nobody(tax_office):
    merchants = [factories.merchant() for _ in range(3)]
    tax_office.closed = {merchants[1].number: "20260930"}
    assert [recheck_businesses(), recheck_businesses()] == [3, 0]
    assert len(tax_office.asked) == 1
    assert [kept(merchant)[0] for merchant in merchants] == ["active", "closed", "active"]
    assert list(Merchant.objects.flagged()) == [merchants[1]]


def test_recheck_when_250_then_in_hundreds(tax_office):
    for _ in range(250):
        factories.merchant()
    assert recheck_businesses() == 250
    assert [len(asked.numbers) for asked in tax_office.asked] == [100, 100, 50]


def test_recheck_when_one_batch_is_silent_then_the_next_run_takes_it_up(tax_office):
    for _ in range(150):
        factories.merchant()
    tax_office.behave(office.status(400))
    assert [recheck_businesses(), recheck_businesses(), recheck_businesses()] == [50, 100, 0]


def test_recheck_when_the_office_is_away_then_it_stops_early(tax_office):
    for _ in range(350):
        factories.merchant()
    tax_office.behave(*[office.status(400)] * 10)
    assert recheck_businesses() == 0
    assert len(tax_office.asked) == 3


def test_recheck_when_there_is_no_key_then_nothing(merchant, tax_office, settings):
    settings.BUSINESS_STATUS_KEY = ""
    assert recheck_businesses() == 0
    assert kept(merchant) == ("unchecked", None, None)


def test_recheck_when_another_process_is_at_it_then_it_leaves_it_to_that(merchant, tax_office):
    rival = connection.copy()
    try:
        with rival.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_lock(hashtextextended('merchants.recheck_verified', 0))"
            )
        assert recheck_businesses() == 0
        assert tax_office.asked == []
        with rival.cursor() as cursor:  # closing alone lets go only some time later
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        rival.close()
    assert recheck_businesses() == 1


def test_recheck_when_it_ended_then_others_may(merchant, tax_office):
    recheck_businesses()
    rival = connection.copy()
    try:
        with rival.cursor() as cursor:
            cursor.execute(
                "SELECT pg_try_advisory_lock(hashtextextended('merchants.recheck_verified', 0))"
            )
            assert cursor.fetchone() == (True,)
    finally:
        rival.close()


def test_timetable_when_read_then_the_recheck_is_in_it():
    assert "merchants.tasks.recheck_businesses" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }


# For staff ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("business_status", "flagged"),
    [
        ("unchecked", False),
        ("active", False),
        ("paused", True),
        ("closed", True),
        ("unregistered", True),
    ],
)
def test_flagged_when_the_office_lists_trouble_then_found(business_status, flagged):
    found = {
        "business_status": business_status,
        "status_checked_at": None if business_status == "unchecked" else NOW,
    }
    merchant = factories.merchant(**found)
    factories.merchant(**found, state=MerchantState.DRAFT, verified_until=None)
    assert list(Merchant.objects.flagged()) == ([merchant] if flagged else [])


def test_admin_when_filtered_by_standing_then_those_alone(staff_client):
    shown = factories.merchant(business_status="closed", status_checked_at=NOW)
    other = factories.merchant()
    address = reverse("admin:merchants_merchant_changelist")
    page = staff_client.get(address, {"business_status__exact": "closed"}).content.decode()
    assert shown.name in page
    assert other.display_number not in page
