"""Versions of legal and consent texts: which is in force, and publishing the next one."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import LegalText, VersionedText

#: before a change comes into force; privacy policy §13 and the terms promise it
ANNOUNCED = 7 * clock.DAY


def current(kind: str) -> LegalText | None:
    """The version in force today."""
    found: LegalText | None = LegalText.objects.in_force(clock.now()).filter(kind=kind).first()
    return found


@transaction.atomic
def publish(*, text: VersionedText) -> VersionedText:
    """Save a new version, or a correction of one that is not in force yet.

    It comes into force later than now and later than every version before it; a changed policy
    or changed terms not before people could read of it for ``ANNOUNCED``.
    """
    if violation := too_early(text):
        raise RuleViolation(violation)
    if text.pk is None:
        text.version = _next_version(text)
    try:
        with transaction.atomic():
            text.save()
    except IntegrityError as rival:
        raise RuleViolation(_overtaken()) from rival
    return text


def too_early(text: VersionedText) -> Violation | None:
    """Why the text cannot come into force when it says, if so."""
    earlier = _versions(text).exclude(pk=text.pk)
    if text.pk is not None:
        earlier = earlier.filter(version__lt=text.version)
    latest = earlier.aggregate(latest=Max("in_force_from"))["latest"]
    if text.in_force_from <= max(filter(None, (clock.now(), latest))):
        return _not_the_next()
    if latest and isinstance(text, LegalText) and text.in_force_from < clock.now() + ANNOUNCED:
        return _not_announced()
    return None


def _not_the_next() -> Violation:
    return Violation(
        "text_too_early",
        _("A new version comes into force in the future, after the versions before it."),
        _("Choose a later time."),
        field="in_force_from",
    )


def _not_announced() -> Violation:
    return Violation(
        "text_not_announced",
        _("The text promises to announce changes 7 days before they come into force."),
        _("Choose a time at least 7 days from now."),
        field="in_force_from",
    )


def _next_version(text: VersionedText) -> int:
    newest = _versions(text).aggregate(newest=Max("version"))["newest"]
    return (newest or 0) + 1


def _versions(text: VersionedText) -> Any:
    """All versions of the same kind of text."""
    every: Any = type(text).objects
    return every.filter(kind=text.kind)


def _overtaken() -> Violation:
    return Violation(
        "text_overtaken",
        _("Somebody has published a version meanwhile."),
        _("Look at it before you publish yours."),
    )
