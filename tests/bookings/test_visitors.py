"""/admin/visitors/<pk>/: the link for the person; bookings put down to a registered business."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings.models import Booking
from bookings.services import visitors
from center.errors import RuleViolation
from center.models import AccessRecord
from center.permissions import EVALUATOR, OFFICIAL
from merchants import retention
from merchants.models import Invitation, Membership, Merchant
from merchants.services import register, suspend
from tests import factories
from tests.bookings.test_book import send
from tests.bookings.test_on_behalf import book
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
TODAY = {"day": "2026-11-23", "source": "walk_in", "start": "13:00", "end": "14:00"}


@pytest.fixture
def visitor(db):
    return register.register_visitor(name="첫손님 가게", phone="010-2222-3333")


@pytest.fixture
def booking(visitor, studio, staff_client):
    send(staff_client, visitor, studio, **TODAY, set_aside="on", reason="처음 방문")
    return Booking.objects.get()


def address(visitor, name="visitor"):
    return reverse(f"admin:{name}", args=[visitor.pk])


def test_list_when_visitors_are_shown_then_each_leads_to_its_page(staff_client, visitor):
    assert address(visitor) == f"/admin/visitors/{visitor.pk}/"
    assert address(visitor) in staff_client.get("/admin/book/?show=visitors").content.decode()


def test_page_when_an_address_is_given_then_invited_and_logged(staff_client, visitor):
    page = staff_client.post(address(visitor), {"email": "person@example.com"}, follow=True)
    assert Invitation.objects.get().email == "person@example.com"
    assert "person@example.com" in page.content.decode()
    assert AccessRecord.objects.filter(action="change", subject_ids=[visitor.pk]).exists()


def test_page_when_the_address_makes_no_sense_then_kept_and_said(staff_client, visitor):
    page = staff_client.post(address(visitor), {"email": "nonsense"})
    assert page.status_code == 400
    assert 'value="nonsense"' in page.content.decode()


def test_join_when_the_business_is_registered_then_bookings_and_suspension_go_along(
    staff_client, visitor, booking
):
    owner = factories.merchant(phone=visitor.phone)
    suspend.suspend(merchant=visitor, ends=NOW + dt.timedelta(days=7), reason="미이용")
    assert owner.name in staff_client.get(address(visitor)).content.decode()
    staff_client.post(address(visitor, "visitor_join"), {"business": owner.pk})
    booking.refresh_from_db()
    assert booking.merchant == owner
    assert owner.suspensions.count() == 1
    assert list(Merchant.objects.all()) == [owner]


def test_join_when_not_offered_or_of_the_member_of_staff_then_refused(visitor, booking):
    staff = factories.staff()
    stranger, own = factories.merchant(), factories.merchant(phone=visitor.phone)
    Membership.objects.create(merchant=own, user=staff)
    for wrong in (stranger.pk, own.pk, "x", ""):
        page = logged_in(staff).post(address(visitor, "visitor_join"), {"business": wrong})
        assert page.status_code == 400
    booking.refresh_from_db()
    assert booking.merchant == visitor


def test_join_when_a_colleague_was_faster_then_said_and_nobody_books_for_it(visitor, studio):
    staff, target = factories.staff(), factories.merchant()
    visitors.join(visitor=visitor, merchant=target, by=staff)
    gone = Merchant(pk=visitor.pk)
    with pytest.raises(RuleViolation, match="not_visitor"):
        visitors.join(visitor=gone, merchant=target, by=staff)
    with pytest.raises(RuleViolation, match="no_business"):
        book(staff, gone, studio)


def test_page_when_somebody_acts_for_it_or_not_staff_then_not_shown(
    client, owner_client, staff_client, visitor, merchant
):
    assert staff_client.get(address(merchant)).status_code == 404
    others = [logged_in(factories.staff(role)) for role in (OFFICIAL, EVALUATOR)]
    for somebody in (client, owner_client, *others):
        for name in ("visitor", "visitor_join"):
            assert somebody.post(address(visitor, name), {}).status_code in {302, 403}
    assert Merchant.objects.filter(pk=visitor.pk).exists()


def test_draft_when_taken_over_with_bookings_then_neither_discarded_nor_destroyed(
    visitor, booking, at_now
):
    person = factories.user()
    Membership.objects.create(merchant=visitor, user=person, role=Membership.Role.OWNER)
    with pytest.raises(RuleViolation, match="draft_in_use"):
        register.discard(merchant=visitor)
    page = logged_in(person).post(reverse("merchant_discard"), follow=True)
    assert "예약이 있어" in page.content.decode()
    long_after = NOW + dt.timedelta(days=999)
    assert list(retention._abandoned_drafts(long_after)) == []
