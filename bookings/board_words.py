"""How a booking stands at an instant, in a word and a style; the board and its table share it."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.board import Use
from bookings.models import BookingState

_MINUTE = dt.timedelta(minutes=1)
#: a style for each state that takes a unit, as the sheet names them
_STYLES = {
    BookingState.HELD: "held",
    BookingState.REQUESTED: "asked",
    BookingState.CONFIRMED: "sure",
    BookingState.CHECKED_IN: "in",
    BookingState.COMPLETED: "done",
}


def legend() -> list[tuple[str, str]]:
    """Every style with its word, as a legend shows them."""
    named = [(style, str(state.label)) for state, style in _STYLES.items()]
    return [*named, ("late", _("Late or over time"))]


def is_late(use: Use, now: dt.datetime) -> bool:
    """Expected, and not checked in though the time has begun."""
    return use.state == BookingState.CONFIRMED and use.starts < now < use.ends


def stays_over(use: Use, now: dt.datetime) -> bool:
    """Still in after the time has ended."""
    return use.state == BookingState.CHECKED_IN and use.ends < now


def standing(use: Use, now: dt.datetime) -> tuple[str, str]:
    """The word and the style for how a booking stands now."""
    if is_late(use, now):
        minutes = (now - use.starts) // _MINUTE
        return ngettext("%(n)d minute late", "%(n)d minutes late", minutes) % {"n": minutes}, "late"
    if stays_over(use, now):
        minutes = (now - use.ends) // _MINUTE
        said = ngettext("%(n)d minute over time", "%(n)d minutes over time", minutes)
        return said % {"n": minutes}, "late"
    state = BookingState(use.state)
    return str(state.label), _STYLES.get(state, "done")


def name_of(use: Use) -> str:
    """Whose booking it is; nobody is named where a search means others."""
    if not use.is_meant:
        return _("Another booking")
    return use.business or _("The house")
