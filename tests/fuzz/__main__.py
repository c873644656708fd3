"""``python -m tests.fuzz``: hostile requests against a running server with the demo's data.

Random methods, addresses of the URL map with plausible and hostile parts, parameters, forms,
files, headers, encodings and bodies that end too early, as anybody and as every role. Ends with
1 if anything was answered by 5xx, later than ``--slow`` seconds or not at all, if a worker ended,
or if memory grew. A finding is repeated with ``--seed S --only N``, its bytes are in ``var/fuzz/``.
In pieces: the same ``--seed``, and ``--from`` the number the piece before names at its end.
"""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import sys
from functools import partial
from pathlib import Path

from center.embedded import EmbeddedServerError, provide
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
NAME = "fuzz"
#: megabytes by which two workers may grow after their first tenth
GROWTH = 60


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many")
    parser.add_argument("--slow", type=float, default=10, help="seconds an answer may take")
    parser.add_argument("--clients", type=int, default=6, help="at the same time")
    parser.add_argument("--only", type=int, help="the number of one case to send")
    parser.add_argument("--from", type=int, default=0, dest="first", help="go on at this number")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    out = var / "fuzz"
    out.mkdir(parents=True, exist_ok=True)
    os.environ |= {"ENVIRONMENT": "test", "DJANGO_SETTINGS_MODULE": "center.settings"}
    os.environ |= {"LOG_LEVEL": "ERROR", "PAPERS_ROOT": str(out / "papers")}
    try:
        server = provide(var).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    database = server.rpartition("/")[0] + f"/{NAME}"
    template = migrated.template(server)
    os.environ["DATABASE_URL"] = database
    import django

    django.setup()
    logging.disable(logging.INFO)
    return _run(server, template, out, wanted)


def _run(server: str, template: str, out: Path, wanted: argparse.Namespace) -> int:
    from django.core.management import call_command

    from tests.bench import databases, servers
    from tests.fuzz import people
    from tests.fuzz.campaign import Campaign

    databases.recreate(server, databases.Database(NAME, 0), like=template)
    call_command("load_demo")
    everybody = people.of_the_demo()
    kind = ("--worker-class", "gthread", "--workers", "2", "--threads", "4")
    environment = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    log = out / "server.log"
    with servers.gunicorn("center.wsgi:application", environment, log, kind) as web:

        def memory() -> int:
            return sum(worker.memory_info().rss for worker in web.process.children())

        def workers() -> frozenset[int]:
            return frozenset(worker.pid for worker in web.process.children())

        sessions = partial(people.sessions_of, everybody)
        limits = {"slow": wanted.slow, "clients": wanted.clients}
        campaign = Campaign(web.port, wanted.seed, sessions, memory, workers, **limits)
        count, first = wanted.requests, wanted.first
        if wanted.only is not None:
            count, first = 1, wanted.only
        _told(f"seed {wanted.seed}, {len(campaign.templates)} addresses")
        try:
            campaign.run(count, first=first, minutes=wanted.minutes, told=_told)
        except (KeyboardInterrupt, SystemExit):
            _told("Broken off; what was sent until then:")
        return _judged(campaign, out, log)


def _judged(campaign, out: Path, log: Path) -> int:
    from tests.fuzz import wire

    for finding in campaign.findings:
        print("!", finding.told())
        file = out / f"{campaign.seed}-{finding.case.number}.http"
        file.write_bytes(wire.written(finding.case, {}))
    sent = sum(campaign.statuses.values())
    print(
        f"{sent} requests in {campaign.seconds:.0f} s, which kept this end busy for"
        f" {campaign.share:.0%} of a core; go on by --seed {campaign.seed}"
        f" --from {campaign.following}"
    )
    print(f"answers: {dict(sorted(campaign.statuses.items()))}")
    print(f"slowest: {campaign.slowest:.1f} s ({campaign.slowest_case})")
    # Where many others want the processor, lateness says nothing of the portal.
    print(f"load of the machine at the end: {os.getloadavg()[0]:.0f}")
    most = ", ".join(f"{path} {took:.0f} s" for path, took in campaign.spent.most_common(8))
    print(f"most time went to: {most}")
    print(f"memory: {', '.join(f'{size:.0f}' for size in campaign.sizes)} MB")
    print(f"grown by {campaign.growth:.0f} MB, in the second half by {campaign.late_growth:.0f}")
    print(f"{len(campaign.findings)} findings; tracebacks in {log}")
    print(f"{campaign.replaced} workers ended and were replaced")
    return int(bool(campaign.findings or campaign.replaced) or campaign.growth > GROWTH)


def _told(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
