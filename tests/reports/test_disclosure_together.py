"""All that is handed out of a house, read together by somebody with a solver."""

from __future__ import annotations

import datetime as dt
import os
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from center import periods
from center.periods import Period, PeriodKind
from center.reports import disclosure, publishing
from center.reports.disclosure_together import Said
from tests.conftest import NOW
from tests.reports import attack_together, sample
from tests.reports.attack_together import attack, small_cells, sums_of_few
from tests.reports.test_disclosure import figure

SPACES, FIRMS = 5, 30
#: the spaces are of three kinds, the businesses from four districts
KINDS, DISTRICTS = "aabbc", "0" * 14 + "1" * 10 + "2" * 4 + "33"
FIGURES = [
    figure("bookings.uses"),
    figure("bookings.hours", decimals=1, counts=False),
    figure("bookings.businesses", additive=False),
    figure("bookings.new_businesses", additive=False),
    figure("bookings.returning_businesses", additive=False),
    figure("bookings.no_shows"),
]
COLUMNS = [each["key"] for each in FIGURES]
#: month of the year, space, business, hours; nobody came where none
Visit = tuple[int, int, int, int]


def numbers(visits: list[Visit], known: set[int]) -> list[Any]:
    """The columns of some visits; ``known``: who came before the period."""
    came = [visit for visit in visits if visit[3]]
    firms = {visit[2] for visit in came}
    hours = sum(visit[3] for visit in came)
    new = len(firms - known)
    return [len(came), f"{hours}.0", len(firms), new, len(firms) - new, len(visits) - len(came)]


def divided(cut: str, visits: list[Visit], rows: dict[str, str], before: set[int]) -> dict:
    """A table; ``rows``: all keys, with the row of the parent they are parts of; ``before``:
    who came before the period."""
    known = before
    keys = {
        "space": lambda v: f"s{v[1]}",
        "category": lambda v: KINDS[v[1]],
        "district": lambda v: DISTRICTS[v[2]],
        "month": lambda v: f"2026-{v[0]:02d}",
    }
    by = defaultdict(list)
    for visit in visits:
        by[keys[cut](visit)].append(visit)
    made = []
    for key, within in rows.items():
        row = sample.row(key, key, key, *numbers(by[key], known))
        made.append(row | ({"within": within} if within else {}))
        if cut == "month":  # who came back is asked of each month
            known = known | {visit[2] for visit in by[key] if visit[3]}
    each_once = cut == "district"
    return {
        "key": f"by_{cut}",
        "title": sample.words(cut, cut),
        "cut": {"key": cut, "name": sample.words(cut, cut)}
        | ({"parent": "category"} if cut == "space" else {}),
        "columns": COLUMNS,
        "rows": made,
        "total": numbers(visits, before),
        "sums": [True, True, each_once, each_once, each_once, True],
        "note": None,
    }


def report(period: Period, visits: list[Visit], as_of: dt.datetime) -> Any:
    months = [month.starts.month for month in period.months()]
    here = [visit for visit in visits if visit[0] in months]
    known = {visit[2] for visit in visits if visit[3] and visit[0] < months[0]}
    tables = [
        divided("space", here, {f"s{n}": KINDS[n] for n in range(SPACES)}, known),
        divided("category", here, dict.fromkeys("abc", ""), known),
        divided("district", here, dict.fromkeys("0123", ""), known),
    ]
    if len(months) > 1:
        keys = {month.key: "" for month in period.months()}
        tables.append(divided("month", here, keys, known))
    named = {"kind": str(period.kind), "key": period.key}
    days = {"starts": str(period.starts), "ends": str(period.ends)}
    made = sample.content(figures=FIGURES, tables=tables, targets=[], period=named | days)
    return made | {"as_of": as_of.isoformat()}


class House:
    """Freezes its reports as the services do, from data that may be corrected in between.
    ``together`` and ``corrected_too``: for controls, which leave out what lies beside."""

    def __init__(
        self, visits: list[Visit], *, together: bool = True, corrected_too: bool = True
    ) -> None:
        self.visits, self.together = visits, together
        self.corrected_too = corrected_too and together
        self.editions: list[attack_together.Edition] = []

    def freeze(self, key: str) -> None:
        period, as_of = periods.of_key(key), NOW + dt.timedelta(minutes=len(self.editions))
        content = report(period, self.visits, as_of)
        known = {edition.key: edition for edition in self.editions}
        months = [] if period.kind == PeriodKind.MONTH else period.months()
        live = {month.key: report(month, self.visits, as_of) for month in months}
        corrected = [m for m in live if publishing.is_corrected(known[m].full, live[m])]
        beside = [Said(e.full, e.public) for e in self.editions]
        near = beside if self.corrected_too else []
        again = [Said(live[m], self._protected(live[m], near)) for m in corrected]
        near = [*beside, *again] if self.together else []
        public = self._protected(content, near, again)
        counts = {m: 0 if m in corrected else known[m].version for m in live}
        version = known[key].version + 1 if key in known else 1
        self.editions.append(attack_together.Edition(public, content, version, counts))

    def _protected(self, content: Any, beside: Sequence[Said], again: Sequence[Said] = ()) -> Any:
        here = content["period"]
        inside = [e for e in self.editions if _is_in(e.public["period"], here)]
        return disclosure.protect(
            content,
            parts=[*(e.public for e in inside if e.key != here["key"]), *(s.public for s in again)],
            earlier=[e.public for e in inside if e.key == here["key"]],
            beside=beside,
        )


