"""Two workers at the same compiling: one edition, and only one of them counts."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from center import periods
from center.figures import registry
from center.reports import publishing
from center.reports.models import Compiling, CompilingState, Edition
from center.reports.services import freezing
from tests.races.clients import at_once, outcome

MONTHS = [f"2025-{month:02}" for month in range(1, 7)]


@pytest.fixture(autouse=True)
def _one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "tables", {"usage": registry.tables["usage_by_category"]})


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of each worker that counted."""
    workers: list[str] = []
    count = publishing.count

    def noted(*args: Any, **kwargs: Any) -> Any:
        workers.append(threading.current_thread().name)
        return count(*args, **kwargs)

    monkeypatch.setattr(publishing, "count", noted)
    return workers


def race_to_freeze(key: str) -> list[Any]:
    asked = freezing.ask(period=periods.of_key(key), by=None)
    work = functools.partial(outcome, freezing.compile_edition, pk=asked.pk)
    return at_once(work, work)


def test_compile_when_two_workers_start_at_once_then_one_counts_and_freezes(counted):
    for n, key in enumerate(MONTHS[:-1], 1):
        made = race_to_freeze(key)
        assert sorted(each is None for each in made) == [False, True]
        assert Edition.objects.filter(period_key=key).count() == 1
        assert Compiling.objects.get(period_key=key).state == CompilingState.DONE
        assert len(counted) == n


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: nobody keeps the second worker out, and both begin before either ends."""
    both_are_in = threading.Barrier(2)

    @contextlib.contextmanager
    def let_in(name: str) -> Iterator[bool]:
        both_are_in.wait(10)
        yield True

    monkeypatch.setattr(freezing, "alone_for_long", let_in)


def test_compile_when_nothing_keeps_the_second_out_then_both_count(counted, unlocked):
    made = race_to_freeze(MONTHS[-1])

    assert len(counted) == 2
    # The row of the compiling is the last word: still one edition.
    assert sorted(each is None for each in made) == [False, True]
    assert Edition.objects.filter(period_key=MONTHS[-1]).count() == 1
