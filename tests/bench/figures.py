"""From runs to figures: each with its yardstick and the bound it is held to."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench import boards, measures, messages, pages, programs, reminders, reports
from tests.bench.load import Request
from tests.bench.measures import Bench
from tests.bench.table import Figure, rate

#: seconds for a figure below which a run is a quick look, and messages are measured once
_SURE = 2.0


def of_reports(bench: Bench, *, race_rounds: int, told: Callable[[str], None]) -> list[Figure]:
    """Nothing but reports."""
    told("reports")
    return reports.figures(bench.large_url)


def of_messages(bench: Bench, *, race_rounds: int, told: Callable[[str], None]) -> list[Figure]:
    """Nothing but messages and reminders."""
    told("messages")
    delivered = messages.figures({"DATABASE_URL": bench.large_url}, quick=bench.seconds < _SURE)
    told("reminders")
    return [*delivered, *reminders.figures()]


def all_of(bench: Bench, *, race_rounds: int, told: Callable[[str], None]) -> list[Figure]:
    """Everything, in the order of the table."""
    counted = _queries(bench)
    measures.measure(bench, told)
    raced = races(bench, race_rounds=race_rounds, told=told)
    written = of_messages(bench, race_rounds=race_rounds, told=told)
    told("reports")
    counted_months = reports.figures(bench.large_url)
    told("weights")
    return [
        *_yardsticks(bench, "hello", "week", "book"),
        *_pages(bench, counted),
        *_bookings(bench),
        *raced,
        *_mine(bench, counted),
        *_boards(bench),
        *programs.figures(bench.runs, programs.queries(bench.operator)),
        *written,
        *counted_months,
        *_weights(bench),
    ]


def of_bookings(bench: Bench, *, race_rounds: int, told: Callable[[str], None]) -> list[Figure]:
    """Nothing but holds and confirmations, beside the least a booking can be."""
    measures.measure_bookings(bench, told)
    return [*_yardsticks(bench, "book"), *_bookings(bench)]


def races(bench: Bench, *, race_rounds: int, told: Callable[[str], None]) -> list[Figure]:
    """Many for one slot at the same moment."""
    told("races")
    found = measures.races(bench, race_rounds)
    return measures.race_figures(found, _connections())


def _yardsticks(bench: Bench, *names: str) -> list[Figure]:
    return [
        rate(
            f"{name}, {clients} clients",
            bench.rates(name, clients),
            cpu=bench.cost(name, clients),
        )
        for name in names
        for clients in (1, 8, 32)
    ]


def _pages(bench: Bench, counted: dict[str, int]) -> list[Figure]:
    space = "week page, anonymous, 1,000,000 bookings"
    figures = [
        _against(bench, "space", space, "week", clients, ("≥", 0.6) if clients == 8 else None)
        for clients in (1, 8, 32)
    ]
    own = rate(
        "… its time against 10,000 bookings, 8 clients",
        [1000 / per_second for per_second in bench.rates("space", 8)],
        ("10,000", [1000 / per_second for per_second in bench.rates("space, 10,000", 8)]),
        bound=("≤", 1.1),
    )
    own.unit = " ms"
    figures += [
        own,
        Figure("… queries, 4 units", counted["space"], "", bound=("≤", 8)),
        Figure("… queries, 24 units", counted["office"], "", bound=("≤", 8)),
        _against(bench, "office", "week page of 24 seats", "week", 8, None),
    ]
    figures += [
        _against(
            bench,
            "slots",
            "slots.json, 30 days, 24 seats",
            "week",
            clients,
            ("≥", 1.0) if clients == 8 else None,
        )
        for clients in (1, 8, 32)
    ]
    return figures


def _bookings(bench: Bench) -> list[Figure]:
    holds = [
        _against(bench, "hold", "hold", "book", clients, ("≥", 0.4) if clients > 1 else None)
        for clients in (1, 8, 32)
    ]
    both = "hold + confirm with one equipment"
    return [*holds, _against(bench, "hold + confirm", both, "book", 8, ("≥", 0.2))]


def _against(
    bench: Bench,
    name: str,
    what: str,
    yardstick: str,
    clients: int,
    bound: tuple[str, float] | None,
) -> Figure:
    base = (yardstick, bench.rates(yardstick, clients))
    return rate(
        f"{what}, {clients} clients",
        bench.rates(name, clients),
        base,
        bound=bound,
        cpu=bench.cost(name, clients),
    )


def _mine(bench: Bench, counted: dict[str, int]) -> list[Figure]:
    milliseconds = median(bench.rates("mine p50 ms", 1))
    return [
        Figure("my bookings, 300 rows, p50", milliseconds, " ms", bound=("≤", 60)),
        Figure("… queries", counted["mine"], "", bound=("≤", 10)),
    ]


def _boards(bench: Bench) -> list[Figure]:
    try:
        pauses = boards.pauses(f"http://127.0.0.1:{bench.portal.port}", bench.operator)
    except pages.Error as trouble:
        bench.failures.append(f"board not touched: {str(trouble).splitlines()[0]}")
        pauses = {}
    return boards.figures(bench.runs, boards.queries(bench.operator), pauses)


def _queries(bench: Bench) -> dict[str, int]:
    """Counted in this process, as everything else but their number is the server's."""
    asked = {
        "space": Request("/spaces/studio/"),
        "office": Request("/spaces/office/"),
        "mine": Request("/bookings/", bench.accounts[0].cookies),
    }
    client = Client()
    counted = {}
    for name, request in asked.items():
        client.cookies.load(dict(request.cookies))
        client.get(request.path)
        with CaptureQueriesContext(connection) as queries:
            client.get(request.path)
        counted[name] = len(queries)
    return counted


def _connections() -> int:
    """How many connections to the large database are open besides our own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def _weights(bench: Bench) -> list[Figure]:
    figures = []
    for name, path in (("week page", "/spaces/studio/"), ("front page", "/")):
        try:
            first, later = pages.visits(f"http://127.0.0.1:{bench.portal.port}{path}")
        except pages.Error as trouble:
            bench.failures.append(f"{name} not weighed: {str(trouble).splitlines()[0]}")
            continue
        plain = first.requests - first.font_requests
        raw = f"as sent, HTML not compressed: {first.sent / 1000:.0f} kB"
        figures += [
            _kilobytes(f"{name}, first visit without webfonts", first.compressed, 120, raw),
            Figure("… requests without webfonts", plain, "", bound=("≤", 8)),
            _kilobytes("… with webfonts", first.compressed + first.fonts, 250),
            _kilobytes("… HTML, compressed", first.html_gzip, 30, f"{first.html} bytes as sent"),
            _kilobytes("… later visit", later.compressed + later.fonts, 30),
            Figure("… foreign hosts", len(first.hosts | later.hosts) - 1, "", bound=("≤", 0)),
        ]
    return figures


def _kilobytes(what: str, size: int, limit: float, note: str = "") -> Figure:
    return Figure(what, size / 1000, " kB", bound=("≤", limit), note=note)
