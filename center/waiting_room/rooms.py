"""The state of a room in Redis: who waits with which number, who is inside until when.

The tickets say the same. If Redis loses the room, each that comes back takes its old number
again, whoever was inside is inside again, and nobody else goes in until the tickets of those
near the front had time to come back (``policy.SETTLE``). While Redis is away, those who are
inside go on and all others keep their ticket: letting everybody in would be the rush the room
is there for, and it is the same for all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.conf import settings
from django_redis import get_redis_connection
from redis.exceptions import RedisError, WatchError

from center import clock
from center.waiting_room import policy
from center.waiting_room.policy import Gate
from center.waiting_room.tickets import Ticket

log = structlog.get_logger(__name__)
#: so many latest turns tell the pace
_TURNS = 200
#: only one of those who look at the same moment lets others in
_BREATH_MS = 50
_KEPT = dt.timedelta(days=1)
#: lengthens a turn unless it is over: a place that was given on is not taken back
_RENEW = """
local lease = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not lease or tonumber(lease) <= tonumber(ARGV[2]) then return 0 end
redis.call('ZADD', KEYS[1], 'GT', ARGV[3], ARGV[1])
return 1
"""


@dataclass(frozen=True)
class Stand:
    """How somebody stands; ``ahead`` and ``waiting`` are people, ``wait`` and ``pause`` seconds.
    ``is_away`` while the room cannot be reached."""

    ticket: Ticket
    is_inside: bool = False
    is_away: bool = False
    ahead: int = 0
    waiting: int = 0
    wait: float = 0
    pause: int = 15


def come(gate: Gate, account: int, session: str, held: Ticket | None) -> Stand:
    """Somebody stands before the door: with a ticket of this account, or without one."""
    now = clock.now()
    if held is None or held.account != account:
        held = Ticket(
            gate.key, account, session, policy.number(gate, account, now, settings.SECRET_KEY)
        )
    return look(gate, held, renews=True)


def look(gate: Gate, ticket: Ticket, *, renews: bool = False) -> Stand:
    """How the holder of a valid ticket stands now; with ``renews`` a turn is lengthened."""
    now = clock.now()
    try:
        return _Room(gate, now).look(ticket, renews=renews)
    except RedisError as trouble:
        log.warning("waiting_room_away", gate=gate.key, error=type(trouble).__name__)
        is_inside = ticket.until > now.timestamp()
        return Stand(ticket, is_inside=is_inside, is_away=not is_inside)


def leave(gate: Gate, account: int) -> None:
    """Somebody is done: the turn goes to the next."""
    try:
        get_redis_connection("default").zrem(f"waiting:{{{gate.key}}}:inside", account)
    except RedisError:
        log.warning("waiting_room_away", gate=gate.key)


class _Room:
    """One gate at one moment. Every method may raise RedisError."""

    def __init__(self, gate: Gate, now: dt.datetime) -> None:
        self.gate, self.now, self.at = gate, now, now.timestamp()
        self.redis: Any = get_redis_connection("default")
        base = f"waiting:{{{gate.key}}}:"
        self.line, self.inside = base + "line", base + "inside"
        self.facts, self.turns, self.breath = base + "facts", base + "turns", base + "breath"
        # By how long, not until when: the clock of Redis is another one.
        self._kept = gate.closes + _KEPT - now

    def look(self, ticket: Ticket, *, renews: bool) -> Stand:
        born = self._take_in(ticket)
        if not (is_inside := self._is_inside(ticket.account)):
            self._admit(born)
            is_inside = self._is_inside(ticket.account)
        if is_inside and renews:
            until = self.at + settings.WAITING_ROOM_IDLE_MINUTES * 60
            if self._renewed(ticket.account, until):
                ticket = replace(ticket, entered=self.at, until=until)
            else:
                is_inside = False
        return Stand(ticket, is_inside=True) if is_inside else self._waiting(ticket)

    def _take_in(self, ticket: Ticket) -> dt.datetime:
        """Everybody who is not inside stands in line; returns since when the room exists."""
        pipe = self.redis.pipeline(transaction=False)
        pipe.hsetnx(self.facts, "born", self.at)
        pipe.hget(self.facts, "born")
        pipe.zscore(self.inside, ticket.account)
        _new, born, lease = pipe.execute()
        was_lost = float(born) > ticket.entered and ticket.until > self.at
        pipe = self.redis.pipeline()
        if lease is None and was_lost:
            pipe.zadd(self.inside, {ticket.account: ticket.until})
        elif lease is None or float(lease) <= self.at:
            pipe.zadd(self.line, {ticket.account: ticket.number}, nx=True)
        for key in (self.line, self.inside, self.facts):
            pipe.expire(key, self._kept)
        pipe.execute()
        return dt.datetime.fromtimestamp(float(born), self.now.tzinfo)

    def _is_inside(self, account: int) -> bool:
        lease = self.redis.zscore(self.inside, account)
        return lease is not None and float(lease) > self.at

    def _renewed(self, account: int, until: float) -> bool:
        return bool(self.redis.eval(_RENEW, 1, self.inside, account, self.at, until))

    def _admit(self, born: dt.datetime) -> None:
        """Give turns to the next. What was counted must still be so when they are written; if
        not, somebody else's look does it."""
        if not policy.is_settled(self.gate, born, self.now):
            return
        if not self.redis.set(self.breath, 1, nx=True, px=_BREATH_MS):
            return
        with self.redis.pipeline() as pipe:
            try:
                pipe.watch(self.inside, self.facts)
                self._give_turns(pipe)
            except WatchError:
                return

    def _give_turns(self, pipe: Any) -> None:
        last = float(pipe.hget(self.facts, "credit") or 0)
        count = policy.to_admit(
            self.gate,
            waiting=pipe.zcard(self.line),
            inside=pipe.zcount(self.inside, f"({self.at}", "+inf"),
            last_credit=last,
            now=self.now,
        )
        next_ones = pipe.zrange(self.line, 0, count - 1) if count else []
        pipe.multi()
        pipe.zremrangebyscore(self.inside, "-inf", self.at)
        if next_ones:
            lease = self.at + settings.WAITING_ROOM_CALL_SECONDS
            pipe.zadd(self.inside, dict.fromkeys(next_ones, lease))
            pipe.zrem(self.line, *next_ones)
            credit = policy.credit_after(self.gate, len(next_ones), last, self.now)
            pipe.hset(self.facts, "credit", credit)
            pipe.lpush(self.turns, *[self.at] * len(next_ones))
            pipe.ltrim(self.turns, 0, _TURNS - 1)
            for key in (self.inside, self.turns):
                pipe.expire(key, self._kept)
        pipe.execute()

    def _waiting(self, ticket: Ticket) -> Stand:
        pipe = self.redis.pipeline(transaction=False)
        pipe.zrank(self.line, ticket.account)
        pipe.zcard(self.line)
        pipe.lrange(self.turns, 0, _TURNS - 1)
        rank, waiting, turns = pipe.execute()
        ahead = int(rank or 0)
        wait = policy.expected_wait(self.gate, ahead, [float(turn) for turn in turns], self.now)
        pause = policy.pause(self.gate, ahead=ahead, waiting=waiting, wait=wait, now=self.now)
        return Stand(ticket, ahead=ahead, waiting=waiting, wait=wait, pause=pause)
