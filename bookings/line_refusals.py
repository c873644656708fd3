"""What is said when the waiting list stands against something."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.errors import Violation


def line_first() -> Violation:
    return Violation(
        "line_first",
        _("This time has just become free and is first offered to those who wait for it."),
        _("Join the waiting list, choose another time, or look again in two minutes."),
    )


def acts_no_more() -> Violation:
    return Violation(
        "acts_no_more",
        _("You do not act for this business any more."),
        _("Its owner gets the offers and can take them."),
    )


def waiting_too_tight() -> Violation:
    return Violation(
        "waiting_too_tight",
        _("The span you wait for is shorter than the use."),
        _("Widen the span, or choose a shorter use."),
        field="until",
    )


def waiting_while_closed() -> Violation:
    return Violation(
        "waiting_while_closed",
        _("What you wait for is not open for that long then."),
        _("Choose another day or another part of it; the timetable of a space shows its hours."),
        field="day",
    )


def waiting_too_many(limit: int) -> Violation:
    return Violation(
        "waiting_too_many",
        ngettext(
            "A business waits for %(n)d time at most, and yours already does.",
            "A business waits for %(n)d times at most, and yours already does.",
            limit,
        )
        % {"n": limit},
        _("Leave the waiting list for a time you no longer need, then join here."),
    )
