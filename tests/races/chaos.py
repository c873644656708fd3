"""``make chaos``: nothing is lost and nothing is sent twice, whatever is killed meanwhile.

Servers of its own, real Celery workers, a mail server and a provider of text messages that now
and then take a message without an answer, let the sender wait until his time-out or turn him
away. Messages to many at a time wait by every way: mail, SMS, 알림톡, inbox. Each second one
worker is killed with SIGKILL and somebody is told of an approval; on the way Valkey is restarted
twice and PostgreSQL once, without a farewell. Ends with 1 unless every message is in the books
as sent exactly once, was received at least once, and again only where a time-out or a kill
explains it, and every approval was out within a minute.

``tests/races/test_killed.py`` has the short form of it.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from center.embedded import postgres, valkey

if TYPE_CHECKING:
    from center.notifications.models import MessageQuerySet
    from tests.races.mixed import Reckoning, World

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 6
THINKING_SECONDS, MISHAP_EACH, WAIT_SECONDS, PEOPLE = 0.02, 150, 2, 1000
LEASE_SECONDS, RETRY_SECONDS = 6, 2
#: after which share of the messages what is restarted
RESTARTS = ((0.2, "valkey"), (0.45, "postgres"), (0.7, "valkey"))
PATIENCE_SECONDS = 1800
#: within which everybody is told of a decision, whatever else waits
PROMISED_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races.chaos", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    count = parser.parse_args().messages
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with tempfile.TemporaryDirectory(prefix="chaos-") as home:
        servers = Servers(Path(home))
        try:
            os.environ |= servers.start()
            import django

            django.setup()
            from tests.races.mixed import world  # its imports need the setup

            moods = {"mishap_each": MISHAP_EACH, "patience_seconds": WAIT_SECONDS}
            with world(thinking_seconds=THINKING_SECONDS, **moods) as taken:
                return _run(servers, taken, count)
        finally:
            servers.stop()


@dataclass
class Servers:
    """A PostgreSQL and a Valkey of this run."""

    home: Path
    restarted: Counter[str] = field(default_factory=Counter)

    def start(self) -> dict[str, str]:
        """What programs need in their environment; the database is migrated."""
        self.home.chmod(0o755)  # PostgreSQL has an account of its own
        own = {
            "ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "center.settings",
            "DATABASE_URL": postgres.ensure_running(self.home),
            "REDIS_URL": valkey.ensure_running(self.home),
            "MESSAGE_LEASE_SECONDS": str(LEASE_SECONDS),
            "MESSAGE_RETRY_SECONDS": str(RETRY_SECONDS),
            "LOG_LEVEL": "CRITICAL",
            "PYTHONWARNINGS": "ignore",
        }
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True)
        return own

    def restart(self, what: str) -> None:
        """The same server at the same address, after an end without a farewell."""
        if what == "valkey":
            url = os.environ["REDIS_URL"]
            password, port = url.removeprefix("redis://:").split("@127.0.0.1:")
            valkey.stop(self.home)
            valkey._start(self.home / "valkey", int(port), password)
        else:
            home = postgres.home_of(self.home)
            account = postgres.service_account(home / "data")
            program = postgres.programs_of(home, account) / "pg_ctl"
            options = (
                "-D",
                home / "data",
                "-m",
                "immediate",
                "-w",
                "-l",
                home / "data" / "again.log",
            )
            postgres.run([program, "restart", *options], account)
        self.restarted[what] += 1

    def stop(self) -> None:
        valkey.stop(self.home)
        postgres.stop(self.home)
        postgres.remove(self.home)


def _run(servers: Servers, taken: World, count: int) -> int:
    from tests.races.crew import Crew
    from tests.races.mixed import reckon, write

    write(count, people=PEOPLE)
    began = time.monotonic()
    crew = Crew("tests.races.celery_worker", os.environ | taken.environment, WORKERS)
    try:
        _disturb_until_sent(servers, crew, count)
    finally:
        crew.end()
    seconds, waited = time.monotonic() - began, _waited()
    # A database that is away meets each worker between a mail and its entry at most once.
    kills = crew.killed + WORKERS * servers.restarted["postgres"]
    found = reckon(taken, expected=count + len(waited), kills=kills)
    found.faults["approvals not out within a minute"] = sum(s > PROMISED_SECONDS for s in waited)
    print(f"\n{count} messages in {seconds:.0f} s by {WORKERS} workers, {crew.killed} killed;")
    print(f"restarted: {dict(servers.restarted)}; tried more than once: {found.tried_again}")
    _print_ways(found, taken)
    print(f"{len(waited)} approvals meanwhile, out after {_spread(waited)}")
    for fault, number in found.faults.items():
        print(f"{'!' if number else ' '} {fault}: {number}")
    return int(any(found.faults.values()))


def _disturb_until_sent(servers: Servers, crew: Any, count: int) -> None:
    """Once a second: a look, somebody to be told, what beat and the web processes would ask the
    workers, a kill."""
    from tests.races.mixed import left

    to_come, deadline = list(RESTARTS), time.monotonic() + PATIENCE_SECONDS
    for second in itertools.count():
        open_ones = _looked(left)
        if not open_ones and not to_come and not _looked(_approvals_left):
            return
        if time.monotonic() > deadline:
            sys.exit(f"{open_ones} messages still open after {PATIENCE_SECONDS} s.")
        if to_come and open_ones <= (1 - to_come[0][0]) * count:
            servers.restart(to_come.pop(0)[1])
        if open_ones:
            _quietly(functools.partial(_approve, second))
        _quietly(_wake)
        crew.kill_one()
        print(f"\r{open_ones} open, {crew.killed} workers killed ", end="", file=sys.stderr)
        time.sleep(1)


def _looked(look: Callable[[], int]) -> int:
    from django.db import OperationalError, connection

    try:
        return look()
    except OperationalError:  # it was restarted since the last look
        connection.close()
        return look()


def _approve(n: int) -> None:
    """Somebody is told of a decision, as staff's pages do it."""
    from django.db import transaction

    from bookings.messages.bookings import APPROVED
    from center.notifications import services

    with transaction.atomic():
        services.queue(
            kind=APPROVED,
            address=f"waiting{n}@example.com",
            context=APPROVED.example,
            dedupe_key=f"{APPROVED.key}:{n}",
        )


