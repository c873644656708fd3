from __future__ import annotations

from django.http import HttpRequest

from center.models import User


class PersonRequest(HttpRequest):
    """For annotations: a request behind ``login_required``."""

    user: User
