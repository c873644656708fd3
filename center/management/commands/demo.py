"""``manage.py demo``: the whole portal on this machine, with made-up people and bookings."""

import errno
import fcntl
import hashlib
import logging
import os
import socket
import sys
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command
from django.db import connections

from center.supervisor import ProgramEnded, Supervisor, answers, exit_on_signals

#: On a machine busy with other things a start takes minutes; a program that ends is told at once.
START_SECONDS = 600
#: the worker of what takes minutes
SLOW = "slow worker"
PASSWORD = "center-demo-1!"
PEOPLE = {
    "merchant@example.com": "merchant with a verified business",
    "newcomer@example.com": "merchant without a business yet",
    "staff@example.com": "operator of the center",
    "manager@example.com": "head of the center, may change its rules",
    "official@example.com": "official of the city",
    "evaluator@example.com": "evaluator of applications",
    "load001@example.com": "… to load200@example.com: merchants without bookings",
}


class Command(BaseCommand):
    help = "Run the portal with demo data: web server, worker and timetable, until Ctrl-C."
    requires_system_checks = []  # what "make test" is for

    def handle(self, *args: Any, **options: Any) -> None:
        exit_on_signals()
        logging.disable(logging.WARNING)  # of this process; the terminal is for the address
        port = free_port_from_environment()
        self.prepare()
        try:
            with Supervisor() as supervisor:
                self.tell("Starting the web server and the workers …")
                commands = programs(port)
                later = {SLOW: commands.pop(SLOW)}  # nobody waits for it to see the page
                start_programs(supervisor, port, commands)
                supervisor.wait_until(
                    lambda: answers(port), name="web server", seconds=START_SECONDS
                )
                start_programs(supervisor, port, later)
                self.welcome(port)
                supervisor.watch()
        except ProgramEnded as reason:
            sys.exit(str(reason))

    def prepare(self) -> None:
        """Database, static files and data; one demo at a time, as two may be started at once."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with (settings.VAR_DIR / "demo.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.tell("Preparing the database, which takes about a minute the first time …")
            call_command("migrate", interactive=False, verbosity=0)
            collect_static()
            self.tell("Loading the demo center …")
            call_command("load_demo", stdout=self.stdout)
        connections.close_all()

    def welcome(self, port: int) -> None:
        lines = [
            "",
            f"The demo center is open: http://127.0.0.1:{port}/",
            f"Log-ins (password of all: {PASSWORD})",
            *(f"  {address:<22} {who}" for address, who in PEOPLE.items()),
            "E-mails are written to var/mail, logs to var/log. Ctrl-C ends everything.",
        ]
        self.tell("\n".join(lines))

    def tell(self, words: str) -> None:
        """Say it now, also where the output is kept in a file."""
        self.stdout.write(words)
        self.stdout.flush()


def free_port_from_environment() -> int:
    """The port to listen on, checked first, as preparing the demo takes a while."""
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f'PORT must be a number from 1 to 65535, not "{text}".')
    port = int(text)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError as refused:
            used = refused.errno == errno.EADDRINUSE
            other = port + 1 if used and port < 65535 else 8001
            what = "is in use by another program" if used else "is not open to this user"
            sys.exit(f"Port {port} {what}; choose another one: PORT={other} make demo")
    return port


def collect_static() -> None:
    """Collect and compress the static files, unless they are those of the last time."""
    digest = hashlib.sha256()
    ignored = apps.get_app_config("staticfiles").ignore_patterns  # type: ignore[attr-defined]
    for finder in get_finders():
        for path, storage in finder.list(ignored):
            found = os.stat(storage.path(path))
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = settings.STATIC_ROOT / ".inputs.sha256"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest.hexdigest())


def programs(port: int) -> dict[str, list[str]]:
    """What runs, by name: the module and its arguments."""
    workers = os.environ.get("WEB_CONCURRENCY") or "2"
    threads = os.environ.get("WEB_THREADS") or "4"
    celery = ["celery", "-A", "center"]
    schedule = str(settings.VAR_DIR / f"beat-{port}.schedule")
    worker = [*celery, "worker", "--hostname"]
    return {
        "web server": [
            *("gunicorn", "center.wsgi:application", "--bind", f"127.0.0.1:{port}"),
            *("--worker-class", "gthread", "--workers", workers, "--threads", threads),
            # An idle connection must not be closed while a client is about to use it again.
            *("--timeout", "60", "--keep-alive", "75", "--no-control-socket"),
        ],
        "worker": [*worker, f"demo-{port}@%h", "--concurrency", "2", "-Q", "celery,messages"],
        # As in production: nobody's message waits behind a report.
        SLOW: [*worker, f"slow-{port}@%h", "--concurrency", "1", "-Q", "slow"],
        "beat": [*celery, "beat", "--schedule", schedule],
    }


def start_programs(supervisor: Supervisor, port: int, commands: dict[str, list[str]]) -> None:
    environment = os.environ | {"ENVIRONMENT": "demo", "PYTHONUNBUFFERED": "1"}
    # A second demo beside this one writes its own logs.
    suffix = "" if port == 8000 else f"-{port}"
    for name, command in commands.items():
        log = settings.VAR_DIR / "log" / f"{name.split()[0]}{suffix}.log"
        supervisor.start(name, [sys.executable, "-m", *command], log=log, environment=environment)