def _is_in(inner: dict, outer: dict) -> bool:
    return outer["starts"] <= inner["starts"] and inner["ends"] <= outer["ends"]


def narrowed(editions: list[attack_together.Edition]) -> list[str]:
    """What can be told of small counts and of sums of few."""
    attacker = attack(editions)
    small = {key: value for edition in editions for key, value in small_cells(edition)}
    sums = {key: amount for edition in editions for key, amount in sums_of_few(edition)}
    open_ones = [f"{key} is shown" for key in {**small, **sums} if not attacker.is_hidden(key)]
    told = [
        *attacker.cramped(dict.fromkeys(small, 3.0), whole=True),
        *attacker.cramped({key: amount / 10 for key, amount in sums.items()}, whole=False),
    ]
    return open_ones + [
        f"{key}: {small.get(key) or sums[key]} in {attacker.bounds(key)}" for key in told
    ]


def visits_in(months: list[int]) -> st.SearchStrategy[list[Visit]]:
    visit = st.tuples(
        st.sampled_from(months),
        st.sampled_from([0, 0, 0, *range(SPACES)]),
        st.sampled_from([*range(8), *range(FIRMS)]),
        st.integers(0, 3),
    )
    return st.lists(visit, min_size=20, max_size=120)


#: what an example costs is seconds, so few are made, the same in each run; nothing is shrunk.
#: A long run asks for more, other ones each time (CONTRIBUTING.md).
WORLDS = int(os.environ.get("REPORT_WORLDS", "0"))
few = settings(
    max_examples=WORLDS or 3,
    derandomize=not WORLDS,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
QUARTER = ("2026-04", "2026-05", "2026-06", "2026-Q2")
HALF = ("2026-01", "2026-02", "2026-03", "2026-Q1", *QUARTER, "2026-H1")
YEAR = (*HALF, *(f"2026-{n:02d}" for n in range(7, 13)), "2026-Q3", "2026-Q4", "2026-H2", "2026")


def told_of(visits: list[Visit], keys: Sequence[str], *, together: bool = True) -> list[str]:
    house = House(visits, together=together)
    for key in keys:
        house.freeze(key)
    return narrowed(house.editions)


@few
@given(visits_in([1, 2, 3, 4, 5, 6]))
def test_attacker_when_months_quarters_and_half_are_read_together_then_learns_of_no_few(visits):
    assert told_of(visits, HALF) == []


@few
@given(visits_in([2, 5, 6, 10, 11]))
def test_attacker_when_a_whole_year_is_read_together_then_learns_of_no_few(visits):
    assert told_of(visits, YEAR) == []


@few
@given(visits_in([4, 5, 6]), visits_in([5]), st.sampled_from([3, 4]))
def test_attacker_when_a_month_is_corrected_then_versions_and_quarter_tell_of_no_few(
    visits, instead, when
):
    """May is corrected before or after the quarter, then frozen anew, and the quarter too."""
    house = House(visits)
    for key in QUARTER[:when]:
        house.freeze(key)
    house.visits = [visit for visit in visits if visit[0] != 5 or visit[1]] + instead[:8]
    for key in (*QUARTER[when:], "2026-05", "2026-Q2"):
        house.freeze(key)
    assert narrowed(house.editions) == []


#: twenty businesses that come each month, and two of another district in June alone
OFTEN = [
    *((month, 0, firm, 1) for month in (4, 5, 6) for firm in range(20)),
    *((month, 0, firm, 1) for month in (1, 6) for firm in (28, 29)),
    *((1, 0, firm, 1) for firm in range(20)),
]


def test_attacker_when_a_quarter_minds_its_months_cell_by_cell_only_then_finds_the_few():
    """The control. April shows six businesses of the district that is hidden beside the two; so
    the quarter has at least six of it, and no more than two are left of the sum."""
    assert f"{('2026-Q2', 1, 'bookings.businesses', 'district', '3')}: 2 in (1.0, 2.0)" in told_of(
        OFTEN, QUARTER, together=False
    )
    assert told_of(OFTEN, QUARTER) == []


#: as many of each space in each month, so that what is unchanged is plain in the next version
STEADY = [
    (month, space, firm, 1)
    for month in (1, 4, 5, 6)
    for space, first, last in ((0, 0, 8), (1, 4, 12), (2, 8, 16), (3, 12, 20), (4, 16, 22))
    for firm in range(first, last)
]


def told_of_may(*, corrected_too: bool) -> list[str]:
    """Three visits to the last space turn out not to have been in May, before the quarter."""
    house = House(STEADY, corrected_too=corrected_too)
    for key in QUARTER[:3]:
        house.freeze(key)
    gone = [visit for visit in STEADY if visit[:2] == (5, 4)][:3]
    house.visits = [visit for visit in STEADY if visit not in gone]
    for key in ("2026-Q2", "2026-05"):
        house.freeze(key)
    return narrowed(house.editions)


def test_attacker_when_a_corrected_month_is_weighed_alone_then_finds_the_few():
    """The control. Four spaces state what they stated, and the quarter tells May's new total."""
    few = "('2026-05', 2, 'bookings.uses', 'space', 's4'): 3 in (3.0, 3.0)"
    assert few in told_of_may(corrected_too=False)
    assert told_of_may(corrected_too=True) == []
