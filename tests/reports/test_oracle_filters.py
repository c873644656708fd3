"""Figures of a part of the house against the oracle: by every filter, and by two at once."""

import pytest

from center.figures import Wish
from center.periods import of_key
from center.reports.counting import Counting
from tests.conftest import kst
from tests.programs.test_reports import NOVEMBER
from tests.reports import worlds
from tests.reports.oracle import Oracle
from tests.reports.oracle_programs import Programs
from tests.reports.program_worlds import ProgramWorld
from tests.reports.test_oracle import compare

pytestmark = pytest.mark.django_db
LATER = kst(5, month=1, year=2027)
PERIOD = of_key("2026-11-05..2026-12-03")
OF_BUSINESSES = (
    {"district": ["27140", "unknown"]},
    {"section": ["I"]},
    {"kind": ["individual", "house"]},
    {"trait": ["women", "youth"]},
    {"age": ["under_1", "from_7"]},
    {"market": ["서문시장"]},
    {"trait": ["youth"], "kind": ["pre_founder"]},
)


def chosen(filters):
    return {name: frozenset(keys) for name, keys in filters.items()}


def test_figures_when_filtered_then_as_the_oracle_counts():
    world = worlds.crowded(seed=11)
    world.history(1, worlds.moment(10, 0), district="47130", section="C")
    for firm in range(4):
        world.wait(firm=firm, space=firm % 2, starts=worlds.moment(9 + firm, 600), state="taken")
    slugs = [space.slug for space in world.spaces]
    oracle = Oracle(PERIOD.starts, PERIOD.last, LATER)
    here = ({"space": slugs[:2]}, {"category": ["studio"]}, {"space": slugs[:1], "age": ["from_7"]})
    for filters in map(chosen, (*here, *OF_BUSINESSES)):
        compare_part(oracle, filters)


def compare_part(oracle, filters):
    counting, kept = Counting(Wish(PERIOD, LATER, filters)), oracle.passes(filters)

    def same(group, cut, expected, prefix="bookings."):
        compare(PERIOD, LATER, group, cut, expected, prefix=prefix, counting=counting)

    for cut in ("", "space", "month", "district", "trait"):
        usage = oracle.usage(cut, kept)
        same("bookings.usage", cut, usage)
        same("bookings.returning", cut, usage)
        same("bookings.satisfaction", cut, oracle.satisfaction(cut, kept), "satisfaction.")
        same("bookings.waiting", cut, oracle.waiting(cut, filters))
    if filters.keys() <= {"space", "category"}:
        for cut in ("", "space", "month"):
            asked = oracle.utilisation(
                cut, lambda space: kept({**space, "resource_id": space["id"]})
            )
            same("bookings.utilisation", cut, asked)


def test_figures_of_programs_when_filtered_then_as_the_oracle_counts():
    world = ProgramWorld()
    for n in range(16):
        made = world.apply(
            program=n % 4,
            firm=n // 4 * 2 if n // 4 < 3 else 7,
            state=("completed", "selected", "submitted")[n % 3],
            at=worlds.moment(5 + n, 600),
            baseline_sales=1_000,
        )
        if n % 3 == 0:
            world.outcome(made, 90, worlds.FIRST.replace(month=11, day=n + 1), sales=900 + n)
            world.opinion(made, worlds.moment(9 + n, 0), 5, 4, 1 + n % 5)
            world.broadcast(made, worlds.moment(7 + n, 900), 10, n)
    world.advise(world.apply(program=2, firm=5, at=worlds.moment(3, 0)), worlds.moment(9, 0))
    world.book(firm=1, starts=worlds.moment(9, 600))
    first = world.programs[0].slug
    own = (
        {"program": [first]},
        {"program": ["unlisted"]},
        {"program_kind": ["live_commerce"]},
        {"partner": ["Pine Media"]},
        {"partner": ["none"], "district": ["27140", "unknown"]},
    )
    oracle = Programs(NOVEMBER.starts, NOVEMBER.last, LATER)
    for filters in map(chosen, (*own, *OF_BUSINESSES)):
        compare_programs(oracle, filters)


def compare_programs(oracle, filters):
    counting, kept = Counting(Wish(NOVEMBER, LATER, filters)), oracle.concerns(filters)
    groups = ("taking_part", "sessions", "consulting", "broadcasts", "exhibitions")
    for cut in ("", "program_kind", "program", "partner", "district", "month"):
        expected = oracle.count(cut, kept)
        for group in (*groups, "outcomes", "opinions"):
            name = f"programs.{group}"
            compare(NOVEMBER, LATER, name, cut, expected, prefix="programs.", counting=counting)
    if filters.keys().isdisjoint({"program", "program_kind", "partner"}):
        told = oracle.supported("district", kept)
        group = "programs.supported"
        compare(NOVEMBER, LATER, group, "district", told, prefix="programs.", counting=counting)
