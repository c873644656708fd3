"""Rules that staff set aside for one booking, with a reason that is kept."""

from __future__ import annotations

from collections.abc import Sequence

from bookings.lenience import may_be_set_aside
from bookings.models import Booking, RuleOverride
from center.errors import RuleViolation, Violation
from center.models import User


def refuse_or_set_aside(
    found: Sequence[Violation], *, reason: str, walk_in: bool = False
) -> list[str]:
    """The codes set aside for ``reason``; none where nothing stands against the wish.

    Raises RuleViolation with everything found without a reason, or where one of the rules
    cannot be set aside.
    """
    codes = [violation.code for violation in found]
    if found and not (reason and all(may_be_set_aside(code, walk_in=walk_in) for code in codes)):
        raise RuleViolation(*found)
    return codes


def keep(booking: Booking, codes: Sequence[str], *, reason: str, by: User) -> None:
    """Write down what was set aside, by whom and why. Inside the booking's transaction."""
    if codes:
        RuleOverride.objects.create(booking=booking, codes=list(codes), reason=reason, by=by)
