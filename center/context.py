from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from center import consents, idle


def house(request: HttpRequest) -> dict[str, Any]:
    """What the frame of every page says about the center, and the other language."""
    korean = get_language() == "ko"
    return {
        "house": {
            "name": settings.CENTER_NAME if korean else settings.CENTER_NAME_EN,
            "phone": settings.CENTER_PHONE,
            "email": settings.CENTER_EMAIL,
            "address": settings.CENTER_ADDRESS if korean else settings.CENTER_ADDRESS_EN,
            "privacy_officer": settings.PRIVACY_OFFICER,
            "privacy_officer_contact": settings.PRIVACY_OFFICER_CONTACT,
            "processors": ", ".join(
                settings.PRIVACY_PROCESSORS if korean else settings.PRIVACY_PROCESSORS_EN
            ),
            "masthead": settings.OFFICIAL_MASTHEAD,
            "demo": settings.DEMO,
            "second_factor": settings.REQUIRE_SECOND_FACTOR,
            "other_logins": list(settings.SOCIALACCOUNT_PROVIDERS),
            "lockout": (settings.LOCKOUT_FAILURES, settings.LOCKOUT_MINUTES),
        },
        # Read only by the pages that show it: sign-up and registration.
        "collection_notice": SimpleLazyObject(consents.collection_notice),
        # Called only by pages of people logged in; the pages of errors do without a session.
        "evaluates": lambda: idle.evaluates(request),
        "reads_results": lambda: idle.reads_results(request),
        "idle_left": lambda: idle.seconds_left(request),
        "other_language": ("en", "English") if korean else ("ko", "한국어"),
    }
