"""Counts what becomes of tasks. Celery's own signals, as nothing of the domain follows."""

from __future__ import annotations

import time
from typing import Any

from celery.signals import task_postrun, task_prerun, worker_init

from center import clock, metrics

_OUTCOMES = {
    "SUCCESS": "succeeded",
    "FAILURE": "failed",
    "RETRY": "retried",
    "REJECTED": "given_up",
}
_started: dict[str, float] = {}


@worker_init.connect
def know(sender: Any, **kwargs: Any) -> None:
    """Every task of ours, before the first of them fails."""
    sender.app.loader.import_default_modules()
    for name in sender.app.tasks:
        if not name.startswith("celery."):
            metrics.task_known(name)


@task_prerun.connect
def begin(task_id: str, **kwargs: Any) -> None:
    _started[task_id] = time.monotonic()


@task_postrun.connect
def end(task_id: str, task: Any, state: str | None = None, **kwargs: Any) -> None:
    began = _started.pop(task_id, None)
    seconds = time.monotonic() - began if began is not None else 0.0
    outcome = _OUTCOMES.get(state or "", "other")
    metrics.task_ended(task.name, outcome, seconds=seconds, at=clock.now().timestamp())
