"""The figures against an oracle that counts raw rows in plain Python."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bookings.models import Category, HolidayOverride, SpecialOpening, UnitAbsence
from center.figures import Wish, registry
from center.periods import of_key
from center.reports.assemble import rounded
from center.reports.counting import Counting
from center.reports.models import OutsideFigure, OutsideKind
from tests.conftest import kst
from tests.reports import worlds
from tests.reports.oracle import CUTS, Oracle, stated

pytestmark = pytest.mark.django_db
PERIODS = ["2026-11", "2026-Q4", "2026-H2", "2026-11-05..2026-12-03", "to-2026-11-20"]
#: after everything, within the world, and at its very end of November
INSTANTS = [kst(5, month=1, year=2027), kst(18, 13, 17), kst(1, month=12)]


def compare(period, as_of, group, cut, expected, *, prefix, counting=None):
    """Each figure of the group over the cut, in every row that either side knows; nothing where
    the group cannot be asked so."""
    counting = counting or Counting(Wish(period, as_of))
    of_group = registry.groups[group]
    if not counting.answers(of_group, cut):
        return
    found = counting.of(of_group, cut)
    for key in set(found) | set(expected):
        for figure in of_group.figures:
            name = figure.key.removeprefix(prefix)
            right = expected.get(key, {}).get(name, None if figure.parts else 0)
            counted = rounded(counting.value(figure.key, cut, key), figure.decimals)
            where = f"{period.key} as of {as_of}: {figure.key} of {cut or 'all'} {key!r}"
            assert counted == stated(right, figure.decimals), where


def compare_all(period, as_of, oracle=None):
    oracle = oracle or Oracle(period.starts, period.last, as_of)
    counting = Counting(Wish(period, as_of))

    def same(group, cut, expected, prefix="bookings."):
        compare(period, as_of, group, cut, expected, prefix=prefix, counting=counting)

    for cut in CUTS:
        usage = oracle.usage(cut)
        same("bookings.usage", cut, usage)
        same("bookings.returning", cut, usage)
        same("bookings.satisfaction", cut, oracle.satisfaction(cut), "satisfaction.")
        same("bookings.waiting", cut, oracle.waiting(cut))
    for cut in ("", "space", "category", "month"):
        same("bookings.utilisation", cut, oracle.utilisation(cut))
    for cut in ("", "month", "device"):
        same("bookings.equipment", cut, oracle.equipment(cut), "equipment.")
    for cut in ("", "month", "source"):
        same("outside", cut, oracle.outside(cut), "outside.")


minute = st.sampled_from([0, 15, 540, 555, 720, 780, 1050, 1380, 1439])
booking = st.fixed_dictionaries(
    {
        "space": st.integers(0, 4),
        "firm": st.integers(0, 7),
        "day": st.integers(0, worlds.DAYS),
        "minute": minute,
        "minutes": st.sampled_from([1, 45, 60, 180, 1440, 4000]),
        "state": st.sampled_from(
            [
                *["completed"] * 3,
                "checked_in",
                "no_show",
                "cancelled",
                "rejected",
                "held",
                "expired",
            ]
        ),
        "left": st.integers(-10, 200),
        "noticed": st.booleans(),
        "source": st.sampled_from(["web", "import"]),
        "people": st.integers(1, 3),
        "gear": st.sets(st.integers(0, 1)),
        "marks": st.none() | st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5)),
        "back": st.none() | st.integers(-30, 3000),
    }
)
# A closure may come later than the uses in its way; they stay uses.
closure = st.tuples(
    st.integers(0, worlds.DAYS), minute, st.sampled_from([30, 300, 2000]), st.integers(-1, 4)
)
change = st.tuples(
    st.integers(0, 5), st.integers(0, worlds.DAYS + 5), st.sampled_from(["27110", "47130", "27230"])
)
# A unit that was out of service: of which space, from when, for how long.
absence = st.tuples(
    st.integers(0, 3), st.integers(0, worlds.DAYS), minute, st.sampled_from([30, 900, 9000])
)
# What staff entered: for which month, what, from where, how much.
told = st.tuples(
    st.sampled_from(["2026-09-01", "2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"]),
    st.sampled_from(OutsideKind.values),
    st.sampled_from(["명부", "대장"]),
    st.integers(0, 900),
)
entry = st.tuples(
    st.integers(0, 5), st.integers(0, worlds.DAYS), minute, st.integers(-1, 2), st.booleans()
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    drawn=st.lists(booking, max_size=12),
    closures=st.lists(closure, max_size=3),
    free_day=st.integers(0, worlds.DAYS),
    open_day=st.integers(0, worlds.DAYS),
    moves=st.lists(change, max_size=3, unique_by=lambda move: move[0]),
    entries=st.lists(entry, max_size=4, unique_by=lambda e: e[:3]),
    absences=st.lists(absence, max_size=2, unique_by=lambda a: a[0]),
    bought=st.none() | st.integers(0, worlds.DAYS),
    entered=st.lists(told, max_size=5, unique_by=lambda t: t[:3]),
    key=st.sampled_from(PERIODS),
    as_of=st.sampled_from(INSTANTS),
)
def test_figures_when_anything_happens_then_as_the_oracle_counts(
    db, drawn, closures, free_day, open_day, moves, entries, absences, bought, entered, key, as_of
):
    with transaction.atomic():
        world = worlds.World()
        for of in drawn:
            book(world, dict(of))
        HolidayOverride.objects.create(date=worlds.FIRST + dt.timedelta(free_day), name="임시")
        SpecialOpening.objects.create(
            date=worlds.FIRST + dt.timedelta(open_day), opens=dt.time(17), closes=dt.time(21)
        )
        for day, at, length, where in closures:
            close(world, worlds.moment(day, at), length, where)
        for firm, day, district in moves:
            world.history(firm, worlds.moment(day, 0), district=district)
        for firm, day, at, where, served in entries:
            space = {"space": where} if where >= 0 else {"category": Category.STUDIO}
            state = "taken" if served else "waiting"
            world.wait(firm=firm, starts=worlds.moment(day, at), state=state, **space)
        for where, day, at, length in absences:
            starts = worlds.moment(day, at)
            absent(world.spaces[where].units.first(), starts, starts + length * worlds.MINUTE)
        if bought is not None:
            first_day = worlds.FIRST + dt.timedelta(bought)
            world.spaces[2].units.filter(name="2").update(serves_from=first_day)
        enter(entered)
        compare_all(of_key(key), as_of)
        transaction.set_rollback(True)


def enter(told):
    for month, kind, source, value in told:
        OutsideFigure.objects.create(month=month, kind=kind, source=source, value=value)


def absent(unit, starts, ends):
    UnitAbsence.objects.create(unit=unit, starts=starts, ends=ends)


def book(world, of):
    starts = worlds.moment(of.pop("day"), of.pop("minute"))
    marks, back = of.pop("marks"), of.pop("back")
    made = world.book(starts=starts, **of)
    if made.state in ("checked_in", "completed"):
        world.hand_out(made, back=back)
        if marks:
            world.answer(made, *marks)
    if made.state == "cancelled":  # and booked again by somebody else
        world.book(starts=starts, space=of["space"], firm=0, minutes=of["minutes"])


def close(world, starts, minutes, where):
    if where == 4:
        world.close(starts, minutes, unit=world.spaces[0].units.first())
    else:
        world.close(starts, minutes, space=where if where >= 0 else None)


@pytest.mark.parametrize("key", ["2026-11", "2026-H2", "2026"])
def test_figures_when_house_is_loaded_then_as_the_oracle_counts(key):
    world = worlds.crowded(seed=7)
    world.history(1, worlds.moment(10, 0), district="27260", section="C")
    world.close(worlds.moment(12, 600), 400)
    world.damage(0, worlds.moment(20, 0))
    second, seat = world.spaces[0].units.get(name="2"), world.spaces[2].units.first()
    absent(second, None, worlds.moment(3, 600))
    absent(second, worlds.moment(20, 615), worlds.moment(25, 0))
    absent(seat, worlds.moment(30, 645), None)
    world.spaces[1].units.update(serves_from=worlds.FIRST + dt.timedelta(12))
    enter([("2026-11-01", "jobs", "명부", 3), ("2026-11-01", "jobs", "대장", 4)])
    enter([("2026-08-01", "spent", "대장", 900), ("2026-02-01", "spent", "대장", 80)])
    compare_all(of_key(key), INSTANTS[0])


def test_businesses_when_a_visitor_gives_a_number_that_is_registered_then_once():
    world = worlds.World()
    for n, firm in enumerate((1, 7, 7, 2)):
        world.book(firm=firm, starts=worlds.moment(10 + n, 600))
    world.book(firm=7, starts=worlds.moment(0, 600))  # in October, and so it came back
    november = Counting(Wish(of_key("2026-11"), INSTANTS[0]))
    names = ("businesses", "new_businesses", "returning_businesses")
    assert [november.value(f"bookings.{name}", "", "") for name in names] == [2, 1, 1]
    assert november.value("bookings.uses", "district", "27140") == 3
    assert november.value("programs.supported", "", "") == 2
