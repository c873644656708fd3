"""Districts (시군구, 행안부 codes) and KSIC sections, read from the files in ``data/``.

Codes are never deleted: what was written under one reads for ever. What ended is no longer
offered, and has a successor where the whole of its area went to one place.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language

_DATA = Path(__file__).parent / "data"
#: sections shops mostly belong to, the most frequent first; the others follow by letter
_COMMON = "GCISPRMJNHFQ"


@dataclass(frozen=True)
class District:
    """One code with the span in which it was in force; both ends inclusive."""

    code: str
    sido: str
    sigungu: str
    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def name(self) -> str:
        # 세종 has no 시군구 below it and stands in both columns.
        return self.sido if self.sigungu == self.sido else f"{self.sido} {self.sigungu}"

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and not self.has_ended(day)

    def has_ended(self, day: dt.date) -> bool:
        return self.valid_to is not None and self.valid_to < day


@dataclass(frozen=True)
class Section:
    """A section of the Korean Standard Industrial Classification, revision 11."""

    code: str
    name_ko: str
    name_en: str
    example_ko: str
    example_en: str

    @property
    def name(self) -> str:
        return self.name_ko if get_language() == "ko" else self.name_en

    @property
    def example(self) -> str:
        """What belongs here, in plain words."""
        return self.example_ko if get_language() == "ko" else self.example_en


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


# Districts ---------------------------------------------------------------------------------


@cache
def districts() -> tuple[District, ...]:
    """Every known district, those whose code has ended included."""
    return tuple(
        District(
            code=row["code"],
            sido=row["sido"],
            sigungu=row["sigungu"],
            valid_from=dt.date.fromisoformat(row["valid_from"]),
            valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in _rows("districts.csv")
    )


@cache
def _by_code() -> dict[str, District]:
    return {district.code: district for district in districts()}


def district(code: str) -> District | None:
    """The district of a code, also of one that has ended; None where it is unknown."""
    return _by_code().get(code)


def district_name(code: str) -> str:
    """``대구광역시 군위군``, also of an ended code; the code itself where it is unknown."""
    known = district(code)
    return known.name if known else code


def place_name(code: str) -> str:
    """As ``district_name``, and the name of a whole 시·도 for its two digits."""
    if len(code) != 2:
        return district_name(code)
    return next((d.sido for d in districts() if d.code[:2] == code and d.valid_to is None), code)


def offered(day: dt.date) -> list[tuple[str, list[District]]]:
    """What a form offers on ``day``: each 시·도 with its districts by code.

    The home regions come first, in the order of the setting. A city divided into 구 is
    offered by these alone, so that each place is there once.
    """
    there = [known for known in districts() if known.in_force(day)]
    divided = {(d.sido, d.sigungu.split()[0]) for d in there if " " in d.sigungu}
    there = [d for d in there if (d.sido, d.sigungu) not in divided]
    there.sort(key=lambda d: (_home_rank(d.code), d.code))
    return [
        (group[0].sido, group)
        for group in (list(found) for _, found in groupby(there, lambda d: d.code[:2]))
    ]


def is_home(code: str) -> bool:
    """Whether a district belongs to the regions the center is there for first."""
    return code[:2] in settings.HOME_REGIONS


def _home_rank(code: str) -> int:
    home = settings.HOME_REGIONS
    return home.index(code[:2]) if code[:2] in home else len(home)


@cache
def successors() -> dict[str, tuple[str, ...]]:
    """Ended codes with the codes their whole area went to, one after another."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for row in _rows("district_successors.csv"):
        found[row["code"]] += (row["successor"],)
    return dict(found)


def successor(code: str, day: dt.date) -> str | None:
    """The code in force on ``day`` for the place that ``code`` stands for.

    That is ``code`` itself while it is in force. None where there is no single one: the area
    was divided among several, the code is unknown, or was not yet in force. Of two in force
    the younger counts: 부천's 구 of 2016 became the city, and 구 again in 2024.
    """
    known = district(code)
    if known is None or known.in_force(day):
        return code if known else None
    heirs = filter(None, (successor(heir, day) for heir in successors().get(code, ())))
    return max(heirs, key=lambda heir: _by_code()[heir].valid_from, default=None)


# Sections ----------------------------------------------------------------------------------


@cache
def sections() -> tuple[Section, ...]:
    english = {row["section"]: row["example_en"] for row in _rows("ksic_examples_en.csv")}
    return tuple(
        Section(
            code=row["section"],
            name_ko=row["name_ko"],
            name_en=row["name_en"],
            example_ko=row["example_ko"],
            example_en=english[row["section"]],
        )
        for row in _rows("ksic_sections.csv")
    )


def sections_for_choice() -> list[Section]:
    """All sections, those most shops belong to first."""
    rank = {code: place for place, code in enumerate(_COMMON)}
    return sorted(sections(), key=lambda section: (rank.get(section.code, len(rank)), section.code))


def section_name(code: str) -> str:
    """The name of a section in the language in force; the code itself where it is unknown."""
    return next((section.name for section in sections() if section.code == code), code)
