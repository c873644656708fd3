"""``python -m tests.rush``: thousands of people in half a minute for twenty places.

People come evenly over ``--seconds`` around the opening of a call with a waiting room; half of
them before. Somebody else looks at the week of a space all the while. Ends with 1 unless exactly
the places were given, in order, everybody who waits was told a number, nothing was answered by
5xx, and the week took at most twice its time before the rush (median).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import os
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from center.embedded import EmbeddedServerError, provide
from tests import migrated

ROOT = Path(__file__).resolve().parents[2]
NAME = "rush"
NORMAL_SECONDS = 15
AFTER_SECONDS = 45


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.rush", description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--places", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--inside", type=int, default=20, help="on the form at once")
    parser.add_argument("--open-door", action="store_true", help="control: without the room")
    wanted = parser.parse_args()
    var = Path(os.environ.get("VAR_DIR", ROOT / "var"))
    out = var / "rush"
    out.mkdir(parents=True, exist_ok=True)
    os.environ |= {"ENVIRONMENT": "test", "DJANGO_SETTINGS_MODULE": "center.settings"}
    os.environ |= {"LOG_LEVEL": "ERROR"}
    try:
        server = provide(var).database_url
    except EmbeddedServerError as reason:
        sys.exit(str(reason))
    template = migrated.template(server)
    os.environ["DATABASE_URL"] = server.rpartition("/")[0] + f"/{NAME}"
    import django

    django.setup()
    logging.disable(logging.INFO)
    return _run(server, template, out, wanted)


def _run(server: str, template: str, out: Path, wanted: argparse.Namespace) -> int:
    from tests.bench import accounts, content, databases, servers

    databases.recreate(server, databases.Database(NAME, 0), like=template)
    content.fill(bookings=2000, businesses=wanted.people + 100, accounts=wanted.people)
    everybody = accounts.log_in(wanted.people)
    kind = ("--worker-class", "gthread", "--workers", "2", "--threads", "8")
    environment = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    with servers.gunicorn("center.wsgi:application", environment, out / "web.log", kind) as web:
        return asyncio.run(_rush(web.port, everybody, wanted))


async def _rush(port: int, everybody: list[Any], wanted: argparse.Namespace) -> int:
    from tests.bench.accounts import CSRF_TOKEN
    from tests.fuzz.wire import warm_up
    from tests.rush import crowd
    from tests.rush.web import Browser

    await asyncio.to_thread(warm_up, port)
    week, over = "/spaces/studio/", asyncio.Event()
    quiet = asyncio.Event()
    asyncio.get_running_loop().call_later(NORMAL_SECONDS, quiet.set)
    normal = await crowd.looks(port, week, quiet)
    opening = wanted.seconds / 2
    program = await asyncio.to_thread(_call, opening, wanted)
    chance = random.Random(1)
    people = [
        crowd.Person(Browser(port, dict(account.cookies)), chance.uniform(0, wanted.seconds))
        for account in everybody
    ]
    rush = crowd.Rush(
        port, f"/programs/{program.slug}/apply/", CSRF_TOKEN, wanted.seconds + AFTER_SECONDS
    )
    watching = asyncio.create_task(crowd.looks(port, week, over))
    await rush.run(people)
    over.set()
    meanwhile = await watching
    places = await asyncio.to_thread(program.applications.placed().count)
    return _judge(people, places, opening, normal, meanwhile, wanted)


def _call(opening: float, wanted: argparse.Namespace) -> Any:
    from django.db import connection

    from center import clock
    from tests import factories

    opens = clock.now() + dt.timedelta(seconds=opening)
    inside = None if wanted.open_door else wanted.inside
    try:
        return factories.program(opens_at=opens, quota=wanted.places, queue_inside=inside)
    finally:
        connection.close()


def _judge(
    people: list[Any],
    places: int,
    opening: float,
    normal: list[float],
    meanwhile: list[float],
    wanted: argparse.Namespace,
) -> int:
    from tests.rush.crowd import middle, passed_over

    statuses: Counter[int] = sum((person.statuses for person in people), Counter())
    outcomes = Counter(person.outcome or "waiting" for person in people)
    told = sum(bool(person.told or person.outcome) for person in people)
    ratio = middle(meanwhile) / middle(normal)
    faults = {
        "places not exactly given": abs(places - wanted.places),
        "pairs in the wrong order": 0 if wanted.open_door else passed_over(people, opening),
        "told nothing": len(people) - told,
        "answered by 5xx or not at all": sum(
            n for status, n in statuses.items() if status >= 500 or status == 0
        ),
        "weeks slower than twice their time": int(ratio > 2),
    }
    print(f"{len(people)} people in {wanted.seconds:.0f} s for {wanted.places} places")
    print(f"given: {places}; outcomes: {dict(outcomes)}; answers: {dict(statuses)}")
    last = max((person.came_in for person in people if person.outcome == "place"), default=0)
    print(f"last of them inside {last - opening:.1f} s after the opening")
    print(
        f"week: {middle(normal):.0f} ms before, {middle(meanwhile):.0f} ms meanwhile ({ratio:.2f})"
    )
    for fault, number in faults.items():
        print(f"{'!' if number else ' '} {fault}: {number}")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
