import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Booking
from merchants.services.suspend import suspend
from tests import factories
from tests.bookings.test_availability import occupy
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/bookings/"


def page_of(client, **query):
    return BeautifulSoup(client.get(ADDRESS, query).content, "html.parser")


def test_list_when_bookings_then_to_come_first_then_earlier(owner_client, studio, merchant):
    assert reverse("booking_list") == ADDRESS
    past = occupy(studio, merchant, kst(16, 10), kst(16, 11))
    coming = confirm(hold(studio, merchant))
    page = page_of(owner_client)
    sections = page.select("main section")
    assert coming.reference in sections[0].text
    assert past.reference in sections[1].text


def test_list_when_a_hold_is_on_then_it_leads_to_its_confirmation(owner_client, studio, merchant):
    held = hold(studio, merchant)
    response = owner_client.get(held.get_absolute_url())
    assert held.reference in page_of(owner_client).text
    assert response.url == reverse("booking_confirm", args=[held.reference])


def test_list_when_no_business_then_says_what_to_do(db):
    page = page_of(logged_in(factories.user()))
    assert [a["href"] for a in page.select(".empty a")] == [
        "/merchants/register/",
        "/merchants/join/",
    ]


def test_list_when_the_business_cannot_book_then_said_with_the_page_that_says_why(
    at_now, owner_client, merchant
):
    assert page_of(owner_client).select_one("main .alert") is None
    suspend(merchant=merchant, ends=kst(1, month=12), reason="미이용")
    alert = page_of(owner_client).select_one("main .alert")
    assert "11. 30.(월) 24:00까지" in alert.text
    assert alert.a["href"] == reverse("merchant")
    at_now.move_to(kst(1, month=12))
    assert page_of(logged_in(merchant.memberships.get().user)).select_one("main .alert") is None


def test_list_when_the_verification_has_ended_then_said(owner_client, merchant):
    merchant.verified_until = NOW.date() - dt.timedelta(days=1)
    merchant.save()
    assert page_of(owner_client).select_one("main .alert a")["href"] == reverse("merchant")


@pytest.mark.parametrize("count", [1, 3])
def test_list_when_more_rows_then_the_same_queries(
    owner_client, house, merchant, count, django_assert_num_queries
):
    space = factories.studio()
    for n in range(count):
        occupy(space, merchant, kst(10 + n, 10), kst(10 + n, 11))
        occupy(space, merchant, kst(25 + n, 10), kst(25 + n, 11))
    with django_assert_num_queries(8):
        owner_client.get(ADDRESS)


def test_list_when_many_then_pages_of_twenty(owner_client, studio, merchant):
    for n in range(25):
        start = NOW - dt.timedelta(days=n + 1)
        occupy(studio, merchant, start, start + dt.timedelta(hours=1))
    assert Booking.objects.count() == 25
    assert len(page_of(owner_client).select(".rows li")) == 20
    assert len(page_of(owner_client, page=2).select(".rows li")) == 5
    assert len(page_of(owner_client, page="x").select(".rows li")) == 20
