"""Refusals around visitors of the counter: code, sentence, way out."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from center.errors import Violation


def not_visitor() -> Violation:
    return Violation(
        "not_visitor",
        _("Somebody acts for this business by now."),
        _("There is nothing left to do."),
    )


def draft_in_use() -> Violation:
    return Violation(
        "draft_in_use",
        _("Bookings were made for this registration, so it stays."),
        _("Complete it, or call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
    )


def own_draft(name: str) -> Violation:
    return Violation(
        "own_draft",
        _("You have begun a registration yourself: %(name)s.") % {"name": name},
        _("Delete it on the page of your business, then open this link again."),
    )


def own_registration(name: str) -> Violation:
    return Violation(
        "own_registration",
        _("You act for %(name)s already.") % {"name": name},
        _("Call us at %(phone)s: we put your visit down to it.") % {"phone": settings.CENTER_PHONE},
    )


def target_unknown() -> Violation:
    return Violation(
        "target_unknown",
        _("Choose the business the visitor belongs to."),
        _("Look for it by name, number or telephone."),
        "business",
    )
