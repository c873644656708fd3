"""A unit out of service, from when to when: noted by the database, whoever does it."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db import DatabaseError, transaction
from django.urls import reverse

from bookings.models import Unit, UnitAbsence
from bookings.services import repair
from center.figures import Wish
from center.periods import of_key
from center.permissions import MANAGER
from center.reports.counting import Counting
from tests import factories
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
NOVEMBER = of_key("2026-11")
LATER = kst(5, month=1, year=2027)


@pytest.fixture
def unit(house):
    return factories.studio(2).units.first()


def offered(period=NOVEMBER, as_of=LATER):
    return Counting(Wish(period, as_of)).value("bookings.hours_offered", "", "")


def test_absence_when_taken_out_and_put_back_then_from_when_to_when(unit):
    repair.take_out(unit=unit, reason="고장")
    repair.take_out(unit=unit, reason="렌즈")
    (known,) = unit.absences.all()
    assert known.starts is not None
    assert known.ends is None
    repair.put_back(unit=unit)
    known.refresh_from_db()
    assert known.ends >= known.starts
    repair.take_out(unit=unit, reason="또 고장")
    assert unit.absences.count() == 2


def test_absence_when_a_unit_is_made_out_of_service_then_from_the_start(unit):
    made = Unit.objects.create(resource=unit.resource, name="부품", in_service=False)
    assert made.absences.get().ends is None
    assert not unit.absences.exists()


def test_absence_when_two_overlap_then_the_database_refuses(unit):
    UnitAbsence.objects.create(unit=unit, starts=kst(3), ends=kst(9))
    UnitAbsence.objects.create(unit=unit, starts=kst(9), ends=kst(10))
    for starts, ends in ((kst(8), kst(12)), (None, kst(4)), (kst(9, 1), None), (kst(5), kst(4))):
        with pytest.raises(DatabaseError), transaction.atomic():
            UnitAbsence.objects.create(unit=unit, starts=starts, ends=ends)


def test_hours_offered_when_a_unit_was_away_then_without_them(unit):
    whole = offered()
    UnitAbsence.objects.create(unit=unit, starts=kst(9, 9), ends=kst(9, 11))
    assert whole - offered() == 2
    UnitAbsence.objects.update(starts=None)  # since before the records, until eleven
    assert whole - offered() == 5 * 8 + 2


@pytest.mark.parametrize(("day", "lost"), [(2, 0), (3, 8), (4, 16)])
def test_hours_offered_when_a_unit_came_later_then_from_its_first_day(unit, day, lost):
    """The first of November is a Sunday; each working day has eight hours."""
    whole = offered()
    Unit.objects.filter(pk=unit.pk).update(serves_from=dt.date(2026, 11, day))
    assert whole - offered() == lost


def test_hours_offered_when_out_of_service_today_then_the_past_stays(unit):
    before = offered(of_key("2026-10"))
    repair.take_out(unit=unit, reason="고장")
    UnitAbsence.objects.update(starts=kst(10))
    assert offered(of_key("2026-10")) == before
    assert offered() < before


def test_unit_when_added_in_the_admin_then_proposed_from_today(unit, at_now):
    manager = logged_in(factories.staff(MANAGER))
    answer = manager.get(reverse("admin:bookings_resource_change", args=[unit.resource_id]))
    page = BeautifulSoup(answer.content, "html.parser")
    days = [page.select_one(f'[name="units-{n}-serves_from"]') for n in ("0", "__prefix__")]
    assert [day.get("value") for day in days] == [None, "2026-11-23"]
