"""Sums of few beside their kinds and months, and counts of which one is part of another."""

from __future__ import annotations

from center.reports import disclosure
from tests.reports.test_disclosure import USES, attack, cell, figure, report


def nested(uses: list[int], businesses: list[int], hours: list[str]) -> dict:
    """Spaces, two of each kind, with their kinds beside."""
    figures = [
        figure("bookings.uses"),
        figure("bookings.businesses", additive=False),
        figure("bookings.hours", decimals=1, counts=False),
    ]
    columns = [[*row] for row in zip(uses, businesses, hours, strict=True)]
    kinds = [
        [
            *[a + b for a, b in zip(*columns[n : n + 2], strict=True)][:2],
            f"{float(columns[n][2]) + float(columns[n + 1][2]):.1f}",
        ]
        for n in range(0, len(columns), 2)
    ]
    made = report(
        {
            "category": {f["key"]: [row[n] for row in kinds] for n, f in enumerate(figures[:2])},
            "space": {f["key"]: [row[n] for row in columns] for n, f in enumerate(figures[:2])},
        },
        figures=figures,
    )
    whole = f"{sum(map(float, hours)):.1f}"
    for table, rows in zip(made["tables"], (kinds, columns), strict=True):
        table["columns"].append("bookings.hours")
        table["total"].append(whole)
        for line, row in zip(table["rows"], rows, strict=True):
            line["cells"].append(row[2])
    made["tables"][1]["cut"]["parent"] = "category"
    for n, row in enumerate(made["tables"][1]["rows"]):
        row["within"] = f"r{n // 2}"
    return made


def test_protect_when_hours_of_few_are_part_of_a_kind_then_their_kind_does_not_tell_them():
    """Three businesses came often: their uses are many, and only the hours tell of them."""
    full = nested([30, 40, 50, 60], [3, 20, 25, 4], ["61.0", "80.0", "99.0", "120.0"])
    public = disclosure.protect(full)
    for n in (0, 1):
        kind = cell(public, 0, n, 2)
        spaces = [cell(public, 1, 2 * n + place, 2) for place in (0, 1)]
        assert [kind, *spaces].count("X") != 1, public["tables"]
    assert cell(public, 1, 0, 2) == cell(public, 1, 3, 2) == "X"


def test_protect_when_what_is_beside_hours_of_few_is_next_to_nothing_then_more_is_hidden():
    full = nested([30, 6, 50, 60], [3, 6, 25, 40], ["100.0", "6.0", "99.0", "120.0"])
    public = disclosure.protect(full)
    assert [cell(public, 1, n, 2) for n in range(4)] == ["X", "X", "X", "120.0"]
    # 106 less 6 would be 100, and so would the total less the other kind
    assert [cell(public, 0, n, 2) for n in range(2)] == ["X", "X"]


def test_attacker_when_businesses_are_no_more_than_uses_then_the_small_count_keeps_four_values():
    """Seven businesses with seven uses beside three with five: of ten in all, three to five."""
    columns = {"bookings.uses": [5, 7, 40], "bookings.businesses": [3, 7, 30]}
    full = report({"district": columns}, figures=[figure(key) for key in columns])
    attacker = attack((disclosure.protect(full), 1))
    keys = [("2026-10", 1, name, "district", f"r{n}") for n in range(3) for name in columns]
    for uses, businesses in zip(keys[::2], keys[1::2], strict=True):
        attacker.limit([businesses], [uses])
    low, high = attacker.bounds(keys[1])
    assert high - low >= 3


def test_protect_when_a_month_hides_its_total_then_the_table_by_month_does_not_show_it():
    month = report({"space": {"b.uses": [9, 30]}}, figures=[USES])
    month["tables"][0]["total"] = ["X"]
    whole = report(
        {"space": {"b.uses": [40, 60]}, "month": {"b.uses": [39, 30, 31]}}, figures=[USES]
    )
    for row, key in zip(whole["tables"][1]["rows"], ("2026-10", "2026-11", "2026-12"), strict=True):
        row["key"] = key
    public = disclosure.protect(
        whole | {"period": whole["period"] | {"key": "2026-Q4"}}, parts=[month]
    )
    assert cell(public, 1, 0) == "X"
