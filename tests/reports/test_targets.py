"""Targets of a year: kept by managers, beside what was reached."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.figures import Wish
from center.periods import of_key
from center.permissions import MANAGER, OFFICIAL, OPERATOR
from center.reports.assemble import compile_content
from center.reports.models import YearlyTarget
from tests import factories
from tests.conftest import kst, logged_in
from tests.reports.worlds import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST, ADD = "admin:reports_yearlytarget_changelist", "admin:reports_yearlytarget_add"


@pytest.mark.parametrize(
    ("role", "seen", "added"), [(MANAGER, 200, 200), (OPERATOR, 200, 403), (OFFICIAL, 200, 403)]
)
def test_targets_when_opened_then_managers_add_and_operators_read(role, seen, added):
    client = logged_in(factories.staff(role))
    if role == OFFICIAL:
        seen = 403
    assert client.get(reverse(LIST)).status_code == seen
    assert client.get(reverse(ADD)).status_code == added


def test_target_when_manager_adds_then_kept_with_its_history():
    given = {"year": 2026, "figure": "bookings.uses", "value": "7000", "note": "", "position": 0}
    logged_in(factories.staff(MANAGER)).post(reverse(ADD), given)
    target = YearlyTarget.objects.get()
    assert (target.figure, target.value) == ("bookings.uses", 7000)
    assert target.events.count() == 1


def test_target_when_figure_is_unknown_then_refused():
    given = {"year": 2026, "figure": "no.such", "value": "1", "note": "", "position": 0}
    page = logged_in(factories.staff(MANAGER)).post(reverse(ADD), given)
    assert page.context["adminform"].form.errors["figure"]
    assert not YearlyTarget.objects.exists()


@pytest.mark.parametrize("value", [0, -5])
def test_target_when_not_above_zero_then_the_database_refuses(value):
    with pytest.raises(IntegrityError), transaction.atomic():
        YearlyTarget.objects.create(year=2026, figure="bookings.uses", value=value)


def test_content_when_target_then_result_and_year_to_the_end_of_the_period():
    world = World()
    for month, day in ((3, 2), (10, 7), (10, 8), (11, 2)):
        world.book(starts=kst(day, 9, month=month))
    YearlyTarget.objects.create(year=2026, figure="bookings.uses", value=6)
    YearlyTarget.objects.create(year=2026, figure="gone.since", value=6)
    content = compile_content(of_key("2026-10"), as_of=kst(23))
    (target,) = content["targets"]
    assert (target["target"], target["result"], target["to_date"]) == (6, 2, 3)
    assert target["rate"] == "50.0"
    assert Wish(of_key("2026-10"), kst(23)).until == kst(1)
