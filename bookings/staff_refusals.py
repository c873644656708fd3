"""Refusals as staff read them: said of the business where others are said to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation

if TYPE_CHECKING:
    from bookings.policies import Rules, Standing


def of_business(violation: Violation, rules: Rules, standing: Standing) -> Violation:
    """The same refusal, code and field kept; one that names nobody stays as it is."""
    words = _WORDS.get(violation.code)
    if words is None or violation.field:  # a field: of a device, which names the business
        return violation
    message, remedy = words(rules, standing)
    return replace(violation, message=message, remedy=remedy)


def of_a_session() -> Violation:
    return Violation(
        "of_a_session",
        _("This room is taken for a session of a program, whose people would not hear of it."),
        _("Move or call off the session itself; its room goes with it."),
    )


def on_the_board(violation: Violation) -> str:
    """The sentence where staff move a booking: no list of free times stands below it."""
    if violation.code != "slot_taken":
        return violation.sentence
    taken = _("The place is taken then, or tidied up for the next booking.")
    remedy = _("Choose another time or another unit.")
    return f"{taken} {remedy}"


def _not_verified(rules: Rules, standing: Standing) -> tuple[str, str]:
    return (
        _("The business has not been verified yet, or its papers have run out."),
        _("Its page says what is missing."),
    )


def _suspended(rules: Rules, standing: Standing) -> tuple[str, str]:
    assert standing.suspended_until is not None
    said = _("The business cannot book until %(until)s.")
    return said % {"until": display.end(standing.suspended_until)}, _("Its page says why.")


def _device_overdue(rules: Rules, standing: Standing) -> tuple[str, str]:
    assert standing.overdue_since is not None
    said = _("Equipment the business was to bring back by %(due)s is still out.")
    remedy = _("Take it back first, or agree with the business on when it comes.")
    return said % {"due": display.moment(standing.overdue_since)}, remedy


def _day_quota(rules: Rules, standing: Standing) -> tuple[str, str]:
    said = ngettext(
        "A business can use this kind of space %(n)d time a day, and this one already does on that day.",
        "A business can use this kind of space %(n)d times a day, and this one already does on that day.",
        rules.per_day,
    )
    return said % {"n": rules.per_day}, _("Choose another day, or change the booking it has.")


def _month_quota(rules: Rules, standing: Standing) -> tuple[str, str]:
    said = _("The business has used %(used)d of %(limit)d uses of that month.")
    used = {"used": standing.used_month, "limit": rules.per_month}
    return said % used, _("Choose a day in another month.")


def _training_needed(rules: Rules, standing: Standing) -> tuple[str, str]:
    return (
        _("Nobody of the business has had the training for this space yet."),
        _("Record the training, or agree on a date for it."),
    )


_WORDS: dict[str, Callable[[Rules, Standing], tuple[str, str]]] = {
    "not_verified": _not_verified,
    "suspended": _suspended,
    "device_overdue": _device_overdue,
    "day_quota": _day_quota,
    "month_quota": _month_quota,
    "training_needed": _training_needed,
}
