"""Databases, log-ins and servers, up for as long as something is measured."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.db import connection

from center.management.commands.demo import collect_static
from tests.bench import accounts, databases, servers, targets
from tests.bench.databases import LARGE, SMALL, YARDSTICK
from tests.bench.measures import Bench

ROUNDS = 3


@contextmanager
def ready(
    server: str, out: Path, seconds: float, *, fresh: bool, told: Callable[[str], None]
) -> Iterator[Bench]:
    """Everything the measurements need; Django's own connection is to the large database."""
    collect_static()
    databases.drop_old(server)
    yardstick_url = databases.url_of(server, YARDSTICK)
    sessions = _yardstick(server, yardstick_url, fresh=fresh)
    for database in (SMALL, LARGE):
        took = databases.ensure(server, database, fresh=fresh)
        told(f"{database.bookings:,} bookings in {database.name}: {took:.1f} s")
    restored = targets.Restored(LARGE.bookings)
    restored.restore()  # what an interrupted run left behind
    everybody = accounts.log_in(databases.ACCOUNTS)
    portal = "center.wsgi:application"
    large = {"DATABASE_URL": databases.url_of(server, LARGE)}
    small = {"DATABASE_URL": databases.url_of(server, SMALL)}
    with ExitStack() as stack:

        def start(name: str, application: str, environment: dict[str, str], kind=servers.SYNC):
            log = out / f"{name}.log"
            return stack.enter_context(servers.gunicorn(application, environment, log, kind))

        yield Bench(
            seconds=seconds,
            rounds=ROUNDS,
            yardstick_url=yardstick_url,
            large_url=large["DATABASE_URL"],
            yardstick=start(
                "yardstick", "tests.bench.yardstick.wsgi", {"YARDSTICK_URL": yardstick_url}
            ),
            sessions=sessions,
            portal=start("portal", portal, large),
            small=start("portal-small", portal, small),
            threads=start("portal-threads", portal, large, servers.THREADS),
            accounts=everybody,
            operator=accounts.operator(),
            free=targets.plenty(),
            last_ones=targets.last_ones(),
            restored=restored,
        )
    connection.close()


def _yardstick(server: str, url: str, *, fresh: bool) -> list[str]:
    """Session keys of the yardstick's people; its database is made where it is missing."""
    known = databases.execute(
        server, "SELECT 1 FROM pg_database WHERE datname = %s", YARDSTICK.name
    )
    if fresh or not known:
        databases.recreate(server, YARDSTICK)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.yardstick"],
        env=os.environ | {"YARDSTICK_URL": url},
        cwd=servers.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.split()
