"""What docs/scale.md says of large tables, tried on PostgreSQL: ``python -m tests.bench.partitions``.

A million rows, or as many as are named behind it, in a database of its own on the embedded
server, dropped at the end. Allocations are tables of
the shape ours has, one whole and one in partitions by unit, with the same rows; the history is
one whole and one in partitions by month.
"""

from __future__ import annotations

import contextlib
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2

from center.embedded import EmbeddedServerError, provide

ROOT = Path(__file__).resolve().parents[2]

#: units of the nation's thousand resources, and of one house
UNITS = 2_000
PARTITIONS = 17
HOURS = 4
_COLUMNS = "(id bigint GENERATED ALWAYS AS IDENTITY, unit int NOT NULL, during tstzrange NOT NULL"
_GUARD = "EXCLUDE USING gist (unit WITH =, during WITH &&)"
_BY_MONTH = "PARTITION BY RANGE (at)"


@contextlib.contextmanager
def database() -> Iterator[Any]:
    """A cursor in a new database."""
    try:
        server = provide(Path(os.environ.get("VAR_DIR", ROOT / "var"))).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    name = f"partitions_{os.getpid()}"
    with session(server) as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            with session(server, dbname=name) as ours:
                ours.execute("CREATE EXTENSION btree_gist; SET timezone = 'UTC'")
                yield ours
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextlib.contextmanager
def session(server: str, **options: str) -> Iterator[Any]:
    with contextlib.closing(psycopg2.connect(server, **options)) as opened:
        opened.autocommit = True
        with opened.cursor() as cursor:
            yield cursor


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def make_allocations(cursor: Any, rows: int) -> None:
    """One whole and one in partitions, each with ``rows`` rows, in order of time as they come."""
    cursor.execute(f"CREATE TABLE whole {_COLUMNS}, {_GUARD})")
    cursor.execute(f"CREATE TABLE parted {_COLUMNS}, {_GUARD}) PARTITION BY HASH (unit)")
    for number in range(PARTITIONS):
        cursor.execute(
            f"CREATE TABLE parted_{number} PARTITION OF parted"
            f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number})"
        )
    for table in ("whole", "parted"):
        took = seconds(lambda table=table: cursor.execute(_FILL.format(table=table), [rows]))
        cursor.execute(f"ANALYZE {table}")
        print(f"{table:<8} {rows:>10,} rows written in {took:6.1f} s ({rows / took:,.0f}/s)")


_FILL = f"""
INSERT INTO {{table}} (unit, during)
SELECT n %% {UNITS}, tstzrange(
    '2026-01-01'::timestamptz + n / {UNITS} * interval '{HOURS} hours',
    '2026-01-01'::timestamptz + n / {UNITS} * interval '{HOURS} hours' + interval '2 hours')
FROM generate_series(0, %s - 1) n
"""


def insert_one_by_one(cursor: Any, table: str, rows: int, number: int = 2_000) -> float:
    """Bookings a second, each a transaction of its own, behind those that are there."""
    at = f"'2026-01-01'::timestamptz + ({rows} / {UNITS} + %s) * interval '{HOURS} hours'"
    statement = (
        f"INSERT INTO {table} (unit, during)"
        f" VALUES (%s, tstzrange({at}, {at} + interval '2 hours'))"
    )

    def insert() -> None:
        for n in range(number):
            cursor.execute(statement, [n * 7 % UNITS, n // UNITS + 1, n // UNITS + 1])

    return number / seconds(insert)


_BUSY = """
SELECT range_agg(during) FROM {table}
WHERE unit = ANY(%s) AND during && tstzrange('2026-02-02', '2026-02-09')
"""


def busy_week(cursor: Any, table: str) -> float:
    """Milliseconds for the busy times of 20 units in a week, the median of 25."""
    units = list(range(20))
    return 1000 * statistics.median(
        seconds(lambda: cursor.execute(_BUSY.format(table=table), [units])) for _again in range(25)
    )


def size(cursor: Any, table: str) -> str:
    """Of the indexes: of the whole, or of the largest partition."""
    cursor.execute(
        "SELECT pg_size_pretty(max(pg_indexes_size(c.oid))) FROM pg_class c"
        " WHERE c.relname = %s OR c.oid IN"
        " (SELECT inhrelid FROM pg_inherits WHERE inhparent = %s::regclass)",
        [table, table],
    )
    return str(cursor.fetchone()[0])


def refused_by_month(cursor: Any) -> str:
    """What PostgreSQL says of the same constraint on allocations in partitions by month."""
    try:
        cursor.execute(
            "CREATE TABLE by_month (unit int, at timestamptz, during tstzrange,"
            f" {_GUARD}) {_BY_MONTH}"
        )
    except psycopg2.Error as error:
        return str(error).splitlines()[0]
    return "taken, which the document denies"


def history(cursor: Any, rows: int) -> None:
    """A year of events; reading one month, and being rid of one."""
    columns = "(id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, what text)"
    cursor.execute(f"CREATE TABLE events {columns}; CREATE INDEX ON events (at)")
    cursor.execute(f"CREATE TABLE monthly {columns} {_BY_MONTH}; CREATE INDEX ON monthly (at)")
    for month in range(1, 13):
        until = f"2026-{month + 1:02}-01" if month < 12 else "2027-01-01"
        cursor.execute(
            f"CREATE TABLE monthly_{month} PARTITION OF monthly"
            f" FOR VALUES FROM ('2026-{month:02}-01') TO ('{until}')"
        )
    for table in ("events", "monthly"):
        cursor.execute(
            f"INSERT INTO {table} (at, what) SELECT '2026-01-01'::timestamptz"
            f" + n * interval '365 days' / {rows}, md5(n::text)"
            f" FROM generate_series(0, {rows} - 1) n"
        )
        cursor.execute(f"ANALYZE {table}")
        count = f"SELECT count(*) FROM {table} WHERE at >= '2026-07-01' AND at < '2026-08-01'"
        read = statistics.median(seconds(lambda c=count: cursor.execute(c)) for _again in range(5))
        print(f"{table:<8} a month of {rows:,} events counted in {read * 1000:6.0f} ms")
    deleted = seconds(lambda: cursor.execute("DELETE FROM events WHERE at < '2026-02-01'"))
    dropped = seconds(lambda: cursor.execute("DROP TABLE monthly_1"))
    print(f"a month destroyed: {deleted:.2f} s by DELETE, {dropped:.3f} s with its partition")


def main(rows: int) -> None:
    with database() as cursor:
        make_allocations(cursor, rows)
        for table in ("whole", "parted"):
            print(
                f"{table:<8} {insert_one_by_one(cursor, table, rows):8,.0f} bookings/s one by one;"
                f" a week of 20 units in {busy_week(cursor, table):.1f} ms;"
                f" indexes {size(cursor, table)}"
            )
        print(f"by month: {refused_by_month(cursor)}")
        history(cursor, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000_000)
