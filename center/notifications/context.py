from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from center.models import User
from center.notifications import selectors


def inbox(request: HttpRequest) -> dict[str, Any]:
    """How many messages the person has not read. Asked of the database only by a page that
    shows it, and once; for pages of people who are logged in."""
    return {"unread": SimpleLazyObject(lambda: selectors.unread_count(cast(User, request.user)))}
