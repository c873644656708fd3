"""The month of a space: how much of each day can still be booked, open to everybody."""

import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Closure
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def month_of(client, space, **query):
    response = client.get(reverse("space", args=[space.slug]), {"view": "month", **query})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def days(page):
    """The words of each day, by its number."""
    return {
        int(slot.b.text): slot.get_text(" ", strip=True).split(" ", 1)[1]
        for slot in page.select("table.month .slot")
    }


def test_month_when_anonymous_then_each_day_in_words(client, studio, merchant):
    confirm(hold(studio, merchant, kst(26, 13), kst(26, 15)))
    page = month_of(client, studio)
    words = days(page)
    assert page.select_one("h2").text == "2026년 11월"
    assert (words[22], words[23], words[24]) == ("쉼", "마감", "마감")
    assert (words[20], words[26], words[27], words[28]) == ("지남", "5시간", "8시간", "쉼")
    link = page.select_one("a.slot[href='?day=2026-11-27']")
    assert link["aria-label"] == "11. 27.(금), 8시간 비어 있음"
    assert page.select_one(".slot.today b").text == "23"


def test_month_when_it_begins_then_sunday_is_first(client, studio):
    page = month_of(client, studio, **{"from": "2026-12-01"})
    rows = page.select("table.month tbody tr")
    assert page.select_one("table.month th").text == "일"
    assert [cell.get_text(strip=True)[:1] for cell in rows[0].select("td")][:3] == ["", "", "1"]
    assert {len(row.select("td")) for row in rows} == {7}
    assert "12. 25.(금)" in page.text


def test_month_when_a_day_is_touched_then_its_week_with_that_day(client, studio):
    page = client.get(reverse("space", args=[studio.slug]) + "?day=2026-11-27")
    page = BeautifulSoup(page.content, "html.parser")
    assert page.select_one("#day-2026-11-27")["aria-current"] == "date"
    assert page.select_one("#month-view")["href"] == "?view=month&from=2026-11-27"


def test_month_when_a_day_is_full_or_closed_then_no_link(client, studio, merchant):
    booked = [(9, 12), (13, 16), (17, 18)]
    for n, (start, end) in enumerate(booked):
        business = merchant if not n else factories.merchant()
        confirm(hold(studio, business, kst(27, start), kst(27, end)))
    shut = kst(30), kst(30, 23, 59)
    Closure.objects.create(resource=studio, starts=shut[0], ends=shut[1], reason="점검")
    page = month_of(client, studio)
    assert (days(page)[27], days(page)[30]) == ("찼음", "쉼")
    assert not page.select("a[href='?day=2026-11-27'], a[href='?day=2026-11-30']")


def test_month_when_beyond_the_horizon_then_not_yet_and_the_way_on(client, studio):
    page = month_of(client, studio, **{"from": "2027-03-01"})
    assert "아직" in " ".join(days(page).values())
    assert not page.select("table.month a")
    assert page.select_one("p.alert a")["href"] == "?view=month&from=2027-04-01"
    assert page.select_one("#week-this")["href"] == "?view=month&from=2026-11-23"


def test_month_when_the_year_ends_then_no_way_to_what_is_refused(client, studio):
    for day, rel in (("2027-11-24", "next"), ("2025-11-22", "prev")):
        page = month_of(client, studio, **{"from": day})
        assert not page.select(f"a[rel={rel}]")
    for link in page.select(".weeknav a, .views a"):
        assert client.get(reverse("space", args=[studio.slug]) + link["href"]).status_code == 200


@pytest.mark.parametrize("units", [1, 3])
def test_month_when_anonymous_then_the_same_queries(
    client, house, units, django_assert_num_queries
):
    space = factories.studio(units)
    month_of(client, space)  # the house's settings are read once
    with django_assert_num_queries(4):
        page = month_of(client, space)
    assert days(page)[27] == "8시간"


def test_month_when_moving_a_booking_then_only_weeks(owner_client, studio, merchant):
    booking = confirm(hold(studio, merchant, kst(26, 13), kst(26, 14)))
    page = owner_client.get(reverse("booking_change", args=[booking.reference]))
    assert "view=month" not in page.content.decode()


def test_month_when_page_is_weighed_then_light_and_without_inline_style(client, house):
    space = factories.studio(24)
    address = reverse("space", args=[space.slug]) + "?view=month"
    html = client.get(address).content.decode()
    assert len(html.encode()) < 30_000
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html)
