"""The page of figures: who may read it, what it shows, what it hides, how much it asks."""

import datetime as dt
import sys

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from center import heavy, periods
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from center.reports import charts, drawing
from center.reports.drawing import Drawer
from center.reports.models import YearlyTarget
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.reports.worlds import World, freeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/reports/"
OCTOBER = periods.of_key("2026-10")
PAGES = [
    ADDRESS,
    "/reports/charts/usage_by_space.svg?period=2026-11",
    "/reports/adhoc/",
    "/reports/adhoc/table.csv?figures=bookings.uses&cut=space&period=2026-11",
]


@pytest.fixture
def world():
    """Six uses of the studio in November by four businesses, one no-show."""
    made = World()
    fill(made, 11)
    return made


def fill(world, month):
    for day, firm in ((2, 0), (3, 0), (4, 1), (5, 2), (6, 3), (9, 3)):
        world.book(starts=kst(day, 9, month=month), firm=firm)
    world.book(space=1, starts=kst(10, 9, month=month), firm=1)
    world.book(starts=kst(10, 9, month=month), firm=1, state="no_show")


def page_of(role, query="", address=ADDRESS):
    return logged_in(factories.staff(role)).get(f"{address}?{query}")


def row(page, table, name):
    section = next(p.section for p in page.context["parts"] if p.section.key == table)
    line = next(line for line in section.all_lines if line.name == name)
    return {c.key: v.text for c, v in zip(section.columns, line.values, strict=True)}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    ("role", "status"),
    [(OPERATOR, 200), (MANAGER, 200), (OFFICIAL, 200), (EVALUATOR, 403), ("merchant", 403)],
)
def test_pages_of_figures_when_opened_then_by_those_with_the_right(house, address, role, status):
    factories.studio(), factories.studio()
    if role == OFFICIAL and "/charts/" in address:
        status = 404  # rows, and so their picture, come with the edition
    person = factories.user() if role == "merchant" else factories.staff(role)
    if role == "merchant":
        factories.merchant(owner=person)
    assert logged_in(person).get(address).status_code == status


@pytest.mark.parametrize("address", PAGES)
def test_pages_of_figures_when_anonymous_then_log_in(db, client, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_dashboard_when_staff_then_full_figures_of_the_month(world):
    page = page_of(OPERATOR)
    total = row(page, "usage_by_space", "합계")
    assert (total["bookings.uses"], total["bookings.hours"]) == ("7", "7.0")
    assert (total["bookings.businesses"], total["bookings.no_shows"]) == ("4", "1")
    idle = row(page, "usage_by_space", world.spaces[3].name)
    assert (idle["bookings.uses"], idle["bookings.utilisation"]) == ("0", "0.0")


def test_dashboard_when_official_then_small_numbers_are_hidden(world):
    fill(world, 10)
    freeze(OCTOBER)
    page = page_of(OFFICIAL)
    total = row(page, "usage_by_space", "합계")
    assert (total["bookings.businesses"], total["bookings.no_shows"]) == ("X", "X")
    assert total["bookings.hours_offered"] != "X"
    assert "not shown" not in page.content.decode()
    assert "공개하지 않" in page.content.decode()


def test_dashboard_when_the_month_is_not_frozen_then_official_reads_the_whole_in_fives(world):
    for day in (11, 12, 13, 16):
        for firm in range(5):
            world.book(starts=kst(day, 9), firm=firm)
    page = page_of(OFFICIAL, "period=2026-11")
    headlines = {each.key: each.period.now.text for each in page.context["headlines"]}
    assert (headlines["bookings.uses"], headlines["bookings.no_show_rate"]) == ("25", "X")
    assert page.context["parts"] == []
    assert "5 단위로 반올림" in page.content.decode()
    narrowed = page_of(OFFICIAL, "period=2026-11&district=27110")
    assert {each.period.now.text for each in narrowed.context["headlines"]} <= {"X", "–"}


def test_dashboard_when_official_filters_few_businesses_then_nothing_is_shown(world):
    fill(world, 10)
    freeze(OCTOBER)
    texts = row(page_of(OFFICIAL, "period=2026-10&district=27140"), "usage_by_space", "합계")
    assert set(texts.values()) <= {"X", "–"}


def test_dashboard_when_official_filters_many_then_rounded_to_fives(world):
    for day in (13, 14, 15):
        for _ in range(3):
            world.firms.append(factories.merchant(district="27110"))
            world.book(starts=kst(day, 9, month=10), firm=len(world.firms) - 1)
    freeze(OCTOBER)
    query = "period=2026-10&district=27110"
    staff = row(page_of(OPERATOR, query), "usage_by_space", "합계")
    official = row(page_of(OFFICIAL, query), "usage_by_space", "합계")
    assert (staff["bookings.uses"], official["bookings.uses"]) == ("9", "10")


def test_dashboard_when_filtered_then_in_the_address_and_the_words(world):
    page = page_of(OPERATOR, "period=2026-11&district=27140")
    assert row(page, "usage_by_space", "합계")["bookings.uses"] == "2"
    assert "district=27140" in page.context["parts"][0].chart
    assert page.context["form"]["district"].value() == "27140"
    keys = [part.section.key for part in page.context["parts"]]
    assert "usage_by_district" in keys
    assert "equipment_by_device" not in keys  # it cannot be narrowed by businesses


def test_dashboard_when_target_then_result_to_date_and_rate(world):
    YearlyTarget.objects.create(year=2026, figure="bookings.uses", value=20)
    world.book(starts=kst(7, 9, month=10), firm=0)
    world.book(starts=kst(3, 9, year=2025), firm=0)
    card = page_of(OPERATOR).context["cards"][0]
    assert (card.line.to_date.text, card.line.target.text) == ("8", "20")
    assert (card.line.result.text, card.line.rate.text) == ("7", "40.0")
    assert card.change == "+7"


def test_dashboard_when_month_lasts_then_last_year_up_to_the_same_hour(world):
    before = NOW - dt.timedelta(days=365)
    world.book(starts=before - dt.timedelta(hours=3), firm=0)
    world.book(starts=before + dt.timedelta(hours=3), firm=0)
    headlines = {each.key: each for each in page_of(OPERATOR).context["headlines"]}
    uses = headlines["bookings.uses"]
    assert (uses.period.now.text, uses.period.before.text, uses.period.change) == ("7", "1", "+6")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("period=2026-13", "2026년 11월"),
        ("period=2026-Q3", "2026년 3분기"),
        ("first=2026-11-02&last=2026-11-03", "2026. 11. 2."),
        ("first=2026-11-03&last=2026-11-02", "2026년 11월"),
        ("first=2026-11-03", "2026년 11월"),
        ("district=nowhere", "2026년 11월"),
    ],
)
def test_dashboard_when_address_is_odd_then_a_page_nevertheless(world, query, said):
    page = page_of(OPERATOR, query)
    assert page.status_code == 200
    assert said in page.context["outline"].title


