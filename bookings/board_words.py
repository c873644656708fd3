"""How a booking stands at an instant, in a word and a style; the board and its table share it."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bookings.board import Show, Use
from bookings.models import BookingState
from center import display

_MINUTE = dt.timedelta(minutes=1)
#: a style for each state that takes a unit, as the sheet names them
_STYLES: dict[str, str] = {
    BookingState.HELD: "held",
    BookingState.REQUESTED: "asked",
    BookingState.CONFIRMED: "sure",
    BookingState.CHECKED_IN: "in",
    BookingState.COMPLETED: "done",
}


def legend() -> list[tuple[str, str]]:
    """Every style with its word, as a legend shows them."""
    named = [(style, str(BookingState(state).label)) for state, style in _STYLES.items()]
    return [*named, ("late", _("Late or over time"))]


def is_late(use: Use, now: dt.datetime) -> bool:
    """Expected, and not checked in though the time has begun; the house is never late."""
    expected = use.state == BookingState.CONFIRMED and not use.is_houses
    return expected and use.starts < now < use.ends and not has_called(use, now)


def has_called(use: Use, now: dt.datetime) -> bool:
    """Expected later than booked, and not in yet."""
    until = use.expected_until
    return use.state == BookingState.CONFIRMED and until is not None and now <= until


def stays_over(use: Use, now: dt.datetime) -> bool:
    """Still in after the time has ended."""
    return use.state == BookingState.CHECKED_IN and use.ends < now


def state_at(use: Use, now: dt.datetime) -> str:
    """Its state, but for a use of the house's own: nobody is let in for it, so it stays
    confirmed until the clock has ended it (``attendance.complete_ended``)."""
    if not use.is_houses or use.state != BookingState.CONFIRMED or now < use.starts:
        return use.state
    return BookingState.CHECKED_IN if now < use.ends else BookingState.COMPLETED


def style_of(use: Use, now: dt.datetime) -> str:
    """How it stands now, as the sheet and the figures name it."""
    if is_late(use, now) or stays_over(use, now):
        return "late"
    return _STYLES.get(state_at(use, now), "done")


def standing(use: Use, now: dt.datetime) -> tuple[str, str]:
    """The word and the style for how a booking stands now."""
    if is_late(use, now):
        minutes = (now - use.starts) // _MINUTE
        return ngettext("%(n)d minute late", "%(n)d minutes late", minutes) % {"n": minutes}, "late"
    if stays_over(use, now):
        minutes = (now - use.ends) // _MINUTE
        said = ngettext("%(n)d minute over time", "%(n)d minutes over time", minutes)
        return said % {"n": minutes}, "late"
    if has_called(use, now):
        assert use.expected_until is not None
        said = _("Called, comes by %(time)s") % {"time": display.time(use.expected_until)}
        return said, style_of(use, now)
    return _state_word(state_at(use, now), get_language()), style_of(use, now)


def shown_words() -> dict[Show, str]:
    """What the lists of bookings are about, in words."""
    return {
        Show.LATE: _("Late or over time"),
        Show.INSIDE: _("In use now"),
        Show.COMING: _("Coming today"),
        Show.EXPECTED: _("Expected"),
        Show.ASKED: _("To be approved"),
    }


def belongs(use: Use, show: Show, now: dt.datetime) -> bool:
    """Whether a booking is one of those that a list shows."""
    if show == Show.ALL:
        return True
    style = style_of(use, now)
    if show == Show.COMING:
        return style in {"sure", "asked"} and (use.starts >= now or has_called(use, now))
    if show == Show.INSIDE and stays_over(use, now):
        return True
    return style == show.value


@lru_cache(maxsize=32)
def _state_word(state: str, language: str | None) -> str:
    """Looked up once for a thousand bookings; ``language`` is the one in force."""
    return str(BookingState(state).label)


def name_of(use: Use) -> str:
    """Whose booking it is; nobody is named where a search means others."""
    if not use.is_meant:
        return _("Another booking")
    return use.business or _("The house")
