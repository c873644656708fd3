"""A month that was corrected after it was frozen, and the quarter that counts it, by the
services: laid side by side they tell nothing of few."""

from __future__ import annotations

import datetime as dt

import pytest

from bookings.models import Category, Resource
from center import periods
from center.figures import registry
from center.reports.models import Edition
from tests import factories
from tests.reports import attack_together, worlds
from tests.reports.test_disclosure_together import narrowed
from tests.reports.test_freezing import used

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]
MONTHS = {"2026-07": 1, "2026-08": 1, "2026-09": 1}
TABLES = ("usage_by_category", "usage_by_month")


def often(space: Resource, month: int, days: int) -> None:
    used(space, *(dt.date(2026, month, day + 1) for day in range(days)))


def as_read(edition: Edition) -> attack_together.Edition:
    """A quarter says in its notes which months had changed."""
    changed = {each["key"]: 0 for each in edition.public.get("corrected", ())}
    counts = MONTHS | changed if edition.period_key == "2026-Q3" else {}
    return attack_together.Edition(edition.public, edition.full, edition.version, counts)


def test_quarter_when_a_month_is_corrected_to_few_of_one_kind_then_its_total_is_not_told(
    studio, monkeypatch
):
    """All other kinds state what they stated, so that the new total would give it away."""
    monkeypatch.setattr(registry, "tables", {key: registry.tables[key] for key in TABLES})
    conference, recording = map(factories.resource, (Category.CONFERENCE, Category.RECORDING))
    for month in (7, 8, 9):
        often(studio, month, 8)
        often(conference, month, 8)
    for month in (7, 9):
        often(recording, month, 6)
    months = [worlds.freeze(periods.of_key(key)) for key in MONTHS]
    often(recording, 8, 3)
    quarter = worlds.freeze(periods.of_key("2026-Q3"))
    again = worlds.freeze(periods.of_key("2026-08"))
    assert quarter.public["corrected"] == [{"key": "2026-08", "version": 1}]
    assert narrowed([as_read(each) for each in (*months, quarter, again)]) == []
