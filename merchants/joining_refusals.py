"""Refusals of looking up numbers and asking to join: stable code, sentence, way out."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from center.errors import Violation


def asked_lately() -> Violation:
    return Violation(
        "asked_lately",
        _("You asked to join this business within the last 24 hours."),
        _("Ask again tomorrow, or call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
        "number",
    )


def too_many_requests(limit: int) -> Violation:
    return Violation(
        "too_many_requests",
        _("You can ask to join up to %(n)d businesses within 24 hours.") % {"n": limit},
        _("Ask again tomorrow, or call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
        "number",
    )


def too_many_numbers() -> Violation:
    return Violation(
        "too_many_numbers",
        _("Many business numbers have been tried from your account within an hour."),
        _("Try again in an hour, or call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
        "number",
    )


def not_proven() -> Violation:
    return Violation(
        "not_proven",
        _("This business has not been verified yet, so the center answers requests to join it."),
        _("Nothing is to be done; the center answers soon."),
    )