def _approvals_left() -> int:
    return _approvals().claimable().count() + _approvals().leased().count()


def _approvals() -> MessageQuerySet:
    from bookings.messages.bookings import APPROVED
    from center.notifications.models import Message

    return Message.objects.filter(kind=APPROVED.key)


def _wake() -> None:
    from celery import current_app

    current_app.send_task("center.notifications.tasks.sweep", retry=False)
    for _ in range(WORKERS):
        current_app.send_task("center.notifications.tasks.deliver", retry=False)


def _quietly(act: Callable[[], Any]) -> None:
    """The queue may be away just now; the next second tries again."""
    with suppress(Exception):
        act()


def _waited() -> list[float]:
    """Of each approval the seconds from the decision until it was out."""
    told = _approvals().sent().values_list("created_at", "sent_at")
    return sorted((sent_at - created_at).total_seconds() for created_at, sent_at in told if sent_at)


def _spread(seconds: list[float]) -> str:
    if not seconds:
        return "no time"
    middle = statistics.median(seconds)
    return f"{middle:.1f} s at the median, {seconds[-1]:.1f} s at the most"


def _print_ways(found: Reckoning, taken: World) -> None:
    """As a table of Markdown, for the documents."""
    heads = ("way", "sent", "received", "again after no answer", "again after a kill")
    print("\n| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    for way in found.ways:
        cells = (way.name, way.sent, way.received, way.unanswered, way.interrupted)
        print("| " + " | ".join(map(str, cells)) + " |")
    print(f"\ntaken without an answer: {len(taken.post.unanswered)} mails,", end=" ")
    print(
        f"{len(taken.carrier.unanswered)} texts; before a text was sent again the provider", end=" "
    )
    print(f"was asked for it {taken.carrier.requests('GET')} times")


if __name__ == "__main__":
    sys.exit(main())
