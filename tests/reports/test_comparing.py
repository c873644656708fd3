"""Late corrections: found by workers, shown with the time at which they were looked for."""

import datetime as dt

import pytest
import time_machine

from center import clock
from center.figures import registry
from center.periodic import alone_for_long
from center.periods import of_key
from center.permissions import OFFICIAL, OPERATOR
from center.reports import selectors
from center.reports.models import Comparison, Edition
from center.reports.services import comparing
from tests.conftest import NOW
from tests.reports.test_edition_page import PAGE, person
from tests.reports.test_freezing import OCTOBER, used
from tests.reports.worlds import freeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch):
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def edition(studio):
    used(studio, dt.date(2026, 10, 6), dt.date(2026, 10, 7))
    return freeze(OCTOBER)


def test_page_when_nobody_compared_yet_then_counts_nothing_itself_and_asks_a_worker(
    edition, studio, django_capture_on_commit_callbacks
):
    used(studio, dt.date(2026, 10, 21))
    reader = person(OFFICIAL)
    with django_capture_on_commit_callbacks() as asked:
        page, again = reader.get(PAGE), reader.get(PAGE)
    assert (page.context["pending_count"], page.context["compared_at"]) == (0, None)
    assert page.context["is_comparing"] is again.context["is_comparing"] is True
    assert len(asked) == 1  # once for both
    assert not Comparison.objects.exists()


def test_compare_when_corrected_then_kept_with_its_time(edition, studio):
    used(studio, dt.date(2026, 10, 21))
    comparing.compare(pk=edition.pk)
    kept = comparing.compare(pk=edition.pk)
    assert Comparison.objects.get() == kept
    assert kept.compared_at == NOW
    uses = {(d.before, d.after) for d in selectors.pending(kept) if d.figure["en"] == "Uses"}
    assert uses == {(2, 3)}
    page = person(OPERATOR).get(PAGE)
    assert page.context["is_comparing"] is False
    assert ("2", "3") in {(each.before, each.after) for each in page.context["pending"]}


@pytest.mark.parametrize(("seconds", "fresh"), [(599, True), (600, False), (601, False)])
def test_comparison_when_ten_minutes_old_then_asked_for_anew(edition, seconds, fresh):
    kept = comparing.compare(pk=edition.pk)
    with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
        assert comparing.is_fresh(kept) is fresh
        assert comparing.ask(edition=edition, known=kept) is not fresh


def test_compare_when_another_worker_is_at_it_then_leaves_it_alone(edition):
    with alone_for_long(f"reports.compare:{edition.pk}") as mine:
        assert mine
        assert comparing.compare(pk=edition.pk) is None
    assert comparing.compare(pk=edition.pk) is not None


@pytest.mark.parametrize(("days", "compared"), [(399, 1), (400, 1), (401, 0)])
def test_newest_when_the_period_ended_long_ago_then_left_for_its_readers(edition, days, compared):
    newest = freeze(OCTOBER)
    with time_machine.travel(clock.at(edition.ends + days * clock.DAY), tick=False):
        assert comparing.compare_newest() == compared
    assert list(Comparison.objects.values_list("edition", flat=True)) == [newest.pk][:compared]
    assert Edition.objects.count() == 2


@pytest.mark.parametrize(("seconds", "said"), [(119, True), (120, False), (121, False)])
def test_page_when_no_worker_comes_then_soon_speaks_of_none(edition, seconds, said):
    assert comparing.ask(edition=edition, known=None)
    with time_machine.travel(NOW + dt.timedelta(seconds=seconds), tick=False):
        assert comparing.ask(edition=edition, known=None) is said


def test_newest_when_one_was_never_compared_then_first_and_a_broken_one_stops_none(
    edition, studio, monkeypatch
):
    comparing.compare(pk=edition.pk)
    new, asked = freeze(of_key("2026-09")), []

    def broken(*, pk):
        asked.append(pk)
        raise ValueError("a figure that is no more")

    monkeypatch.setattr(comparing, "compare", broken)
    assert comparing.compare_newest() == 0
    assert asked == [new.pk, edition.pk]
