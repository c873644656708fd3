"""Reminders for a day on which a hundred thousand uses begin, each kind one statement.

All of it within a transaction that is taken back: nothing stays in the database.
"""

from __future__ import annotations

import datetime as dt
import time

from django.db import connection, transaction

from bookings import reminders
from bookings.messages.reminders import REMINDERS
from bookings.models import Resource
from center import clock
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


def figures() -> list[Figure]:
    found = []
    for kind, first, second in produced(BOOKINGS):
        what = f"reminders for {BOOKINGS:,} bookings, {kind}"
        seconds, worked, rows = first
        note = f"{rows:,} rows, {worked:.1f} s of PostgreSQL's processor"
        found += [
            Figure(what, seconds, " s", bound=("≤", 3), note=note),
            Figure("… rows of a second run", second, "", bound=("≤", 0)),
        ]
    return found


def produced(count: int) -> list[tuple[str, tuple[float, float, int], int]]:
    """For each kind its name; seconds, seconds of PostgreSQL's processor and rows of the run
    that writes them; and the rows of the run after it."""
    with transaction.atomic():
        starts = clock.now() + 3 * clock.DAY
        _upcoming(count, starts)
        found = []
        for reminder in REMINDERS:
            now = starts + _MINUTE - reminder.lead
            began, worked = time.perf_counter(), processor.database()
            rows = reminders.remind_of(reminder, now)
            took = time.perf_counter() - began, processor.database() - worked, rows
            found.append((reminder.kind.key, took, reminders.remind_of(reminder, now)))
        transaction.set_rollback(True)
    return found


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
