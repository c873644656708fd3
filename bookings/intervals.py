"""Algebra of half-open intervals ``[start, end)``; no ORM, no clock.

Works for anything ordered: instants, or minutes as integers. A *set* is a list of disjoint,
non-touching, ascending intervals; every function takes any intervals and returns a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Generic, NamedTuple, Protocol, TypeVar


class Ordered(Protocol):
    def __lt__(self, other: Any, /) -> bool: ...


T = TypeVar("T", bound=Ordered)


class Interval(NamedTuple, Generic[T]):
    """From ``start``, up to but without ``end``. Empty unless start < end."""

    start: T
    end: T

    def overlaps(self, other: Interval[T]) -> bool:
        return self.start < other.end and other.start < self.end

    def within(self, other: Interval[T]) -> bool:
        return not self.start < other.start and not other.end < self.end


def union(intervals: Iterable[Interval[T]]) -> list[Interval[T]]:
    """All that any of them covers; touching ones become one."""
    merged: list[Interval[T]] = []
    for start, end in sorted(interval for interval in intervals if interval.start < interval.end):
        if merged and not merged[-1].end < start:
            if merged[-1].end < end:
                merged[-1] = Interval(merged[-1].start, end)
        else:
            merged.append(Interval(start, end))
    return merged


def subtract(intervals: Iterable[Interval[T]], holes: Iterable[Interval[T]]) -> list[Interval[T]]:
    """What ``intervals`` cover and ``holes`` do not."""
    left: list[Interval[T]] = []
    cuts = union(holes)
    for start, end in union(intervals):
        for hole in cuts:
            if not start < hole.end:
                continue
            if not hole.start < end:
                break
            if start < hole.start:
                left.append(Interval(start, hole.start))
            start = hole.end
        if start < end:
            left.append(Interval(start, end))
    return left


def covers(intervals: Sequence[Interval[T]], wanted: Interval[T]) -> bool:
    """True if one interval of the set contains ``wanted`` whole."""
    return any(wanted.within(interval) for interval in intervals)
