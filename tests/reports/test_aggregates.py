"""What officials read of numbers that are not frozen, and somebody who compares all of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
import time_machine
from django.core.cache import cache
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from center import clock, periods
from center.figures import Table, Wish, registry
from center.models import AccessRecord
from center.permissions import OFFICIAL, OPERATOR
from center.reports import aggregates, disclosure, reading
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.reports.test_disclosure import USES, report, small_or_not
from tests.reports.worlds import World, freeze

OCTOBER, NOVEMBER = periods.of_key("2026-10"), periods.of_key("2026-11")


# Somebody with all pages of a month, one a day, and its edition ------------------------------


def seen(day: dict) -> dict:
    return aggregates.without_rows(aggregates.coarse(disclosure.protect(day), bare=False))


def seen_whole(day: dict) -> dict:
    """The control: rows too, and nothing rounded."""
    return disclosure.protect(day)


def narrowed(days: list[dict], edition: dict, row: int) -> tuple[float, float]:
    """The least and the most a row of the edition can be for somebody who knows that numbers
    only grow. One unknown a row and day; the last day is that of the edition."""
    rows, last = len(edition["tables"][0]["rows"]), len(days)
    at = {(r, t): r * (last + 1) + t for r in range(rows) for t in range(last + 1)}
    less, most = [], []

    def at_most(weights: dict[tuple[int, int], int], limit: float) -> None:
        line = np.zeros(len(at))
        for spot, weight in weights.items():
            line[at[spot]] = weight
        less.append(line)
        most.append(limit)

    def within(spots: list[tuple[int, int]], cell: Any, slack: int) -> None:
        low, high = (1, 10_000) if cell == "X" else (cell - slack, cell + slack)
        at_most(dict.fromkeys(spots, 1), high)
        at_most(dict.fromkeys(spots, -1), -low)

    for t, content in enumerate([*days, edition]):
        table = content["tables"][0]
        slack = 0 if content is edition or table["rows"] else 2
        within([(r, t) for r in range(rows)], table["total"][0], slack)
        for r, line in enumerate(table["rows"]):
            within([(r, t)], line["cells"][0], slack)
        if t:
            for r in range(rows):
                at_most({(r, t - 1): 1, (r, t): -1}, 0)
    goal = np.zeros(len(at))
    goal[at[row, last]] = 1
    found = [linprog(way, A_ub=np.array(less), b_ub=most) for way in (goal, -goal)]
    assert all(each.status == 0 for each in found)
    return round(found[0].fun, 6), round(-found[1].fun, 6)


def month(grown: list[list[int]], look: Any) -> tuple[list[dict], dict, dict]:
    """Its days as they are looked at, the edition and the numbers behind it."""
    totals = np.cumsum(np.array(grown), axis=0).tolist()
    days = [report({"space": {"b.uses": row}}, figures=[USES]) for row in totals]
    return [look(day) for day in days], disclosure.protect(days[-1]), days[-1]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(small_or_not, min_size=4, max_size=4), min_size=2, max_size=4))
def test_attacker_when_every_day_was_read_then_each_small_count_keeps_four_values(grown):
    days, edition, behind = month(grown, seen)
    for n, line in enumerate(behind["tables"][0]["rows"]):
        if 0 < line["cells"][0] < 5:
            low, high = narrowed(days, edition, n)
            assert high - low >= 3


def test_attacker_when_rows_were_stated_day_by_day_then_finds_the_hidden_cell():
    """The control: on the first day the row beside the small one was not needed to hide it."""
    days, edition, _ = month([[0, 9, 30], [1, 0, 0]], seen_whole)
    assert [line["cells"][0] for line in edition["tables"][0]["rows"]] == ["X", "X", 30]
    assert narrowed(days, edition, 0) == (1, 1)


# Periods and instants ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "permitted"),
    [
        ("2026-10-31..2026-11-01", "2026-10-01..2026-11-30"),
        ("2026-10-01..2026-10-31", "2026-10-01..2026-10-31"),
        ("to-2026-10-05", "to-2026-10-31"),
        ("to-2026-10-31", "to-2026-10-31"),
        ("to-2026-11-01", f"to-{NOW:%Y-%m-%d}"),
        ("2026-Q3", "2026-Q3"),
    ],
)
def test_permitted_when_days_are_chosen_then_whole_months(at_now, asked, permitted):
    assert aggregates.permitted(Wish(periods.of_key(asked), NOW)).period.key == permitted


def test_permitted_when_five_years_then_no_longer_than_a_report_may_be(at_now):
    wish = aggregates.permitted(Wish(periods.of_key("2021-11-20..2026-11-19"), NOW))
    assert periods.of_key(wish.period.key) == wish.period


@pytest.mark.parametrize(
    ("now", "uses"),
    [
        (clock.at(dt.date(2026, 11, 12), dt.time(23, 59, 59)), 0),
        (clock.at(dt.date(2026, 11, 13)), 20),
    ],
)
@pytest.mark.django_db
def test_whole_of_an_open_month_when_the_day_ends_then_moves(now, uses):
    with time_machine.travel(now, tick=False):
        world = World()
        for firm in range(5):
            for hour in (9, 11, 13, 15):
                world.book(starts=kst(12, hour), firm=firm)
        content = reading.read(Wish(NOVEMBER, now), registry.standing(NOVEMBER), full=False)
        table = next(each for each in content["tables"] if each["key"] == "usage_by_space")
        assert table["rows"] == []
        assert table["total"][table["columns"].index("bookings.uses")] == uses


# Pages ---------------------------------------------------------------------------------------


@pytest.fixture
def world(at_now):
    """October is frozen: the second space has 3 uses, which hides a row beside it."""
    made = World()
    for n in range(24):
        made.book(starts=kst(1 + n, 9, month=10), firm=n % 5)
    for n in range(7):
        made.book(space=2, starts=kst(1 + n, 9, month=10), firm=n % 5)
    for n in range(3):
        made.book(space=1, starts=kst(1 + n, 9, month=10), firm=n)
    freeze(OCTOBER)
    return made


def shown(address: str, role: str = OFFICIAL) -> Any:
    return logged_in(factories.staff(role)).get(address)


def column(page: Any, table: str, figure: str) -> dict[str, str]:
    section = next(p.section for p in page.context["parts"] if p.section.key == table)
    at = [each.key for each in section.columns].index(figure)
    return {line.name: line.values[at].text for line in section.all_lines}


@pytest.mark.django_db
def test_dashboard_when_official_comes_then_reads_the_last_month_frozen_as_it_was(world):
    world.book(starts=kst(28, 9, month=10), firm=0)  # a late correction
    cache.clear()
    page = shown("/reports/")
    assert page.context["outline"].stamp.label == "v1"
    assert column(page, "usage_by_space", "bookings.uses")["합계"] == "34"
    staff = shown("/reports/?period=2026-10", OPERATOR)
    assert column(staff, "usage_by_space", "bookings.uses")["합계"] == "35"
    picture = shown("/reports/charts/usage_by_space.svg?period=2026-10")
    assert picture["Content-Type"] == "image/svg+xml"


@pytest.mark.django_db
def test_dashboard_when_narrowed_to_a_row_the_edition_hides_then_the_figure_is_hidden(world):
    slug = world.spaces[2].slug
    hidden = column(shown("/reports/"), "usage_by_space", "bookings.uses")
    assert [hidden[world.spaces[n].name] for n in (0, 1, 2)] == ["24", "X", "X"]
    page = shown(f"/reports/?period=2026-10&space={slug}")
    said = {
        text
        for part in page.context["parts"]
        for text in column(page, part.section.key, part.section.columns[0].key).values()
    }
    assert said <= {"X", "–", "0"}
    other = shown(f"/reports/?period=2026-10&space={world.spaces[0].slug}")
    assert column(other, "usage_by_space", "bookings.uses")["합계"] == "25"


@pytest.mark.django_db
def test_table_of_ones_own_when_other_figures_are_chosen_then_the_same_is_hidden(world):
    def hidden(*figures: str) -> list[bool]:
        table = Table("adhoc", "", "space", figures)
        made = reading.read(Wish(OCTOBER, NOW), [table], full=False)["tables"][0]
        at = made["columns"].index("bookings.uses")
        return [row["cells"][at] == "X" for row in made["rows"]]

    alone = hidden("bookings.uses")
    assert any(alone)
    assert hidden("bookings.uses", "bookings.no_shows", "bookings.people") == alone


@pytest.mark.django_db
def test_files_when_not_frozen_then_only_for_the_house_and_written_down(world):
    assert shown("/reports/2026-11/preliminary.csv").status_code == 404
    assert shown("/reports/2026-11/preliminary.csv", OPERATOR).status_code == 404
    internal = "/reports/2026-11/preliminary/internal.csv"
    mine = "/reports/adhoc/internal.csv?period=2026-11&figures=bookings.uses&cut=space"
    for address in (internal, mine):
        assert shown(address).status_code == 403
        staff = logged_in(factories.staff(OPERATOR))
        assert "text/html" in staff.get(address)["Content-Type"]
        answer = staff.post(address, {"purpose": "inspection"})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        record = AccessRecord.objects.get(what=address)
        assert record.subject_ids == [20261101, 20261130]
