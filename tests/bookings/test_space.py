import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Category
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def page_of(client, space, **query):
    response = client.get(reverse("space", args=[space.slug]), query)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def column(page, day):
    """The words of one day of the week table, by time."""
    return {
        row.th.text: row.find_all("td")[day].select_one(".slot").get_text(strip=True)
        for row in page.select("table.week tbody tr")
    }


def test_space_when_anonymous_then_states_are_words(client, studio, merchant):
    confirm(hold(studio, merchant, kst(26, 13), kst(26, 14)))
    page = page_of(client, studio)
    assert column(page, 0)["9:00"] == "지남"
    assert column(page, 1)["9:00"] == "마감"
    assert column(page, 3) == {
        "9:00": "1실",
        "10:00": "1실",
        "11:00": "1실",
        "12:00": "점심",
        "13:00": "찼음",
        "14:00": "찼음",
        "15:00": "1실",
        "16:00": "1실",
        "17:00": "1실",
    }
    assert set(column(page, 5).values()) == {"쉼"}


def test_space_when_own_booking_then_shown_as_mine_with_its_link(owner_client, studio, merchant):
    booking = confirm(hold(studio, merchant, kst(26, 13), kst(26, 14)))
    page = page_of(owner_client, studio)
    assert column(page, 3)["13:00"] == "내 예약"
    assert page.select_one("table.week a.mine")["href"] == booking.get_absolute_url()


def test_space_when_slot_is_touched_then_chosen_and_longer_with_the_next(owner_client, studio):
    page = page_of(owner_client, studio)
    first = page.select_one("#t11261000")["href"]
    page = follow(owner_client, studio, first)
    assert column(page, 3)["10:00"] == "선택"
    assert page.select_one("table.week .slot.on + a")["href"] == "#pick", "past what follows"
    page = follow(owner_client, studio, page.select_one("#t11261100")["href"])
    assert page.select_one("#chosen").get_text(" ", strip=True) == (
        "날짜 11. 26.(목) 시간 10:00 – 12:00 남은 자리 1실"
    )
    form = page.select_one("form#hold")
    assert form["action"] == reverse("hold", args=[studio.slug])
    values = {field["name"]: field["value"] for field in form.select("input")}
    assert values["start"] == "2026-11-26T10:00:00+09:00"
    assert values["end"] == "2026-11-26T12:00:00+09:00"
    shorter = follow(owner_client, studio, page.select_one("#t11261100")["href"])
    assert "10:00 – 11:00" in shorter.select_one("#chosen").text


def follow(client, space, href):
    response = client.get(reverse("space", args=[space.slug]) + href)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def test_space_when_choice_would_cross_lunch_then_it_starts_anew(owner_client, studio):
    page = page_of(owner_client, studio, start="2026-11-26T11:00", end="2026-11-26T12:00")
    href = page.select_one("#t11261300")["href"]
    assert "start=2026-11-26T13:00" in href


def test_space_when_rules_stand_against_it_then_said_before_the_button(
    owner_client, studio, merchant
):
    confirm(hold(studio, merchant, kst(26, 13), kst(26, 14)))
    page = page_of(owner_client, studio, start="2026-11-26T09:00", end="2026-11-26T10:00")
    assert "하루 1회" in page.select_one(".pick .alert").text
    assert page.select_one("form#hold button") is None
    assert "1회 / 3회" in page.select_one(".quota").text


def test_space_when_logged_in_then_the_form_with_its_token_is_there(owner_client, studio):
    page = page_of(owner_client, studio)
    assert page.select_one("form#hold input[name=csrfmiddlewaretoken]")["value"]


def test_space_when_anonymous_then_choice_leads_to_log_in_and_back(client, studio):
    page = page_of(client, studio, start="2026-11-26T09:00", end="2026-11-26T10:00")
    link = urlsplit(page.select_one(".pick a.btn")["href"])
    assert link.path == reverse("account_login")
    back = client.get(parse_qs(link.query)["next"][0])
    assert "9:00 – 10:00" in BeautifulSoup(back.content, "html.parser").select_one("#chosen").text


def test_space_when_list_is_asked_for_then_free_times_by_day(client, studio):
    page = page_of(client, studio, view="list")
    days = {
        d.dt.text: [a.get_text(" ", strip=True) for a in d.select("a")]
        for d in page.select(".agenda > div")
    }
    assert days["11월 26일(목)"][0] == "9:00 1실"
    assert days["11월 23일(월)"] == []
    assert "view=list" in page.select_one("a[rel=next]")["href"]


