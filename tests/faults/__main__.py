"""``python -m tests.faults``: people book at the stack while one part after the other breaks.

Two of everything run as ``make stack`` has them, in a folder of their own. Each fault comes
while ``--people`` hold, confirm, look and give back through the proxy and write down every
answer they get; then the books are compared. Beside them ``--visitors`` are the mixed traffic of
``tests.load`` in a house of ``--bookings``. Ends with 1 if a booking that somebody was told of
is lost, if one is doubled, if nothing is answered any more after a fault, or messages wait on.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from center.embedded import EmbeddedServerError, provide
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
#: a request that fails so many seconds after a fault is over is one too many
RECOVERY_SECONDS = 60
#: somebody must have been answered within the last seconds of each phase
SILENT_SECONDS = 5
_CLOCK = Path(__file__).with_name("clock")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--bookings", type=int, default=1_000_000, help="0: an empty house")
    parser.add_argument("--visitors", type=int, default=8, help="0, and in an empty house: none")
    parser.add_argument("--seconds", type=float, default=15, help="of booking after each fault")
    parser.add_argument("--only", nargs="*", default=[], help="words in the names of the faults")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    os.environ |= {"ENVIRONMENT": "test", "DJANGO_SETTINGS_MODULE": "center.settings"}
    os.environ |= {"LOG_LEVEL": "ERROR"}
    try:
        server = provide(Path(os.environ.get("VAR_DIR", ROOT / "var"))).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    os.environ["TEST_DATABASE_TEMPLATE"] = migrated.template(server)
    import django

    django.setup()
    logging.disable(logging.CRITICAL)
    return _run(wanted)


def _run(wanted: argparse.Namespace) -> int:
    from tests.faults import phases
    from tests.faults.disk import NotPossible
    from tests.faults.people import Town

    complaints: list[str] = []
    with _stack() as stack, _traffic(stack, wanted) as (traffic, last):
        town = Town.settle(wanted.people, last_allocation=last)
        sudden = phases.Phase(3, 0, wanted.seconds)
        whole = phases.Phase(3, wanted.seconds, wanted.seconds / 2)
        print(phases.HEADING, flush=True)
        for name, fault in (phases.SUDDEN | phases.LASTING).items():
            if wanted.only and not any(word in name for word in wanted.only):
                continue
            phase = sudden if name in phases.SUDDEN else whole
            try:
                outcome = phases.run(stack, town, name, fault, phase, traffic)
            except NotPossible as reason:
                print(f"{name:<36}not tried: {reason}", flush=True)
                continue
            print(outcome.row, flush=True)
            complaints += [f"{name}: {what}" for what in complaints_of(outcome)]
    for complaint in complaints:
        print(f"! {complaint}")
    return int(bool(complaints))


def complaints_of(outcome: Any) -> Iterator[str]:
    from tests.faults.phases import WITHOUT_A_GAP

    unanswered = outcome.failed + outcome.visits[1]
    if outcome.name in WITHOUT_A_GAP and unanswered:
        yield f"{unanswered} requests failed"
    yield from (f"lost {what}" for what in outcome.verdict.lost)
    yield from (f"doubled: {what}" for what in outcome.verdict.doubled)
    if not outcome.recovery < RECOVERY_SECONDS:
        yield f"requests failed for {outcome.recovery:.0f} s after it"
    if not outcome.requests:
        yield "nobody asked for anything"
    elif outcome.silent > SILENT_SECONDS:
        yield f"nothing was answered in the last {outcome.silent:.0f} s"
    if outcome.messages == float("inf"):
        yield "messages wait"


@contextmanager
def _traffic(stack: Any, wanted: argparse.Namespace) -> Iterator[tuple[Any, int]]:
    """Those who are there besides, and the last allocation of the house they find."""
    from tests.faults import traffic
    from tests.stack.conftest import open_house

    if not wanted.bookings:
        open_house()
        yield traffic.Traffic(), 0
        return
    last = traffic.fill(stack, wanted.bookings)
    if not wanted.visitors:
        yield traffic.Traffic(), last
        return
    with (
        tempfile.TemporaryDirectory(prefix="traffic-") as out,
        traffic.beside(stack, wanted.visitors, Path(out)) as beside,
    ):
        yield beside, last


@contextmanager
def _stack() -> Iterator[Any]:
    """With a clock that can be set; this process works in its database."""
    from tests.faults.breaking import CLOCK_FILE
    from tests.stack.conftest import run_stack, working_in

    with tempfile.TemporaryDirectory(prefix="faults-") as home:
        clock_file = Path(home) / CLOCK_FILE
        clock_file.write_text("0")
        clock = {"PYTHONPATH": str(_CLOCK), "PORTAL_CLOCK": str(clock_file)}
        with run_stack(Path(home), **clock) as stack, working_in(stack):
            yield stack


if __name__ == "__main__":
    sys.exit(main())
