"""Unused accounts: told a month before the two years are over, closed if nobody came."""

import datetime as dt

import pytest

from center import clock
from center.models import Destruction
from center.notifications import idle_accounts, tasks
from center.notifications.messages import ACCOUNT_IDLE
from center.notifications.models import Message
from merchants.models import Membership
from tests import factories
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)
MONTH = dt.timedelta(days=30)


def notices(person):
    return Message.objects.filter(recipient=person, kind=ACCOUNT_IDLE.key, channel="inbox")


def unused(off=-SECOND, **fields):
    """Somebody whose two years are over a month after NOW, give or take ``off``."""
    return factories.user(last_login=clock.years_before(NOW + MONTH, 2) + off, **fields)


@pytest.mark.parametrize(("off", "count"), [(-SECOND, 1), (0 * SECOND, 0), (SECOND, 0)])
def test_tell_when_a_month_before_two_years_then_once_with_the_day(off, count):
    person = unused(off)
    assert idle_accounts.tell(now=NOW) == count
    assert idle_accounts.tell(now=NOW) == 0
    assert [m.context["closes_on"] for m in notices(person)] == ["2026-12-23"] * count


def test_tell_when_staff_or_closed_or_in_use_then_nobody():
    factories.staff(last_login=clock.years_before(NOW, 3))
    factories.user(last_login=clock.years_before(NOW, 3), is_active=False)
    factories.user(last_login=NOW)
    assert idle_accounts.tell(now=NOW) == 0


@pytest.mark.parametrize(("off", "count"), [(-SECOND, 0), (0 * SECOND, 1), (SECOND, 1)])
def test_close_when_told_a_month_ago_then_closed(at_now, off, count):
    person = unused()
    idle_accounts.tell(now=NOW)
    at_now.move_to(NOW + MONTH + off)
    assert idle_accounts.close(now=clock.now()) == count
    person.refresh_from_db()
    assert person.is_active is (count == 0)
    assert list(Destruction.objects.values_list("rule", flat=True)) == ["account_unused"] * count


def test_close_when_never_told_then_left(at_now):
    person = factories.user(last_login=clock.years_before(NOW, 9))
    assert idle_accounts.close(now=NOW) == 0
    person.refresh_from_db()
    assert person.is_active


def test_close_when_the_person_came_back_then_left_and_told_anew_next_time(at_now):
    person = unused()
    idle_accounts.tell(now=NOW)
    person.last_login = NOW + SECOND
    person.save(update_fields=["last_login"])
    at_now.move_to(NOW + MONTH)
    assert idle_accounts.close(now=clock.now()) == 0
    at_now.move_to(NOW + dt.timedelta(days=730))
    assert idle_accounts.close(now=clock.now()) == 0
    assert idle_accounts.tell(now=clock.now()) == 1
    assert notices(person).count() == 2


def test_close_when_something_stands_in_the_way_then_left(at_now, owner, merchant):
    owner.last_login = clock.years_before(NOW, 2) - SECOND
    owner.save(update_fields=["last_login"])
    idle_accounts.tell(now=NOW)
    at_now.move_to(NOW + MONTH)
    Membership.objects.create(merchant=merchant, user=factories.user())
    assert idle_accounts.close(now=clock.now()) == 0
    owner.refresh_from_db()
    assert owner.is_active


def test_close_when_more_are_kept_than_a_page_holds_then_the_next_is_closed(
    at_now, owner, merchant, monkeypatch
):
    monkeypatch.setattr(idle_accounts, "LIMIT", 1)
    Membership.objects.create(merchant=merchant, user=factories.user())
    owner.last_login = clock.years_before(NOW, 2) - SECOND
    owner.save(update_fields=["last_login"])
    people = [unused(), unused()]
    for _day in range(3):
        idle_accounts.tell(now=NOW)
    at_now.move_to(NOW + MONTH)
    assert [idle_accounts.close(now=clock.now()) for _day in range(3)] == [1, 1, 0]
    for person in (owner, *people):
        person.refresh_from_db()
    assert [person.is_active for person in (owner, *people)] == [True, False, False]


def test_task_when_run_each_day_then_told_once_and_closed_once(at_now):
    person = unused()
    for day in range(33):
        at_now.move_to(NOW + day * clock.DAY)
        tasks.look_after_idle_accounts()
    person.refresh_from_db()
    assert (person.is_active, notices(person).count()) == (False, 1)
    assert Destruction.objects.get().ids_hash
