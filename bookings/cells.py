"""The cells of a week of one space: what stands in each hour, and where a touch on it leads.

Made whole beforehand, because a filter or an address for each cell in the template would cost
ten times the database (``make bench`` shows it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypedDict

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.availability import Outlook, Slot
from bookings.choosing import Chooser
from bookings.intervals import Interval
from bookings.models import Booking, Category
from bookings.policies import MINUTE
from center import clock, display


class Cell(TypedDict):
    """``style`` is the CSS class, ``href`` empty where nothing can be chosen.

    A dictionary, because a template finds the keys of one ten times faster than the
    attributes of an object, and a week has a hundred cells.
    """

    style: str
    label: str
    href: str
    name: str
    key: str


def _cell(style: str, label: str, href: str = "", name: str = "", key: str = "") -> Cell:
    """Escaped here once, so that the template need not do it for every cell."""
    return {
        "style": escape(style),
        "label": escape(label),
        "href": escape(href) if href else "",
        "name": escape(name) if name else "",
        "key": escape(key) if key else "",
    }


def units_left(category: str, count: int) -> str:
    """``2실``, ``11석``, ``3대``: the counter word follows the category."""
    if category == Category.OFFICE_SEAT:
        return ngettext("%(n)d seat", "%(n)d seats", count) % {"n": count}
    if category == Category.EQUIPMENT:
        return ngettext("%(n)d item", "%(n)d items", count) % {"n": count}
    return ngettext("%(n)d room", "%(n)d rooms", count) % {"n": count}


class Cells:
    """Makes the cells; ``moving`` is a booking whose own time counts as free."""

    def __init__(
        self,
        outlook: Outlook,
        chooser: Chooser,
        dates: Sequence[dt.date],
        mine: Sequence[Booking],
        moving: Booking | None,
    ) -> None:
        self.outlook, self.chooser, self.mine, self.moving = outlook, chooser, mine, moving
        self.slots = {day: {s.start: s for s in outlook.slots(day)} for day in dates}
        self.openings = {day: outlook.calendar.openings(day) for day in dates}
        self.earliest = {day: outlook.earliest(day) for day in dates}
        self.last_day = {day: outlook.rules(day).last_day(outlook.now) for day in dates}
        self._labels: dict[int, str] = {}
        self._day_names = {day: display.short_day(day) for day in dates}
        # Most cells cannot be chosen and look alike: one object for each kind.
        self._past = _cell("full", _("Past"))
        self._late = _cell("full", _("Closed to booking"))
        self._early = _cell("full", _("Not bookable yet"))
        self._full = _cell("full", _("Full"))
        self._closed = _cell("shut", _("Closed"))

    def at(self, day: dt.date, time: dt.time) -> Cell:
        start = clock.at(day, time)
        step = self.outlook.rules(day).slot_minutes * MINUTE
        piece = Interval(start, start + step)
        if own := next((b for b in self.mine if Interval(b.starts, b.ends).overlaps(piece)), None):
            return _cell(
                "mine", _("Mine"), own.get_absolute_url(), self._name(day, time, _("Mine"))
            )
        slot = self.slots[day].get(start)
        if slot is None:
            return self._shut(day, start)
        if start <= self.outlook.now:
            return self._past
        if start < self.earliest[day]:
            return self._late
        if day > self.last_day[day]:
            return self._early
        if not slot.free_units:
            return self._full
        return self._free(day, time, slot)

    def _shut(self, day: dt.date, start: dt.datetime) -> Cell:
        openings = self.openings[day]
        if len(openings) > 1 and openings[0].end <= start < openings[-1].start:
            noon = openings[0].end <= clock.at(day, dt.time(12)) < openings[-1].start
            return _cell("shut", _("Lunch") if noon else _("Break"))
        return self._closed

    def _free(self, day: dt.date, time: dt.time, slot: Slot) -> Cell:
        key = f"{day:%m%d}{time:%H%M}"
        href = self.chooser.href(slot)
        if self.chooser.is_chosen(slot):
            label = _("Chosen")
            return _cell("on", label, href, self._name(day, time, label), key)
        if slot.free_units not in self._labels:
            self._labels[slot.free_units] = units_left(
                self.outlook.resource.category, slot.free_units
            )
        label, style = self._labels[slot.free_units], ""
        if self._is_own_time(slot):
            label, style = _("Booked now"), "mine"
        return _cell(style, label, href, self._name(day, time, label), key)

    def _is_own_time(self, slot: Slot) -> bool:
        return self.moving is not None and Interval(self.moving.starts, self.moving.ends).overlaps(
            Interval(slot.start, slot.end)
        )

    def _name(self, day: dt.date, time: dt.time, label: str) -> str:
        return f"{self._day_names[day]} {time.hour}:{time.minute:02} {label}"
