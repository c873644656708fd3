"""What is free on a day, told a second time: minute by minute in plain Python.

Nothing here is shared with the portal. Minutes are counted from a midnight in Korea; the day
before lies below 0, the one after it above 1440.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
#: Chuseok and its substitute holiday, and the national holidays beside them; from the almanac
HOLIDAYS = {
    dt.date(2026, 9, 24),
    dt.date(2026, 9, 25),
    dt.date(2026, 9, 26),
    dt.date(2026, 10, 3),
    dt.date(2026, 10, 5),
    dt.date(2026, 10, 9),
}


@dataclass(frozen=True)
class Weekly:
    """Opening of a weekday; ``own`` if it is of the space and not of the house."""

    own: bool
    weekday: int
    span: Span
    first: dt.date
    last: dt.date | None


@dataclass(frozen=True)
class Special:
    own: bool
    day: dt.date
    span: Span


@dataclass(frozen=True)
class Rule:
    """A row of the rules, of the space or of the house, from a date on; what is left out is
    inherited."""

    own: bool
    first: dt.date
    numbers: Mapping[str, int]


@dataclass
class World:
    """The moment at which somebody looks, and all that stands about the days he looks at."""

    today: dt.date
    #: minute of ``today``
    minute: int
    rules: Sequence[Rule]
    weekly: Sequence[Weekly]
    specials: Sequence[Special]
    overrides: Mapping[dt.date, bool]
    #: of each unit in service, what keeps it: bookings with their buffers, closures; in minutes
    #: from the midnight of ``middle``
    middle: dt.date
    units: Sequence[Sequence[Span]]

    def free(self, day: dt.date) -> dict[Span, int]:
        """Each shortest use that can be booked now, with the number of units free for it."""
        if (day - self.today).days > self._number(day, "horizon_days", 30):
            return {}
        slot = self._number(day, "slot_minutes", 60)
        before, after = self._number(day, "buffer_before", 0), self._number(day, "buffer_after", 15)
        open_minutes = {m for m in range(24 * 60) if self._is_open(day, m)}
        ahead = (day - self.middle).days * 24 * 60
        taken = [
            {minute - ahead for first, end in unit for minute in range(first, end)}
            for unit in self.units
        ]
        found = {}
        for start in range(0, 24 * 60, slot):
            end = start + self._length(day, slot)
            use = set(range(start, end))
            blocked = set(range(start - before, end + after))
            count = sum(1 for minutes in taken if not blocked & minutes)
            if use <= open_minutes and count and self._is_late_enough(day, start):
                found[start, end] = count
        return found

    def _number(self, day: dt.date, name: str, default: int) -> int:
        """Of the newest row of the space; what that leaves out, of the newest of the house."""
        for own in (True, False):
            rows = [rule for rule in self.rules if rule.own == own and rule.first <= day]
            newest = max(rows, key=lambda rule: rule.first, default=None)
            if newest is not None and name in newest.numbers:
                return newest.numbers[name]
        return default

    def _length(self, day: dt.date, slot: int) -> int:
        length = slot
        while length < self._number(day, "min_minutes", 60):
            length += slot
        return length

    def _is_open(self, day: dt.date, minute: int) -> bool:
        if any(s.day == day and s.span[0] <= minute < s.span[1] for s in self.specials):
            return True
        if self._is_holiday(day):
            return False
        rows = [
            row
            for row in self.weekly
            if row.weekday == day.weekday()
            and row.first <= day
            and (row.last is None or day <= row.last)
        ]
        if any(row.own for row in rows):
            rows = [row for row in rows if row.own]
        return any(row.span[0] <= minute < row.span[1] for row in rows)

    def _is_holiday(self, day: dt.date) -> bool:
        return self.overrides.get(day, day in HOLIDAYS)

    def _is_late_enough(self, day: dt.date, start: int) -> bool:
        """Later than now, and by the hours and the whole working days of the notice."""
        ahead = (day - self.today).days * 24 * 60 + start - self.minute
        if ahead <= 0 or ahead < 60 * self._number(day, "notice_hours", 0):
            return False
        earliest, left = self.today, self._number(day, "notice_days", 3)
        while left:
            earliest += dt.timedelta(days=1)
            if earliest.weekday() < 5 and not self._is_holiday(earliest):
                left -= 1
        return day >= earliest
