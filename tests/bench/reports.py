"""Figures of a month against the same groupings as bare SQL, editions and lists as files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

from django.db import connection

from bookings import house
from center import clock, periods
from center.periods import Period
from center.reports.assemble import compile_content
from tests.bench import databases
from tests.bench.servers import ROOT
from tests.bench.table import Figure, rate

ROUNDS = 5
YEARS_OF_HISTORY = 5

# What each table asks for, in one grouping: uses, hours, businesses, no-shows, cancellations.
_RAW = """
SELECT {key}, count(*) FILTER (WHERE b.state IN ('checked_in', 'completed')),
    sum(b.ends - b.starts) FILTER (WHERE b.state IN ('checked_in', 'completed')),
    count(DISTINCT b.merchant_id) FILTER (WHERE b.state IN ('checked_in', 'completed')),
    count(*) FILTER (WHERE b.state = 'no_show'),
    count(*) FILTER (WHERE b.state = 'cancelled' AND b.closed_at <= b.cancellable_until),
    count(*) FILTER (WHERE b.state = 'cancelled' AND b.closed_at > b.cancellable_until)
FROM bookings_booking b
JOIN bookings_resource r ON r.id = b.resource_id
LEFT JOIN merchants_merchant m ON m.id = b.merchant_id
WHERE b.starts >= %(low)s AND b.starts < %(high)s GROUP BY 1
"""
_KEYS = (
    "''",
    "r.slug",
    "r.category",
    "m.district",
    "m.section",
    "m.kind",
    "m.women_owned",
    "m.youth_owned",
    "m.disabled_owned",
    "date_part('year', age(m.founded_on))",
    "m.market_area",
)
# Who was here before, the devices, the answers, the days.
_MORE = (
    """
    SELECT count(*), count(*) FILTER (WHERE EXISTS (
        SELECT 1 FROM bookings_booking p WHERE p.merchant_id = u.merchant_id
            AND p.starts < %(low)s AND p.state IN ('checked_in', 'completed')))
    FROM (SELECT DISTINCT merchant_id FROM bookings_booking b
        WHERE b.starts >= %(low)s AND b.starts < %(high)s) u""",
    """
    SELECT r.slug, count(*) FROM bookings_booking b
    JOIN bookings_allocation a ON a.booking_id = b.id JOIN bookings_unit u ON u.id = a.unit_id
    JOIN bookings_resource r ON r.id = u.resource_id AND r.category = 'equipment'
    WHERE b.starts >= %(low)s AND b.starts < %(high)s GROUP BY 1""",
    """
    SELECT r.slug, avg(f.space) FROM bookings_booking b
    JOIN bookings_feedback f ON f.booking_id = b.id JOIN bookings_resource r ON r.id = b.resource_id
    WHERE b.starts >= %(low)s AND b.starts < %(high)s GROUP BY 1""",
    """
    SELECT b.resource_id, (b.starts AT TIME ZONE 'Asia/Seoul')::date, sum(b.ends - b.starts)
    FROM bookings_booking b WHERE b.starts >= %(low)s AND b.starts < %(high)s GROUP BY 1, 2""",
)


def figures(database_url: str) -> list[Figure]:
    """Of the month before the present one, which is over."""
    month = periods.month(clock.today()).previous()
    house.current()
    raw = _times(lambda: _bare(month))
    counted = _times(lambda: compile_content(month, as_of=clock.now()))
    early = periods.month(clock.months_before(month.starts, YEARS_OF_HISTORY * 12))
    before = _times(lambda: compile_content(early, as_of=clock.now()))
    what = "all figures of a month, 1,000,000 bookings"
    found = rate(what, counted, ("bare SQL", raw), bound=("≤", 3.0))
    grown = rate(
        f"… against a month with {YEARS_OF_HISTORY} years less behind it",
        counted,
        ("that month", before),
        bound=("≤", 1.3),
    )
    found.unit = grown.unit = " ms"
    return [found, grown, *_made(database_url, month)]


def _made(database_url: str, month: Period) -> list[Figure]:
    """In processes of their own: what they keep in memory, with what they start, is theirs
    alone."""
    edition = _measured(database_url, "edition", month.key)
    rows, few = (_measured(database_url, "rows", n) for n in ("73000", "7300"))
    return [
        Figure("an edition in four formats, processor time", edition["cpu"], " s", bound=("≤", 30)),
        Figure("… in memory, charts included", edition["peak"], " MB", bound=("≤", 400)),
        Figure("list of 73,000 bookings as CSV, processor time", rows["cpu"], " s", bound=("≤", 4)),
        Figure(
            "… memory against 7,300 bookings",
            rows["peak"],
            " MB",
            "7,300",
            rows["peak"] / few["peak"],
            bound=("≤", 1.1),
        ),
    ]


def _measured(database_url: str, what: str, argument: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.made", what, argument],
        env=os.environ | {"DATABASE_URL": database_url},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def huge(server: str, *, fresh: bool, told: Callable[[str], None]) -> list[Figure]:
    """The month over ten million bookings against the same over one million."""
    month = periods.month(clock.today()).previous()
    times = {}
    for database in (databases.LARGE, databases.HUGE):
        took = databases.ensure(server, database, fresh=fresh and database == databases.HUGE)
        told(f"{database.bookings:,} bookings in {database.name}: {took:.1f} s")
        house.current()
        times[database] = _times(lambda: compile_content(month, as_of=clock.now()))
    found = rate(
        "all figures of a month, 10,000,000 bookings",
        times[databases.HUGE],
        ("1,000,000", times[databases.LARGE]),
        bound=("≤", 1.3),
    )
    found.unit = " ms"
    return [found]


def _bare(month: Period) -> None:
    low, high = month.bounds
    with connection.cursor() as cursor:
        for statement in (*(_RAW.format(key=key) for key in _KEYS), *_MORE):
            cursor.execute(statement, {"low": low, "high": high})
            cursor.fetchall()


def _times(act: Callable[[], object]) -> list[float]:
    """Milliseconds, after one that is not counted."""
    act()
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        found.append((time.perf_counter() - began) * 1000)
    return found
