"""What is counted, for Prometheus: every metric of the portal, its unit and its labels.

Labels hold names out of our own code (routes, states, codes of refusals, tasks) and nothing of
people, addresses or what somebody typed, so that there is a fixed number of series. That number
is what each look of Prometheus costs, so requests and their times go by kind of page, and by
route only what failed or was slow. What is read from the database at the moment of asking is in
``center.exposition``.

Prometheus sees a counter grow from its second value on: what an alert must hear of the first
time is there as 0 from the start.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from center import metric_files

if settings.METRICS_DIR:
    metric_files.share(settings.METRICS_DIR)

own = CollectorRegistry()
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
#: tasks take longer, and how much longer is all one wants to know
_TASK_SECONDS = (0.1, 1, 10, 60, 300)
#: an answer that takes more is counted by its route (alert SlowPages)
_SLOW_SECONDS = 1
#: the routes web-calls answers alone (``@calls`` in deploy/Caddyfile)
DOORS = frozenset({"program_apply", "program_wait"})
KINDS = ("page", "door", "health", "static")

_requests = Counter(
    "center_requests",
    "Requests answered, by kind (page, door of a call, health, static) and status.",
    ["kind", "status"],
    registry=own,
)
_request_seconds = Histogram(
    "center_request_seconds",
    "Seconds from a request to its answer, by kind.",
    ["kind"],
    buckets=_SECONDS,
    registry=own,
)
_requests_failed = Counter(
    "center_requests_failed",
    "Requests answered by a status of 500 or more, by name of the route.",
    ["route"],
    registry=own,
)
_requests_slow = Counter(
    "center_requests_slow",
    "Requests answered after more than a second, by name of the route.",
    ["route"],
    registry=own,
)
_bookings = Counter(
    "center_bookings",
    "Bookings that came into a state, by the way they were made; after the commit.",
    ["state", "source"],
    registry=own,
)
_refusals = Counter(
    "center_refusals", "Rules that stood against a change, by code.", ["code"], registry=own
)
_offers = Counter("center_offers", "Offers made to those who wait; after the commit.", registry=own)
_messages_sent = Counter("center_messages_sent", "Messages handed over.", registry=own)
_files = Counter("center_files_stored", "Papers encrypted and stored.", registry=own)
_file_bytes = Counter("center_file_stored_bytes", "Bytes of these papers.", registry=own)
_tasks = Counter(
    "center_tasks", "Tasks of workers that ended, by outcome.", ["task", "outcome"], registry=own
)
_task_seconds = Histogram(
    "center_task_seconds",
    "Seconds a task took.",
    ["task"],
    buckets=_TASK_SECONDS,
    registry=own,
)
_task_success = Gauge(
    "center_task_success_timestamp_seconds",
    "When a task last succeeded (Unix time).",
    ["task"],
    multiprocess_mode="max",
    registry=own,
)
_slow_queries = Counter(
    "center_slow_queries", "Statements slower than SLOW_QUERY_MS.", registry=own
)


for _kind in ("page", "door"):
    _requests.labels(_kind, "500")
_refusals.labels("paper_no_room")


def request_answered(route: str, status: int, seconds: float) -> None:
    """``route`` is a name of the URL map, ``static``, or ``none`` where there is no such page."""
    kind = _kind_of(route)
    _requests.labels(kind, str(status)).inc()
    _request_seconds.labels(kind).observe(seconds)
    if kind in ("health", "static"):
        return
    if status >= 500:
        _requests_failed.labels(route).inc()
    if seconds > _SLOW_SECONDS:
        _requests_slow.labels(route).inc()


def _kind_of(route: str) -> str:
    if route in DOORS:
        return "door"
    if route in ("health_live", "health_ready"):
        return "health"
    return "static" if route == "static" else "page"


def booking_entered(state: str, source: str) -> None:
    """Counts once the transaction is committed."""
    transaction.on_commit(lambda: _bookings.labels(state, source).inc())


def offer_made() -> None:
    """Counts once the transaction is committed."""
    transaction.on_commit(_offers.inc)


def refused(codes: Iterable[str]) -> None:
    for code in codes:
        _refusals.labels(code).inc()


def messages_sent(number: int) -> None:
    _messages_sent.inc(number)


def file_stored(size: int) -> None:
    _files.inc()
    _file_bytes.inc(size)


def task_known(task: str) -> None:
    """A worker takes such tasks."""
    for outcome in ("failed", "given_up"):
        _tasks.labels(task, outcome)


def task_ended(task: str, outcome: str, *, seconds: float, at: float) -> None:
    """``at`` is Unix time."""
    _tasks.labels(task, outcome).inc()
    _task_seconds.labels(task).observe(seconds)
    if outcome == "succeeded":
        _task_success.labels(task).set(at)


def query_was_slow() -> None:
    _slow_queries.inc()
