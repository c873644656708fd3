"""The week of one space as its page shows it, in words and links: templates only print it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from bookings.availability import Outlook
from bookings.cells import Cell, Cells, units_left
from bookings.choosing import Chooser, Length, Links
from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Booking
from bookings.policies import MINUTE
from center import clock, display


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
    monday: dt.date
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
        self.outlook, self.monday, self.view = outlook, monday, view
        self.links = Links(monday, view)
        self.dates = [monday + n * clock.DAY for n in range(7)]
        self.chooser = Chooser(outlook, self.links, chosen)
        self.cells = Cells(outlook, self.chooser, self.dates, mine, moving)
        self.openings = self.cells.openings

    def week(self, shown_day: dt.date | None) -> Week:
        clock_times = self._clock_times()
        columns = {day: [self.cells.at(day, time) for time in clock_times] for day in self.dates}
        rows = [
            Row(f"{time.hour}:{time.minute:02}", [columns[day][n] for day in self.dates])
            for n, time in enumerate(clock_times)
        ]
        days = [self._day(day, columns[day]) for day in self.dates]
        shown = self._shown(shown_day, columns)
        times_of = {day: self._times(columns[day], clock_times, day) for day in self.dates}
        return Week(
            monday=self.monday,
            title=display.week_span(self.dates[0], self.dates[-1]),
            days=days,
            rows=rows,
            shown_day=days[self.dates.index(shown)],
            times=times_of[shown],
            notes=self._notes(),
            choice=self._choice(),
            previous=self.links.week(self.monday - 7 * clock.DAY),
            following=self.links.week(self.monday + 7 * clock.DAY),
            today=clock.day_of(self.outlook.now).isoformat(),
            other_view=Links(self.monday, "" if self.view else "list").choose(self.chooser.chosen),
            agenda=[
                (made, [(time, cell) for time, cell in times if cell["href"]])
                for made, times in zip(days, times_of.values(), strict=True)
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
