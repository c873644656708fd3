"""What is counted, for Prometheus: every metric of the portal, its unit and its labels.

Labels hold names out of our own code (routes, states, codes of refusals, tasks) and nothing of
people, addresses or what somebody typed, so that there is a fixed number of series. What is
read from the database at the moment of asking is in ``center.exposition``.
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
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_requests = Counter(
    "center_requests",
    "Requests answered, by name of the route, method and status.",
    ["route", "method", "status"],
    registry=own,
)
_request_seconds = Histogram(
    "center_request_seconds",
    "Seconds from a request to its answer.",
    ["route"],
    buckets=_SECONDS,
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
    buckets=(*_SECONDS, 60, 300),
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


def request_answered(route: str, method: str, status: int, seconds: float) -> None:
    _requests.labels(route, method if method in _METHODS else "other", str(status)).inc()
    _request_seconds.labels(route).observe(seconds)


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


def task_ended(task: str, outcome: str, *, seconds: float, at: float) -> None:
    """``at`` is Unix time."""
    _tasks.labels(task, outcome).inc()
    _task_seconds.labels(task).observe(seconds)
    if outcome == "succeeded":
        _task_success.labels(task).set(at)


def query_was_slow() -> None:
    _slow_queries.inc()
