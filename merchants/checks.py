from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from merchants import business_status


@register()
def business_status_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key for the tax office is never sent in the clear."""
    if not settings.BUSINESS_STATUS_KEY or business_status.is_safe(settings.BUSINESS_STATUS_URL):
        return []
    return [
        Error(
            "BUSINESS_STATUS_URL is no https address.",
            hint="Leave it out for the National Tax Service's own, or name one with https.",
            id="merchants.E_BUSINESS_STATUS_URL",
        )
    ]
