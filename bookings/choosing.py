"""Choosing a time on the timetable: what a touch on a slot leads to, and the lengths on offer.

The choice lives in the address of the page, so it works without a script, survives log-in
and can be sent to somebody.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from bookings.availability import Outlook, Slot
from bookings.house import Span
from bookings.intervals import Interval
from bookings.policies import MINUTE
from center import clock, display


@dataclass(frozen=True)
class Length:
    """A length that could be chosen from the chosen start."""

    label: str
    href: str
    chosen: bool


def address_with(page: str, span: Span) -> str:
    """The address of a timetable with ``span`` chosen, to be reached from any other page."""
    start, end = (quote(clock.local(instant).isoformat(timespec="seconds")) for instant in span)
    return f"{page}?start={start}&end={end}"


class Links:
    """Relative addresses of the page: the week, the day on a phone, the choice."""

    def __init__(self, monday: dt.date, view: str = "") -> None:
        self._tail = f"&view={view}" if view else ""
        self._week = f"?from={monday.isoformat()}"

    def week(self, monday: dt.date) -> str:
        return f"?from={monday.isoformat()}{self._tail}"

    def day(self, day: dt.date) -> str:
        return f"{self._week}&day={day.isoformat()}{self._tail}"

    def choose(self, span: Span | None) -> str:
        if span is None:
            return f"{self._week}{self._tail}"
        start, end = clock.local(span.start), clock.local(span.end)
        return f"{self._week}&start={start:%Y-%m-%dT%H:%M}&end={end:%Y-%m-%dT%H:%M}{self._tail}"


class Chooser:
    """What is chosen of one week, and what each further touch would choose."""

    def __init__(self, outlook: Outlook, links: Links, asked: Span | None) -> None:
        self.outlook, self.links, self.asked = outlook, links, asked
        self.chosen = asked if asked and self.is_possible(asked) else None

    def is_chosen(self, slot: Slot) -> bool:
        return self.chosen is not None and self.chosen.start <= slot.start < self.chosen.end

    def href(self, slot: Slot) -> str:
        """The address of the page after a touch on ``slot``."""
        return self.links.choose(self._after(slot))

    def is_possible(self, span: Span) -> bool:
        """Within the rules about length and opening, and some unit is free throughout."""
        day, length = clock.day_of(span.start), span.end - span.start
        rules = self.outlook.rules(day)
        step = rules.slot_minutes * MINUTE
        if not rules.min_minutes * MINUTE <= length <= rules.max_minutes * MINUTE:
            return False
        if (span.start - clock.at(day)) % step or length % step:
            return False
        inside = any(span.within(opening) for opening in self.outlook.calendar.bookable(day))
        return inside and self.outlook.free_for(span) > 0

    def lengths(self) -> list[Length]:
        """The lengths that are possible from the chosen start, at most twelve."""
        if self.chosen is None:
            return []
        start, rules = self.chosen.start, self.outlook.rules(clock.day_of(self.chosen.start))
        minutes = range(rules.slot_minutes, rules.max_minutes + 1, rules.slot_minutes)
        spans = [Interval(start, start + n * MINUTE) for n in minutes]
        return [
            Length(
                label=display.length((span.end - span.start) // MINUTE),
                href=self.links.choose(span),
                chosen=span == self.chosen,
            )
            for span in spans
            if self.is_possible(span)
        ][:12]

    def _after(self, slot: Slot) -> Span | None:
        """Longer, shorter, elsewhere or nothing."""
        alone = Interval(slot.start, slot.end)
        if self.chosen is None:
            return alone
        start, end = self.chosen
        step = self._step(slot.start)
        if start <= slot.start < end:
            return self._shrunk(self.chosen, slot, alone)
        if slot.start == end:
            longer = Interval(start, end + step)
        elif slot.start + step == start:
            longer = Interval(slot.start, end)
        else:
            return alone
        return longer if self.is_possible(longer) else alone

    def _shrunk(self, chosen: Span, slot: Slot, alone: Span) -> Span | None:
        """A touch on the chosen span: without its last or first piece, or only this one."""
        if chosen == alone:
            return None
        step = self._step(slot.start)
        if slot.start + step == chosen.end:
            shorter = Interval(chosen.start, slot.start)
        elif slot.start == chosen.start:
            shorter = Interval(slot.start + step, chosen.end)
        else:
            return alone
        return shorter if self.is_possible(shorter) else alone

    def _step(self, start: dt.datetime) -> dt.timedelta:
        return self.outlook.rules(clock.day_of(start)).slot_minutes * MINUTE
