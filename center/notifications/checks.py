from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from center.notifications import channels, kinds


@register()
def kinds_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every kind has its words and goes through channels there are."""
    return [error for kind in kinds.every() for error in _faults(kind)]


@register()
def text_messages_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Text messages are set up or not: half of it would lose them, or their failures."""
    names = ("SOLAPI_API_KEY", "SOLAPI_API_SECRET", "SOLAPI_WEBHOOK_SECRET", "SMS_SENDER")
    missing = [name for name in names if not getattr(settings, name)]
    wanted = len(missing) < len(names) or settings.KAKAO_PF_ID
    errors: list[CheckMessage] = [
        Error(f"Text messages are set up without {name}.", id="notifications.E003")
        for name in missing
        if wanted
    ]
    if wanted and not _is_safe(settings.SOLAPI_URL):
        errors.append(Error("SOLAPI_URL is not HTTPS.", id="notifications.E004"))
    return errors


def _is_safe(address: str) -> bool:
    """Telephone numbers travel over TLS, or inside this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}


def _faults(kind: kinds.Kind) -> Iterator[CheckMessage]:
    for template in filter(_is_missing, map(kind.template, kinds.PARTS)):
        yield Error(f"{kind.key} lacks the template {template}.", id="notifications.E001")
    for channel in set(kind.channels) - set(channels.names()):
        yield Error(f"{kind.key} names no channel: {channel}.", id="notifications.E002")


def _is_missing(template: str) -> bool:
    try:
        get_template(template)
    except TemplateDoesNotExist:
        return True
    return False
