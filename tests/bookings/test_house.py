"""The settings kept in memory are never older than the database."""

import datetime as dt

import pytest
from django.db import transaction

from bookings import house
from bookings.models import Closure, HolidayOverride, OpeningHours, SpecialOpening
from tests import factories
from tests.conftest import kst

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)


def test_current_when_nothing_changed_then_one_query_and_the_same_object(
    house_open, django_assert_num_queries
):
    first = house.current()
    with django_assert_num_queries(1):
        assert house.current() is first


@pytest.fixture
def house_open(db):
    factories.open_house()


@pytest.mark.parametrize(
    "change",
    [
        lambda: factories.policy(per_day=7),
        lambda: OpeningHours.objects.update(opens="08:00"),
        lambda: OpeningHours.objects.all().delete(),
        lambda: SpecialOpening.objects.create(date=DAY, opens="9:00", closes="10:00", reason="x"),
        lambda: HolidayOverride.objects.create(date=DAY, name="x"),
        lambda: Closure.objects.create(kind="other", starts=kst(1), ends=kst(2), reason="x"),
    ],
)
def test_current_when_any_table_changes_then_read_anew(house_open, change):
    before = house.current()
    change()
    assert house.current() is not before


def test_current_when_a_change_is_rolled_back_then_its_version_never_returns(house_open):
    with transaction.atomic():
        factories.policy(per_day=7)
        assert [policy.per_day for policy in house.current().policies] == [7]
        transaction.set_rollback(True)
    assert house.current().policies == []
    factories.policy(per_day=5)
    assert [policy.per_day for policy in house.current().policies] == [5]
