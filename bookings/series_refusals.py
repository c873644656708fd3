"""Refusals of regular use: code, sentence, way out."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center.errors import Violation


def no_dates() -> Violation:
    return Violation(
        "no_dates",
        _("No date has been chosen."),
        _("Choose at least one date, or other weekdays."),
    )


def too_many_dates(most: int) -> Violation:
    return Violation(
        "too_many_dates",
        _("A regular use has %(n)d dates at most.") % {"n": most},
        _("Choose an earlier last day; it can be continued later."),
    )
