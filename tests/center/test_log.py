"""What the log says of a request, and what it must not."""

import io
import json
import logging
import os
import time

import pytest
import structlog
from celery.contrib.testing.worker import start_worker
from django.http import HttpResponse
from django.test import RequestFactory

from center.celery import app
from center.middleware import LogMiddleware

pytestmark = pytest.mark.django_db
KEY = "dh4k-abc0123456789def"


@pytest.fixture
def lines(caplog):
    """Every line as the house's own handler writes it."""
    [house] = [
        h for h in logging.getLogger().handlers if h.formatter and type(h).__module__ == "logging"
    ]
    caplog.set_level(logging.INFO)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(house.formatter)
    logging.getLogger().addHandler(handler)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger().removeHandler(handler)


def requests(lines):
    return [line["request"] for line in lines() if line["event"] == "request_finished"]


@pytest.mark.parametrize(
    "path",
    [
        "/account/password/reset/key/",
        "/account/confirm-email/",
        "/merchants/invitations/",
        "/calendar/",
        "/attend/7/",
    ],
)
def test_log_when_an_address_has_a_key_then_the_key_is_left_out(client, lines, path):
    client.get(f"{path}{KEY}/")
    assert requests(lines) == [f"GET {path}…"]
    assert KEY not in str(lines())


def test_log_when_a_word_is_searched_then_neither_word_nor_name(staff_client, lines):
    staff_client.get("/admin/merchants/merchant/", {"q": "김하나", "page": "KEY"})
    assert requests(lines) == ["GET /admin/merchants/merchant/"]
    assert "김하나" not in str(lines())


def test_log_when_django_itself_names_an_address_with_a_key_then_left_out(lines):
    logging.getLogger("django.request").error("Not Found: %s", f"/merchants/invitations/{KEY}/")
    [line] = lines()
    assert line["event"] == "Not Found: /merchants/invitations/…"


def test_log_when_an_address_has_no_key_then_it_stands_whole(client, lines):
    client.get("/notices/")
    assert requests(lines) == ["GET /notices/"]


@app.task(name="tests.say")
def say():
    structlog.get_logger("tests").info("said")


@pytest.fixture
def worker():
    """A real worker of the real broker, in a thread of ours; the name of its queue. It sets
    Django up once more, logging too, so it comes before ``lines``."""
    queue = f"tests-{os.getpid()}"
    with start_worker(app, queues=[queue], perform_ping_check=False):
        yield queue


def test_log_when_a_request_queues_a_task_then_the_task_s_lines_have_both_ids(worker, lines):
    def queueing(request):
        say.apply_async(queue=worker)
        return HttpResponse()

    LogMiddleware(queueing)(RequestFactory().get("/"))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and "task_succeeded" not in str(lines()):
        time.sleep(0.05)
    enqueued = next(line for line in lines() if line["event"] == "task_enqueued")
    of_the_task = {line["event"]: line for line in lines() if line.get("task_id")}
    assert of_the_task.keys() >= {"task_started", "said", "task_succeeded"}
    for line in of_the_task.values():
        assert line["task_id"] == enqueued["child_task_id"]
        assert line["request_id"] == enqueued["request_id"]
