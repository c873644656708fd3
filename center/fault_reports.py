"""Reports of faults to Sentry, where ``SENTRY_DSN`` names one: where in the code, nothing of whom.

A report is put together anew from the few fields named here; whatever else the library
gathered (values of variables, texts of errors, forms, cookies, addresses, log lines) stays in
the house. The request's id leads from the report to our own log.
"""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings

_KEPT = ("event_id", "timestamp", "platform", "level", "release", "environment", "sdk")
_OF_FRAMES = ("filename", "function", "module", "lineno", "in_app")


def start() -> None:
    """Does nothing without SENTRY_DSN. Needs the package sentry-sdk, which production has."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk  # optional: the demo does not have it
    from sentry_sdk.integrations.celery import CeleryIntegration
    from sentry_sdk.integrations.django import DjangoIntegration

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        environment=settings.ENVIRONMENT,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            # By the view's name: a path may hold a booking's reference or a key.
            DjangoIntegration(transaction_style="function_name", middleware_spans=False),
            CeleryIntegration(),
        ],
        send_default_pii=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        auto_session_tracking=False,
        server_name="",
        before_send=reduce,
    )


def reduce(event: Any, hint: Any) -> Any:
    """The report as it leaves the house."""
    kept = {name: event[name] for name in _KEPT if name in event}
    kept["exception"] = {"values": [_error(value) for value in _values(event, "exception")]}
    # The name of the view or the task.
    kept["transaction"] = str(event.get("transaction") or "")
    context = structlog.contextvars.get_contextvars()
    kept["tags"] = {
        name: str(context[name]) for name in ("request_id", "task_id") if context.get(name)
    }
    return kept


def _values(event: Any, name: str) -> list[Any]:
    return (event.get(name) or {}).get("values") or []


def _error(value: Any) -> dict[str, Any]:
    """Its type and where it happened. Not its text: PostgreSQL's quotes the row."""
    frames = (value.get("stacktrace") or {}).get("frames") or []
    return {
        "type": value.get("type"),
        "module": value.get("module"),
        "value": "",
        "stacktrace": {
            "frames": [{name: frame.get(name) for name in _OF_FRAMES} for frame in frames]
        },
    }
