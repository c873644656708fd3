"""How many of a program's places are left for whom: plain arithmetic, no rows.

Some of the places may belong to districts (스마트슈퍼: ten each of three). A business takes one
of its district's first; what is beyond those, and everybody else, shares the rest.
"""

from __future__ import annotations

from collections.abc import Mapping


def has_room(
    quota: int, by_district: Mapping[str, int], taken: Mapping[str, int], district: str
) -> bool:
    """Whether one more of ``district`` fits in, ``taken`` being the places given by district."""
    return left_for(quota, by_district, taken, district) > 0


def left_for(
    quota: int, by_district: Mapping[str, int], taken: Mapping[str, int], district: str
) -> int:
    """How many places are left for one of ``district``."""
    own = max(0, by_district.get(district, 0) - taken.get(district, 0))
    beyond = sum(max(0, n - by_district.get(code, 0)) for code, n in taken.items())
    shared = quota - sum(by_district.values()) - beyond
    return max(0, min(quota - sum(taken.values()), own + shared))


def repeat_places(quota: int, percent: int | None) -> int | None:
    """How many places those supported before may have; None for no limit. Rounded down."""
    return None if percent is None else quota * percent // 100


def smallest_free(taken: set[int], quota: int) -> int | None:
    """The smallest number from 1 to ``quota`` nobody has."""
    return next((number for number in range(1, quota + 1) if number not in taken), None)
