from __future__ import annotations

import pghistory
from celery import shared_task

from center import clock
from programs import reminders
from programs.services import (
    announce,
    complete,
    finish,
    lottery,
    materials,
    outcomes,
    places,
    satisfaction,
    sessions,
)


@shared_task
def remind_of_sessions() -> int:
    """Write the reminders that are due; returns how many. Safe to run twice."""
    return reminders.remind(now=clock.now())


@shared_task
def tell_of_materials() -> int:
    """Write of files that were put there for those who take part; returns of how many. Safe to
    run twice and side by side."""
    with pghistory.context(task="tell_of_materials"):
        return materials.tell_due(now=clock.now())


@shared_task
def follow_sessions() -> int:
    """Sessions that are over have taken place; rounds whose last one is over are closed.
    Returns how many rounds. Safe to run twice and side by side."""
    with pghistory.context(task="follow_sessions"):
        now = clock.now()
        sessions.hold_ended(now=now)
        return complete.close_rounds(now=now)


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


@shared_task
def ask_what_it_brought() -> int:
    """Each day: ask for the stages whose day has come and how programs were, ask again what is
    not answered, mark what stays missing. Returns how many rows; safe to run twice."""
    with pghistory.context(task="ask_what_it_brought"):
        now = clock.now()
        moved = outcomes.follow_up(now=now)
        return moved + outcomes.ask_due(now=now) + satisfaction.ask_due(now=now)


@shared_task
def finish_programs() -> int:
    """Each day: programs of which nothing is open any more are finished; returns how many."""
    with pghistory.context(task="finish_programs"):
        return finish.finish_all(now=clock.now())
