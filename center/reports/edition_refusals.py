"""Every refusal of the making of editions: its stable code, its sentence, its way out."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from center import display
from center.errors import Violation


def not_over(ends: dt.date) -> Violation:
    return Violation(
        "period_not_over",
        _("The period is not over yet: it is frozen from %(day)s on.")
        % {"day": display.full_day(ends)},
        _("Until then use the preliminary numbers."),
    )


def parts_missing(months: str) -> Violation:
    return Violation(
        "parts_missing",
        _("These months are not frozen yet: %(months)s.") % {"months": months},
        _("Freeze them first, so that the longer period gives nothing away of them."),
    )


def reason_missing() -> Violation:
    return Violation(
        "reason_missing",
        _("A new version needs its reason."),
        _("Say in a few words what was corrected."),
        field="reason",
    )


def under_way() -> Violation:
    return Violation(
        "under_way",
        _("This period is being compiled already."),
        _("Its progress is on this page."),
    )


def ended() -> Violation:
    return Violation(
        "compiling_ended",
        _("This compiling has ended and can no longer be cancelled."),
        _("Load the page again to see what came of it."),
    )
