"""Each program of the stack: how it is started, known to be ready, and ended."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from center.embedded import machine, valkey
from center.stack.database import Cluster
from center.stack.files import program
from center.stack.keeper import Spec
from center.stack.plan import BEHIND, CALLS, WORKERS, Plan
from center.supervisor import answers

#: lets transactions finish and closes what is idle; SIGTERM would break them off, or (from
#: PgBouncer 1.23 on) wait for clients that keep their connections for good
POOL_STOP = signal.SIGINT
_CELERY = (sys.executable, "-m", "celery", "-A", "center")


def postgres(one: Cluster) -> Spec:
    return Spec(
        name=one.name,
        command=lambda opened: one.command,
        log=one.plan.log(one.name),
        environment={"LC_ALL": "C", "PATH": os.defpath},
        port=one.plan.ports[one.name],
        ready=lambda opened: one.answers(),
        stop_signal=signal.SIGINT,  # fast: open transactions are rolled back
        options=one.account.popen_options,
    )


def queue(plan: Plan) -> Spec:
    home = plan.var / "valkey"
    home.mkdir(mode=0o700, exist_ok=True)
    port = plan.ports["valkey"]
    text = valkey.SETTINGS.format(port=port, password=plan.password)
    machine.write_private(home / "valkey.conf", text)
    binary = valkey.binary()
    return Spec(
        name="valkey",
        command=lambda opened: [binary, "valkey.conf"],
        log=plan.log("valkey"),
        environment={"PATH": os.defpath},
        port=port,
        ready=lambda opened: valkey.answers(port, plan.password, seconds=0),
        options={"cwd": home},
    )


def pool(plan: Plan, configuration: Path, one: Cluster) -> Spec:
    binary = program("pgbouncer")
    return Spec(
        name="pgbouncer",
        command=lambda opened: [binary, configuration],
        log=plan.log("pgbouncer"),
        environment={"PATH": os.defpath},
        port=plan.ports["pgbouncer"],
        ready=lambda opened: _listens(plan.ports["pgbouncer"]),
        stop_signal=POOL_STOP,
        options=one.account.popen_options,
    )


def web(plan: Plan, name: str, listener: socket.socket) -> Spec:
    """The listening socket is the keeper's: whoever connects while a server is renewed or
    started again waits for the next one instead of being refused."""
    workers = os.environ.get("WEB_CONCURRENCY") or "1"
    threads = os.environ.get("WEB_THREADS") or "4"

    def command(door: socket.socket) -> Sequence[str]:
        return [
            *(sys.executable, "-m", "gunicorn", "center.wsgi:application"),
            *("--bind", f"fd://{listener.fileno()}", "--bind", f"fd://{door.fileno()}"),
            *("--worker-class", "gthread", "--workers", workers, "--threads", threads),
            *("--timeout", "60", "--graceful-timeout", "30", "--keep-alive", "75"),
            *("--backlog", "2048", "--no-control-socket"),
        ]

    return Spec(
        name=name,
        command=command,
        log=plan.log(name),
        environment=plan.environment(),
        port=plan.ports[name],
        open_up=lambda: listen(0),
        descriptors=lambda door: (listener.fileno(), door.fileno()),
        ready=lambda door: answers(door.getsockname()[1]),
        stop_seconds=40,
        behind=BEHIND if name == CALLS else 0,
    )


def worker(plan: Plan, name: str) -> Spec:
    # What does not end in time is done again by another worker.
    return _celery(
        plan,
        name,
        lambda before: [
            *("worker", "--queues", WORKERS[name]),
            *("--concurrency", "2", "--hostname", f"{name}-{before}@%h"),
        ],
        mark=" ready.",
        stop_seconds=90,
    )


def beat(plan: Plan, name: str) -> Spec:
    """With a file of its own for each run, as the next one starts beside it; what a timetable
    missed is made up for by the tasks themselves."""
    folder = plan.var / f"schedules-{name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()

    def schedule(before: int) -> list[str]:
        return ["beat", "--schedule", str(folder / f"{name}-{before}")]

    return _celery(plan, name, schedule, mark="beat: Starting")


def proxy(plan: Plan, configuration: Path) -> Spec:
    binary = program("nginx")
    home = configuration.parent
    return Spec(
        name="proxy",
        command=lambda opened: [
            *(binary, "-p", f"{home}/", "-c", str(configuration), "-e", "stderr")
        ],
        log=plan.log("proxy"),
        environment={"PATH": os.defpath},
        port=plan.port,
        ready=lambda opened: _listens(plan.port),
        stop_signal=signal.SIGQUIT,
    )


def listen(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(2048)
    return listener


def _celery(
    plan: Plan,
    name: str,
    command: Callable[[int], Sequence[str]],
    *,
    mark: str,
    stop_seconds: float = 15,
) -> Spec:
    """``command`` gets a number that no other run of the program has had: the length of its
    log before."""
    log = plan.log(name)
    return Spec(
        name=name,
        command=lambda before: [*_CELERY, *command(before)],
        log=log,
        environment=plan.environment(DATABASE_URL=plan.database_url("pgbouncer", "center_work")),
        open_up=lambda: log.stat().st_size if log.exists() else 0,
        ready=_says(log, mark),
        stop_seconds=stop_seconds,
    )


def _says(log: Path, mark: str) -> Callable[[int], bool]:
    """Whether the words stand in the part of the log behind a place in it."""

    def said(before: int) -> bool:
        with log.open("rb") as lines:
            lines.seek(before)
            return mark.encode() in lines.read()

    return said


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
