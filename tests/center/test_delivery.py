"""A task that kills its worker is given up; the others are done."""

import os
import subprocess
import sys
import time
import uuid

import pytest
from django.core.cache import cache

from center import delivery
from tests.center.poisoned import poison, remedy

PATIENCE_SECONDS = 120


@pytest.fixture
def worker(tmp_path):
    """A real one, with a queue of its own; what it said afterwards."""
    queue, log = f"poison-{uuid.uuid4().hex}", tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "tests.center.poisoned", "worker"]
    command += ["--queues", queue, "--concurrency", "1", "--pool", "prefork"]
    command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, env=dict(os.environ))
    yield queue, log
    process.terminate()
    process.wait(PATIENCE_SECONDS)


def wait(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_task_when_it_kills_its_worker_then_given_up_and_the_next_is_done(worker, tmp_path):
    queue, log = worker
    poison.apply_async([str(tmp_path)], queue=queue)
    wait(lambda: b"task_given_up" in log.read_bytes())
    assert (tmp_path / "starts").read_text() == "x" * delivery.MOST
    remedy.apply_async([str(tmp_path)], queue=queue)
    wait((tmp_path / "done").exists)
    assert (tmp_path / "starts").read_text() == "x" * delivery.MOST


@pytest.mark.django_db
def test_task_when_it_ends_then_its_next_start_is_the_first_again(tmp_path):
    for _more_than_the_most in range(delivery.MOST + 2):
        remedy.apply(args=[str(tmp_path)], task_id="the-same").get()
        assert cache.get("task-starts:the-same") is None
