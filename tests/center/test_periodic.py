"""The timetable: every task on it does no harm when two timetables start it at once."""

import itertools
from collections.abc import Iterator

import psycopg2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from center.celery import TIMETABLE, app

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "papers_root")]
#: task → the lock that lets one at a time do it
GUARDED = {
    "center.notifications.tasks.confirm_consents": "center.notifications.tasks.confirm_consents",
    "center.notifications.tasks.look_after_idle_accounts": "center.notifications.tasks.look_after_idle_accounts",
    "center.notifications.tasks.sweep": "notifications.sweep",
    "center.reports.tasks.compare_editions": "center.reports.tasks.compare_editions",
    "center.reports.tasks.freeze_due": "center.reports.tasks.freeze_due",
    "center.notifications.tasks.tell_of_overdue": "center.notifications.tasks.tell_of_overdue",
    "center.tasks.clear_sessions": "center.tasks.clear_sessions",
    "center.tasks.destroy_what_is_over": "center.tasks.destroy_what_is_over",
}
#: task → why two at once are no harm
SAFE = {
    "bookings.tasks.follow_attendance": "locks each booking and compares its state",
    "bookings.tasks.offer_freed": "has a lock of its own, and each offer locks who waits",
    "bookings.tasks.remind": "one waits for the other, and messages have a key",
    "bookings.tasks.remind_of_returns": "messages have a key and are sent once",
    "bookings.tasks.tell_of_series": "locks each act and marks it told",
    "bookings.tasks.expire_holds": "takes rows with SKIP LOCKED and compares the state",
    "programs.tasks.commit_seeds": "locks each program, which has one seed",
    "programs.tasks.tell_of_materials": "locks each program and marks its files told",
    "programs.tasks.tell_results": "takes rows with SKIP LOCKED and marks them told",
    "merchants.tasks.carry_districts": "one UPDATE a code, of rows that still have the old one",
    "merchants.tasks.forget_imported_rows": "one UPDATE of rows not yet emptied",
    "merchants.tasks.recheck_businesses": "has a lock of its own, asked for once there is a key",
    "merchants.tasks.remind_of_renewal": "messages have a key and are sent once",
    "programs.tasks.follow_sessions": "one UPDATE of planned sessions; each round locks its program",
    "programs.tasks.finish_programs": "locks each program and compares its state",
    "programs.tasks.remind_of_sessions": "messages have a key and are written once",
    "programs.tasks.pass_on_places": "locks each program and compares the state of its offers",
    "merchants.tasks.sweep_papers": "deletes files nobody names; one that is gone is gone",
    "programs.tasks.ask_what_it_brought": "a stage is one row, rows move on with SKIP LOCKED",
}
SCHEDULED_NAMES = [name for name, *_line in TIMETABLE]
SCHEDULED = sorted(entry["task"] for entry in app.conf.beat_schedule.values())


@pytest.fixture(autouse=True)
def _tasks_known() -> None:
    app.loader.import_default_modules()


@pytest.fixture
def elsewhere() -> Iterator[psycopg2.extensions.cursor]:
    """Another worker's connection to the same database."""
    wanted = connection.get_connection_params()
    known = ("dbname", "host", "port", "user", "password")
    other = psycopg2.connect(**{name: wanted[name] for name in known if wanted.get(name)})
    with other.cursor() as cursor:
        yield cursor
    other.close()


def test_timetable_when_a_task_is_added_then_somebody_has_decided_how_it_is_safe():
    assert sorted([*GUARDED, *SAFE]) == SCHEDULED
    assert set(SCHEDULED) <= set(app.tasks)


def test_timetable_when_read_then_each_line_is_in_force_as_it_stands_there():
    in_force = [
        (name, entry["task"], entry["schedule"], entry["options"]["expires"])
        for name, entry in app.conf.beat_schedule.items()
    ]
    assert in_force == TIMETABLE


@pytest.mark.parametrize(("name", "task", "when", "expires"), TIMETABLE, ids=SCHEDULED_NAMES)
def test_timetable_when_no_worker_begins_a_run_then_it_is_gone_before_the_next(
    name, task, when, expires
):
    assert (when.day_of_week, when.day_of_month) == (set(range(7)), set(range(1, 32)))
    due = sorted(60 * hour + minute for hour in when.hour for minute in when.minute)
    gaps = [late - soon for soon, late in itertools.pairwise([*due, due[0] + 24 * 60])]
    assert 0 < expires < 60 * min(gaps)


@pytest.mark.parametrize("name", sorted(GUARDED))
def test_task_when_another_is_at_it_then_touches_nothing(elsewhere, name):
    elsewhere.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [GUARDED[name]])
    with CaptureQueriesContext(connection) as queries:
        assert app.tasks[name]() is None
    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    # Work in many transactions asks for its lock on another connection.
    assert [sql for sql in asked if "advisory" not in sql] == []


@pytest.mark.parametrize("name", SCHEDULED)
def test_task_when_run_twice_then_the_second_finds_its_lock_free_and_nothing_to_do(elsewhere, name):
    assert app.tasks[name]() == app.tasks[name]()
    if name in GUARDED and name != "center.notifications.tasks.sweep":
        # The sweep's lock is its transaction's, which here is the whole test's.
        elsewhere.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [GUARDED[name]])
        assert elsewhere.fetchone() == (True,)
