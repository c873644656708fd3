"""Single figures with numbers worked out by hand: edges, leaving early, changed districts."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bookings import house
from bookings.models import Closure, HolidayOverride
from center.figures import Wish
from center.periods import of_key
from center.reports.assemble import compile_content, rounded
from center.reports.counting import Counting
from tests import factories
from tests.conftest import kst
from tests.reports.worlds import World

pytestmark = pytest.mark.django_db
LATER = kst(5, month=1, year=2027)
OCTOBER, NOVEMBER = of_key("2026-10"), of_key("2026-11")


@pytest.fixture
def world():
    return World()


def counted(figure, period=NOVEMBER, cut="", row="", *, as_of=LATER, **filters):
    chosen = {name: frozenset(keys) for name, keys in filters.items()}
    return Counting(Wish(period, as_of, chosen)).value(figure, cut, row)


def test_hours_when_use_reaches_over_month_end_then_divided_there(world):
    world.book(starts=kst(31, 22, month=10), minutes=5 * 60)
    assert [counted("bookings.hours", p) for p in (OCTOBER, NOVEMBER)] == [2, 3]
    assert [counted("bookings.uses", p) for p in (OCTOBER, NOVEMBER)] == [1, 0]
    assert [counted("bookings.businesses", p) for p in (OCTOBER, NOVEMBER)] == [1, 0]
    year = of_key("2026")
    by_month = [counted("bookings.hours", year, "month", key) for key in ("2026-10", "2026-11")]
    assert by_month == [2, 3]
    assert counted("bookings.hours", year) == 5


def test_hours_when_somebody_left_before_the_month_began_then_none_in_it(world):
    world.book(starts=kst(31, 22, month=10), minutes=5 * 60, left=60)
    assert [counted("bookings.hours", p) for p in (OCTOBER, NOVEMBER)] == [1, 0]


def test_uses_when_at_the_first_instant_then_counted_in_that_month(world):
    world.book(starts=kst(1), minutes=60)
    assert [counted("bookings.uses", p) for p in (OCTOBER, NOVEMBER)] == [0, 1]
    assert counted("bookings.new_businesses") == 1


def test_no_show_when_nobody_came_then_no_use_and_no_hours(world):
    world.book(starts=kst(10, 9))
    world.book(starts=kst(10, 14), state="no_show")
    assert counted("bookings.bookings") == 2
    assert (counted("bookings.uses"), counted("bookings.hours")) == (1, 1)
    assert (counted("bookings.no_shows"), counted("bookings.no_show_rate")) == (1, 50)


def test_cancelled_when_a_minute_late_then_late(world):
    world.book(starts=kst(10, 9), state="cancelled", noticed=True)
    world.book(starts=kst(10, 9), state="cancelled", noticed=False)
    figures = ("bookings.cancelled_in_time", "bookings.cancelled_late", "bookings.uses")
    assert [counted(figure) for figure in figures] == [1, 1, 0]


@pytest.mark.parametrize("noticed", [True, False])
def test_cancelled_when_taken_over_from_a_file_then_neither_in_time_nor_late(world, noticed):
    world.book(starts=kst(10, 9), state="cancelled", noticed=noticed, source="import")
    figures = ("bookings.bookings", "bookings.cancelled_in_time", "bookings.cancelled_late")
    assert [counted(figure) for figure in figures] == [1, 0, 0]


def test_businesses_when_one_came_three_times_then_once(world):
    for day, space in ((10, 0), (11, 0), (12, 1)):
        world.book(starts=kst(day, 9), space=space)
    assert (counted("bookings.businesses"), counted("bookings.uses")) == (1, 3)
    slugs = [space.slug for space in world.spaces[:2]]
    assert [counted("bookings.businesses", NOVEMBER, "space", slug) for slug in slugs] == [1, 1]


def test_returning_when_used_the_month_before_then_returning(world):
    world.book(starts=kst(20, 9, month=10), firm=0)
    for firm in (0, 1):
        world.book(starts=kst(10, 9), firm=firm)
    assert counted("bookings.returning_businesses") == 1
    assert counted("bookings.new_businesses") == 1
    assert counted("bookings.repeat_share") == 50


def test_district_when_changed_after_the_period_then_as_it_was(world):
    world.book(starts=kst(10, 9), firm=0)
    world.history(0, kst(2, month=12), district="47130")
    assert counted("bookings.uses", NOVEMBER, "district", "27230") == 1
    assert counted("bookings.uses", NOVEMBER, "district", "47130") == 0
    assert counted("bookings.uses", NOVEMBER, district=["47130"]) == 0


def test_district_when_changed_within_the_period_then_as_at_its_end(world):
    world.book(starts=kst(10, 9), firm=0)
    world.history(0, kst(20), district="47130")
    assert counted("bookings.uses", NOVEMBER, "district", "47130") == 1
    assert counted("bookings.uses", OCTOBER, "district", "27230") == 0


def test_utilisation_when_holiday_and_closure_then_out_of_the_denominator(world):
    # November 2026 has 21 working days of 8 hours; the studio has two units.
    slug = world.spaces[0].slug
    offered = [counted("bookings.hours_offered", NOVEMBER, "space", slug)]
    HolidayOverride.objects.create(date=dt.date(2026, 11, 17), name="임시공휴일")
    offered.append(counted("bookings.hours_offered", NOVEMBER, "space", slug))
    unit = world.spaces[0].units.first()
    world.close(kst(18, 11), 180, unit=unit)  # of which an hour is lunch
    offered.append(counted("bookings.hours_offered", NOVEMBER, "space", slug))
    assert offered == [336, 320, 318]
    assert counted("bookings.days_open", NOVEMBER, "space", slug) == 20
    assert Closure.objects.count() == 1


def test_utilisation_when_used_then_hours_and_days(world):
    slug = world.spaces[1].slug
    for hour in (9, 14):
        world.book(space=1, starts=kst(10, hour), minutes=120)
    assert counted("bookings.hours_offered", NOVEMBER, "space", slug) == 168
    found = counted("bookings.utilisation", NOVEMBER, "space", slug)
    assert rounded(found, 1) == "2.4"  # 4 ÷ 168
    assert counted("bookings.days_used", NOVEMBER, "space", slug) == 1


def test_utilisation_when_period_lasts_then_offered_up_to_now(world):
    slug = world.spaces[1].slug
    noon = kst(3, 12)  # the second working day
    assert counted("bookings.hours_offered", NOVEMBER, "space", slug, as_of=noon) == 8 + 3


def test_utilisation_when_filtered_by_business_then_nothing_said(world):
    assert counted("bookings.utilisation", NOVEMBER, district=["27230"]) is None
    assert counted("bookings.hours_offered", NOVEMBER, category=["studio"]) == 336


def test_filters_when_trait_and_district_then_both_hold(world):
    for firm in range(6):
        world.book(starts=kst(10, 9), firm=firm)
    women_of_buk = {"trait": ["women"], "district": ["27230"]}
    assert counted("bookings.businesses", NOVEMBER, **women_of_buk) == 2
    assert counted("bookings.businesses", NOVEMBER, trait=["youth", "disabled"]) == 2


def test_equipment_when_back_late_then_overdue_and_days(world):
    booking = world.book(starts=kst(10, 9), gear=[0])
    world.hand_out(booking, back=2 * 24 * 60)
    device = world.devices[0].slug
    row = {
        f: counted(f"equipment.{f}", NOVEMBER, "device", device)
        for f in ("hand_outs", "days_out", "overdue", "uses", "hours")
    }
    assert row == {"hand_outs": 1, "days_out": 3, "overdue": 1, "uses": 1, "hours": 1}


def test_satisfaction_when_no_equipment_then_mean_of_what_was_said(world):
    world.answer(world.book(starts=kst(10, 9)), 5, 4)
    world.answer(world.book(starts=kst(11, 9)), 3, 4, equipment=2)
    assert counted("satisfaction.answers") == 2
    assert counted("satisfaction.mean") * 5 == 18
    assert counted("satisfaction.equipment") == 2


def test_houses_own_use_when_counted_then_in_a_row_of_its_own(world):
    world.book(starts=kst(10, 9), firm=6)
    assert counted("bookings.uses", NOVEMBER, "district", "house") == 1
    assert counted("bookings.businesses") == 0


def test_statements_when_more_rows_then_as_many(world):
    numbers = []
    house.current()  # kept in memory from here on
    for round_ in range(2):
        with CaptureQueriesContext(connection) as asked:
            compile_content(NOVEMBER, as_of=LATER)
        numbers.append(len(asked))
        for firm in range(6):
            factories.studio()
            world.book(starts=kst(10 + round_ + firm, 9), firm=firm, gear=[0])
    assert numbers[0] == numbers[1] <= 35
