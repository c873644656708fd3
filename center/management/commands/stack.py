"""``manage.py stack``: production's parts on this machine, and orders to a stack that runs."""

import fcntl
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from center.embedded.errors import EmbeddedServerError
from center.management.commands.demo import collect_static
from center.stack.keeper import StackError
from center.stack.plan import Plan, refuse_taken_ports
from center.stack.running import Stack
from center.supervisor import exit_on_signals

ORDER_SECONDS = 300
ORDERS = {
    "run": "bring it up and keep it running until Ctrl-C (the default)",
    "status": "who runs under which process number",
    "renew": "replace web servers, workers and timetables one by one, without a gap",
    "promote": "let the replica take over and make the former primary follow it",
}


class Command(BaseCommand):
    help = "Two of everything behind a proxy, as in production: " + "; ".join(
        f"{order}: {what}" for order, what in ORDERS.items()
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", nargs="?", default="run", choices=ORDERS)
        parser.add_argument("--empty", action="store_true", help="without the demo's data")

    def handle(self, *args: Any, order: str, empty: bool, **options: Any) -> None:
        var = settings.VAR_DIR / "stack"
        if order != "run":
            self._tell(var, order)
            return
        exit_on_signals()
        try:
            self._run(Plan(var.resolve(), _port()), load_demo=not empty)
        except (EmbeddedServerError, StackError) as reason:
            sys.exit(str(reason))

    def _run(self, plan: Plan, *, load_demo: bool) -> None:
        (plan.var / "log").mkdir(parents=True, exist_ok=True)
        with (plan.var / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.exit(f"A stack runs in {plan.var} already; end it first.")
            refuse_taken_ports(plan)
            with (settings.VAR_DIR / "demo.lock").open("w") as collecting:
                fcntl.flock(collecting, fcntl.LOCK_EX)  # a demo may be starting, too
                collect_static()
            os.environ["STATIC_ROOT"] = str(settings.STATIC_ROOT)
            stack = Stack(plan, self._say)
            stack.run(load_demo=load_demo, welcome=lambda: self._welcome(plan))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _welcome(self, plan: Plan) -> None:
        self._say(
            f"\nThe stack is open: {plan.url}  (log-ins as in the demo)\n"
            f"Process numbers: {plan.state_file}; logs: {plan.var / 'log'}\n"
            "manage.py stack renew replaces the portal's programs, stack promote the primary.\n"
            "Ctrl-C ends everything."
        )

    def _tell(self, var: Path, order: str) -> None:
        state = _state(var)
        if order == "renew":
            done = state["renewals"] + 1
            _order(state["pid"], signal.SIGUSR1, lambda: _state(var)["renewals"] >= done)
        elif order == "promote":
            before = state["primary"]
            _order(state["pid"], signal.SIGUSR2, lambda: _promoted(_state(var), before))
        self._say(_table(_state(var)))


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65530):
        sys.exit(f'PORT must be a number from 1 to 65529, not "{text}".')
    return int(text)


def _state(var: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        state: dict[str, Any] = json.loads((var / "state.json").read_text())
        if state.get("up"):
            return state
    raise CommandError(f"No stack is up in {var}: start it with make stack.")


def _order(pid: int, number: signal.Signals, done: Callable[[], bool]) -> None:
    os.kill(pid, number)
    deadline = time.monotonic() + ORDER_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise CommandError(f"Not done after {ORDER_SECONDS} seconds; the stack says why.")
        time.sleep(0.2)


def _promoted(state: dict[str, Any], before: str) -> bool:
    """The other one is the primary, and the former one follows it."""
    return state["primary"] != before and before in state["programs"]


def _table(state: dict[str, Any]) -> str:
    lines = [f"{state['url']}  primary: {state['primary']}  renewed: {state['renewals']} times"]
    for name, program in state["programs"].items():
        runs = "runs" if program["running"] else "ended"
        port = program["port"] or ""
        lines.append(
            f"{name:<11} {runs:<6} pid {program['pid']:<8} port {port!s:<6}"
            f" started again {program['restarts']} times"
        )
    return "\n".join(lines)
