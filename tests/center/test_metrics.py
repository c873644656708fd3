"""What Prometheus gets: right numbers, names of our own code alone, from inside only."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import transaction
from prometheus_client.parser import text_string_to_metric_families

from bookings.services import change, reserve
from center import metric_files, metrics, task_metrics
from center.celery import app
from center.errors import RuleViolation
from merchants.papers import store
from tests.conftest import kst
from tests.notifications.conftest import queue

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(client, name: str, **labels: str) -> float:
    response = client.get("/metrics", HTTP_HOST="172.18.0.7:8000")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    return samples(response.content.decode()).get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def grown(client):
    """Call it with a metric for a function that says by how much it has grown since."""

    def watch(name, **labels):
        before = value(client, name, **labels)
        return lambda: value(client, name, **labels) - before

    return watch


def test_requests_when_answered_then_counted_by_kind_and_status(client, grown, studio):
    seen = grown("center_requests_total", kind="page", status="200")
    lost = grown("center_requests_total", kind="page", status="404")
    odd = grown("center_requests_total", kind="page", status="405")
    timed = grown("center_request_seconds_count", kind="page")
    client.get(studio.get_absolute_url(), {"q": "김하나"})
    client.get("/nowhere/김하나/")
    client.generic("BREW", "/")
    assert (seen(), lost(), odd(), timed()) == (1, 1, 1, 3)
    assert "김하나" not in client.get("/metrics").content.decode()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "page"),
        ("/programs/a-call/apply/", "door"),
        ("/programs/a-call/apply/wait/", "door"),
        ("/health/live", "health"),
        ("/health/ready", "health"),
        ("/static/nothing.css", "static"),
    ],
)
def test_request_when_answered_then_of_the_kind_its_address_is(client, grown, path, kind):
    kinds = {one: grown("center_request_seconds_count", kind=one) for one in metrics.KINDS}
    client.get(path)
    assert {one for one, counted in kinds.items() if counted()} == {kind}


def test_requests_when_they_fail_or_are_slow_then_counted_by_route_too(client, grown):
    failed, slow = (
        grown(f"center_requests_{what}_total", route="space") for what in ("failed", "slow")
    )
    for status, seconds in ((499, 1.0), (500, 0.1), (200, 1.01), (503, 30.0)):
        metrics.request_answered("space", status, seconds)
    assert (failed(), slow()) == (2, 2)


def test_health_check_when_it_says_no_then_no_route_that_fails(client, grown):
    failed = grown("center_requests_failed_total", route="health_ready")
    metrics.request_answered("health_ready", 503, 5.0)
    assert failed() == 0


def test_tasks_when_a_worker_starts_then_there_before_the_first_fails(client):
    task_metrics.know(SimpleNamespace(app=app))
    found = samples(client.get("/metrics").content.decode())
    for outcome in ("failed", "given_up"):
        counted = {
            dict(labels)["task"]
            for name, labels in found
            if name == "center_tasks_total" and ("outcome", outcome) in labels
        }
        assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= counted
        assert not any(task.startswith("celery.") for task in counted)


def test_metrics_when_asked_through_the_proxy_then_nothing_is_there(client):
    response = client.get("/metrics", HTTP_X_FORWARDED_FOR="203.0.113.7")
    assert (response.status_code, response.content) == (404, b"")


def test_bookings_when_committed_then_counted_and_not_before(
    at_now, client, grown, studio, merchant, owner, django_capture_on_commit_callbacks
):
    held = grown("center_bookings_total", state="held", source="web")
    confirmed = grown("center_bookings_total", state="confirmed", source="web")
    cancelled = grown("center_bookings_total", state="cancelled", source="web")
    wish = {"resource": studio, "starts": kst(27, 10), "ends": kst(27, 12)}
    with django_capture_on_commit_callbacks(execute=True):
        booking = reserve.hold(user=owner, merchant=merchant, **wish)
        booking = reserve.confirm(booking=booking, purpose="촬영", headcount=1)
        assert held() == confirmed() == 0
    with django_capture_on_commit_callbacks(execute=True):
        change.cancel(booking=booking, by=owner)
    assert (held(), confirmed(), cancelled()) == (1, 1, 1)


def test_refusals_when_rules_stand_against_a_booking_then_counted_by_code(
    at_now, client, grown, studio, merchant, owner
):
    past = grown("center_refusals_total", code="past")
    with pytest.raises(RuleViolation), transaction.atomic():
        reserve.hold(
            user=owner, merchant=merchant, resource=studio, starts=kst(20, 10), ends=kst(20, 12)
        )
    assert past() == 1


def test_files_when_stored_then_counted_with_their_size(client, grown, papers_root):
    files, size = grown("center_files_stored_total"), grown("center_file_stored_bytes_total")
    store.save(b"x" * 300)
    assert (files(), size()) == (1, 300)


def test_outbox_when_a_message_waits_then_number_and_age(at_now, client, owner):
    assert value(client, "center_messages_due") == 0
    queue(owner)
    at_now.shift(90)
    assert value(client, "center_messages_due") == 1
    assert value(client, "center_messages_oldest_seconds") == 90


def test_state_when_asked_then_every_part_of_readiness_and_the_disk(client):
    for part in ("database", "migrations", "broker", "messages"):
        assert value(client, "center_ready", part=part) == 1
    assert (
        0
        < value(client, "center_papers_disk_free_bytes")
        <= value(client, "center_papers_disk_bytes")
    )
    assert (
        0
        < value(client, "center_database_connections")
        < value(client, "center_database_connections_limit")
    )


def test_state_when_the_queue_is_away_then_the_rest_is_there(client, settings):
    settings.REDIS_URL = settings.CELERY_BROKER_URL = "redis://127.0.0.1:1"
    assert value(client, "center_ready", part="broker") == 0
    assert value(client, "center_ready", part="database") == 1
    assert ("center_tasks_queued", (("queue", "celery"),)) not in samples(
        client.get("/metrics").content.decode()
    )


def test_labels_when_listed_then_each_is_of_a_fixed_set():
    """A new label is thought about here: may it hold what somebody typed, or grow for ever?"""
    labels = {
        name for family in metrics.own._names_to_collectors.values() for name in family._labelnames
    }
    assert labels == {"kind", "status", "route", "state", "source", "code", "task", "outcome"}


def test_page_when_asked_for_again_elsewhere_then_no_more_series(client, studio):
    """What a look of Prometheus costs is their number: five for each of hundreds of routes, and
    eleven for their times, took it ten seconds on a busy machine."""
    client.get(studio.get_absolute_url())
    before = set(samples(client.get("/metrics").content.decode()))
    for path in ("/", "/programs/", "/privacy/", "/terms/", "/account/login/"):
        assert client.get(path).status_code == 200
    after = set(samples(client.get("/metrics").content.decode()))
    assert {name for name, _labels in after - before} <= {
        "center_requests_slow_total",
        "center_requests_slow_created",
    }


WORKER = """
import os, sys
from django.conf import settings
settings.configure(METRICS_DIR=sys.argv[1])
from center import metric_files, metrics
from prometheus_client import generate_latest
metrics.refused(["past"])
if child := os.fork():
    os.waitpid(child, 0)
    metrics.refused(["past"])
    found = generate_latest(metric_files.together(metrics.own)).decode()
    print([line for line in found.splitlines() if line.startswith("center_refusals_total")])
else:
    metrics.refused(["past"])
    os._exit(0)
"""


def test_processes_when_replaced_again_and_again_then_one_sum_and_no_more_files(tmp_path):
    command = [sys.executable, "-c", WORKER, str(tmp_path / "metrics")]
    for number in (1, 2):
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=True
        )
        assert f'code="past"}} {3.0 * number}' in done.stdout
    [folder] = (tmp_path / "metrics").iterdir()
    assert folder.name == metric_files.LAYOUT  # what counts otherwise has one of its own
    names = {path.name for path in folder.iterdir()}
    assert {name for name in names if re.fullmatch(r"\d+\.lock", name)} == {"1.lock", "2.lock"}
    assert {name for name in names if name.startswith("counter_")} == {
        "counter_1.db",
        "counter_2.db",
    }
