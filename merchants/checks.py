from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from merchants import outside

#: outside services: the setting with the key, the one with the address it is sent to
_SERVICES = [
    ("BUSINESS_STATUS_KEY", "BUSINESS_STATUS_URL"),
    ("ADDRESS_SEARCH_KEY", "ADDRESS_SEARCH_URL"),
]


@register()
def outside_addresses(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """A key for a service outside is never sent in the clear."""
    return [
        Error(
            f"{url} is no https address.",
            hint="Leave it out for the documented one, or name one with https.",
            id=f"merchants.E_{url}",
        )
        for key, url in _SERVICES
        if getattr(settings, key) and not outside.is_safe(getattr(settings, url))
    ]
