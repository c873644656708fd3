"""All that is handed out of a house, read together by somebody with a solver."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from center.reports import disclosure
from tests.reports import sample
from tests.reports.attack_together import attack, small_cells, sums_of_few
from tests.reports.test_disclosure import figure

SPACES, FIRMS, MONTHS = 4, 6, 6
#: the spaces are of two kinds, the businesses from three districts
KINDS, DISTRICTS = "aabb", "000122"
FIGURES = [
    figure("bookings.uses"),
    figure("bookings.hours", decimals=1, counts=False),
    figure("bookings.businesses", additive=False),
    figure("bookings.no_shows"),
]
COLUMNS = [each["key"] for each in FIGURES]
PERIODS = {
    **{f"2026-{month + 1:02d}": [month] for month in range(MONTHS)},
    "2026-Q1": [0, 1, 2],
    "2026-Q2": [3, 4, 5],
    "2026-H1": list(range(MONTHS)),
}
Visit = tuple[int, int, int, int]


def numbers(visits: list[Visit]) -> list[Any]:
    """Of visits (month, space, business, hours; nobody came where none): the columns."""
    came = [visit for visit in visits if visit[3]]
    hours = sum(visit[3] for visit in came)
    return [len(came), f"{hours}.0", len({v[2] for v in came}), len(visits) - len(came)]


def divided(cut: str, visits: list[Visit], rows: dict[str, str], *, each_once: bool) -> dict:
    """A table; ``rows``: all keys, with the row of the parent they are parts of."""
    keys = {
        "space": lambda v: f"s{v[1]}",
        "category": lambda v: KINDS[v[1]],
        "district": lambda v: DISTRICTS[v[2]],
        "month": lambda v: f"2026-{v[0] + 1:02d}",
    }
    by = defaultdict(list)
    for visit in visits:
        by[keys[cut](visit)].append(visit)
    made = [
        sample.row(key, key, key, *numbers(by[key])) | ({"within": within} if within else {})
        for key, within in rows.items()
    ]
    parent = {"parent": "category"} if cut == "space" else {}
    return {
        "key": f"by_{cut}",
        "title": sample.words(cut, cut),
        "cut": {"key": cut, "name": sample.words(cut, cut), **parent},
        "columns": COLUMNS,
        "rows": made,
        "total": numbers(visits),
        "sums": [True, True, each_once, True],
        "note": None,
    }


def report(key: str, visits: list[Visit]) -> dict:
    here = [visit for visit in visits if visit[0] in PERIODS[key]]
    tables = [
        divided("space", here, {f"s{n}": KINDS[n] for n in range(SPACES)}, each_once=False),
        divided("category", here, dict.fromkeys("ab", ""), each_once=False),
        divided("district", here, dict.fromkeys("012", ""), each_once=True),
    ]
    if len(PERIODS[key]) > 1:
        months = {f"2026-{n + 1:02d}": "" for n in PERIODS[key]}
        tables.append(divided("month", here, months, each_once=False))
    made = sample.content(figures=FIGURES, tables=tables, targets=[])
    kind = "month" if key[5:].isdigit() else "quarter" if "Q" in key else "half"
    starts, ends = (f"2026-{n + 1:02d}-01" for n in (PERIODS[key][0], PERIODS[key][-1] + 1))
    return made | {"period": {"kind": kind, "key": key, "starts": starts, "ends": ends}}


def handed_out(visits: list[Visit]) -> tuple[list[dict], list[dict]]:
    """Frozen as a house does, months before what contains them; with what is behind it."""
    full = [report(key, visits) for key in PERIODS]
    public: dict[str, dict] = {}
    for content in full:
        key = content["period"]["key"]
        parts = [
            public[other]
            for other in public
            if key[5:].isdigit() is False
            and other != key
            and set(PERIODS[other]) <= set(PERIODS[key])
        ]
        public[key] = disclosure.protect(content, parts=parts)
    return full, list(public.values())


def narrowed(full: list[dict], public: list[dict]) -> list[str]:
    """What can be told of small counts and of sums of few."""
    attacker, found = attack(public), []
    for content in full:
        for key, value in small_cells(content):
            low, high = attacker.bounds(key)
            if high - low < 3:
                found.append(f"{key}: {value} in [{low}, {high}]")
        for key, amount in sums_of_few(content):
            low, high = attacker.bounds(key)
            if high - low < amount / 10:
                found.append(f"{key}: {amount} in [{low}, {high}]")
    return found


visit = st.tuples(
    st.integers(0, MONTHS - 1),
    st.sampled_from([0, 0, 0, *range(SPACES)]),
    st.sampled_from([0, 1, *range(FIRMS)]),
    st.integers(0, 3),
)


@settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(st.lists(visit, min_size=5, max_size=60))
def test_attacker_when_months_quarters_and_half_are_read_together_then_learns_of_no_few(visits):
    full, public = handed_out(visits)
    assert narrowed(full, public) == []
