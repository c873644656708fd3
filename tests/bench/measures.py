"""The measurements: yardsticks and portal, one after the other in each round.

What is compared is measured within seconds of each other, as the machine is shared.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import median

from center import clock
from tests.bench import accounts, boards, databases, load, programs, targets
from tests.bench.accounts import Account
from tests.bench.load import Request, Run
from tests.bench.servers import Server
from tests.bench.table import Figure, rate
from tests.bench.targets import Restored, Target

RACERS = 64
YARDSTICK_RESOURCES = 20


@dataclass
class Bench:
    """Ports of the running servers, who is logged in, and what was measured so far."""

    seconds: float
    rounds: int
    yardstick_url: str
    #: of the large database
    large_url: str
    yardstick: Server
    sessions: list[str]
    portal: Server
    small: Server
    threads: Server
    accounts: list[Account]
    operator: dict[str, str]
    free: list[Target]
    last_ones: list[Target]
    restored: Restored
    runs: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    #: milliseconds of processor time of the workers for each answer
    costs: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def rates(self, name: str, clients: int) -> list[float]:
        return self.runs[name, clients]

    def cost(self, name: str, clients: int) -> float:
        if name == "hold + confirm":
            return self.cost("held", clients) + self.cost("confirm", clients)
        return median(self.costs[name, clients])

    def load(
        self,
        name: str,
        server: Server,
        requests: Iterator[Request],
        *,
        clients: int,
        seconds: float | None = None,
    ) -> Run:
        """Load a server and keep what an answer cost it."""
        before = server.worked()
        run = load.run(server.port, requests, clients=clients, seconds=seconds or self.seconds)
        cost = (server.worked() - before) * 1000 / max(1, len(run.answers))
        self.costs.setdefault((name, clients), []).append(cost)
        return run

    def note(self, name: str, clients: int, run: Run, status: int, seconds: float = 0.0) -> None:
        """Keep the rate of a run; every other answer than the expected one is told."""
        strange = {code: n for code, n in run.statuses().items() if code != status}
        if strange:
            self.failures.append(f"{name}, {clients} clients: answers {strange}")
        good = sum(answer.status == status for answer in run.answers)
        self.runs.setdefault((name, clients), []).append(good / (seconds or run.seconds))


def measure(bench: Bench, told: Callable[[str], None]) -> None:
    """Every rate, ``bench.rounds`` times over."""
    pages = _pages()
    for name, server in pages_of(bench).items():
        load.run(server.port, itertools.repeat(pages[name], 40), clients=8, seconds=10)
    for number in range(bench.rounds):
        told(f"round {number + 1} of {bench.rounds}")
        for clients in (1, 8, 32):
            for name, server in pages_of(bench).items():
                run = bench.load(name, server, itertools.repeat(pages[name]), clients=clients)
                bench.note(name, clients, run, 200)
        _bookings(bench)
        _pages_of_one(bench)
        _boards(bench)


def measure_bookings(bench: Bench, told: Callable[[str], None]) -> None:
    """Holds and confirmations alone, ``bench.rounds`` times over."""
    for number in range(bench.rounds):
        told(f"round {number + 1} of {bench.rounds}")
        _bookings(bench)


def pages_of(bench: Bench) -> dict[str, Server]:
    return {
        "hello": bench.yardstick,
        "week": bench.yardstick,
        "space": bench.portal,
        "space, 10,000": bench.small,
        "office": bench.portal,
        "slots": bench.portal,
    }


def _pages() -> dict[str, Request]:
    """All of next week, which is half booked."""
    monday = clock.monday_of(clock.today()) + 7 * clock.DAY
    return {
        "hello": Request("/hello"),
        "week": Request(f"/week/3?from={monday - 14 * clock.DAY}"),
        "space": Request(f"/spaces/studio/?from={monday}"),
        "space, 10,000": Request(f"/spaces/studio/?from={monday}"),
        "office": Request(f"/spaces/office/?from={monday}"),
        "slots": Request("/spaces/office/slots.json?days=30"),
    }


def _pages_of_one(bench: Bench) -> None:
    """Pages whose time counts, not their number: one client after the other."""
    mine = {"mine": Request("/bookings/", bench.accounts[0].cookies)}
    for name, request in {**mine, **programs.requests(bench.operator)}.items():
        seconds = min(1.0, bench.seconds)
        run = bench.load(name, bench.portal, itertools.repeat(request), clients=1, seconds=seconds)
        bench.note(name, 1, run, 200)
        bench.runs.setdefault((f"{name} p50 ms", 1), []).append(run.p50 * 1000)


def _boards(bench: Bench) -> None:
    """The operator's day and week; the access record of both is written once in ten minutes."""
    for name, request in boards.requests(bench.operator).items():
        for clients in (1, 8):
            run = bench.load(name, bench.portal, itertools.repeat(request), clients=clients)
            bench.note(name, clients, run, 200)
            bench.runs.setdefault((f"{name} p50 ms", clients), []).append(run.p50 * 1000)


