"""``python -m tests.load``: half an hour of mixed traffic against one million bookings.

Of a hundred visits 70 look at a week page, 20 choose a time, 10 book (hold, confirm, and give
back). ``--people`` browsers each begin a visit every ``--pace`` seconds, so that the load is
bounded. The server is gunicorn as in production, two processes of four threads. Ends with 1 if
anything was answered otherwise than by a page, a redirect or a refusal, if more than a tenth of
the holds was refused, or if the workers' memory grew by more than 5 % after the warm-up.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from center.embedded import EmbeddedServerError, provide
from tests.load import memory

if TYPE_CHECKING:
    from tests.bench.targets import Target

ROOT = Path(__file__).resolve().parents[2]
KIND = ("--worker-class", "gthread", "--workers", "2", "--threads", "4")
ACCOUNTS = 2_000
MOST_GROWTH = 0.05
MOST_REFUSED = 0.1
START_SECONDS = 180


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--pace", type=float, default=0.5, help="seconds from visit to visit")
    wanted = parser.parse_args()
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    out = var / "load"
    out.mkdir(parents=True, exist_ok=True)
    os.environ |= {"ENVIRONMENT": "demo", "STATIC_ROOT": str(out / "static")}
    os.environ |= {"DJANGO_SETTINGS_MODULE": "center.settings", "LOG_LEVEL": "ERROR"}
    try:
        server = provide(var).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    import django

    django.setup()
    logging.disable(logging.INFO)
    return _run(server, out, wanted)


def _run(server: str, out: Path, wanted: argparse.Namespace) -> int:
    from center.management.commands.demo import collect_static
    from tests.bench import accounts, databases, servers, targets

    collect_static()
    databases.ensure(server, databases.LARGE, fresh=False)
    restored = targets.Restored(databases.LARGE.bookings)
    restored.restore()
    cookies = [account.cookies for account in accounts.log_in(ACCOUNTS)]
    write_plan(out, targets.plenty(), cookies)
    environment = {"DATABASE_URL": databases.url_of(server, databases.LARGE)}
    application = "center.wsgi:application"
    with (
        servers.gunicorn(application, environment, out / "web.log", KIND) as web,
        memory.Watched(web.process) as watched,
    ):
        statistics = send(web.port, out, wanted.minutes * 60, wanted.people, wanted.pace)
    restored.restore()
    return judge(statistics, watched.seen, wanted.minutes)


def write_plan(out: Path, times: list[Target], accounts: list[dict[str, str]]) -> None:
    """What people look at, choose and book in the database Django's connection is to."""
    from bookings.models import Resource
    from center import clock

    monday = clock.monday_of(clock.today())
    spaces = Resource.objects.active().spaces().values_list("slug", flat=True)
    plan = {
        "weeks": [
            f"/spaces/{slug}/?from={monday + week * 7 * clock.DAY}"
            for slug in spaces
            for week in range(4)
        ],
        "times": [
            {
                "space": target.slug,
                "start": clock.local(target.start).isoformat(),
                "end": clock.local(target.end).isoformat(),
            }
            for target in times
        ],
        "accounts": accounts,
    }
    (out / "plan.json").write_text(json.dumps(plan))


def send(port: int, out: Path, seconds: float, people: int, pace: float) -> dict[str, Any]:
    """Locust's statistics of so many seconds of traffic; raises where Locust cannot run."""
    command = [*_command(port, people), "--run-time", f"{seconds:.0f}s"]
    environment = os.environ | _environment(out, pace)
    with (out / "locust.log").open("wb") as log:
        subprocess.run(command, env=environment, cwd=ROOT, stdout=log, stderr=log, check=True)
    statistics: dict[str, Any] = json.loads((out / "statistics.json").read_text())
    return statistics


@contextmanager
def sending(port: int, out: Path, people: int, pace: float) -> Iterator[Path]:
    """Traffic from the first answer on until the end of the context. The file tells of each
    request: when it was over (monotonic clock, seconds), whether it failed (0 or 1), and how
    long it took (ms). Raises where Locust cannot run."""
    requests = out / "requests"
    requests.write_text("")
    environment = os.environ | _environment(out, pace) | {"LOAD_REQUESTS": str(requests)}
    with (out / "locust.log").open("wb") as log:
        locust = subprocess.Popen(
            _command(port, people), env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while not requests.stat().st_size:
                if locust.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"nobody comes, see {out / 'locust.log'}")
                time.sleep(0.1)
            yield requests
        finally:
            locust.terminate()
            locust.wait(60)


def _command(port: int, people: int) -> list[str]:
    return [
        *(sys.executable, "-m", "locust", "-f", str(Path(__file__).with_name("people.py"))),
        *("--headless", "--only-summary", "--host", f"http://127.0.0.1:{port}"),
        *("--users", str(people), "--spawn-rate", str(people), "--stop-timeout", "20"),
        # What failed is counted and judged here.
        *("--exit-code-on-error", "0"),
    ]


def _environment(out: Path, pace: float) -> dict[str, str]:
    return {
        "LOAD_PLAN": str(out / "plan.json"),
        "LOAD_STATISTICS": str(out / "statistics.json"),
        "LOAD_PACE": str(pace),
    }


def judge(statistics: Mapping[str, Any], seen: list[float], minutes: float) -> int:
    """Prints what was measured; 1 where something is not as it should be, else 0."""
    asked = dict(statistics["requests"])
    refused = asked.pop("refused", {"number": 0})["number"]
    total = sum(entry["number"] for entry in asked.values())
    print(f"{total} requests in {minutes:g} min, {total / minutes / 60:.1f}/s")
    print(f"{'':14}{'number':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'slowest':>9}  ms")
    for name, entry in sorted(asked.items()):
        times = "".join(f"{entry[part]:8.0f}" for part in ("p50", "p95", "p99"))
        print(f"{name:14}{entry['number']:8}{times}{entry['slowest']:9.0f}")
    share = refused / max(1, asked.get("hold", {"number": 0})["number"])
    grown = memory.growth(seen)
    print(f"refused: {refused} ({share:.1%} of the holds)")
    print(f"memory of the workers, MB: {memory.course(seen)}")
    faults = [
        *(f"{what} ({number} times)" for what, number in statistics["failures"].items()),
        *([f"memory grew by {grown:.1%}"] if grown > MOST_GROWTH else []),
        *([f"{share:.1%} of the holds were refused"] if share > MOST_REFUSED else []),
    ]
    print(f"memory grew by {grown:.1%} after the warm-up (bound {MOST_GROWTH:.0%})")
    for fault in faults:
        print(f"! {fault}")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
