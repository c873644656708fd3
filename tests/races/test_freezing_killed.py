"""A worker's process is killed while it freezes: an edition or none, and the next one ends it."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest
from django.db import connections

from center import periods
from center.figures import registry
from center.reports import publishing
from center.reports.files import FORMATS
from center.reports.models import Compiling, CompilingState, Edition
from center.reports.services import freezing, subscribing

#: each with a month of its own: what is frozen stays in the database of the races
STAGES = {
    "2024-01": (publishing, "count"),
    "2024-02": (publishing, "protect"),
    "2024-03": (freezing, "_try_files"),
    "2024-04": (freezing, "canonical"),
    "2024-05": (subscribing, "tell_of"),
}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """One table in one format: what is tried here is how it ends, not what it says."""
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})
    monkeypatch.setattr(freezing, "FORMATS", {"csv": FORMATS["csv"]})


def die(*args: Any, **kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def killed(pk: int) -> None:
    """Another process works at the compiling until it is killed."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            freezing.compile_edition(pk=pk)
        finally:
            os._exit(1)  # it was not killed
    _pid, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


@pytest.mark.parametrize("key", STAGES)
def test_freezing_when_the_worker_is_killed_then_there_is_none_and_the_next_makes_one(
    monkeypatch, key
):
    asked = freezing.ask(period=periods.of_key(key), by=None)
    with monkeypatch.context() as patched:
        patched.setattr(*STAGES[key], die)
        killed(asked.pk)
    assert not Edition.objects.filter(period_key=key).exists()
    assert Compiling.objects.get(pk=asked.pk).state == CompilingState.WORKING
    edition = freezing.compile_edition(pk=asked.pk)
    assert edition is not None
    assert Edition.objects.get(period_key=key) == edition


def test_freezing_when_the_worker_is_killed_just_after_then_there_is_one_and_it_stays(monkeypatch):
    asked = freezing.ask(period=periods.of_key("2024-06"), by=None)
    work = freezing._work

    def work_and_die(*args: Any) -> None:
        work(*args)
        die()

    with monkeypatch.context() as patched:
        patched.setattr(freezing, "_work", work_and_die)
        killed(asked.pk)
    edition = Edition.objects.get(period_key="2024-06")
    assert freezing.compile_edition(pk=asked.pk) is None
    assert list(Edition.objects.filter(period_key="2024-06")) == [edition]
    assert Compiling.objects.get(pk=asked.pk).state == CompilingState.DONE