def test_space_when_holiday_then_named(client, house):
    page = page_of(client, factories.studio(), **{"from": "2026-12-21"})
    assert "12. 25.(금) 성탄절" in page.text


@pytest.mark.parametrize(
    "query",
    [
        {"from": "nonsense"},
        {"from": "2026-02-30"},
        {"from": "9999-12-31"},
        {"from": "0001-01-01"},
        {"day": "2026-13-01"},
        {"start": "yesterday"},
        {"start": "9999-12-31T23:00"},
        {"start": "2026-11-26T25:00"},
        {"view": "calendar"},
        {"from": "2026-11-23\x00"},
    ],
)
def test_space_when_the_address_is_nonsense_then_400_in_the_house_look(client, studio, query):
    response = client.get(reverse("space", args=[studio.slug]), query)
    assert response.status_code == 400
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("header.site")
    assert page.select_one(".alert").text.strip()


@pytest.mark.parametrize(
    "query",
    [
        {"start": "2026-11-26T12:00", "end": "2026-11-26T11:00"},
        {"start": "2026-11-26T09:07"},
        {"start": "2026-11-01T09:00"},
        {"start": "2099-12-31T23:00", "end": "2099-12-31T23:30"},
        {"end": "2026-11-26T11:00"},
        {"from": "2027-11-20"},
    ],
)
def test_space_when_the_choice_is_impossible_then_the_page_still_shows(client, studio, query):
    response = client.get(reverse("space", args=[studio.slug]), query)
    assert response.status_code == 200


def test_space_when_unknown_or_withdrawn_then_404(client, studio):
    assert client.get("/spaces/no-such-space/").status_code == 404
    studio.is_active = False
    studio.save()
    assert client.get(reverse("space", args=[studio.slug])).status_code == 404


def test_space_when_equipment_then_points_to_its_spaces(client, studio):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    page = page_of(client, camera)
    assert page.find("a", href=studio.get_absolute_url())


@pytest.mark.parametrize("units", [1, 24])
def test_space_when_anonymous_then_at_most_four_queries(
    client, house, units, django_assert_max_num_queries
):
    space = factories.studio(units)
    client.get(reverse("space", args=[space.slug]))  # the house's settings are read once
    with django_assert_max_num_queries(4):
        client.get(reverse("space", args=[space.slug]))


@pytest.mark.parametrize("spaces", [1, 3])
def test_space_list_when_more_spaces_then_the_same_queries(
    client, house, spaces, django_assert_num_queries
):
    for _ in range(spaces):
        factories.resource(Category.EQUIPMENT, used_in=[factories.studio(2)])
    client.get(reverse("space_list"))
    with django_assert_num_queries(5):
        client.get(reverse("space_list"))


def test_space_list_when_open_then_next_free_time_of_each(client, studio):
    page = BeautifulSoup(client.get(reverse("space_list")).content, "html.parser")
    card = page.select_one("a.card")
    assert card.select_one(".n").text == "11. 26.(목) 9:00"
    assert "마지막 한 자리" in card.text


def test_space_when_page_is_weighed_then_below_thirty_kilobytes(client, house):
    response = client.get(reverse("space", args=[factories.studio(24).slug]))
    assert len(response.content) < 30_000


def test_space_when_shown_then_no_inline_style_or_script(client, studio):
    html = client.get(reverse("space", args=[studio.slug])).content.decode()
    assert not re.search(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)", html)


def test_today_when_page_is_opened_then_marked(client, studio):
    page = page_of(client, studio)
    assert page.select_one("table.week th.today").text == "월23"
    assert page.select_one(".strip a[aria-current=date]").text.startswith("목26")
    assert dt.date(2026, 11, 23).weekday() == 0


def test_space_when_one_holds_a_time_then_it_is_named_and_not_in_the_way(
    owner_client, studio, merchant
):
    held = hold(studio, merchant, kst(26, 10), kst(26, 11))
    page = page_of(owner_client, studio, start="2026-11-26T10:00", end="2026-11-26T12:00")
    assert page.find("a", href=reverse("booking_confirm", args=[held.reference]))
    assert page.select_one("form#hold button"), "neither the unit nor the limits are in the way"
    assert "0회 / 3회" in page.select_one(".quota").text
