"""Reminders for a day on which a hundred thousand uses begin, each kind one statement.

All of it within a transaction that is taken back: nothing stays in the database.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from django.db import connection, transaction

from bookings import reminders
from bookings.messages.reminders import REMINDERS
from bookings.models import Resource
from center import clock
from center.notifications import in_bulk
from tests.bench import content, processor
from tests.bench.table import Figure

BOOKINGS = 100_000
_MINUTE = dt.timedelta(minutes=1)

# Every business in turn; they begin within one minute, three days from now.
_UPCOMING = """
INSERT INTO bookings_booking (id, reference, resource_id, merchant_id, booked_by_id, user_name,
    purpose, headcount, starts, ends, buffer_before, buffer_after, state, source, cancellable_until,
    reason_code, reason_text, sequence, created_at, confirmed_at)
SELECT -1000000 - i, lpad(i::text, 9, '0'), %(resource)s, a.merchant_id, a.user_id, '', '', 1,
    %(starts)s + i %% 60 * interval '1 second', %(starts)s + interval '2 hours', 0, 0, 'confirmed',
    'web', %(starts)s, '', '', 0, %(booked)s, %(booked)s
FROM generate_series(1, %(count)s) i
JOIN bench_account a ON a.n = 1 + i %% (SELECT count(*) FROM bench_account)
"""


@dataclass(frozen=True)
class Produced:
    """Of one kind: seconds, of PostgreSQL's processor too, and rows of the run that writes them;
    rows of the run after it; seconds of an INSERT of the same rows and nothing else, under the
    same constraints and indexes."""

    kind: str
    seconds: float
    worked: float
    rows: int
    again: int
    bare: float


def figures() -> list[Figure]:
    found = []
    for one in produced(BOOKINGS):
        what = f"reminders for {BOOKINGS:,} bookings, {one.kind}"
        note = f"{one.rows:,} rows, {one.worked:.1f} s of PostgreSQL's processor"
        beside = Figure("… beside a bare INSERT of its rows", one.seconds, " s")
        beside.yardstick, beside.ratio = f"{one.bare:.1f} s", one.seconds / one.bare
        found += [
            Figure(what, one.seconds, " s", bound=("≤", 3), note=note),
            beside,
            Figure("… rows of a second run", one.again, "", bound=("≤", 0)),
        ]
    return found


def produced(count: int) -> list[Produced]:
    """Each kind in turn."""
    with transaction.atomic():
        starts = clock.now() + 3 * clock.DAY
        _upcoming(count, starts)
        found = []
        for reminder in REMINDERS:
            now = starts + _MINUTE - reminder.lead
            began, worked = time.perf_counter(), processor.database()
            rows = reminders.remind_of(reminder, now)
            _check_foreign_keys()
            took, worked = time.perf_counter() - began, processor.database() - worked
            again = reminders.remind_of(reminder, now)
            kind = reminder.kind.key
            found.append(Produced(kind, took, worked, rows, again, _inserted(kind)))
        transaction.set_rollback(True)
    return found


def _inserted(kind: str) -> float:
    """Seconds for the rows of the kind once more, under keys of their own."""
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [kind])
        began = time.perf_counter()
        cursor.execute(_BARE)
        _check_foreign_keys()
        took = time.perf_counter() - began
        cursor.execute("DROP TABLE bench_reminder")
    return took


_ROWS = f"""
CREATE TEMP TABLE bench_reminder AS
SELECT {in_bulk.COLUMNS.replace("dedupe_key", "'bare:' || dedupe_key AS dedupe_key")}
FROM notifications_message WHERE kind = %s ORDER BY id
"""
_BARE = f"""
INSERT INTO notifications_message ({in_bulk.COLUMNS}) SELECT {in_bulk.COLUMNS} FROM bench_reminder
"""


def _check_foreign_keys() -> None:
    """As the end of a transaction would; this one is taken back."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _upcoming(count: int, starts: dt.datetime) -> None:
    values = {
        "count": count,
        "resource": Resource.objects.spaces().values_list("pk", flat=True)[0],
        "starts": starts,
        "booked": clock.now() - clock.DAY,
    }
    with connection.cursor() as cursor:
        with content.replica(cursor):
            cursor.execute(_UPCOMING, values)
        cursor.execute("ANALYZE bookings_booking")
