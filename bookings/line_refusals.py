"""What is said when the waiting list stands against something."""

from __future__ import annotations

from django.utils.translation import gettext as _

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
