"""Each fault as a context: what breaks when it is entered is whole again, or on its way, after it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import resource
import signal
import socket
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import redis

from tests.faults.slow import SlowWay
from tests.stack.conftest import RunningStack

Fault = Callable[[RunningStack], AbstractContextManager[None]]
#: how much later each packet to the database and back comes, in seconds
DELAY_SECONDS = 0.02
DEAF, IDLE = 100, 10_000
#: how far the clock of the portal's programs is wrong, in seconds (tests/faults/clock)
CLOCK_FILE = "clock"
_PAGE = b"GET /spaces/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def kill(stack: RunningStack, *names: str) -> None:
    """SIGKILL to the programs and all they started."""
    for name in names:
        head = psutil.Process(stack.pids[name])
        for process in (head, *head.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@contextlib.contextmanager
def nothing(stack: RunningStack) -> Iterator[None]:
    """To compare with."""
    yield


def killed(name: str) -> Fault:
    @contextlib.contextmanager
    def fault(stack: RunningStack) -> Iterator[None]:
        before = stack.restarts(name)
        kill(stack, name)
        yield
        stack.wait(lambda: stack.restarts(name) > before, name)

    return fault


@contextlib.contextmanager
def database_killed(stack: RunningStack) -> Iterator[None]:
    with killed(stack.plan.primary)(stack):
        yield


@contextlib.contextmanager
def queue_emptied(stack: RunningStack) -> Iterator[None]:
    """Valkey is killed, and what it had written is gone with it."""
    before = stack.restarts("valkey")
    folder = stack.plan.var / "valkey" / "appendonlydir"
    kept = list(folder.iterdir())
    assert kept
    for file in kept:  # first, as it is started again at once and would read them
        file.unlink()
    kill(stack, "valkey")
    yield
    stack.wait(lambda: stack.restarts("valkey") > before, "valkey")


@contextlib.contextmanager
def promoted(stack: RunningStack) -> Iterator[None]:
    """The replica takes over in good order, as ``manage.py stack promote`` has it."""
    before = stack.plan.primary
    stack.order(signal.SIGUSR2)
    yield
    stack.wait(
        lambda: stack.state["primary"] != before and before in stack.state["programs"],
        "the promotion",
    )


@contextlib.contextmanager
def promoted_after_a_kill(stack: RunningStack) -> Iterator[None]:
    """The primary has no time to send what it has acknowledged."""
    before = stack.plan.primary
    kill(stack, before)
    stack.order(signal.SIGUSR2)
    yield
    stack.wait(
        lambda: stack.state["primary"] != before and before in stack.state["programs"],
        "the promotion",
    )


@contextlib.contextmanager
def slow_database(stack: RunningStack) -> Iterator[None]:
    """Whatever PgBouncer says to the primary, and hears from it, takes a while."""
    server = stack.plan.ports[stack.plan.primary]
    with SlowWay(server, DELAY_SECONDS) as way, _pool_led_to(stack, server, way.port):
        yield


@contextlib.contextmanager
def _pool_led_to(stack: RunningStack, server: int, way: int) -> Iterator[None]:
    """PgBouncer lets go of its connections by the old way as they become free."""
    path = Path(psutil.Process(stack.pids["pgbouncer"]).cmdline()[-1])
    as_it_was = path.read_text()
    path.write_text(led(as_it_was, server, way))
    os.kill(stack.pids["pgbouncer"], signal.SIGHUP)
    try:
        yield
    finally:
        path.write_text(as_it_was)
        os.kill(stack.pids["pgbouncer"], signal.SIGHUP)
        time.sleep(3)  # those under way there end by themselves


def led(pool: str, server: int, way: int) -> str:
    """The pool's file with pages and tasks both led another way to the primary."""
    assert len(re.findall(f"^center(?:_work)? = .*port={server} ", pool, re.M)) == 2
    return pool.replace(f"port={server} ", f"port={way} ")


@contextlib.contextmanager
def deaf_clients(stack: RunningStack) -> Iterator[None]:
    """They ask for a page and never read it."""
    with contextlib.ExitStack() as connections:
        for _ in range(DEAF):
            one = connections.enter_context(socket.socket())
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.connect(("127.0.0.1", stack.plan.port))
            one.sendall(_PAGE)
        yield


@contextlib.contextmanager
def idle_connections(stack: RunningStack) -> Iterator[None]:
    """Opened, and then silent."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.ExitStack() as connections:
        for _ in range(IDLE):
            one = connections.enter_context(socket.socket())
            one.connect(("127.0.0.1", stack.plan.port))
        yield


def clock_jumps(seconds: int) -> Fault:
    """The clock of the portal's programs, not that of the database: as on another machine."""

    @contextlib.contextmanager
    def fault(stack: RunningStack) -> Iterator[None]:
        file = stack.plan.var.parent / CLOCK_FILE
        file.write_text(str(seconds))
        try:
            yield
        finally:
            file.write_text("0")

    return fault


@contextlib.contextmanager
def poisoned_tasks(stack: RunningStack) -> Iterator[None]:
    """In the queue of everything urgent: a task nobody knows, one with too many arguments, and
    two that cannot be read."""
    queue = redis.Redis.from_url(f"{stack.plan.redis_url}/0")
    with contextlib.closing(queue):
        for task, body in (
            ("tests.nobody_knows", "[[], {}, {}]"),
            ("center.notifications.tasks.deliver", '[[1, 2, 3, 4, 5], {"six": 6}, {}]'),
            ("center.notifications.tasks.deliver", "{"),
            ("center.notifications.tasks.sweep", '"\\ud800'),
        ):
            queue.lpush("messages", json.dumps(_envelope(task, body)))
    yield


def _envelope(task: str, body: str) -> dict[str, object]:
    number = str(uuid.uuid4())
    return {
        "body": body,
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"lang": "py", "task": task, "id": number, "root_id": number},
        "properties": {
            "correlation_id": number,
            "delivery_tag": number,
            "delivery_mode": 2,
            "delivery_info": {"exchange": "", "routing_key": "messages"},
            "priority": 0,
        },
    }
