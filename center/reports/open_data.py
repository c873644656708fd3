"""Open data: the quarter as plain tables, with a dictionary and a description of the data set.

공공데이터법 wants aggregates as CSV in UTF-8 with a data dictionary; the licence is 공공누리
제1유형 (domain.md §3). Everything here comes from what disclosure control lets out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from center import clock, csv_file
from center.reports.content import HIDDEN, Cell, Content
from center.reports.models import Edition
from center.reports.outline import clean, rounding
from merchants import regions

LICENCE = "https://www.kogl.or.kr/info/license.do#01-tab"
#: the columns of the data: one number a line
HEAD = (
    ("period", "기간", "text", "기간의 식별 코드: 2026-Q3은 2026년 3분기"),
    ("version", "판", "text", "확정본의 판 번호"),
    ("table", "통계표", "text", "통계표의 식별 코드"),
    ("table_name", "통계표명", "text", "통계표의 이름"),
    ("cut", "구분", "text", "나눈 기준의 식별 코드"),
    ("row", "항목", "text", "항목의 식별 코드; 합계는 total"),
    ("row_name", "항목명", "text", "항목의 이름"),
    ("figure", "지표", "text", "지표의 식별 코드; 지표 사전에 산식이 있음"),
    ("figure_name", "지표명", "text", "지표의 이름"),
    ("unit", "단위", "text", "지표의 단위"),
    ("value", "값", "number", "수; 비어 있으면 status를 볼 것"),
    ("status", "상태", "text", "ok 공개, hidden 5 미만 보호로 비공개, none 해당 없음"),
)
DATA, DICTIONARY, REPORT = "data", "dictionary", "report"
#: the parts of an edition as files; the report is the JSON whose digest it states
MEDIA = {DATA: "text/csv", DICTIONARY: "text/csv", REPORT: "application/json"}


def quarters() -> list[Edition]:
    """The newest edition of each frozen quarter, the latest first."""
    rows = Edition.objects.filter(period_key__contains="Q").order_by("-starts", "-version")
    newest: dict[str, Edition] = {}
    for edition in rows.defer("content"):
        newest.setdefault(edition.period_key, edition)
    return list(newest.values())


def data_csv(edition: Edition) -> str:
    """One line a number, so that programs need no knowledge of the tables."""
    lines = csv_file.lines([name for name, *_rest in HEAD], _lines(edition.public, edition.label))
    return "".join(lines)


def dictionary_csv(edition: Edition) -> str:
    """Every column, then every figure with its formula and source."""
    head = (
        "kind",
        "key",
        "name_ko",
        "name_en",
        "type_or_unit",
        "decimals",
        "rounding",
        "meaning_ko",
        "meaning_en",
        "source",
    )
    return "".join(csv_file.lines(head, _dictionary(edition.public)))


def _lines(content: Content, version: str) -> Iterator[Sequence[object]]:
    figures = {figure["key"]: figure for figure in content["figures"]}
    for table in content["tables"]:
        rows: list[tuple[str, str, Sequence[Cell]]] = [
            (row["key"], row["name"]["ko"], row["cells"]) for row in table["rows"]
        ]
        if table["total"] is not None:
            rows.insert(0, ("total", "합계", table["total"]))
        for key, name, cells in rows:
            for column, cell in zip(table["columns"], cells, strict=True):
                figure = figures[column]
                yield (
                    content["period"]["key"],
                    version,
                    table["key"],
                    clean(table["title"]["ko"]),
                    table["cut"]["key"],
                    key,
                    clean(name),
                    column,
                    clean(figure["name"]["ko"]),
                    clean(figure["unit"]["ko"]),
                    "" if cell is None or cell == HIDDEN else cell,
                    "none" if cell is None else "hidden" if cell == HIDDEN else "ok",
                )


def _dictionary(content: Content) -> Iterator[Sequence[object]]:
    for key, name, type_, meaning in HEAD:
        yield ("column", key, name, key, type_, "", "", meaning, "", "")
    for figure in content["figures"]:
        yield (
            "figure",
            figure["key"],
            clean(figure["name"]["ko"]),
            clean(figure["name"]["en"]),
            clean(figure["unit"]["ko"]),
            figure["decimals"],
            _rounding(figure["decimals"]),
            clean(figure["formula"]["ko"]),
            clean(figure["formula"]["en"]),
            clean(figure["source"]["ko"]),
        )


def _rounding(decimals: int) -> str:
    with override("ko"):
        return rounding(decimals)


def catalogue(editions: Sequence[Edition]) -> str:
    """The description of the data sets in the words of DCAT, as JSON-LD."""
    about = {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "spdx": "http://spdx.org/rdf/terms#",
        },
        "@id": f"{settings.SITE_URL}{reverse('open_data_catalogue')}",
        "@type": "dcat:Catalog",
        "dct:title": _both(settings.CENTER_NAME, settings.CENTER_NAME_EN),
        "dct:publisher": _publisher(),
        "dct:license": LICENCE,
        "dcat:dataset": [_data_set(edition) for edition in editions],
    }
    return json.dumps(about, ensure_ascii=False, indent=2, sort_keys=True)


def _data_set(edition: Edition) -> dict[str, Any]:
    return {
        "@id": _address(edition, REPORT),
        "@type": "dcat:Dataset",
        "dct:identifier": f"{edition.period_key}-{edition.label}",
        "dct:title": _both(
            f"{settings.CENTER_NAME} 이용 실적 {edition.period_key}",
            f"Use of {settings.CENTER_NAME_EN}, {edition.period_key}",
        ),
        "dct:description": _both(
            "공간·장비 이용, 프로그램 참가와 만족도의 분기 통계. 5 미만의 수와 이를 알아낼 수 있는"
            " 수는 비공개이며 status 열에 표시됩니다.",
            "Use of spaces and equipment, programs and satisfaction by quarter. Numbers under five"
            " and those that would give one away are left out; the column status says so.",
        ),
        "dcat:keyword": _keywords(),
        "dct:spatial": _places(),
        "dct:publisher": _publisher(),
        "dct:license": LICENCE,
        "dct:rights": "공공누리 제1유형: 출처표시",
        "dct:language": ["ko", "en"],
        "dct:accrualPeriodicity": "http://purl.org/cld/freq/quarterly",
        "dct:issued": edition.frozen_at.isoformat(timespec="seconds"),
        "dct:modified": edition.frozen_at.isoformat(timespec="seconds"),
        "dcat:version": edition.label,
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": edition.starts.isoformat(),
            # the last day that belongs to it
            "dcat:endDate": (edition.ends - clock.DAY).isoformat(),
        },
        "dcat:distribution": [_distribution(edition, part) for part in MEDIA],
    }


def _distribution(edition: Edition, part: str) -> dict[str, Any]:
    address = _address(edition, part)
    checked: dict[str, Any] = {"spdx:checksum": _checksum(edition)} if part == REPORT else {}
    return checked | {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": part,
        "dcat:downloadURL": address,
        "dcat:mediaType": MEDIA[part],
        "dct:license": LICENCE,
    }


def _address(edition: Edition, part: str) -> str:
    """It names the version, so that what is there never changes."""
    where = [edition.period_key, edition.label]
    name = reverse("open_data_report", args=where)
    if part != REPORT:
        name = reverse("open_data_version", args=[*where, part])
    return f"{settings.SITE_URL}{name}"


def _checksum(edition: Edition) -> dict[str, str]:
    return {
        "@type": "spdx:Checksum",
        "spdx:algorithm": "spdx:checksumAlgorithm_sha256",
        "spdx:checksumValue": edition.public_digest,
    }


def _keywords() -> list[dict[str, str]]:
    words = (
        ("소상공인", "small businesses"),
        ("디지털커머스", "digital commerce"),
        ("공공시설 이용", "use of public facilities"),
        ("라이브커머스", "live commerce"),
    )
    return [each for ko, en in words for each in _both(ko, en)]


def _places() -> list[dict[str, Any]]:
    """The regions whose businesses the house is for, by their codes of 행안부."""
    known = {district.code[:2]: district.sido for district in regions.districts()}
    return [
        {"@type": "dct:Location", "dct:identifier": code, "skos:prefLabel": known[code]}
        for code in settings.HOME_REGIONS
        if code in known
    ]


def _publisher() -> dict[str, Any]:
    return {
        "@type": "foaf:Organization",
        "foaf:name": _both(settings.CENTER_NAME, settings.CENTER_NAME_EN),
        "foaf:mbox": f"mailto:{settings.CENTER_EMAIL}",
    }


def _both(ko: str, en: str) -> list[dict[str, str]]:
    return [{"@language": "ko", "@value": ko}, {"@language": "en", "@value": en}]
