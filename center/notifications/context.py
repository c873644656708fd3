from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from center.notifications import selectors


def inbox(request: HttpRequest) -> dict[str, Any]:
    """How many messages the person has not read; none for strangers. The database is asked by
    the first template that prints it, and once."""
    return {"unread": cache(lambda: _unread(request))}


def _unread(request: HttpRequest) -> int:
    # A host that is not ours is refused before anybody knows who asks.
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return 0
    return selectors.unread_count(person)
