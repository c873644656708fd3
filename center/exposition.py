"""What Prometheus gets: the counts of all processes, and how things stand at this moment."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import redis
import structlog
from django.conf import settings
from django.db import connection
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bookings.models import Offer, Waiting
from center import clock, health, metric_files, metrics, replica
from center.backup import making
from center.notifications import selectors as messages
from center.notifications.models import Message

log = structlog.get_logger(__name__)
_QUEUES_SECONDS = 2
CONTENT_TYPE = CONTENT_TYPE_LATEST

Family = GaugeMetricFamily


def text() -> bytes:
    """In Prometheus's text format."""
    return generate_latest(metric_files.together(metrics.own)) + generate_latest(_now)


class _Now(Collector):
    """Read when asked. A part that cannot be read is left out, the others are there: with the
    database away Prometheus still learns that ``center_ready`` is 0."""

    def collect(self) -> Iterator[Family]:
        for read in _READ:
            yield from _carefully(read)

    def describe(self) -> list[Family]:
        return []


def _carefully(read: Callable[[], list[Family]]) -> list[Family]:
    try:
        return read()
    except Exception as error:  # whatever it is, the rest is still wanted
        log.warning("metrics_left_out", part=read.__name__.strip("_"), error=type(error).__name__)
        return []


def _gauge(name: str, help_text: str, value: float) -> Family:
    return Family(f"center_{name}", help_text, value=value)


def _readiness() -> list[Family]:
    family = Family("center_ready", "1 where the part of /health/ready is well.", labels=["part"])
    for part, answer in health.examine().items():
        family.add_metric([part], float(health.is_well(answer)))
    return [family]


def _outbox() -> list[Family]:
    now = clock.now()
    due, age = Message.objects.due(now).count(), messages.oldest_age(now).total_seconds()
    lost = Message.objects.lost().count()
    return [
        _gauge("messages_due", "Messages that should be on their way.", due),
        _gauge("messages_oldest_seconds", "For how long the oldest of them has been due.", age),
        _gauge("messages_given_up", "Messages given up that told nobody another way.", lost),
    ]


def _waiting_list() -> list[Family]:
    now = clock.now()
    return [
        _gauge("waiting_open", "Entries of the waiting list.", Waiting.objects.open().count()),
        _gauge("offers_open", "Offers nobody has answered yet.", Offer.objects.open(now).count()),
    ]


def _queues() -> list[Family]:
    family = Family("center_tasks_queued", "Tasks no worker has taken yet.", labels=["queue"])
    seconds = {"socket_connect_timeout": _QUEUES_SECONDS, "socket_timeout": _QUEUES_SECONDS}
    with redis.Redis.from_url(settings.CELERY_BROKER_URL, **seconds) as broker:
        for queue in getattr(settings, "CELERY_TASK_QUEUES", None) or ["celery"]:
            name = str(getattr(queue, "name", queue))
            family.add_metric([name], float(broker.llen(name)))
    return [family]


_CONNECTIONS = """
SELECT count(*), current_setting('max_connections')::int
FROM pg_stat_activity WHERE backend_type = 'client backend'
"""


def _database() -> list[Family]:
    with connection.cursor() as cursor:
        cursor.execute(_CONNECTIONS)
        used, most = cursor.fetchone()
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return [
        _gauge("database_connections", "Connections to the database server.", used),
        _gauge("database_connections_limit", "… and how many it allows.", most),
        _gauge("database_bytes", "Size of the database.", size),
    ]


def _replica() -> list[Family]:
    now = replica.standing()
    if now is None:  # there is none
        return []
    used = _gauge("replica_used", "1 while reports are read from the replica.", now.is_used)
    if now.lag is None:
        return [used]
    return [used, _gauge("replica_lag_seconds", "How far the replica is behind.", now.lag)]


# What waits to be archived shows in the folder's own list, which only a monitoring role reads;
# the archiver's statistics everybody does.
_ARCHIVER = """
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false),
    coalesce(extract(epoch FROM last_archived_time), 0)
FROM pg_stat_archiver WHERE current_setting('archive_mode') <> 'off'
"""


def _wal() -> list[Family]:
    with connection.cursor() as cursor:
        cursor.execute(_ARCHIVER)
        row = cursor.fetchone()
    if row is None:  # nobody archives here
        return []
    return [
        _gauge("wal_archive_failing", "1 while the last try to archive WAL failed.", row[0]),
        _gauge("wal_archived_timestamp_seconds", "When WAL was last archived (Unix time).", row[1]),
    ]


def _disk() -> list[Family]:
    if settings.PAPERS_BUCKET_URL:  # how full a bucket is only its owner knows
        return []
    # Before the first paper the folder is not there yet; the disk is.
    root = settings.PAPERS_ROOT
    found = shutil.disk_usage(next(f for f in (root, *root.absolute().parents) if f.exists()))
    return [
        _gauge("papers_disk_bytes", "Size of the disk papers lie on.", found.total),
        _gauge("papers_disk_free_bytes", "What is free on it.", found.free),
    ]


def _backup() -> list[Family]:
    made = making.last_made()
    if made is None:
        return []
    help_text = "When the last backup was whole (Unix time)."
    return [_gauge("backup_timestamp_seconds", help_text, made.timestamp())]


_READ = (
    *(_readiness, _outbox, _waiting_list, _queues, _database),
    *(_replica, _wal, _disk, _backup),
)
_now = CollectorRegistry(auto_describe=False)
_now.register(_Now())
