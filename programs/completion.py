"""Who has completed a program, and who missed too much: pure functions, no ORM, no clock.

The rule of domain.md §1: completed from the set share of the hours on (80 % unless the call
says otherwise). Who was there counts with the whole session, whenever in it he came; staff
may note fewer minutes for one who came late or left early. Sessions that were called off
count for nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Part:
    """One standing session as one business had it. ``attended`` of ``minutes``; ``missed``:
    it is over, nobody of the business came and nobody excused it."""

    minutes: int
    attended: int = 0
    missed: bool = False
    ends: dt.datetime | None = None


@dataclass(frozen=True)
class Standing:
    """How a business stands in a program. Minutes."""

    held: int
    attended: int
    absences: int

    @property
    def percent(self) -> int:
        """The share attended, rounded down: 79.9 % is not 80 %."""
        return self.attended * 100 // self.held if self.held else 0


def standing(parts: Iterable[Part]) -> Standing:
    held = attended = absences = 0
    for part in parts:
        held += part.minutes
        attended += min(part.attended, part.minutes)
        absences += part.missed
    return Standing(held, attended, absences)


def is_completed(stands: Standing, percent: int) -> bool:
    """Whether the attended share reaches ``percent`` exactly or more; in whole minutes, so that
    nothing is rounded. Where nothing was held nothing is completed."""
    return stands.held > 0 and stands.attended * 100 >= stands.held * percent


def minutes_missing(stands: Standing, percent: int) -> int:
    """How many more minutes would have been needed; 0 for who has completed."""
    needed = -(-stands.held * percent // 100)
    return max(needed - stands.attended, 0)


def is_barred(stands: Standing, allowed: int | None) -> bool:
    """Whether more sessions were missed than are allowed; without a number any may be."""
    return allowed is not None and stands.absences > allowed


def barred_at(parts: Iterable[Part], allowed: int | None) -> dt.datetime | None:
    """The end of the session with which it was one absence too many; None if it never was."""
    ends = sorted(part.ends for part in parts if part.missed and part.ends)
    if allowed is None or len(ends) <= allowed:
        return None
    return ends[allowed]


class Round(Protocol):
    """A call for applications, as far as the order of rounds goes."""

    pk: int
    opens_at: dt.datetime
    closes_at: dt.datetime


def next_round(
    rounds: Sequence[Round], opens_at: dt.datetime, barred_at: dt.datetime
) -> Round | None:
    """The one round that is closed to a business barred in a round that opened at ``opens_at``:
    the first of its kind that opened after it and took applications after ``barred_at``."""
    later = [r for r in rounds if r.opens_at > opens_at and r.closes_at > barred_at]
    return min(later, key=lambda r: (r.opens_at, r.pk), default=None)
