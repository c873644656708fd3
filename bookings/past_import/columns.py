"""The headings of a list of past uses, as different offices write them."""

from __future__ import annotations

from merchants.register_import.columns import Column, fields_of

#: rows of one file; a busy house has some 10,000 uses in two years
MAX_ROWS = 10_000

COLUMNS = (
    Column(
        "number",
        "사업자등록번호",
        ("사업자번호", "사업자등록번호(10자리)", "사업자no"),
        "220-81-62517",
        True,
    ),
    Column("space", "공간", ("공간명", "시설", "시설명", "이용시설", "장소"), "1인 스튜디오", True),
    Column("unit", "호실/좌석", ("호실", "좌석", "좌석번호", "호수", "룸"), "스튜디오 A"),
    Column("day", "이용일", ("이용일자", "사용일", "예약일", "날짜", "일자"), "2025-10-01"),
    Column(
        "starts",
        "시작",
        ("시작시각", "시작시간", "이용시작", "시작일시", "이용시작일시"),
        "10:00",
        True,
    ),
    Column(
        "ends",
        "종료",
        ("종료시각", "종료시간", "이용종료", "종료일시", "이용종료일시", "끝"),
        "12:00",
        True,
    ),
    Column("state", "결과", ("상태", "이용결과", "이용여부", "이용상태"), "이용", True),
    Column("purpose", "이용 목적", ("목적", "사용목적", "내용"), "상품 촬영"),
    Column("headcount", "인원", ("이용인원", "인원수", "사용인원"), "2"),
)
HEADINGS = {column.field: column.heading for column in COLUMNS}
FIELDS = fields_of(COLUMNS)
