"""The headings of a register, as different offices write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from center.errors import RuleViolation
from merchants.register_import import refusals
from merchants.register_import.reading import MAX_ROWS, Line


@dataclass(frozen=True)
class Column:
    """One column: the template's heading, what others call it, and an example."""

    field: str
    heading: str
    aliases: tuple[str, ...]
    example: str
    needed: bool = False


COLUMNS = (
    Column(
        "name",
        "상호",
        ("상호명", "업체명", "기업명", "사업체명", "회사명", "점포명"),
        "달구벌 수제청",
        True,
    ),
    Column(
        "number",
        "사업자등록번호",
        ("사업자번호", "사업자등록번호(10자리)", "사업자no"),
        "220-81-62517",
        True,
    ),
    Column("representative", "대표자", ("대표자명", "대표", "대표자성명", "성명"), "김달구", True),
    Column(
        "kind",
        "구분",
        ("사업자구분", "사업자유형", "기업형태", "개인법인구분", "개인/법인"),
        "개인",
    ),
    Column(
        "section",
        "업종(대분류)",
        ("업종", "업종대분류코드", "업종코드", "산업분류", "산업대분류", "ksic"),
        "C",
        True,
    ),
    Column("sido", "시도", ("시·도", "광역시도", "광역자치단체"), "대구광역시"),
    Column(
        "district",
        "시군구",
        ("시·군·구", "시군구코드", "시군구명", "지역", "지역코드", "행정구역", "행정구역코드"),
        "북구",
        True,
    ),
    Column(
        "address",
        "주소",
        ("사업장주소", "소재지", "사업장소재지", "도로명주소"),
        "대구광역시 북구 유통단지로 1",
    ),
    Column(
        "phone",
        "전화",
        ("전화번호", "연락처", "휴대전화", "휴대폰", "휴대전화번호", "핸드폰"),
        "053-123-4567",
    ),
    Column(
        "founded_on",
        "개업일",
        ("개업일자", "개업연월일", "개업년월일", "창업일", "설립일"),
        "2021-05-25",
    ),
    Column(
        "market_area",
        "전통시장/상점가",
        ("전통시장", "상점가", "전통시장·상점가", "시장명", "상권"),
        "서문시장",
    ),
    Column("women_owned", "여성기업", ("여성", "여성기업여부", "여성대표"), "Y"),
    Column("youth_owned", "청년기업", ("청년", "청년기업여부", "청년대표"), "N"),
    Column("disabled_owned", "장애인기업", ("장애인", "장애인기업여부", "장애인대표"), "N"),
    Column(
        "online_shops",
        "온라인 판매처",
        ("온라인몰", "온라인채널", "쇼핑몰"),
        "https://smartstore.example.com",
    ),
    Column(
        "verified_until",
        "확인 유효기간",
        (
            "유효기간",
            "확인유효기간만료일",
            "유효기간만료일",
            "확인서유효기간",
            "소상공인확인서유효기간",
        ),
        "2027-03-31",
    ),
)
HEADINGS = {column.field: column.heading for column in COLUMNS}
_LOOK_AT = 20


def plain(text: str) -> str:
    """A heading without what offices vary: width, case, spaces, punctuation."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def fields_of(columns: Iterable[Column]) -> dict[str, str]:
    """Which field each heading means, whatever way it is written."""
    return {
        plain(name): column.field
        for column in columns
        for name in (column.heading, *column.aliases)
    }


_FIELDS = fields_of(COLUMNS)


@dataclass(frozen=True)
class Layout:
    """Where in a row each field stands, and which headings mean nothing to us."""

    headings: tuple[str, ...]
    places: dict[str, int]
    unknown: tuple[str, ...]


def split(
    lines: Sequence[Line], fields: Mapping[str, str] = _FIELDS, *, most: int = MAX_ROWS
) -> tuple[Layout, list[Line]]:
    """The headings, which may have titles above them, and at most so many rows below.

    Raises RuleViolation ``no_headings``, ``heading_twice``, ``no_rows`` or ``too_many_rows``.
    """
    for at, line in enumerate(lines[:_LOOK_AT]):
        known = {field for cell in line.cells if (field := fields.get(plain(cell)))}
        if len(known) >= 2 and known & {"name", "number"}:
            return layout(line.cells, fields), _rows(lines[at + 1 :], most)
    raise RuleViolation(refusals.no_headings())


def _rows(lines: Sequence[Line], most: int) -> list[Line]:
    if not lines:
        raise RuleViolation(refusals.no_rows())
    if len(lines) > most:
        raise RuleViolation(refusals.too_many_rows(most))
    return list(lines)


def layout(headings: tuple[str, ...], fields: Mapping[str, str] = _FIELDS) -> Layout:
    """Where each field stands. Raises RuleViolation ``heading_twice``."""
    places: dict[str, int] = {}
    unknown = []
    for at, heading in enumerate(headings):
        field = fields.get(plain(heading))
        if field in places:
            raise RuleViolation(refusals.heading_twice(headings[places[field]], heading))
        if field:
            places[field] = at
        elif heading:
            unknown.append(heading)
    return Layout(headings, places, tuple(unknown))
