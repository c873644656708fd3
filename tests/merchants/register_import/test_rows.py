"""Rows put together, and what is said of those that cannot be."""

import datetime as dt

import pytest

from tests.factories.people import number
from tests.merchants.register_import.registers import (
    HEADINGS,
    as_csv,
    business,
    table,
    understood,
)

pytestmark = pytest.mark.usefixtures("at_now")


def row(**cells):
    extra = [heading for heading in cells if heading not in HEADINGS]
    return understood(as_csv([HEADINGS + extra, business(1, **cells)]))[0]


def test_row_when_complete_then_every_entry():
    read = row(**{"확인 유효기간": "2027-03-31", "여성": "Y", "청년": "", "주소": "대구 북구 1"})
    assert read.errors == ()
    assert read.verified_until == dt.date(2027, 3, 31)
    assert read.entries == {
        "name": "달구벌상점 1",
        "number": number(1),
        "representative": "김대표1",
        "kind": "individual",
        "section": "G",
        "district": "27230",
        "phone": "053-200-0001",
        "founded_on": dt.date(2021, 5, 25),
        "women_owned": True,
        "address": "대구 북구 1",
    }


@pytest.mark.parametrize("blank", ["", "-", " ", "없음", "#N/A"])
def test_row_when_a_cell_is_empty_then_the_file_says_nothing_of_it(blank):
    assert "phone" not in row(전화=blank).entries
    assert row(전화=blank).errors == ()


def test_row_when_several_cells_are_wrong_then_each_has_its_sentence():
    errors = row(사업자등록번호="123", 전화="x", 개업일="x", 시군구="없는구").errors
    assert [error.split(":")[0] for error in errors] == [
        "사업자등록번호",
        "전화",
        "개업일",
        "시군구",
    ]


def test_row_when_it_is_shorter_than_the_headings_then_the_rest_is_empty():
    read = understood(as_csv([HEADINGS, ["가게", number(1)]]))[0]
    assert read.errors == ()
    assert read.entries == {"name": "가게", "number": number(1)}


def test_row_when_the_number_stands_in_a_row_above_then_refused_with_that_row():
    rows = understood(table(business(1), business(2), business(1, 전화="")))
    assert [bool(read.errors) for read in rows] == [False, False, True]
    assert "2" in rows[2].errors[0]


def test_row_when_one_above_was_refused_itself_then_the_later_counts():
    rows = understood(table(business(1, 전화="x"), business(1)))
    assert [bool(read.errors) for read in rows] == [True, False]


@pytest.mark.parametrize(
    ("cells", "refused"),
    [
        ({"구분": "예비창업자", "사업자등록번호": ""}, False),
        ({"구분": "예비창업자"}, True),
        ({"구분": "예비창업자", "사업자등록번호": "", "전화": ""}, True),
        ({"구분": "개인", "사업자등록번호": ""}, True),
        ({"구분": "", "사업자등록번호": ""}, True),
        ({"구분": ""}, False),
    ],
)
def test_row_when_it_could_not_be_found_again_then_refused(cells, refused):
    assert bool(row(**cells).errors) is refused


def test_row_when_it_holds_a_resident_number_then_refused():
    assert row(대표자="김달구 900101-1234567").errors
