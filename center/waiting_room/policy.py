"""Who is next, how many may go in, how long the others wait: pure functions.

**Order.** Those who wait before the opening are put in an order drawn by lot: coming a second
earlier, a faster telephone or a program that knocks all night are worth nothing, and nobody has
a reason to storm the door before it opens. Those who come after the opening follow in the order
in which they came.

**Bound.** At most ``inside`` people have a turn at once, at most ``per_minute`` more get one in
a minute, whichever is less.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import get_language

from center.errors import Violation

#: tickets that come back after Redis lost the room are waited for so long before anybody goes
#: in: longer than the pause of those near the front
SETTLE = dt.timedelta(seconds=15)
#: seconds between two looks at the page, at least and at most
SOONEST, LATEST = 5, 300
#: looks a second that a room may cause altogether
LOOKS_PER_SECOND = 200
#: seconds somebody is taken to stay inside, until it has been measured
USUAL_STAY = 180
_DRAWN = 2**52


class Phase(Enum):
    CLOSED = "closed"  #: no room: too early, or over
    GATHERING = "gathering"  #: before the opening
    OPEN = "open"


@dataclass(frozen=True)
class Gate:
    """One door and its opening moment. Another moment is another gate with a draw of its own;
    ``key`` names it in Redis and in tickets. Without a limit there is no room."""

    key: str
    opens: dt.datetime
    closes: dt.datetime
    #: from when on people may wait
    gathers: dt.datetime
    inside: int | None
    per_minute: int | None
    #: where it leads, and where one waits
    door: str
    room: str
    title: str = ""
    title_en: str = ""
    #: what stands against everybody by now, such as that all places are taken: nobody waits then
    gone: Callable[[], Violation] | None = None
    #: where else people may look then
    others: str = "/"

    @property
    def display_title(self) -> str:
        return self.title if get_language() == "ko" else self.title_en

    def phase(self, now: dt.datetime) -> Phase:
        if not self.gathers <= now < self.closes or not (self.inside or self.per_minute):
            return Phase.CLOSED
        return Phase.GATHERING if now < self.opens else Phase.OPEN


def number(gate: Gate, account: int, now: dt.datetime, secret: str) -> float:
    """The number of somebody who comes now; the smallest is first.

    From 0 to below 1 before the opening, drawn from ``secret``, so that the same account draws
    the same again; 1 and the seconds since the opening afterwards.
    """
    if now >= gate.opens:
        return 1 + (now - gate.opens).total_seconds()
    said = f"{gate.key}:{account}".encode()
    drawn = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return int.from_bytes(drawn[:8]) % _DRAWN / _DRAWN


def is_settled(gate: Gate, born: dt.datetime, now: dt.datetime) -> bool:
    """Whether the room has known its people for long enough.

    A room made after the opening is either one that nobody waited in, or one that Redis lost:
    both look the same, so its first seconds belong to those whose tickets come back.
    """
    return now >= gate.opens and (born < gate.opens or now - born >= SETTLE)


def to_admit(gate: Gate, *, waiting: int, inside: int, last_credit: float, now: dt.datetime) -> int:
    """How many may go in now. ``last_credit`` is what ``credit_after`` gave, 0 at first."""
    free = waiting
    if gate.inside is not None:
        free = min(free, gate.inside - inside)
    if gate.per_minute is not None:
        free = min(free, int(_allowed(gate.per_minute, last_credit, now)))
    return max(0, free)


def _allowed(per_minute: int, last_credit: float, now: dt.datetime) -> float:
    """Turns saved up since the last ones were spent: those of ten seconds at most, so that a
    pause does not end in a rush, and one at least, so that small limits work at all."""
    elapsed = now.timestamp() - last_credit
    most = max(1.0, per_minute / 6)
    return min(most, elapsed * per_minute / 60 + 1e-6)


def credit_after(gate: Gate, admitted: int, last_credit: float, now: dt.datetime) -> float:
    """The moment (seconds since 1970) up to which turns are spent when so many went in."""
    if not gate.per_minute or not admitted:
        return last_credit
    saved = _allowed(gate.per_minute, last_credit, now)
    return now.timestamp() - (saved - admitted) * 60 / gate.per_minute


def expected_wait(gate: Gate, ahead: int, turns: Sequence[float], now: dt.datetime) -> float:
    """Seconds until it is the turn of somebody with so many ahead; ``turns`` are the moments of
    the latest turns (seconds since 1970), the pace at which it goes on."""
    until_open = max(0.0, (gate.opens - now).total_seconds())
    return until_open + (ahead + 1) / _pace(gate, turns, now)


def _pace(gate: Gate, turns: Sequence[float], now: dt.datetime) -> float:
    """Turns in a second."""
    most = gate.per_minute / 60 if gate.per_minute else float("inf")
    if gate.inside is None:
        return most
    usual = gate.inside / USUAL_STAY
    passed = now.timestamp() - min(turns) if turns else 0
    # The first to go in all go at once and say nothing of how long they stay.
    if len(turns) > gate.inside and passed >= 1:
        usual = (len(turns) - gate.inside) / passed
    return min(most, usual)


def pause(gate: Gate, *, ahead: int, waiting: int, wait: float, now: dt.datetime) -> int:
    """Seconds until somebody's next look at the page.

    All look often while all together cause few looks. In a long line those near the front do,
    the others after a quarter of the expected wait. Nobody loses by looking late: the number
    stays. Before the opening the looks after it are spread by the share of the line ahead.
    """
    spread = waiting / LOOKS_PER_SECOND
    until_open = (gate.opens - now).total_seconds()
    if until_open > 0:
        slow = max(60.0, spread)
        late = spread * ahead / max(1, waiting) if until_open <= slow else 0
        return round(min(slow, until_open) + late) + 1
    if ahead < 3 * (gate.inside or 0):
        return SOONEST
    return round(min(LATEST, max(SOONEST, min(wait / 4, spread))))
