"""District codes out of what registers write: codes, names, the beginning of an address."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from merchants import regions

#: what the provinces are called in short; those of former days lead to former codes
_SHORT = {
    "서울": "서울특별시",
    "부산": "부산광역시",
    "대구": "대구광역시",
    "인천": "인천광역시",
    "광주": "광주광역시",
    "대전": "대전광역시",
    "울산": "울산광역시",
    "세종": "세종특별자치시",
    "경기": "경기도",
    "강원": "강원도",
    "충북": "충청북도",
    "충남": "충청남도",
    "전북": "전라북도",
    "전남": "전라남도",
    "경북": "경상북도",
    "경남": "경상남도",
    "제주": "제주특별자치도",
    "서울시": "서울특별시",
    "부산시": "부산광역시",
    "대구시": "대구광역시",
    "인천시": "인천광역시",
    "광주시": "광주광역시",
    "대전시": "대전광역시",
    "울산시": "울산광역시",
    "세종시": "세종특별자치시",
    "제주도": "제주특별자치도",
}


def find(sido: str, sigungu: str, address: str, day: dt.date) -> str | None:
    """The code in force on ``day`` for what a row says; None if that leads nowhere for sure.

    ``sigungu`` may be a code, a name, or both names in one; where the row has no district,
    the address says it. Names and codes that have ended are carried to their successors.
    """
    if re.fullmatch(r"[0-9]{5}", sigungu):
        return regions.successor(sigungu, day)
    if sigungu:
        return _by_name(f"{sido} {sigungu}", day) or _within(sido, _by_name(sigungu, day))
    return _by_name(sido, day) or _by_address(address, day)


def _within(sido: str, code: str | None) -> str | None:
    """The code, unless a province beside it says another one."""
    name = regions.district_name(code) if code else ""
    return code if name.startswith(_SHORT.get(sido, sido)) else None


def _by_address(address: str, day: dt.date) -> str | None:
    """By the first words, the longest run of them that names a district."""
    words = address.split()
    runs = (" ".join(words[:n]) for n in (3, 2, 1) if len(words) >= n)
    return next((code for run in runs if (code := _by_name(run, day))), None)


def _by_name(name: str, day: dt.date) -> str | None:
    heirs = (regions.successor(code, day) for code in _codes().get(_plain(name), ()))
    found = set(filter(None, heirs))
    return found.pop() if len(found) == 1 else None


@cache
def _codes() -> dict[str, set[str]]:
    """Codes by every way to write a place: ``대구광역시 북구``, ``대구 북구``, ``북구``."""
    codes: dict[str, set[str]] = {}
    for district in regions.districts():
        short = [name for name, sido in _SHORT.items() if sido == district.sido]
        for sido in (district.sido, "", *short):
            # Sejong has no districts: it is one, by each of its names.
            name = sido if sido and district.sigungu == district.sido else sido + district.sigungu
            codes.setdefault(_plain(name), set()).add(district.code)
    return codes


def _plain(name: str) -> str:
    return re.sub(r"[\s·]+", "", name)
