import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from bookings.services.facts import standing_of
from center import clock
from merchants.models import Membership, Merchant, Suspension
from merchants.selectors import merchant_of
from merchants.services import suspend as services
from tests import factories
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
WEEK = dt.timedelta(days=7)


def suspended_until(merchant, at):
    space = factories.studio()
    return standing_of(merchant, space, clock.day_of(at), at).suspended_until


SECOND = dt.timedelta(seconds=1)


def test_suspension_when_it_ends_then_by_itself_to_the_second(merchant):
    services.suspend(merchant=merchant, ends=NOW + WEEK, reason="미이용")
    assert suspended_until(merchant, NOW) == NOW + WEEK
    assert suspended_until(merchant, NOW + WEEK - SECOND) == NOW + WEEK
    assert suspended_until(merchant, NOW + WEEK) is None
    assert suspended_until(merchant, NOW - SECOND) is None


def test_suspension_when_lifted_then_over_and_kept(merchant):
    made = services.suspend(merchant=merchant, ends=NOW + WEEK, reason="미이용")
    services.lift_suspension(suspension=made)
    assert services.lift_suspension(suspension=made).lifted_at == NOW
    assert suspended_until(merchant, NOW) is None


@pytest.mark.parametrize(("late", "lifted"), [(-SECOND, True), (0 * SECOND, False)])
def test_suspension_when_lifted_at_its_end_then_nothing_is_left_to_lift(
    merchant, at_now, late, lifted
):
    made = services.suspend(merchant=merchant, ends=NOW + WEEK, reason="미이용")
    at_now.move_to(NOW + WEEK + late)
    made = services.lift_suspension(suspension=made, by=factories.user())
    assert (made.lifted_at is not None) is lifted


@pytest.mark.parametrize("by_whom", [True, False])
def test_suspension_when_the_row_makes_no_sense_then_refused(merchant, by_whom):
    made = services.suspend(merchant=merchant, ends=NOW + WEEK, reason="미이용")
    wrong = {"lifted_by": factories.user()} if by_whom else {"lifted_at": NOW - SECOND}
    with pytest.raises(IntegrityError), transaction.atomic():
        Suspension.objects.filter(pk=made.pk).update(**wrong)


def test_merchant_of_when_member_of_two_then_the_first_joined(owner, merchant):
    other = factories.merchant()
    Membership.objects.create(merchant=other, user=owner, joined_at=NOW + SECOND)
    assert merchant_of(owner) == merchant


@pytest.mark.parametrize(
    "fields",
    [
        {"number": "123"},
        {"number": None},
        {"verified_until": None},
        {"business_status": "closed"},
        {"status_checked_at": NOW},
    ],
)
def test_merchant_when_the_row_makes_no_sense_then_refused(merchant, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        Merchant.objects.filter(pk=merchant.pk).update(**fields)


def test_merchant_when_number_is_taken_then_refused(merchant):
    other = factories.merchant()
    with pytest.raises(IntegrityError), transaction.atomic():
        Merchant.objects.filter(pk=other.pk).update(number=merchant.number)


def test_admin_when_searched_with_hyphens_then_found_and_read_only(staff_client, merchant):
    address = reverse("admin:merchants_merchant_changelist")
    page = staff_client.get(address, {"q": merchant.display_number}).content.decode()
    assert merchant.name in page
    change = reverse("admin:merchants_merchant_change", args=[merchant.pk])
    assert staff_client.post(change, {"name": "x"}).status_code == 403
