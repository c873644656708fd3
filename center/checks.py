"""Start-up checks: in production the portal names what is missing and does not start."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, register

_REQUIRED = {
    "SECRET_KEY": "a long random text: python -c 'import secrets; print(secrets.token_urlsafe(50))'",
    "ALLOWED_HOSTS": "the host names people type, separated by commas",
    "DATABASE_URL": "postgresql://user:password@host/name",
    "REDIS_URL": "redis://:password@host:6379",
    "EMAIL_URL": "smtp+tls://user:password@host:587",
    "PAPERS_KEYS": "a key as Fernet wants it: python -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'",
    # Written into the first privacy policy and terms by ``migrate``, for good.
    "CENTER_PHONE": "the telephone number people call, such as 053-123-4567",
    "CENTER_EMAIL": "the address people write to",
    "PRIVACY_OFFICER_CONTACT": "how to reach the privacy officer: telephone, e-mail",
}


def missing_in_production(environ: Iterable[str]) -> list[str]:
    """The names of required variables that the environment does not set."""
    present = set(environ)
    return [name for name in _REQUIRED if name not in present]


@register()
def production_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not settings.PRODUCTION:
        return []
    errors: list[CheckMessage] = [
        Error(f"{name} is not set.", hint=_REQUIRED[name], id=f"center.E_{name}")
        for name in missing_in_production(key for key, value in os.environ.items() if value)
    ]
    if settings.DEBUG:
        errors.append(Error("DEBUG is on in production.", id="center.E_DEBUG"))
    return errors


@register()
def known_environment(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.ENVIRONMENT in {"development", "test", "demo", "production"}:
        return []
    return [
        Error(
            f"ENVIRONMENT is {settings.ENVIRONMENT!r}.",
            hint="Use development, test, demo or production.",
            id="center.E_ENVIRONMENT",
        )
    ]


@register()
def paper_keys(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Found when starting, not when the first merchant sends a paper."""
    unusable = [place for place, key in enumerate(settings.PAPERS_KEYS, 1) if not _is_key(key)]
    return [
        Error(
            f"Number {place} of PAPERS_KEYS is no key.",
            hint=_REQUIRED["PAPERS_KEYS"],
            id="center.E_PAPERS_KEY",
        )
        for place in unusable
    ]


def _is_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True
