from __future__ import annotations

import pghistory
from celery import shared_task

from programs.services import announce, lottery


@shared_task
def tell_results() -> int:
    """Write to those who were not told of their results yet; returns how many applications."""
    told = 0
    with pghistory.context(task="tell_results"):
        while batch := announce.tell_next():
            told += batch
    return told


@shared_task
def commit_seeds() -> int:
    """Commit the seeds of calls by lot that have none; returns how many."""
    with pghistory.context(task="commit_seeds"):
        return lottery.commit_missing_seeds()
