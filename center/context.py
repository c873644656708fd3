from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from center import idle


def house(request: HttpRequest) -> dict[str, Any]:
    """Name, telephone and address of the center, and the other language to switch to."""
    korean = get_language() == "ko"
    return {
        "house": {
            "name": settings.CENTER_NAME if korean else settings.CENTER_NAME_EN,
            "phone": settings.CENTER_PHONE,
            "email": settings.CENTER_EMAIL,
            "address": settings.CENTER_ADDRESS if korean else settings.CENTER_ADDRESS_EN,
            "masthead": settings.OFFICIAL_MASTHEAD,
            "demo": settings.DEMO,
            "second_factor": settings.REQUIRE_SECOND_FACTOR,
            "lockout": (settings.LOCKOUT_FAILURES, settings.LOCKOUT_MINUTES),
        },
        # Called only by pages of people logged in; the pages of errors do without a session.
        "idle_left": lambda: idle.seconds_left(request),
        "other_language": ("en", "English") if korean else ("ko", "한국어"),
    }
