"""Which rules of ``bookings.policies`` staff may set aside; how, ``services.overriding`` says."""

from __future__ import annotations

#: rules staff may set aside for a reason; the past, closures and who is no verified business
#: are no rules to be lenient about, and what is taken the constraint decides
_SET_ASIDE = frozenset(
    {
        "suspended",
        "device_overdue",
        "day_quota",
        "month_quota",
        "too_soon",
        "too_far",
        "off_grid",
        "too_many_companions",
        "too_short",
        "too_long",
        "outside_hours",
    }
)


def may_be_set_aside(code: str, *, walk_in: bool = False) -> bool:
    """Whether staff may set a rule aside; for a visitor who is here also the verification."""
    return code in _SET_ASIDE or (walk_in and code == "not_verified")
