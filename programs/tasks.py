from __future__ import annotations

import pghistory
from celery import shared_task

from center import clock
from programs.services import outcomes, satisfaction


@shared_task
def ask_what_it_brought() -> int:
    """Each day: ask for the stages whose day has come and how programs were, ask again what is
    not answered, mark what stays missing. Returns how many rows; safe to run twice."""
    with pghistory.context(task="ask_what_it_brought"):
        now = clock.now()
        moved = outcomes.follow_up(now=now)
        return moved + outcomes.ask_due(now=now) + satisfaction.ask_due(now=now)