# booking -----------------------------------------------------------------------------------------


def _bookings(bench: Bench) -> None:
    for clients in (1, 8, 32):
        _book(bench, clients)
        _hold(bench, clients)
    _complete(bench, 8)


def _holds(bench: Bench) -> Iterator[Request]:
    return (t.hold(a) for t, a in zip(bench.free, bench.accounts[RACERS:], strict=False))


def _hold(bench: Bench, clients: int) -> None:
    accounts.just_seen(bench.accounts)
    run = bench.load("hold", bench.portal, _holds(bench), clients=clients)
    bench.restored.restore()
    bench.note("hold", clients, run, 302)


def _complete(bench: Bench, clients: int) -> None:
    """Holds for half of the time, then all of them confirmed: the time of both counts."""
    accounts.just_seen(bench.accounts)
    held = bench.load(
        "held", bench.portal, _holds(bench), clients=clients, seconds=bench.seconds / 2
    )
    confirming = (targets.confirmation(a) for a in held.answers if a.status == 302)
    run = bench.load("confirm", bench.portal, confirming, clients=clients, seconds=load.PATIENCE)
    bench.restored.restore()
    bench.note("hold + confirm", clients, run, 302, held.seconds + run.seconds)


def _yardstick_booking(bench: Bench, session: str, resource: int, slot: int) -> Request:
    start = clock.at(clock.today() + 2 * clock.DAY) + slot * clock.DAY / 32
    cookies = {"sessionid": session, "csrftoken": targets.CSRF_TOKEN}
    form = {"csrfmiddlewaretoken": targets.CSRF_TOKEN, "start": start.isoformat()}
    return Request(f"/book/{resource}", cookies, form)


def _book(bench: Bench, clients: int) -> None:
    requests = (
        _yardstick_booking(bench, session, 1 + n % YARDSTICK_RESOURCES, n // YARDSTICK_RESOURCES)
        for n, session in enumerate(itertools.cycle(bench.sessions))
    )
    run = bench.load("book", bench.yardstick, requests, clients=clients)
    _empty_yardstick(bench)
    bench.note("book", clients, run, 302)


def _empty_yardstick(bench: Bench) -> None:
    url = bench.yardstick_url
    databases.execute(url, "DELETE FROM yardstick_booking WHERE lower(during) > now() + '1 day'")
    databases.execute(url, "DELETE FROM yardstick_message")
    for table in ("booking", "message"):
        databases.execute(url, f"VACUUM yardstick_{table}")


# races -------------------------------------------------------------------------------------------


@dataclass
class Race:
    """Rounds of 64 clients for one slot."""

    milliseconds: list[float] = field(default_factory=list)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def add(self, run: Run) -> None:
        self.milliseconds.append(run.seconds * 1000)
        self.slowest = max(self.slowest, run.slowest)
        if run.statuses() != {302: 1, 409: RACERS - 1}:
            self.wrong.append(str(run.statuses()))


def races(bench: Bench, rounds: int) -> dict[str, Race]:
    """The same race on the yardstick, the portal's two workers, and its 32 threads."""
    found = {"race": Race(), "2 workers": Race(), "8 × 4 threads": Race()}
    racers = bench.accounts[:RACERS]
    for server in (bench.portal, bench.threads):  # every thread opens its connection
        load.at_once(server.port, [Request("/bookings/", racer.cookies) for racer in racers] * 2)
    for number, target in zip(range(rounds), itertools.cycle(bench.last_ones), strict=False):
        one_slot = [
            _yardstick_booking(bench, session, 1 + number % YARDSTICK_RESOURCES, number)
            for session in bench.sessions[:RACERS]
        ]
        found["race"].add(load.at_once(bench.yardstick.port, one_slot))
        for name, server in (("2 workers", bench.portal), ("8 × 4 threads", bench.threads)):
            found[name].add(load.at_once(server.port, [target.hold(racer) for racer in racers]))
            bench.restored.restore()
    _empty_yardstick(bench)
    return found


def race_figures(found: dict[str, Race], connections: int) -> list[Figure]:
    figures = [_race_figure("race, 64 for one slot", found["race"])]
    for name in ("2 workers", "8 × 4 threads"):
        race = found[name]
        figure = _race_figure(f"64 holds for one slot, {name}", race)
        figure.yardstick, figure.bound = "race", ("≤", 3.0)
        figure.ratio = figure.value / _race_figure("", found["race"]).value
        if "threads" in name:
            figure.note = f"{figure.note} {connections} database connections".strip()
        figures += [
            figure,
            Figure("… rounds without exactly one winner", len(race.wrong), "", bound=("≤", 0)),
            Figure("… slowest answer", race.slowest, " s", bound=("≤", 1.0)),
        ]
    return figures


def _race_figure(what: str, race: Race) -> Figure:
    figure = rate(what, race.milliseconds)
    figure.unit, figure.note = " ms", "; ".join(sorted(set(race.wrong)))
    return figure
