"""The rows of bookings in the board's table, and the one step that is due with each.

A row's template is rendered once, with the names of its fields in place of words; each booking
fills in its own. Two hundred rows through the template engine take longer than all the rest of
the page (``make bench`` shows it).
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bookings.board import Board, Use
from bookings.board_words import has_called, is_late, name_of, standing, state_at, stays_over
from bookings.models import BookingState
from center import display

_FIELDS = (
    "time",
    "href",
    "name",
    "reference",
    "people",
    "style",
    "word",
    "act",
    "act_word",
    "decide",
    "decide_word",
    "miss",
    "miss_word",
)


class Lines:
    """Makes the rows of one board. ``query`` goes with every address, to come back by;
    without ``may_act`` no step is offered."""

    def __init__(self, board: Board, query: str, *, may_act: bool) -> None:
        self.board, self.query, self.may_act = board, escape(query), may_act
        self.base = reverse("admin:schedule")
        self.approvals = reverse("admin:approvals")
        self.language = get_language() or ""
        self.words: dict[str, tuple[str, str]] = {}
        self.people: dict[int, str] = {}
        self.times: dict[tuple[dt.datetime, dt.datetime], str] = {}

    def line(self, use: Use) -> str:
        """The row, ready to be put into the page."""
        word, style = self._standing(use)
        step = due_step(self.board, use) if self.may_act else ""
        is_asked = self.may_act and _is_to_be_decided(use)
        is_missed = self.may_act and _is_missed(self.board, use)
        fields = {
            "time": self._time(use),
            "href": f"{self.base}{use.reference}/{self.query}",
            "name": escape(name_of(use)),
            "reference": use.reference,
            "people": self._people(use),
            "style": style,
            "word": word,
            "act": f"{self.base}{use.reference}/{step}/{self.query}",
            "act_word": escape(step_word(step)) if step else "",
            "decide": f"{self.approvals}?q={use.reference}",
            "decide_word": escape(_("Decide")),
            "miss": f"{self.base}{use.reference}/no-show/{self.query}",
            "miss_word": escape(_("Mark as not used")),
        }
        kinds = (bool(step), is_asked, is_missed)
        return _pattern(self.language, *kinds).format_map(fields)

    def _standing(self, use: Use) -> tuple[str, str]:
        """Word and style. Only who is late has words of his own, called or not."""
        now = self.board.now
        if is_late(use, now) or stays_over(use, now) or has_called(use, now):
            word, style = standing(use, self.board.now)
            return escape(word), style
        state = state_at(use, self.board.now)
        if state not in self.words:
            word, style = standing(use, self.board.now)
            self.words[state] = escape(word), style
        return self.words[state]

    def _time(self, use: Use) -> str:
        """Many come and go at the same hours."""
        times = (use.starts, use.ends)
        if times not in self.times:
            self.times[times] = display.span(*times)
        return self.times[times]

    def _people(self, use: Use) -> str:
        if use.is_extra:
            return escape(_("with a space"))
        if use.headcount not in self.people:
            said = ngettext("%(n)d person", "%(n)d people", use.headcount)
            self.people[use.headcount] = escape(said % {"n": use.headcount})
        return self.people[use.headcount]


@lru_cache(maxsize=8)
def _pattern(language: str, has_step: bool, is_asked: bool, is_missed: bool) -> str:
    """The template of a row with ``{time}``, ``{name}`` … for words; ``language`` is for the
    memory only, the page's is in force."""
    line = {name: f"{{{name}}}" for name in _FIELDS}
    kinds = {"has_step": has_step, "is_asked": is_asked, "is_missed": is_missed}
    return render_to_string("admin/schedule/_line.html", {"line": line, **kinds})


def _is_to_be_decided(use: Use) -> bool:
    """Whether its row leads to the approvals."""
    return use.state == BookingState.REQUESTED and use.is_meant and not use.is_extra


def _is_missed(board: Board, use: Use) -> bool:
    """Whether nobody came while the door was open for it. The worker marks it within the
    minute; staff can where it waits for a tablet, or does not run."""
    if use.state != BookingState.CONFIRMED or use.is_houses or use.is_extra or not use.is_meant:
        return False
    return board.rules[use.resource_id].entry(use.starts, use.expected_until)[1] < board.now


def due_step(board: Board, use: Use) -> str:
    """``check-in`` or ``check-out``, the last part of its address; empty if nothing is due, as
    it never is with a use of the house's own."""
    if use.is_extra or use.is_houses or not use.is_meant:
        return ""
    if use.state == BookingState.CHECKED_IN:
        return "check-out"
    if use.state == BookingState.CONFIRMED and use.ends > board.now:
        opens = board.rules[use.resource_id].entry(use.starts)[0]
        return "check-in" if opens <= board.now else ""
    return ""


def step_word(step: str) -> str:
    return _("Check in") if step == "check-in" else _("Check out")
