"""``make bench``: the portal against the least that Django can do, on the machine at hand.

Options: ``--quick`` one second for each figure instead of four, ``--races`` nothing but the
races for one slot, ``--bookings`` nothing but holds and confirmations, ``--messages`` nothing
but messages and reminders, ``--reports`` nothing but reports, ``--huge`` reports over ten million
bookings too (its database takes many minutes and ten gigabytes), ``--fresh`` new databases,
``--check`` ends with 1 where a bound is missed (else a missed bound is only marked).
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from center.embedded import EmbeddedServerError, provide

if TYPE_CHECKING:
    from tests.bench.table import Figure

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1 second for each figure, not 4")
    parser.add_argument("--races", action="store_true", help="only the races for one slot")
    parser.add_argument("--bookings", action="store_true", help="only holds and confirmations")
    parser.add_argument("--messages", action="store_true", help="only messages and reminders")
    parser.add_argument("--reports", action="store_true", help="only reports")
    parser.add_argument("--huge", action="store_true", help="reports over 10,000,000 bookings too")
    parser.add_argument("--fresh", action="store_true", help="make the databases anew")
    parser.add_argument("--check", action="store_true", help="end with 1 if a bound is missed")
    wanted = parser.parse_args()
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    out = var / "bench"
    out.mkdir(parents=True, exist_ok=True)
    os.environ |= {
        "ENVIRONMENT": "demo",
        "STATIC_ROOT": str(out / "static"),
        "DJANGO_SETTINGS_MODULE": "center.settings",
    }
    try:
        server = provide(var).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    import django

    django.setup()
    logging.disable(logging.INFO)  # of this process; the servers log as they do in production
    return _run(server, out, wanted)


def _run(server: str, out: Path, wanted: argparse.Namespace) -> int:
    from center import clock
    from tests.bench import reports, stage, table

    began = time.perf_counter()
    seconds = 1.0 if wanted.quick else 4.0
    with stage.ready(server, out, seconds, fresh=wanted.fresh, told=_told) as bench:
        found = _part(wanted)(bench, race_rounds=5 if wanted.quick else 20, told=_told)
    if wanted.huge:
        found += reports.huge(server, fresh=wanted.fresh, told=_told)
    print(table.printed(found))
    for failure in bench.failures:
        print(f"! {failure}")
    missed = [figure.what for figure in found if figure.is_ok is False]
    print(f"{len(missed)} bounds missed; {time.perf_counter() - began:.0f} s in all.")
    about = {"at": clock.now().isoformat(), "quick": wanted.quick, "failures": bench.failures}
    table.save(out / "latest.json", found, about)
    return 1 if wanted.check and missed else 0


def _part(wanted: argparse.Namespace) -> Callable[..., list[Figure]]:
    from tests.bench import figures

    parts = {
        figures.races: wanted.races,
        figures.of_bookings: wanted.bookings,
        figures.of_messages: wanted.messages,
        figures.of_reports: wanted.reports,
    }
    return next((part for part, is_wanted in parts.items() if is_wanted), figures.all_of)


def _told(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
