from __future__ import annotations

from importlib.util import find_spec
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


@register()
def paper_bucket(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Found when starting, not when the first merchant sends a paper."""
    if not settings.PAPERS_BUCKET_URL:
        return []
    if find_spec("storages") is None or find_spec("boto3") is None:
        return [
            Error(
                "PAPERS_BUCKET_URL is set and the packages for it are missing.",
                hint="Install the portal with its extra s3: django-storages[s3].",
                id="merchants.E_PAPERS_BUCKET_PACKAGES",
            )
        ]
    return [] if _is_bucket(settings.PAPERS_BUCKET_URL) else [_NO_BUCKET]


_NO_BUCKET = Error(
    "PAPERS_BUCKET_URL names no bucket.",
    hint="Write https://KEY:SECRET@host/bucket, with %2F for a / in the secret; without https"
    " only this machine is asked.",
    id="merchants.E_PAPERS_BUCKET_URL",
)


def _is_bucket(address: str) -> bool:
    from merchants.papers import bucket  # takes a while to load

    try:
        bucket.options(address)
    except ValueError:
        return False
    return outside.is_safe(address)
