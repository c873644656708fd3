"""A content as the assembling gives it, with names that files stumble over."""

from __future__ import annotations

import copy
from typing import Any


def words(ko: str, en: str) -> dict[str, str]:
    return {"ko": ko, "en": en}


def figure(
    key: str, ko: str, en: str, unit: str = "건", *, decimals: int = 0, **flags: bool
) -> dict:
    return {
        "key": key,
        "name": words(ko, en),
        "unit": words(unit, {"건": "uses", "개사": "businesses"}.get(unit, unit)),
        "decimals": decimals,
        "formula": words(f"{ko}을(를) 세는 방법", f"How {en} is counted"),
        "source": words("예약 원장", "Booking ledger"),
        "additive": flags.get("additive", True),
        "counts": flags.get("counts", True),
    }


FIGURES = [
    figure("bookings.count", "예약", "Bookings"),
    figure("bookings.hours", "이용 시간", "Hours used", "시간", decimals=1, counts=False),
    figure(
        "bookings.utilisation",
        "가동률",
        "Utilisation",
        "%",
        decimals=1,
        counts=False,
        additive=False,
    ),
    figure("bookings.businesses", "업체", "Businesses", "개사", additive=False),
    figure("bookings.no_shows", "노쇼", "No-shows"),
]


def row(key: str, ko: str, en: str, *cells: Any) -> dict:
    return {"key": key, "name": words(ko, en), "cells": list(cells)}


CONTENT: dict[str, Any] = {
    "schema": 1,
    "house": words("대구 디지털커머스센터", "Daegu Digital Commerce Center"),
    "period": {"kind": "month", "key": "2026-10", "starts": "2026-10-01", "ends": "2026-11-01"},
    "as_of": "2026-11-02T00:00:00+09:00",
    "figures": FIGURES,
    "tables": [
        {
            "key": "usage_by_space",
            "title": words("공간별 이용", "Use by space"),
            "cut": {"key": "space", "name": words("공간", "Space")},
            "columns": [each["key"] for each in FIGURES],
            "rows": [
                row("studio", "1인 스튜디오", "Studio", 198, "502.0", "71.3", 121, 4),
                row("recording", "녹음실", "Recording room", 64, "131.5", "37.2", 41, 2),
                row("office", "공유 오피스 펲", "Shared office", 132, "562.0", "66.9", 58, 3),
                # as a change against the year before would be
                row("conference", "컨퍼런스룸", "Conference room", 37, "89.0", "-25.3", 30, 0),
                row("idle", "=cmd|'/c calc'!A1", "=cmd|'/c calc'!A1", 0, "0.0", "0.0", 0, 0),
            ],
            "total": [431, "1284.5", "63.8", 212, 9],
            "note": words("업체는 중복을 뺀 수라 합계와 다릅니다.", "Businesses are distinct."),
        },
        {
            "key": "usage_by_district",
            "title": words("시군구별 이용", "Use by district"),
            "cut": {"key": "district", "name": words("시군구", "District")},
            "columns": ["bookings.count", "bookings.businesses"],
            "rows": [
                row("27230", "북구", "Buk-gu", 214, 96),
                row("27260", "수성구\u200f\u202e", "Suseong-gu", 180, 90),
                row("27720", "군위군", "Gunwi-gun", 3, 1),
                row("47130", "+경주시 ☃", "Gyeongju", 34, 25),
            ],
            "total": [431, 212],
            "note": None,
        },
    ],
    "targets": [
        {
            "key": "bookings.businesses",
            "name": words("지원 업체(중복 제외)", "Businesses supported"),
            "unit": words("개사", "businesses"),
            "target": 500,
            "result": 212,
            "to_date": 412,
            "rate": "82.4",
        }
    ],
}


def content(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(CONTENT), **changes}
