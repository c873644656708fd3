"""Which column is which."""

import io

import openpyxl
import pytest

from center.errors import RuleViolation
from merchants.register_import import files
from merchants.register_import.columns import COLUMNS, split
from merchants.register_import.reading import MAX_ROWS, read
from tests.merchants.register_import.registers import HEADINGS, as_csv, business


def places(*rows):
    return split(read(as_csv(rows)))[0].places


def code(*rows):
    with pytest.raises(RuleViolation) as caught:
        split(read(as_csv(rows)))
    return caught.value.codes


def test_split_when_headings_stand_in_another_order_and_writing_then_found():
    assert places(
        ["연락처", " 사업자 등록 번호 ", "업체명", "업종 (대분류)", "시·군·구"], ["1"]
    ) == {
        "phone": 0,
        "number": 1,
        "name": 2,
        "section": 3,
        "district": 4,
    }


def test_split_when_titles_stand_above_then_skipped():
    content = as_csv([["2026년 이용업체 명부"], ["작성일", "2026-11-23"], HEADINGS, business(1)])
    layout, rows = split(read(content))
    assert layout.headings == tuple(HEADINGS)
    assert [row.number for row in rows] == [4]


def test_split_when_a_heading_means_nothing_then_named():
    layout, _rows = split(
        read(as_csv([["상호", "사업자등록번호", "비고", ""], ["가게", "1", "x", "y"]]))
    )
    assert layout.unknown == ("비고",)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["가게", "053-1"], ["나게", "053-2"]], "no_headings"),
        ([["상호"], ["가게"]], "no_headings"),
        ([["대표자", "전화"], ["김", "053"]], "no_headings"),
        ([["제목"]] * 21 + [HEADINGS, business(1)], "no_headings"),
        ([HEADINGS], "no_rows"),
        ([["상호", "전화", "연락처"], ["가게", "1", "2"]], "heading_twice"),
        ([HEADINGS, *[["가게"]] * (MAX_ROWS + 1)], "too_many_rows"),
    ],
)
def test_split_when_the_table_is_not_ours_then_refused(rows, expected):
    assert code(*rows) == (expected,)


def test_split_when_as_many_rows_as_allowed_then_taken():
    assert len(split(read(as_csv([HEADINGS, *[["가게"]] * MAX_ROWS])))[1]) == MAX_ROWS


def test_template_when_opened_then_every_column_is_known_and_nothing_is_filled_in():
    book = openpyxl.load_workbook(io.BytesIO(files.template()))
    register, explanation = book.worksheets
    assert [cell.value for cell in register[1]] == [column.heading for column in COLUMNS]
    assert register.max_row == 1
    assert explanation.max_row == len(COLUMNS) + 1
    assert len(places([cell.value for cell in register[1]], ["x"])) == len(COLUMNS)
