"""Production's parts, two of everything, killed, renewed and carried on for real."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections import Counter

import psutil
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import OperationalError, connection, connections, transaction
from structlog.testing import capture_logs

from bookings.models import Booking
from center import exposition, health, pieces, replica
from center.models import User
from center.periodic import alone_for_long
from center.reports import source
from tests import factories
from tests.faults.diary import Verdict, judge
from tests.faults.people import Town
from tests.races import ledger
from tests.races.clients import Visitor, open_account, to_hold
from tests.stack.conftest import RunningStack, open_house, working_in
from tests.stack.people import ask, bookers, visitors

PROGRAMS = {
    *("proxy", "web-1", "web-2", "calls", "worker-1", "worker-2", "beat-1", "beat-2"),
    *("pgbouncer", "postgres-a", "postgres-b", "valkey"),
}


def end_sessions(stack: RunningStack, server: str) -> None:
    """As a server does that is shut down."""
    session = stack.session(server)
    with contextlib.closing(session), session.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = 'center' AND pid <> pg_backend_pid()"
        )


# What it is --------------------------------------------------------------------------------
def test_stack_when_up_then_two_of_everything_and_a_page_through_the_proxy(stack: RunningStack):
    assert set(stack.pids) == PROGRAMS
    assert all(psutil.pid_exists(pid) for pid in stack.pids.values())
    assert ask(stack.plan.port, "/privacy/") == 200
    assert {
        ask(stack.plan.ports[name], "/health/ready") for name in ("web-1", "web-2", "calls")
    } == {200}
    assert [ask(stack.plan.port, path) for path in ("/health/ready", "/metrics")] == [404, 404]


def test_status_when_asked_then_names_every_program(stack: RunningStack, settings, capsys):
    settings.VAR_DIR = stack.plan.var.parent
    call_command("stack", "status")
    said = capsys.readouterr().out
    assert [name for name in PROGRAMS if f"{name} " not in said] == []
    assert all(f"pid {pid} " in said for pid in stack.pids.values())


# PgBouncer in transaction mode -------------------------------------------------------------
def test_booking_when_made_through_the_pool_then_with_its_history(stack: RunningStack, house):
    studio, account, span = factories.studio(), open_account(), ledger.slot()
    answer = to_hold(Visitor.of(account, stack.plan.port), studio.slug, span).send()
    assert answer.status == 302
    booking = Booking.objects.get(resource=studio)
    assert answer.location == f"/bookings/{booking.reference}/confirm/"
    events = apps.get_model("bookings", "BookingEvent").objects.filter(pgh_obj_id=booking.pk)
    assert events.get().pgh_context.metadata["user"] == account.user.pk


def test_long_work_when_behind_the_pool_then_one_at_a_time_and_free_after(in_stack):
    with alone_for_long("stack") as mine:
        # Between its transactions the work gets any connection of the pool.
        for _again in range(3):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            with alone_for_long("stack") as also_mine:
                assert (mine, also_mine) == (True, False)
    with alone_for_long("stack") as mine:
        assert mine


def test_session_lock_when_behind_the_pool_then_held_for_nobody(stack: RunningStack):
    """Why long work must not use one: this control shows that the pool shares its connections."""
    one, other = stack.session("pgbouncer"), stack.session("pgbouncer")
    try:
        with one.cursor() as first, other.cursor() as second:
            first.execute("SELECT pg_try_advisory_lock(42)")
            second.execute("SELECT pg_try_advisory_lock(42)")
            assert (first.fetchone(), second.fetchone()) == ((True,), (True,))
            second.execute("SELECT pg_advisory_unlock_all()")
    finally:
        one.close()
        other.close()


@pytest.mark.parametrize(
    ("database", "locks", "statements", "idle"),
    [
        ("center", "10s", "1min", "30s"),
        ("center_work", "1min", "10min", "1min"),
        ("center_replica", "10s", "1min", "30s"),
    ],
)
def test_connection_of_the_pool_when_asked_then_what_hangs_is_ended(
    stack: RunningStack, database: str, locks: str, statements: str, idle: str
):
    """Whichever it is, also one that somebody else had before."""
    names = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
    with contextlib.ExitStack() as open_now:
        for _several in range(3):
            session = open_now.enter_context(
                contextlib.closing(stack.session("pgbouncer", database))
            )
            session.autocommit = False  # keeps its connection of the database
            with session.cursor() as cursor:
                cursor.execute("SELECT " + ", ".join(f"current_setting('{n}')" for n in names))
                assert cursor.fetchone() == (locks, statements, idle)


def test_long_list_when_read_through_the_pool_then_in_pieces(in_stack):
    for _each in range(5):
        factories.user()
    read = [row[0] for row in pieces.rows(User.objects.all(), ["pk"], by=("pk",), at_once=2)]
    assert read == sorted(User.objects.values_list("pk", flat=True))
    assert User.objects.iterator().__next__()  # no cursor of the server, which the pool drops


# The copy for reports ----------------------------------------------------------------------
def test_report_when_the_copy_follows_then_read_there_as_written_a_moment_ago(in_stack):
    person = factories.user()
    assert replica.standing() == replica.Standing(0.0)
    assert replica.read(lambda: (replica.alias(), User.objects.filter(pk=person.pk).exists())) == (
        "replica",
        True,
    )
    with pytest.raises(Exception, match="read-only transaction"):
        connections[replica.ALIAS].cursor().execute("DELETE FROM center_user")


def test_replica_when_it_follows_then_measured_and_said(in_stack):
    found = {family.name: family.samples[0].value for family in exposition._replica()}
    assert found == {"center_replica_used": 1, "center_replica_lag_seconds": 0}
    assert health.examine()["replica"] == "ok, 0 s behind"
    assert "0초" in source.words()


def test_report_when_the_copy_is_behind_then_read_from_the_database(
    stack: RunningStack, in_stack, settings
):
    settings.DATABASE_REPLICA_MAX_LAG = 0.1
    session = stack.session(stack.plan.replica)
    with session.cursor() as cursor:
        cursor.execute("SELECT pg_wal_replay_pause()")
        try:
            person = factories.user()
            standing = replica.standing()
            assert standing is not None
            assert standing.lag is not None
            assert standing.lag > 0.1
            read = replica.read(
                lambda: (replica.alias(), User.objects.filter(pk=person.pk).count())
            )
            assert read == ("default", 1)
        finally:
            cursor.execute("SELECT pg_wal_replay_resume()")
    session.close()


def test_report_when_the_copy_goes_away_in_the_middle_then_done_again_elsewhere(
    stack: RunningStack, in_stack
):
    asked = []

    def work() -> int:
        asked.append(replica.alias())
        with transaction.atomic(using=replica.alias()):
            people = User.objects.count()
            if replica.alias() == replica.ALIAS:
                end_sessions(stack, stack.plan.replica)
            assert User.objects.count() == people
            return people

    assert replica.read(work) == User.objects.count()
    assert asked == ["replica", "default"]
    assert replica.standing() == replica.Standing(None)  # left alone for a while


# Faults and updates ------------------------------------------------------------------------
@pytest.fixture(scope="module")
def town(stack: RunningStack, django_db_blocker) -> Town:
    with django_db_blocker.unblock(), working_in(stack):
        open_house()
        return Town.settle(4)


@pytest.mark.parametrize("name", ["web-1", "worker-2", "beat-1", "pgbouncer", "postgres-a"])
def test_program_when_killed_while_people_book_then_back_and_no_booking_lost(
    stack: RunningStack, in_stack, town: Town, name: str
):
    """``python -m tests.faults`` has the long form."""
    before, restarts, known = stack.pids[name], stack.restarts(name), len(town.diary.entries)
    with town.busy(stack.plan.port):
        stack.wait(lambda: len(town.diary.entries) > known + 2, "bookings")
        os.kill(before, signal.SIGKILL)
        stack.wait(lambda: stack.restarts(name) > restarts, name)
        known = len(town.diary.entries)
        stack.wait(lambda: len(town.diary.entries) > known + 2, "bookings again")
    assert psutil.pid_exists(stack.pids[name])
    assert stack.pids[name] != before
    connections.close_all()
    assert judge(town.diary) == Verdict([], [])


def test_renewal_when_people_visit_and_book_then_every_one_is_answered(stack: RunningStack, house):
    before, renewals = stack.pids, stack.state["renewals"]
    with visitors(stack.plan.port, 2) as answered, bookers(stack.plan.port) as booked:
        stack.order(signal.SIGUSR1)
        stack.wait(lambda: stack.state["renewals"] > renewals, "the renewal")
    renewed = {name for name, pid in stack.pids.items() if pid != before[name]}
    assert renewed == PROGRAMS - {"proxy", "pgbouncer", "postgres-a", "postgres-b", "valkey"}
    assert set(answered) == {200}
    assert answered[200] > 20
    assert [set(one.statuses) for one in booked] == [{302}, {302}]
    references = [reference for one in booked for reference in one.references]
    assert len(references) > 10
    kept = Booking.objects.filter(reference__in=references).values_list("state", flat=True)
    assert Counter(kept) == {"cancelled": len(references)}  # each there, once, and given back
    assert ledger.double_bookings() == 0


def test_promotion_when_ordered_then_the_copy_takes_writes_and_the_other_follows(
    stack: RunningStack, in_stack
):
    before = stack.plan.primary
    kept = factories.user()
    stack.order(signal.SIGUSR2)
    stack.wait(
        lambda: stack.state["primary"] != before and before in stack.state["programs"],
        "the promotion",
    )
    connections.close_all()
    written = _once_it_works(factories.user)
    assert User.objects.filter(pk__in=[kept.pk, written.pk]).count() == 2
    session = stack.session(before)
    with session.cursor() as cursor:

        def followed() -> bool:
            cursor.execute("SELECT count(*) FROM center_user WHERE id = %s", [written.pk])
            return cursor.fetchone() == (1,)

        stack.wait(followed, "the new copy")
    session.close()
    stack.wait(lambda: ask(stack.plan.port, "/privacy/") == 200, "a page")


def test_replica_when_promoted_by_mistake_then_of_another_past_and_not_read_from(
    stack: RunningStack, in_stack
):
    """It takes writes of its own from then on, as one does whose database was recovered to an
    earlier moment: however far it has got, its rows are not the database's."""
    session = stack.session(stack.plan.replica)
    with contextlib.closing(session), session.cursor() as cursor:
        cursor.execute("SELECT pg_promote(true, 60)")
        assert cursor.fetchone() == (True,)
        cursor.execute("CREATE TABLE what_never_happened ()")
    connections[replica.ALIAS].close()
    strayed = replica.Standing(None, strayed=True)
    replica.forget()
    with capture_logs() as said:
        assert replica.standing() == strayed
        replica._keep(strayed, 0)  # out of date at once, so that it is looked at again
        assert replica.standing() == strayed
    assert [line["event"] for line in said].count("replica_strayed") == 1
    assert replica.read(replica.alias) == "default"
    [used] = exposition._replica()
    assert (used.name, used.samples[0].value) == ("center_replica_used", 0)
    answer = health.examine()["replica"]
    assert health.is_well(answer)
    assert "of another past" in answer
    assert "이어지지 않아" in source.words()


def test_stack_when_terminated_then_nothing_is_left(stack: RunningStack):
    """The last test here."""
    everything = psutil.Process(stack.process.pid).children(recursive=True)
    assert len(everything) > len(PROGRAMS)
    stack.process.terminate()
    assert stack.process.wait(60) == 0
    _gone, alive = psutil.wait_procs(everything, timeout=10)
    assert alive == []
    assert stack.state == {}


def _once_it_works(work):  # type: ignore[no-untyped-def]
    """Connections kept from before the promotion may end once."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return work()
        except OperationalError:
            assert time.monotonic() < deadline
            connections.close_all()
            time.sleep(0.2)
