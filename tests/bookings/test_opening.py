import datetime as dt

import pytest

from bookings import house as settings_of_the_house
from bookings import opening
from bookings.intervals import Interval
from bookings.models import (
    Closure,
    ClosureKind,
    HolidayOverride,
    OpeningHours,
    SpecialOpening,
)
from tests import factories
from tests.conftest import kst

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)
SATURDAY = dt.date(2026, 11, 28)
CHRISTMAS = dt.date(2026, 12, 25)


def calendar(space, day):
    return opening.calendars(settings_of_the_house.current(), [space], day, day)[space.pk]


def test_openings_when_weekday_then_house_hours_with_lunch_off(studio):
    assert calendar(studio, MONDAY).openings(MONDAY) == [
        Interval(kst(23, 9), kst(23, 12)),
        Interval(kst(23, 13), kst(23, 18)),
    ]


def test_openings_when_own_hours_then_they_replace_the_house_hours_of_that_weekday(studio):
    OpeningHours.objects.create(
        resource=studio, weekday=0, opens="10:00", closes="20:00", valid_from="2020-01-01"
    )
    assert calendar(studio, MONDAY).openings(MONDAY) == [Interval(kst(23, 10), kst(23, 20))]
    assert len(calendar(studio, dt.date(2026, 11, 24)).openings(dt.date(2026, 11, 24))) == 2


def test_openings_when_hours_of_another_resource_then_not_used(studio):
    other = factories.studio()
    OpeningHours.objects.create(
        resource=other, weekday=0, opens="10:00", closes="20:00", valid_from="2020-01-01"
    )
    assert len(calendar(studio, MONDAY).openings(MONDAY)) == 2


@pytest.mark.parametrize(("day", "is_open"), [(22, False), (23, True), (30, True), (31, False)])
def test_openings_when_hours_have_dates_then_in_force_inclusive(db, day, is_open):
    space = factories.studio()
    for weekday in range(7):
        OpeningHours.objects.create(
            weekday=weekday,
            opens="09:00",
            closes="18:00",
            valid_from="2026-12-23",
            valid_until="2026-12-30",
        )
    HolidayOverride.objects.create(date=CHRISTMAS, is_holiday=False, name="운영")
    date = dt.date(2026, 12, day)
    assert bool(calendar(space, date).openings(date)) is is_open


def test_openings_when_public_holiday_then_closed_unless_overridden(studio):
    assert calendar(studio, CHRISTMAS).openings(CHRISTMAS) == []
    HolidayOverride.objects.create(date=CHRISTMAS, is_holiday=False, name="성탄절 운영")
    assert len(calendar(studio, CHRISTMAS).openings(CHRISTMAS)) == 2


def test_openings_when_temporary_holiday_then_closed(studio):
    HolidayOverride.objects.create(date=MONDAY, is_holiday=True, name="임시공휴일")
    assert calendar(studio, MONDAY).openings(MONDAY) == []


def test_openings_when_special_opening_on_a_closed_day_then_open(studio):
    SpecialOpening.objects.create(date=SATURDAY, opens="10:00", closes="13:00", reason="행사")
    assert calendar(studio, SATURDAY).openings(SATURDAY) == [Interval(kst(28, 10), kst(28, 13))]
    SpecialOpening.objects.create(date=CHRISTMAS, opens="10:00", closes="13:00", reason="행사")
    assert len(calendar(studio, CHRISTMAS).openings(CHRISTMAS)) == 1


def test_bookable_when_closure_of_the_house_then_cut_out(studio):
    Closure.objects.create(
        kind=ClosureKind.HOUSE, starts=kst(23, 10), ends=kst(23, 14), reason="행사"
    )
    here = calendar(studio, MONDAY)
    assert here.bookable(MONDAY) == [
        Interval(kst(23, 9), kst(23, 10)),
        Interval(kst(23, 14), kst(23, 18)),
    ]
    assert here.closed_because(Interval(kst(23, 9), kst(23, 10))) is None
    assert here.closed_because(Interval(kst(23, 9), kst(23, 11))) == "행사"


def test_bookable_when_closure_of_another_resource_then_untouched(studio):
    Closure.objects.create(
        kind=ClosureKind.MAINTENANCE,
        resource=factories.studio(),
        starts=kst(23, 0),
        ends=kst(24, 0),
        reason="점검",
    )
    assert len(calendar(studio, MONDAY).bookable(MONDAY)) == 2
