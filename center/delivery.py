"""How often the queue hands out a task whose worker dies over it.

A task is acknowledged at its end, so that one whose worker is killed is done again by another.
One that kills its worker (memory, a fault in a library) would go round for ever and take the
workers of all others with it. Its starts are counted, and after ``MOST`` without an end it is
given up: written into the log, counted as ``given_up``, and not handed out again.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import Task
from celery.exceptions import Reject
from celery.signals import task_postrun
from django.core.cache import cache

log = structlog.get_logger(__name__)
#: starts of one task that no worker survived
MOST = 3
#: seconds; the queue hands out what nobody acknowledged after an hour
_KEPT = 24 * 3600


class CountedTask(Task):
    """Each task of ours."""

    abstract = True

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Raises Reject for a task that has ended its worker MOST times."""
        if _start(task_id) > MOST:
            log.error("task_given_up", task=self.name, starts=MOST)
            raise Reject("its worker died each time", requeue=False)


@task_postrun.connect
def ended(task_id: str, **kwargs: Any) -> None:
    """However it ended, its worker lives; one that is to be tried again starts anew."""
    cache.delete(_key(task_id))


def _start(task_id: str) -> int:
    """The number of this start; 1 where nothing can be counted, as the work must go on."""
    cache.add(_key(task_id), 0, _KEPT)
    try:
        return int(cache.incr(_key(task_id)) or 1)
    except ValueError:
        return 1


def _key(task_id: str) -> str:
    return f"task-starts:{task_id}"
