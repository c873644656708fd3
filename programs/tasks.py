from __future__ import annotations

import pghistory
from celery import shared_task

from programs.services import announce, lottery, places


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


@shared_task
def pass_on_places() -> int:
    """Places whose offer ran out go to the next in line; returns how many offers ended."""
    with pghistory.context(task="pass_on_places"):
        return places.expire_offers()
