"""Districts (시군구, 행안부 codes) and KSIC sections, read from the files in ``data/``."""

from __future__ import annotations

import csv
import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data"


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
        return f"{self.sido} {self.sigungu}"

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Section:
    """A section of the Korean Standard Industrial Classification, revision 11."""

    code: str
    name_ko: str
    name_en: str
    example_ko: str


@cache
def districts() -> tuple[District, ...]:
    """Every known district, those whose code has ended included."""
    with (_DATA / "districts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            District(
                code=row["code"],
                sido=row["sido"],
                sigungu=row["sigungu"],
                valid_from=dt.date.fromisoformat(row["valid_from"]),
                valid_to=dt.date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def sections() -> tuple[Section, ...]:
    with (_DATA / "ksic_sections.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Section(row["section"], row["name_ko"], row["name_en"], row["example_ko"])
            for row in csv.DictReader(file)
        )


@cache
def district_name(code: str) -> str:
    """The latest name of a code; the code itself where it is unknown."""
    known = [district for district in districts() if district.code == code]
    return max(known, key=lambda district: district.valid_from).name if known else code


@cache
def section_name(code: str) -> str:
    """The Korean name of a section; the code itself where it is unknown."""
    return next((section.name_ko for section in sections() if section.code == code), code)
