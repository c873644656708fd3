from __future__ import annotations

import pghistory
from celery import shared_task

from programs.services import places


@shared_task
def pass_on_places() -> int:
    """Places whose offer ran out go to the next in line; returns how many offers ended."""
    with pghistory.context(task="pass_on_places"):
        return places.expire_offers()