def test_dashboard_when_more_rows_then_as_many_queries(world):
    person, numbers = factories.staff(), []
    for round_ in range(3):
        client = logged_in(person)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"{ADDRESS}?period=2026-11&last=&kind={('', 'individual')[round_ > 0]}")
        numbers.append(len(asked))
        for firm in range(5):
            factories.studio()
            world.book(starts=kst(16 + firm, 9), firm=firm)
        cache.clear()
    assert numbers[1] == numbers[2]


def test_chart_when_few_rows_or_unknown_then_not_found(world):
    client = logged_in(factories.staff())
    assert client.get("/reports/charts/nothing.svg").status_code == 404
    found = client.get("/reports/charts/usage_by_space.svg?period=2026-11")
    assert found["Content-Type"] == "image/svg+xml"
    assert found.content.startswith(b"<svg")


def test_chart_when_others_are_drawn_then_asked_to_come_again_and_not_kept(world):
    client = logged_in(factories.staff())
    cache.clear()
    address = "/reports/charts/usage_by_space.svg?period=2026-11"
    with heavy.picture_work(), heavy.picture_work():
        refused = client.get(address)
    assert (refused.status_code, refused["Retry-After"]) == (429, "5")
    assert "max-age=60" not in refused.get("Cache-Control", "")
    assert client.get(address)["Content-Type"] == "image/svg+xml"


@pytest.mark.parametrize("extension", ["svg", "pdf", "hwpx"])
def test_chart_when_it_cannot_be_drawn_then_asked_to_come_again(world, monkeypatch, extension):
    """Its process ends at each try."""
    monkeypatch.setattr(drawing, "_COMMAND", [sys.executable, "-c", "", "--"])
    broken = Drawer()
    monkeypatch.setattr(charts, "drawer", lambda: broken)
    cache.clear()
    charts.svg.cache_clear()
    client = logged_in(factories.staff(MANAGER))
    if extension == "svg":
        refused = client.get(PAGES[1])
    else:
        address = PAGES[3].replace("table.csv", f"internal.{extension}")
        refused = client.post(address, {"purpose": "inspection", "text": "감사 자료 3호"})
        assert "지금은 이용이 많아" in refused.content.decode()
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert "max-age=60" not in refused.get("Cache-Control", "")


@pytest.mark.parametrize(
    "address", [ADDRESS, PAGES[3], "/reports/adhoc/?figures=bookings.uses&cut=space"]
)
def test_figures_when_others_are_counted_then_asked_to_come_again_by_a_page(world, address):
    """Of four threads two count at most; what was counted already is shown to everybody."""
    client = logged_in(factories.staff())
    cache.clear()
    with heavy.heavy_work(), heavy.heavy_work():
        refused = client.get(address)
        assert (refused.status_code, refused["Retry-After"]) == (429, "10")
        assert "지금은 이용이 많아" in refused.content.decode()
    assert client.get(address).status_code == 200
    with heavy.heavy_work(), heavy.heavy_work():
        kept = client.get(address)
    assert kept.status_code == (429 if ".csv" in address else 200)


def test_place_for_heavy_work_when_the_work_fails_then_free_again():
    for _again in range(heavy.AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError), heavy.heavy_work():
            raise ZeroDivisionError
