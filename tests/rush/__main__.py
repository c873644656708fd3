"""``python -m tests.rush``: thousands of people in half a minute for twenty places.

People come evenly over ``--seconds`` around the opening of a call with a waiting room; half of
them before. They are logged in already and have just come from another page, as the call's page
leads to the door: their sessions are written into the database as the server would write them.
Others come to the week of a space all the while, on the other web server. Ends with 1 unless
exactly the places were given, in order, everybody who waits was told a number, nothing was
answered by 5xx, and the week took at most twice its time before the rush (median).
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import logging
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import psutil

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
    parser.add_argument("--together", action="store_true", help="control: on one web server")
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
    kind = ("--worker-class", "gthread", "--workers", "2", "--threads", "4", "--backlog", "2048")
    environment = {"DATABASE_URL": os.environ["DATABASE_URL"]}
    app = "center.wsgi:application"
    with (
        servers.gunicorn(app, environment, out / "web.log", kind) as web,
        servers.gunicorn(app, environment, out / "doors.log", kind) as doors,
    ):
        _step_back(doors.process)
        port = web.port if wanted.together else doors.port
        return asyncio.run(_rush(web.port, port, everybody, wanted))


def _step_back(server: psutil.Process) -> None:
    """Where others want the processor, they have it: as docker-compose.yml and the stack say."""
    from center.stack.plan import BEHIND

    for process in (server, *server.children()):
        process.nice(process.nice() + BEHIND)


async def _rush(port: int, doors: int, everybody: list[Any], wanted: argparse.Namespace) -> int:
    from tests.bench.accounts import CSRF_TOKEN
    from tests.fuzz.wire import warm_up
    from tests.rush import crowd
    from tests.rush.web import Browser

    for one in (port, doors):
        await asyncio.to_thread(warm_up, one)
    week, over = "/spaces/studio/", asyncio.Event()
    quiet = asyncio.Event()
    asyncio.get_running_loop().call_later(NORMAL_SECONDS, quiet.set)
    normal = await crowd.looks(port, week, quiet)
    opening = wanted.seconds / 2
    await asyncio.to_thread(_seen, everybody)
    program = await asyncio.to_thread(_call, opening, wanted)
    chance = random.Random(1)
    people = [
        crowd.Person(Browser(doors, dict(account.cookies)), chance.uniform(0, wanted.seconds))
        for account in everybody
    ]
    rush = crowd.Rush(
        doors, f"/programs/{program.slug}/apply/", CSRF_TOKEN, wanted.seconds + AFTER_SECONDS
    )
    watching = asyncio.create_task(crowd.looks(port, week, over))
    worked = time.process_time()
    await rush.run(people)
    over.set()
    meanwhile = await watching
    share = (time.process_time() - worked) / (time.monotonic() - rush.began)
    places = await asyncio.to_thread(program.applications.placed().count)
    _tell(rush, share)
    return _judge(people, places, opening, normal, meanwhile, wanted)


def _tell(rush: Any, share: float) -> None:
    """How hard the rush was, and whether the one who makes it kept up."""
    from tests.rush.crowd import busiest_second, middle, most_of

    took = [took for _at, took in rush.answers]
    print(
        f"{len(took)} answers, {busiest_second(rush.answers)} in the busiest second; one took"
        f" {middle(took):.0f} ms (median), {most_of(took):.0f} ms (95 of a hundred),"
        f" {max(took) * 1000:.0f} ms at the most"
    )
    print(f"load of the machine {os.getloadavg()[0]:.1f}, the crowd itself {share:.0%} of a core")


def _seen(everybody: list[Any]) -> None:
    from django.db import connection

    from tests.bench import accounts

    try:
        accounts.just_seen(everybody)
    finally:
        connection.close()


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
    from tests.rush.crowd import middle, most_of, passed_over

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
        f"week: {middle(normal):.0f} ms before, {middle(meanwhile):.0f} ms meanwhile ({ratio:.2f});"
        f" 95 of a hundred within {most_of(normal):.0f} and {most_of(meanwhile):.0f} ms"
    )
    for fault, number in faults.items():
        print(f"{'!' if number else ' '} {fault}: {number}")
    return int(any(faults.values()))


if __name__ == "__main__":
    sys.exit(main())
