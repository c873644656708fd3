"""Disclosure control against an attacker who has everything that was handed out."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from center.reports import disclosure
from tests.reports import sample
from tests.reports.attacker import Attacker

CUTS = ("space", "district")


def figure(key: str, **flags: Any) -> dict:
    return sample.figure(key, key, key, **flags)


def report(
    tables: dict[str, dict[str, list]], *, period: str = "2026-10", figures: list[dict]
) -> dict:
    """``tables``: by cut, by figure, the numbers of the rows."""
    made = []
    for cut, columns in tables.items():
        length = len(next(iter(columns.values())))
        rows = [
            sample.row(f"r{n}", f"행 {n}", f"row {n}", *(cells[n] for cells in columns.values()))
            for n in range(length)
        ]
        made.append(
            {
                "key": f"by_{cut}",
                "title": sample.words(cut, cut),
                "cut": {"key": cut, "name": sample.words(cut, cut)},
                "columns": list(columns),
                "rows": rows,
                "total": [sum(cells) for cells in columns.values()],
                "note": None,
            }
        )
    kept = sample.content(figures=figures, tables=made, targets=[])
    kept["period"]["key"] = period
    return kept


def cell(content: dict, table: int, row: int, column: int = 0) -> Any:
    return content["tables"][table]["rows"][row]["cells"][column]


USES = figure("b.uses")


def split(total: int, shares: list[int]) -> list[int]:
    """``total`` cut into ``len(shares) + 1`` parts, none below nought."""
    cuts = sorted(share % (total + 1) for share in shares)
    return [b - a for a, b in zip([0, *cuts], [*cuts, total], strict=True)]


small_or_not = st.one_of(st.integers(0, 4), st.integers(0, 60))


@st.composite
def linked(draw: Any) -> dict[str, dict[str, list]]:
    """One figure over two cuts with the same total."""
    first = draw(st.lists(small_or_not, min_size=1, max_size=6))
    shares = draw(st.lists(st.integers(0, 10_000), min_size=0, max_size=5))
    return {"space": {"b.uses": first}, "district": {"b.uses": split(sum(first), shares)}}


def attack(*handed_out: tuple[dict, int], identities: Any = ()) -> Attacker:
    attacker = Attacker()
    for content, version in handed_out:
        attacker.read(content, version, identities)
    return attacker


def each_small(content: dict, version: int = 1) -> Any:
    """Every count from one to four, as the attacker names it."""
    period = content["period"]["key"]
    for table in content["tables"]:
        for row in table["rows"]:
            for key, value in zip(table["columns"], row["cells"], strict=True):
                if 0 < value < 5:
                    yield (period, version, key, table["cut"]["key"], row["key"]), value


def test_protect_when_all_counts_are_large_then_changes_nothing():
    full = report({"space": {"b.uses": [5, 0, 12]}}, figures=[USES])
    assert disclosure.protect(full) == full


def test_protect_when_one_cell_is_small_then_the_smallest_other_goes_with_it():
    full = report({"space": {"b.uses": [4, 9, 30, 0]}}, figures=[USES])
    public = disclosure.protect(full)
    assert [cell(public, 0, n) for n in range(4)] == ["X", "X", 30, 0]
    assert public["tables"][0]["total"] == [43]


def test_protect_when_two_ones_sum_to_two_then_a_third_goes_with_them():
    full = report({"space": {"b.uses": [1, 1, 6, 30]}}, figures=[USES])
    assert [cell(disclosure.protect(full), 0, n) for n in range(4)] == ["X", "X", "X", 30]


@pytest.mark.parametrize(("value", "shown"), [(0, 0), (1, "X"), (4, "X"), (5, 5)])
def test_protect_at_the_threshold(value, shown):
    full = report({"space": {"b.uses": [value, 40, 50]}}, figures=[USES])
    assert cell(disclosure.protect(full), 0, 0) == shown


def test_protect_when_the_total_is_small_then_the_figure_is_withheld_in_every_table():
    full = report({"space": {"b.uses": [3, 0]}, "district": {"b.uses": [1, 2]}}, figures=[USES])
    public = disclosure.protect(full)
    assert [public["tables"][n]["total"] for n in (0, 1)] == [["X"], ["X"]]
    assert [cell(public, 0, 0), cell(public, 0, 1), cell(public, 1, 0)] == ["X", 0, "X"]


def test_protect_when_a_part_of_a_ratio_is_hidden_then_so_is_the_ratio():
    rate = figure("b.rate", decimals=1, counts=False, additive=False) | {
        "parts": ["b.no_shows", "b.uses"]
    }
    full = report(
        {"space": {"b.uses": [50, 60, 70], "b.no_shows": [2, 9, 11], "b.rate": [0, 0, 0]}},
        figures=[USES, figure("b.no_shows"), rate],
    )
    full["tables"][0]["rows"][0]["cells"][2] = "3.8"
    public = disclosure.protect(full)
    assert [row["cells"] for row in public["tables"][0]["rows"]] == [
        [50, "X", "X"],
        [60, "X", "X"],
        [70, 11, 0],
    ]


def test_protect_when_hours_are_of_few_then_they_are_hidden_too():
    hours = figure("bookings.hours", decimals=1, counts=False)
    full = report(
        {"space": {"bookings.uses": [3, 9, 70], "bookings.hours": [0, 0, 0]}},
        figures=[figure("bookings.uses"), hours],
    )
    assert [row["cells"][1] for row in disclosure.protect(full)["tables"][0]["rows"]] == [
        "X",
        "X",
        0,
    ]


@pytest.mark.parametrize(
    ("businesses", "sales"),
    [([1, 30, 6], ["X", 7_000, "X"]), ([5, 30, 6], [900, 7_000, 8_000])],
)
def test_protect_when_many_broadcasts_are_of_one_business_then_its_sales_are_hidden(
    businesses, sales
):
    columns = {
        "programs.broadcasts": [6, 40, 50],
        "programs.broadcast_businesses": businesses,
        "programs.broadcast_sales": [900, 7_000, 8_000],
    }
    figures = [figure(key, counts=not key.endswith("sales")) for key in columns]
    public = disclosure.protect(report({"program_kind": columns}, figures=figures))
    assert [cell(public, 0, n, 0) for n in range(3)] == [6, 40, 50]
    assert [cell(public, 0, n, 2) for n in range(3)] == sales


def test_protect_when_a_target_is_small_then_result_and_year_to_date_are_hidden():
    full = sample.content(tables=[])
    full["targets"][0].update(key="bookings.no_shows", result=4, to_date=31, rate="62.0")
    target = disclosure.protect(full)["targets"][0]
    assert [target[name] for name in ("target", "result", "to_date", "rate")] == [
        500,
        "X",
        "X",
        "X",
    ]


def test_protect_when_a_month_before_hid_its_result_then_the_year_to_date_stays_hidden():
    october = sample.content(tables=[])
    october["targets"][0].update(result=4)
    november = sample.content(tables=[])
    november["targets"][0].update(result=20, to_date=432)
    public = disclosure.protect(november, before=[disclosure.protect(october)])
    target = public["targets"][0]
    assert [target[name] for name in ("result", "to_date", "rate")] == [20, "X", "X"]


@settings(max_examples=150, deadline=None)
@given(linked())
def test_attacker_when_cuts_share_a_total_then_each_small_count_keeps_four_values(tables):
    full = report(tables, figures=[USES])
    attacker = attack((disclosure.protect(full), 1))
    for key, _value in each_small(full):
        low, high = attacker.bounds(key)
        assert high - low >= 3


FIGURES = ("uses", "no_shows", "cancelled_in_time", "cancelled_late")
IDENTITY = ("bookings.bookings", tuple(f"bookings.{name}" for name in FIGURES))


@settings(max_examples=100, deadline=None)
@example([(0, 0, 0, 0), (0, 0, 1, 4), (0, 3, 0, 0), (2, 0, 0, 1), (3, 2, 1, 0)])
@example([(0, 0, 0, 0), (0, 0, 2, 3), (0, 3, 0, 0), (2, 0, 0, 1), (3, 2, 1, 1)])
@given(st.lists(st.tuples(*[small_or_not] * 4), min_size=1, max_size=5))
def test_attacker_when_figures_sum_in_a_row_then_each_small_count_keeps_four_values(rows):
    parts = (list(column) for column in zip(*rows, strict=True))
    columns = {"bookings.bookings": [sum(row) for row in rows]}
    columns |= dict(zip(IDENTITY[1], parts, strict=True))
    full = report({"space": columns}, figures=[figure(key) for key in columns])
    attacker = attack((disclosure.protect(full), 1), identities=[IDENTITY])
    for key, _value in each_small(full):
        low, high = attacker.bounds(key)
        assert high - low >= 3


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(small_or_not, min_size=3, max_size=3), min_size=2, max_size=5))
def test_attacker_when_months_make_a_quarter_then_no_month_is_given_away(rows):
    months = [
        report(
            {"space": {"b.uses": [row[m] for row in rows]}}, period=f"2026-0{m + 7}", figures=[USES]
        )
        for m in range(3)
    ]
    public = [disclosure.protect(month) for month in months]
    whole = report(
        {"space": {"b.uses": [sum(row) for row in rows]}}, period="2026-Q3", figures=[USES]
    )
    quarter = disclosure.protect(whole, parts=public)
    attacker = attack(*((each, 1) for each in [*public, quarter]))
    for where in [("", ""), *(("space", f"r{n}") for n in range(len(rows)))]:
        parts = [(month["period"]["key"], 1, "b.uses", *where) for month in months]
        attacker.equate([("2026-Q3", 1, "b.uses", *where)], parts)
    for month in months:
        for key, _value in each_small(month):
            low, high = attacker.bounds(key)
            assert high - low >= 3
    for key, _value in each_small(whole):
        low, high = attacker.bounds(key)
        assert high - low >= 3


def corrected_then_summed(rows: list[list[int]], *, minded: bool) -> tuple[Attacker, dict]:
    """Three months are frozen, August is corrected to the fourth number of each row, then the
    quarter is frozen on it, then August anew; all of it handed out. ``minded``: whether the
    quarter knows what the new August will hide."""
    july, august, september, new = (
        report({"space": {"b.uses": [row[m] for row in rows]}}, period=key, figures=[USES])
        for m, key in enumerate(("2026-07", "2026-08", "2026-09", "2026-08"))
    )
    public = [disclosure.protect(each) for each in (july, august, september)]
    again = disclosure.protect(new, earlier=[public[1]])
    numbers = [row[0] + row[3] + row[2] for row in rows]
    whole = report({"space": {"b.uses": numbers}}, period="2026-Q3", figures=[USES])
    quarter = disclosure.protect(whole, parts=[*public, *([again] if minded else [])])
    attacker = attack(*((each, 1) for each in [*public, quarter]), (again, 2))
    for place in [("", ""), *(("space", f"r{n}") for n in range(len(rows)))]:
        old, now = (("2026-08", version, "b.uses", *place) for version in (1, 2))
        parts = [(f"2026-0{m}", 1, "b.uses", *place) for m in (7, 9)]
        attacker.equate([("2026-Q3", 1, "b.uses", *place)], [*parts, now])
        if attacker.is_hidden(old) and attacker.is_hidden(now):
            attacker.perhaps_none.add(now)
    return attacker, new


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(small_or_not, min_size=4, max_size=4), min_size=2, max_size=5))
def test_attacker_when_a_month_is_corrected_before_its_quarter_then_the_new_month_keeps_it(rows):
    attacker, new = corrected_then_summed(rows, minded=True)
    for key, _value in each_small(new, 2):
        low, high = attacker.bounds(key)
        assert high - low >= 3


def test_attacker_when_the_quarter_minds_only_what_is_frozen_then_finds_the_corrected_cell():
    """The control: August was 6 and is 4 by the time the quarter is counted."""
    rows = [[9, 6, 8, 4], [20, 21, 22, 21], [30, 31, 32, 31]]
    attacker, new = corrected_then_summed(rows, minded=False)
    small = next(key for key, _value in each_small(new, 2))
    assert attacker.bounds(small) == (4, 4)
    attacker, _new = corrected_then_summed(rows, minded=True)
    low, high = attacker.bounds(small)
    assert high - low >= 3


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(small_or_not, st.integers(-2, 2)), min_size=2, max_size=6))
def test_attacker_when_a_version_follows_then_what_did_not_change_gives_nothing_away(rows):
    first = report({"space": {"b.uses": [value for value, _ in rows]}}, figures=[USES])
    second = copy.deepcopy(first)
    for line, (value, change) in zip(second["tables"][0]["rows"], rows, strict=True):
        line["cells"][0] = max(0, value + change)
    second["tables"][0]["total"] = [sum(r["cells"][0] for r in second["tables"][0]["rows"])]
    public = disclosure.protect(first)
    again = disclosure.protect(second, earlier=[public])
    attacker = attack((public, 1), (again, 2))
    for n, (_value, change) in enumerate(rows):
        old, new = (("2026-10", v, "b.uses", "space", f"r{n}") for v in (1, 2))
        if attacker.is_hidden(old):
            assert attacker.is_hidden(new)
            attacker.perhaps_none.add(new)
            if change == 0:
                attacker.equate([old], [new])
    for content, version in ((first, 1), (second, 2)):
        for key, _value in each_small(content, version):
            low, high = attacker.bounds(key)
            assert high - low >= 3


def test_attacker_when_nothing_is_protected_then_finds_the_hidden_cell():
    """The control: hiding the small cell alone does not help."""
    full = report({"space": {"b.uses": [3, 9, 30]}}, figures=[USES])
    full["tables"][0]["rows"][0]["cells"][0] = "X"
    assert attack((full, 1)).bounds(("2026-10", 1, "b.uses", "space", "r0")) == (3, 3)


def test_protect_when_figures_are_equal_by_chance_then_hides_no_more_rows_than_needed():
    columns = {"b.all": [10, 3, 8, 9], "b.uses": [10, 3, 8, 9], "b.firms": [10, 3, 8, 9]}
    full = report({"space": columns}, figures=[figure(key) for key in columns])
    public = disclosure.protect(full)
    assert [row["cells"] for row in public["tables"][0]["rows"]] == [
        [10, 10, 10],
        ["X", "X", "X"],
        ["X", "X", "X"],
        [9, 9, 9],
    ]
    assert public["tables"][0]["total"] == [30, 30, 30]


def test_attacker_when_a_row_stands_in_two_cuts_then_the_small_count_beside_keeps_four_values():
    columns = [[7, 3, 30], [8, 11, 60], [9, 20, 90]]
    cut = {f"b.{name}": numbers for name, numbers in zip("xyz", columns, strict=True)}
    other = {key: [numbers[0], sum(numbers[1:])] for key, numbers in cut.items()}
    full = report({"space": cut, "kind": other}, figures=[figure(key) for key in cut])
    public = disclosure.protect(full)
    assert cell(public, 0, 0) == cell(public, 1, 0)  # hidden in both or in none
    attacker = attack((public, 1))
    first = [("2026-10", 1, "b.x", where, "r0") for where in ("space", "kind")]
    attacker.equate(first[:1], first[1:])
    low, high = attacker.bounds(("2026-10", 1, "b.x", "space", "r1"))
    assert high - low >= 3


def test_protect_when_rows_are_parts_of_anothers_then_their_sum_gives_nothing_away():
    numbers = {"category": {"b.uses": [12, 36]}, "space": {"b.uses": [3, 9, 6, 30]}}
    full = report(numbers, figures=[USES])
    full["tables"][1]["cut"]["parent"] = "category"
    for n, row in enumerate(full["tables"][1]["rows"]):
        row["within"] = f"r{n // 2}"
    public = disclosure.protect(full)
    cells = [cell(public, 0, 0), *(cell(public, 1, n) for n in (0, 1))]
    assert cells.count("X") > 1, cells  # hidden alone, it is the sum less the others
