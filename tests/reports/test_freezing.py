"""The making of editions: once, whole or not at all, never changed."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.contrib import admin
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from bookings.models import Allocation, Booking, Resource
from center import clock, periods
from center.errors import RuleViolation
from center.figures import registry
from center.permissions import MANAGER
from center.reports import publishing, selectors, tasks
from center.reports.content import digest
from center.reports.models import (
    Compiling,
    CompilingState,
    Edition,
    Step,
    YearlyTarget,
)
from center.reports.services import freezing, subscribing
from tests import factories
from tests.conftest import logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "house")]
OCTOBER = periods.of_key("2026-10")


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """A report of one table: what is tried here is how often it is made, not what it says."""
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


def used(studio: Resource, *days: dt.date) -> None:
    """Somebody used the studio on each of these days."""
    for day in days:
        start = clock.at(day, dt.time(10))
        end = start + dt.timedelta(hours=2)
        booking = Booking.objects.create(
            resource=studio,
            merchant=factories.merchant(),
            starts=start,
            ends=end,
            state="completed",
            headcount=1 + day.day % 3,  # else people would be twice the uses in every row
            cancellable_until=start - dt.timedelta(days=2),
            checked_in_at=start,
            completed_at=end,
        )
        unit = studio.units.get()
        Allocation.objects.create(
            unit=unit, booking=booking, during=DateTimeTZRange(start, end, "[)")
        )


def frozen(period: Any = OCTOBER, *, reason: str = "") -> Edition:
    asked = freezing.ask(period=period, by=None, reason=reason)
    edition = freezing.compile_edition(pk=asked.pk)
    assert edition is not None
    return edition


def test_compile_when_asked_then_freezes_version_one_with_its_digests():
    edition = frozen()
    assert (edition.period_key, edition.version, edition.reason) == ("2026-10", 1, "")
    assert edition.digest == digest(edition.full)
    assert edition.public_digest == digest(edition.public)
    asked = Compiling.objects.get()
    assert (asked.state, asked.step, asked.edition) == (CompilingState.DONE, Step.FREEZING, edition)


@pytest.mark.parametrize(
    ("now", "refused"),
    [
        (clock.at(dt.date(2026, 10, 31), dt.time(23, 59, 59)), True),
        (clock.at(dt.date(2026, 11, 1)), False),
    ],
)
def test_ask_at_the_end_of_the_period(now, refused):
    with time_machine.travel(now, tick=False):
        if refused:
            with pytest.raises(RuleViolation) as refusal:
                freezing.ask(period=OCTOBER, by=None)
            assert refusal.value.codes == ("period_not_over",)
        else:
            assert freezing.ask(period=OCTOBER, by=None).is_open


def test_ask_when_one_is_open_then_is_refused_until_it_ends():
    asked = freezing.ask(period=OCTOBER, by=None)
    with pytest.raises(RuleViolation) as refusal:
        freezing.ask(period=OCTOBER, by=None)
    assert refusal.value.codes == ("under_way",)
    freezing.cancel(compiling=asked)
    assert freezing.ask(period=OCTOBER, by=None).pk != asked.pk


def test_ask_when_frozen_already_then_needs_a_reason():
    frozen()
    with pytest.raises(RuleViolation) as refusal:
        freezing.ask(period=OCTOBER, by=None, reason="  ")
    assert refusal.value.codes == ("reason_missing",)
    assert frozen(reason="출석 정정").version == 2


def test_ask_when_months_of_a_quarter_are_missing_then_names_them(studio):
    used(studio, dt.date(2026, 8, 5))
    quarter = periods.of_key("2026-Q3")
    with pytest.raises(RuleViolation) as refusal:
        freezing.ask(period=quarter, by=None)
    assert refusal.value.codes == ("parts_missing",)
    assert [month.key for month in freezing.months_missing(quarter)] == ["2026-08", "2026-09"]
    for key in ("2026-08", "2026-09"):
        frozen(periods.of_key(key))
    assert frozen(quarter).period_key == "2026-Q3"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reports_edition SET reason = 'x'",
        "DELETE FROM reports_edition",
        "TRUNCATE reports_edition CASCADE",
    ],
)
def test_edition_when_somebody_changes_it_then_the_database_refuses(statement):
    frozen()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing is left to check
    with (
        pytest.raises(DatabaseError, match="Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_edition_when_its_digest_is_not_that_of_its_text_then_the_database_refuses():
    edition = frozen()
    edition.pk, edition.version, edition.reason = None, 2, "바꿔치기"
    edition.content = edition.content.replace("2026", "2027")
    edition._state.adding = True
    with pytest.raises(DatabaseError, match="edition_digests_true"), transaction.atomic():
        edition.save()


STAGES = [
    (publishing, "count"),
    (publishing, "protect"),
    (freezing, "_try_files"),
    (freezing, "digest"),
    (subscribing, "tell_of"),
]


@pytest.mark.parametrize(("module", "stage"), STAGES, ids=[name for _, name in STAGES])
def test_compile_when_the_worker_dies_at_a_stage_then_none_is_left_and_the_next_makes_one(
    monkeypatch, module, stage
):
    class Killed(BaseException):
        """As a signal would end the process: nobody catches it."""

    def die(*args: Any, **kwargs: Any) -> None:
        raise Killed

    asked = freezing.ask(period=OCTOBER, by=None)
    with monkeypatch.context() as patched:
        patched.setattr(module, stage, die)
        with pytest.raises(Killed):
            freezing.compile_edition(pk=asked.pk)
    assert not Edition.objects.exists()
    asked.refresh_from_db()
    assert asked.state == CompilingState.WORKING
    tasks.freeze_due()
    assert [(e.period_key, e.version) for e in Edition.objects.all()] == [("2026-10", 1)]
    tasks.compile_edition(asked.pk)
    assert Edition.objects.count() == 1


def test_compile_when_files_cannot_be_made_then_fails_and_says_so(monkeypatch):
    def fail(*args: Any) -> None:
        raise ValueError("no font")

    monkeypatch.setattr(freezing, "_try_files", fail)
    asked = freezing.ask(period=OCTOBER, by=None)
    assert freezing.compile_edition(pk=asked.pk) is None
    asked.refresh_from_db()
    assert (asked.state, asked.failure) == (CompilingState.FAILED, "ValueError: no font")
    assert not Edition.objects.exists()


@pytest.mark.parametrize("step", ["count", "protect"])
def test_compile_when_cancelled_on_the_way_then_nothing_is_frozen(monkeypatch, step):
    asked, real = freezing.ask(period=OCTOBER, by=None), getattr(publishing, step)

    def cancel_first(*args: Any, **kwargs: Any) -> Any:
        freezing.cancel(compiling=asked)
        return real(*args, **kwargs)

    monkeypatch.setattr(publishing, step, cancel_first)
    assert freezing.compile_edition(pk=asked.pk) is None
    assert not Edition.objects.exists()
    assert Compiling.objects.get().state == CompilingState.CANCELLED


def test_compile_when_another_edition_comes_meanwhile_then_weighed_beside_it_too(monkeypatch):
    """Of months that overlap in a quarter no lock keeps one from the other."""
    asked, real, counted = freezing.ask(period=OCTOBER, by=None), publishing.protect, []

    def overtaken_once(period: Any, *args: Any, **kwargs: Any) -> Any:
        found = real(period, *args, **kwargs)
        counted.append(period.key)
        if len(counted) == 1:
            frozen(periods.of_key("2026-09"))
        return found

    monkeypatch.setattr(publishing, "protect", overtaken_once)
    edition = freezing.compile_edition(pk=asked.pk)
    assert counted == ["2026-10", "2026-09", "2026-10"]
    assert edition is not None
    assert [each.period_key for each in Edition.objects.order_by("pk")] == ["2026-09", "2026-10"]


def test_cancel_when_it_has_ended_then_is_refused():
    frozen()
    with pytest.raises(RuleViolation) as refusal:
        freezing.cancel(compiling=Compiling.objects.get())
    assert refusal.value.codes == ("compiling_ended",)


def test_due_when_the_days_of_correction_are_over_then_months_come_before_their_quarter(studio):
    used(studio, dt.date(2026, 8, 5))

    def keys(day: int, month: int = 11) -> list[str]:
        due = freezing.due(on=dt.date(2026, month, day), after_days=5)
        return [period.key for period in due]

    assert keys(5, 10) == ["2026-08"]
    assert keys(6, 10) == ["2026-08", "2026-09", "2026-Q3"]
    assert keys(5) == ["2026-08", "2026-09", "2026-Q3"]
    assert keys(6) == ["2026-08", "2026-09", "2026-10", "2026-Q3"]


def test_due_when_the_year_is_over_then_december_quarter_half_and_year_are_due(studio):
    used(studio, dt.date(2026, 12, 5))
    due = freezing.due(on=dt.date(2027, 1, 20), after_days=5)
    assert [period.key for period in due] == ["2026-12", "2026-Q4", "2026-H2", "2026"]


def test_freeze_due_when_run_then_freezes_all_in_order_and_a_second_time_nothing(studio):
    used(studio, dt.date(2026, 8, 5))
    tasks.freeze_due()
    assert sorted(Edition.objects.values_list("period_key", flat=True)) == [
        "2026-08", "2026-09", "2026-10",
    ]  # fmt: skip
    tasks.freeze_due()
    assert Edition.objects.get(period_key="2026-Q3").version == 1
    tasks.freeze_due()
    assert Edition.objects.count() == 4


def test_freeze_due_when_somebody_called_it_off_then_the_timetable_leaves_it_to_people(studio):
    used(studio, dt.date(2026, 10, 5))
    freezing.cancel(compiling=freezing.ask(period=OCTOBER, by=None))
    tasks.freeze_due()
    assert [each.state for each in Compiling.objects.all()] == [CompilingState.CANCELLED]
    page = logged_in(factories.staff()).get("/reports/2026-10/").content.decode()
    assert "더는 자동으로 확정하지 않습니다" in page
    assert frozen().version == 1


HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_freeze_due_when_it_fails_then_tried_each_hour_and_on_the_third_day_left_to_people(
    studio, monkeypatch, at_now
):
    def fail(*args: Any) -> None:
        raise ValueError("no font")

    used(studio, dt.date(2026, 10, 5))
    manager, begun = factories.staff(MANAGER), clock.now()
    tries = [(HOUR * 0, 1), (HOUR - dt.timedelta(seconds=1), 1), (HOUR, 2), (DAY, 3)]
    with monkeypatch.context() as patch:
        patch.setattr(freezing, "_try_files", fail)
        for after, n in [*tries, (2 * DAY, 4), (2 * DAY + HOUR, 4), (3 * DAY, 4)]:
            at_now.move_to(begun + after)
            tasks.freeze_due()
            assert [row.state for row in Compiling.objects.all()] == [CompilingState.FAILED] * n
            urgent = [line.address for line in admin.site.lines_for(manager) if line.urgent]
            assert urgent == (["/reports/2026-10/"] if n == 4 else [])
    assert frozen().version == 1
    assert not admin.site.lines_for(manager)


def test_frozen_when_the_data_are_corrected_then_stays_and_the_difference_is_known(studio):
    edition = frozen()
    used(studio, dt.date(2026, 10, 6))
    live = publishing.count(OCTOBER, as_of=clock.now())
    found = publishing.differences(edition.full, live)
    totals = {
        (each.before, each.after)
        for each in found
        if each.figure["en"] == "Uses" and each.row is None
    }
    assert totals == {(0, 1)}
    assert Edition.objects.get().digest == edition.digest
    assert publishing.differences(edition.full, edition.full) == []


def test_protect_when_a_version_hid_a_cell_then_the_next_hides_it_too(studio):
    used(studio, *(dt.date(2026, 10, day) for day in (6, 7)))
    first = frozen()
    used(studio, *(dt.date(2026, 10, day) for day in (8, 13, 14, 15, 16, 20)))
    second = frozen(reason="누락분 반영")
    assert [total_of(edition.full, "bookings.uses") for edition in (first, second)] == [2, 8]
    assert [total_of(edition.public, "bookings.uses") for edition in (first, second)] == ["X", "X"]


def test_quarter_when_a_month_is_corrected_to_few_then_hides_what_its_new_version_will(studio):
    used(studio, *(dt.date(2026, month, day) for month in (7, 9) for day in (1, 2, 3, 7, 8, 9)))
    months = [frozen(periods.of_key(f"2026-0{month}")) for month in (7, 8, 9)]
    assert [total_of(each.public, "bookings.uses") for each in months] == [6, 0, 6]
    used(studio, *(dt.date(2026, 8, day) for day in (4, 5, 6, 7)))
    quarter = frozen(periods.of_key("2026-Q3"))
    again = frozen(periods.of_key("2026-08"), reason="누락분 반영")
    assert [total_of(each.public, "bookings.uses") for each in (quarter, again)] == ["X", "X"]
    assert quarter.public["corrected"] == [{"key": "2026-08", "version": 1}]
    made = selectors.outlined(selectors.public(quarter), "en")
    assert "were frozen: 08/2026 v1. This report counts the data as of 23 Nov" in made.notes[-1]
    new = frozen(periods.of_key("2026-Q3"), reason="8월 정정 반영")
    assert "corrected" not in new.public  # the months state what it counts now


def test_quarter_when_a_release_has_added_or_moved_a_figure_then_no_month_counts_as_changed(studio):
    used(studio, dt.date(2026, 8, 4))
    before = frozen(periods.of_key("2026-08")).full
    live = copy.deepcopy(before)
    assert not publishing.is_corrected(before, live)
    first = live["tables"][0]
    moved = first["columns"].pop()
    last = {**copy.deepcopy(first), "key": "moved", "columns": [moved]}
    for rows in (first["rows"], last["rows"]):
        for row in rows:
            row["cells"] = row["cells"][-1:] if rows is last["rows"] else row["cells"][:-1]
    if first["total"] is not None:
        first["total"], last["total"] = first["total"][:-1], first["total"][-1:]
    live["tables"].append(last)
    live["figures"].append({**live["figures"][0], "key": "of.a.newer.release"})
    assert not publishing.is_corrected(before, live)
    last["rows"][0]["cells"] = [99]
    assert publishing.is_corrected(before, live)


def test_month_when_one_before_is_corrected_to_few_then_hides_the_year_to_date(studio):
    YearlyTarget.objects.create(year=2026, figure="bookings.uses", value=100)
    used(studio, *(dt.date(2026, month, day) for month in (7, 9) for day in (1, 2, 3, 7, 8, 9)))
    for month in (7, 8):
        frozen(periods.of_key(f"2026-0{month}"))
    used(studio, *(dt.date(2026, 8, day) for day in (4, 5, 6, 7)))
    (target,) = frozen(periods.of_key("2026-09")).public["targets"]
    assert (target["result"], target["to_date"], target["rate"]) == (6, "X", "X")


def total_of(content: Any, figure: str) -> Any:
    table = next(each for each in content["tables"] if figure in each["columns"] and each["total"])
    return table["total"][table["columns"].index(figure)]


def test_manager_when_asking_then_stands_beside_the_edition():
    manager = factories.staff(MANAGER)
    asked = freezing.ask(period=OCTOBER, by=manager)
    edition = freezing.compile_edition(pk=asked.pk)
    assert edition is not None
    assert edition.frozen_by == manager
