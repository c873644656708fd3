"""The week of one space as its page shows it: cells with words and links, made beforehand.

Templates only print what stands here; a filter or an address per cell would cost ten times
the database (``make bench`` shows it).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.availability import Outlook, Slot
from bookings.choosing import Chooser, Length, Links
from bookings.house import Span
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


class Day(NamedTuple):
    date: str
    weekday: str
    number: int
    style: str
    status: str
    href: str
    title: str


class Row(NamedTuple):
    time: str
    cells: list[Cell]


@dataclass(frozen=True)
class Choice:
    """What the person has chosen so far."""

    span: Span
    day: str
    time: str
    free: str
    lengths: list[Length]
    possible: bool


@dataclass(frozen=True)
class Week:
    title: str
    days: list[Day]
    rows: list[Row]
    shown_day: Day
    times: list[tuple[str, Cell]]
    notes: list[str]
    choice: Choice | None
    previous: str
    following: str
    today: str
    other_view: str
    agenda: list[tuple[Day, list[tuple[str, Cell]]]]
    any_free: bool


def units_left(category: str, count: int) -> str:
    """``2실``, ``11석``, ``3대``: the counter word follows the category."""
    if category == Category.OFFICE_SEAT:
        return ngettext("%(n)d seat", "%(n)d seats", count) % {"n": count}
    if category == Category.EQUIPMENT:
        return ngettext("%(n)d item", "%(n)d items", count) % {"n": count}
    return ngettext("%(n)d room", "%(n)d rooms", count) % {"n": count}


def build(
    outlook: Outlook,
    monday: dt.date,
    *,
    mine: Sequence[Booking] = (),
    moving: Booking | None = None,
    chosen: Span | None = None,
    shown_day: dt.date | None = None,
    view: str = "",
) -> Week:
    """The week from ``monday``; ``moving`` is a booking whose own time counts as free."""
    return _Builder(outlook, monday, mine, moving, chosen, view).week(shown_day)


class _Builder:
    def __init__(
        self,
        outlook: Outlook,
        monday: dt.date,
        mine: Sequence[Booking],
        moving: Booking | None,
        chosen: Span | None,
        view: str,
    ) -> None:
        self.outlook, self.monday, self.mine, self.moving = outlook, monday, mine, moving
        self.view = view
        self.links = Links(monday, view)
        self.dates = [monday + n * clock.DAY for n in range(7)]
        self.slots = {day: {s.start: s for s in outlook.slots(day)} for day in self.dates}
        self.openings = {day: outlook.calendar.openings(day) for day in self.dates}
        self.earliest = {day: outlook.earliest(day) for day in self.dates}
        self.last_day = {day: outlook.rules(day).last_day(outlook.now) for day in self.dates}
        self.chooser = Chooser(outlook, self.links, chosen)
        self._labels: dict[int, str] = {}
        self._day_names = {day: display.short_day(day) for day in self.dates}
        # Most cells cannot be chosen and look alike: one object for each kind.
        self._past = _cell("full", _("Past"))
        self._late = _cell("full", _("Closed to booking"))
        self._early = _cell("full", _("Not yet"))
        self._full = _cell("full", _("Full"))
        self._closed = _cell("shut", _("Closed"))

    def week(self, shown_day: dt.date | None) -> Week:
        clock_times = self._clock_times()
        columns = {day: [self._cell(day, time) for time in clock_times] for day in self.dates}
        rows = [
            Row(f"{time.hour}:{time.minute:02}", [columns[day][n] for day in self.dates])
            for n, time in enumerate(clock_times)
        ]
        days = [self._day(day, columns[day]) for day in self.dates]
        shown = self._shown(shown_day, columns)
        here = days[self.dates.index(shown)]
        return Week(
            title=display.week_span(self.dates[0], self.dates[-1]),
            days=days,
            rows=rows,
            shown_day=here,
            times=self._times(columns[shown], clock_times, shown),
            notes=self._notes(),
            choice=self._choice(),
            previous=self.links.week(self.monday - 7 * clock.DAY),
            following=self.links.week(self.monday + 7 * clock.DAY),
            today=clock.day_of(self.outlook.now).isoformat(),
            other_view=Links(self.monday, "" if self.view else "list").choose(self.chooser.chosen),
            agenda=[
                (
                    made,
                    [(t, c) for t, c in self._times(columns[day], clock_times, day) if c["href"]],
                )
                for made, day in zip(days, self.dates, strict=True)
            ],
            any_free=any(cell["href"] and cell["style"] == "" for cell in _flat(columns.values())),
        )

    # rows ------------------------------------------------------------------------------------

    def _clock_times(self) -> list[dt.time]:
        """Every start on the grid between the first opening and the last closing of a day."""
        times: set[dt.time] = set()
        for day, openings in self.openings.items():
            if not openings:
                continue
            step = self.outlook.rules(day).slot_minutes * MINUTE
            midnight = clock.at(day)
            start = midnight + (openings[0].start - midnight) // step * step
            while start < openings[-1].end:
                times.add(clock.local(start).time())
                start += step
        return sorted(times)

    # cells -----------------------------------------------------------------------------------

    def _cell(self, day: dt.date, time: dt.time) -> Cell:
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

    def _choice(self) -> Choice | None:
        span = self.chooser.chosen or self.chooser.asked
        if span is None:
            return None
        possible = self.chooser.chosen is not None
        free = self.outlook.free_for(span) if possible else 0
        return Choice(
            span=span,
            day=display.short_day(clock.day_of(span.start)),
            time=display.span(*span),
            free=units_left(self.outlook.resource.category, free),
            lengths=self.chooser.lengths(),
            possible=possible,
        )

    # days ------------------------------------------------------------------------------------

    def _day(self, day: dt.date, cells: list[Cell]) -> Day:
        today = clock.day_of(self.outlook.now)
        holiday = self.outlook.calendar.business_days.holiday(day)
        style = "sun" if day.weekday() == 6 or holiday else ""
        if day == today:
            style += " today"
        status, is_shut = self._status(cells, day)
        return Day(
            date=day.isoformat(),
            weekday=display.weekday(day),
            number=day.day,
            style=style.strip() + (" shut" if is_shut else ""),
            status=status,
            href=self.links.day(day),
            title=display.long_day(day),
        )

    def _status(self, cells: list[Cell], day: dt.date) -> tuple[str, bool]:
        if any(cell["href"] and cell["style"] != "mine" for cell in cells):
            return _("Free"), False
        if any(cell["style"] == "mine" for cell in cells):
            return _("Mine"), False
        if not self.openings[day] or all(cell["style"] == "shut" for cell in cells):
            return _("Closed"), True
        words = [cell["label"] for cell in cells if cell["style"] == "full"]
        return words[-1], True

    def _shown(self, wanted: dt.date | None, columns: dict[dt.date, list[Cell]]) -> dt.date:
        """The day on a phone: the wanted one, the chosen one, the first with a free time."""
        if wanted in columns:
            return wanted
        if self.chooser.asked and clock.day_of(self.chooser.asked.start) in columns:
            return clock.day_of(self.chooser.asked.start)
        free = (day for day in self.dates if any(cell["href"] for cell in columns[day]))
        return next(free, self.dates[0])

    def _times(
        self, cells: list[Cell], clock_times: list[dt.time], day: dt.date
    ) -> list[tuple[str, Cell]]:
        if not self.openings[day]:
            return []
        first = clock.local(self.openings[day][0].start).time()
        last = clock.local(self.openings[day][-1].end - MINUTE).time()
        return [
            (f"{time.hour}:{time.minute:02}", cell)
            for time, cell in zip(clock_times, cells, strict=True)
            if first <= time <= last or cell["href"]
        ]

    def _notes(self) -> list[str]:
        """Holidays and closures of the week in words."""
        calendar = self.outlook.calendar
        notes = [
            f"{display.short_day(day)} {holiday}"
            for day in self.dates
            if (holiday := calendar.business_days.holiday(day))
        ]
        week = Interval(*(clock.at(day) for day in (self.monday, self.monday + 7 * clock.DAY)))
        for closed in calendar.closures:
            if closed.span.overlaps(week):
                when = f"{display.moment(closed.span.start)} – {display.moment(closed.span.end)}"
                notes.append(f"{when} {closed.reason}")
        return notes


def _flat(columns: Iterable[list[Cell]]) -> Iterable[Cell]:
    return (cell for column in columns for cell in column)
