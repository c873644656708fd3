"""What is said when the waiting list stands against something."""

from __future__ import annotations

from django.utils.translation import gettext as _

from center.errors import Violation


def acts_no_more() -> Violation:
    return Violation(
        "acts_no_more",
        _("You do not act for this business any more."),
        _("Its owner gets the offers and can take them."),
    )
