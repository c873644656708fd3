"""``make chaos``: nothing is lost and nothing is sent twice, whatever is killed meanwhile.

Servers of its own, real Celery workers and a mail server that now and then takes a mail and
hangs up without an answer. Each second one worker is killed with SIGKILL, on the way Valkey is
restarted twice and PostgreSQL once, without a farewell. Ends with 1 unless every message is in
the books as sent exactly once, the mail server has each at least once, and no more came twice
than there were mails under way at a kill or without an answer.

``tests/races/test_messages.py`` has the short form of it.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from center.embedded import postgres, valkey
from tests.notifications.smtp import Post, post_office

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 6
THINKING_SECONDS, HANG_UP_EACH = 0.02, 100
LEASE_SECONDS, RETRY_SECONDS = 6, 2
#: after which share of the messages what is restarted
RESTARTS = ((0.2, "valkey"), (0.45, "postgres"), (0.7, "valkey"))
PATIENCE_SECONDS = 1800


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races.chaos", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    count = parser.parse_args().messages
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with (
        tempfile.TemporaryDirectory(prefix="chaos-") as home,
        post_office(thinking_seconds=THINKING_SECONDS, hang_up_each=HANG_UP_EACH) as post,
    ):
        servers = Servers(Path(home))
        try:
            environment = servers.start(post)
            os.environ |= environment
            import django

            django.setup()
            return _run(servers, post, environment, count)
        finally:
            servers.stop()


@dataclass
class Servers:
    """A PostgreSQL and a Valkey of this run."""

    home: Path
    restarted: Counter[str] = field(default_factory=Counter)

    def start(self, post: Post) -> dict[str, str]:
        """What the workers need in their environment; the database is migrated."""
        self.home.chmod(0o755)  # PostgreSQL has an account of its own
        own = {
            "ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "center.settings",
            "DATABASE_URL": postgres.ensure_running(self.home),
            "REDIS_URL": valkey.ensure_running(self.home),
            "EMAIL_URL": f"smtp://127.0.0.1:{post.port}",
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


def _run(servers: Servers, post: Post, environment: dict[str, str], count: int) -> int:
    from tests.races.crew import Crew
    from tests.races.test_messages import write

    write(count)
    began = time.monotonic()
    crew = Crew("tests.races.celery_worker", os.environ | environment, WORKERS)
    try:
        _disturb_until_sent(servers, crew, count)
    finally:
        crew.end()
    return _judge(servers, post, crew.killed, count, time.monotonic() - began)


def _disturb_until_sent(servers: Servers, crew: Any, count: int) -> None:
    """Once a second: a look, what beat and the web processes would ask the workers, a kill."""
    to_come, deadline = list(RESTARTS), time.monotonic() + PATIENCE_SECONDS
    while (sent := _sent()) < count:
        if time.monotonic() > deadline:
            sys.exit(f"Only {sent} of {count} messages in {PATIENCE_SECONDS} s.")
        if to_come and sent >= to_come[0][0] * count:
            servers.restart(to_come.pop(0)[1])
        _quietly(_wake)
        crew.kill_one()
        print(f"\r{sent} sent, {crew.killed} workers killed ", end="", file=sys.stderr)
        time.sleep(1)


def _wake() -> None:
    from celery import current_app

    current_app.send_task("center.notifications.tasks.sweep", retry=False)
    for _ in range(WORKERS):
        current_app.send_task("center.notifications.tasks.deliver", retry=False)


def _quietly(act: Callable[[], Any]) -> None:
    """The queue may be away just now; the next second tries again."""
    with suppress(Exception):
        act()


def _sent() -> int:
    from django.db import OperationalError, connection

    from center.notifications.models import Message

    try:
        return Message.objects.sent().count()
    except OperationalError:  # it was restarted since the last look
        connection.close()
        return Message.objects.sent().count()


def _judge(servers: Servers, post: Post, killed: int, count: int, seconds: float) -> int:
    from center.notifications.models import Message

    books = dict(Message.objects.values_list("provider_id", "attempts"))
    arrived, unanswered = Counter(post.message_ids), Counter(post.unanswered)
    twice = sum(times - 1 for times in arrived.values())
    forced = sum(min(times - 1, unanswered[number]) for number, times in arrived.items())
    faults = {
        "not once in the books": count - len(books),
        "never arrived": len(books.keys() - arrived.keys()),
        "arrived and not in the books": len(arrived.keys() - books.keys()),
        "more twice than kills and restarts explain": max(
            0, twice - forced - killed - WORKERS * servers.restarted["postgres"]
        ),
    }
    print(f"\n{count} messages in {seconds:.0f} s by {WORKERS} workers, {killed} killed")
    print(f"restarted: {dict(servers.restarted)}")
    print(f"arrived {arrived.total()}, of them a second time {twice}:")
    print(f"  {forced} after one of {unanswered.total()} mails taken without an answer")
    print(f"  {twice - forced} after a kill between the mail and its entry")
    print(f"tried more than once: {sum(attempts > 1 for attempts in books.values())}")
    for fault, number in faults.items():
        print(f"{'!' if number else ' '} {fault}: {number}")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
