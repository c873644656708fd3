from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from center.notifications import channels, kinds


@register()
def kinds_complete(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Every kind has its words and goes through channels there are."""
    return [error for kind in kinds.every() for error in _faults(kind)]


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
