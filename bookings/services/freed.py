"""Telling the waiting list that something became free."""

from __future__ import annotations

from celery import current_app
from django.db import connection, transaction


def tell() -> None:
    """Have the waiting list looked at once the transaction is through that gave units back.
    A queue that is away is no reason to fail: the list is looked at every minute anyway."""
    if _wake not in {entry[1] for entry in connection.run_on_commit}:
        transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    current_app.send_task("bookings.tasks.offer_freed", retry=False)
