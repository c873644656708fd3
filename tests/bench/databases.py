"""The databases of the benchmark, kept on the server between runs."""

from __future__ import annotations

import time
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.core.management import call_command
from django.db import connection

from center import clock
from tests import migrated
from tests.bench import boards, content, programs

#: raise it when the filling changes; a kept database of another version is made anew
VERSION = 2
BUSINESSES = 50_000
ACCOUNTS = 6_000
_KEPT_DAYS = 13


@dataclass(frozen=True)
class Database:
    name: str
    bookings: int


SMALL = Database(f"bench_small_{VERSION}", 10_000)
LARGE = Database(f"bench_large_{VERSION}", 1_000_000)
HUGE = Database(f"bench_huge_{VERSION}", 10_000_000)
YARDSTICK = Database(f"bench_yardstick_{VERSION}", 0)


def url_of(server: str, database: Database) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database.name}"))


def use(database: Database) -> None:
    """Point Django's connection of this process at the database."""
    connection.close()
    connection.settings_dict["NAME"] = database.name


def ensure(server: str, database: Database, *, fresh: bool) -> float:
    """Make or bring up to date a database of the portal; returns the seconds it took."""
    began = time.perf_counter()
    if fresh or not _is_good(server, database):
        recreate(server, database, like=migrated.template(server))
        use(database)
        content.fill(bookings=database.bookings, businesses=BUSINESSES, accounts=ACCOUNTS)
        if database == LARGE:
            boards.fill()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute(
                "CREATE TABLE bench_stamp AS SELECT %s::date AS made_on", [clock.today()]
            )
    else:
        use(database)
        call_command("migrate", interactive=False, verbosity=0)
    if database == LARGE:
        programs.ensure()
    return time.perf_counter() - began


def recreate(server: str, database: Database, *, like: str = "template1") -> None:
    execute(server, f'DROP DATABASE IF EXISTS "{database.name}" WITH (FORCE)')
    execute(server, f'CREATE DATABASE "{database.name}" TEMPLATE "{like}"')


def execute(server: str, statement: str, *values: object) -> list[tuple[object, ...]]:
    """Run one statement outside any transaction."""
    plain = psycopg2.connect(server)
    try:
        plain.autocommit = True
        with plain.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        plain.close()


def drop_old(server: str) -> None:
    """Drop the databases of earlier versions: each is a gigabyte."""
    ours = [database.name for database in (SMALL, LARGE, HUGE, YARDSTICK)]
    rows = execute(
        server,
        r"SELECT datname FROM pg_database WHERE datname ~ '^bench_(small|large|huge|yardstick)_\d+$'"
        " AND datname <> ALL (%s)",
        ours,
    )
    for (name,) in rows:
        execute(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _is_good(server: str, database: Database) -> bool:
    """Whether the database is whole and its coming weeks still reach past the horizon."""
    if not execute(server, "SELECT 1 FROM pg_database WHERE datname = %s", database.name):
        return False
    try:
        ((made_on,),) = execute(url_of(server, database), "SELECT made_on FROM bench_stamp")
    except psycopg2.errors.UndefinedTable:
        return False
    return bool(0 <= (clock.today() - made_on).days <= _KEPT_DAYS)
