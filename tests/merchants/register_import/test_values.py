"""What cells mean, one by one."""

import datetime as dt

import pytest

from merchants import regions
from merchants.register_import import places, values
from merchants.register_import.columns import COLUMNS
from merchants.services.register import ENTRIES

pytestmark = pytest.mark.usefixtures("at_now")

TODAY = dt.date(2026, 11, 23)
DAY = dt.date(2021, 5, 25)


def sentence(parse, cell):
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the sentence is compared
        parse(cell)
    return str(caught.value)


@pytest.mark.parametrize(
    "cell",
    [
        "220-81-62517",
        "2208162517",
        " 220 81 62517 ",
        "2208162517.0",
        "220–81–62517",
        "２２０-８１-６２５１７",
    ],
)
def test_number_when_written_in_any_way_then_ten_digits(cell):
    assert values.number(cell) == "2208162517"


@pytest.mark.parametrize("cell", ["220-81-62518", "0000000000", "220-81-6251", "번호 없음", "2.5"])
def test_number_when_it_is_none_then_named(cell):
    assert cell in sentence(values.number, cell)


def test_number_when_excel_shortened_it_then_the_way_out_is_named():
    assert "2.20816E+09" in sentence(values.number, "2.20816E+09")


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("010-1234-5678", "010-1234-5678"),
        ("01012345678", "010-1234-5678"),
        ("010.1234.5678", "010-1234-5678"),
        ("+82 10 1234 5678", "010-1234-5678"),
        ("1012345678", "010-1234-5678"),
        ("1012345678.0", "010-1234-5678"),
        ("531234567", "053-123-4567"),
        ("053)123-4567", "053-123-4567"),
        ("02-123-4567", "02-123-4567"),
        ("1588-1234", "1588-1234"),
        ("010-1234-5678, 053-123-4567", "010-1234-5678"),
        ("０１０－１２３４－５６７８", "010-1234-5678"),
    ],
)
def test_phone_when_written_in_any_way_then_as_korea_writes_it(cell, read):
    assert values.phone(cell) == read


@pytest.mark.parametrize("cell", ["123", "없음요", "053-12", "1.01E+09"])
def test_phone_when_it_is_none_then_named(cell):
    assert cell in sentence(values.phone, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2021-05-25",
        "2021.5.25",
        "2021. 5. 25.",
        "2021. 5. 25.(화)",
        "2021/05/25",
        "2021년 5월 25일",
        "20210525",
        "20210525.0",
        "2021-05-25 00:00:00",
        "44341",
        "44341.0",
    ],
)
def test_date_when_written_in_any_way_then_the_day(cell):
    assert values.date(cell) == DAY


@pytest.mark.parametrize(
    "cell", ["2021-02-30", "2021-13-01", "21.5.25", "작년", "2021-05-251", "1"]
)
def test_date_when_it_is_none_then_named(cell):
    assert cell in sentence(values.date, cell)


@pytest.mark.parametrize(
    ("cell", "good"), [("2026-11-23", True), ("2026-11-24", False), ("1899-12-31", False)]
)
def test_founded_on_when_after_today_or_long_ago_then_refused(cell, good):
    if good:
        assert values.founded_on(cell) == TODAY
    else:
        assert cell in sentence(values.founded_on, cell)


@pytest.mark.parametrize(
    "cell",
    [
        "2027-03-31",
        "2026-04-01 ~ 2027-03-31",
        "2026.4.1∼2027.3.31",
        "2027-03-31까지",
        "~2027-03-31",
    ],
)
def test_verified_until_when_a_span_then_its_end(cell):
    assert values.verified_until(cell) == dt.date(2027, 3, 31)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("개인", "individual"),
        ("개인 사업자", "individual"),
        ("법인", "corporation"),
        ("예비창업자", "pre_founder"),
    ],
)
def test_kind_when_known_then_read(cell, kind):
    assert values.kind(cell) == kind


@pytest.mark.parametrize(
    ("digits", "kind"),
    [("80", "individual"), ("81", "corporation"), ("88", "corporation"), ("89", "individual")],
)
def test_kind_of_number_when_81_to_88_then_a_corporation(digits, kind):
    assert values.kind_of_number(f"220{digits}62517") == kind


@pytest.mark.parametrize(
    "cell",
    ["G", "g", "G.", "도매 및 소매업", "도매및소매업", "G. 도매 및 소매업", "G 도매 및 소매업"],
)
def test_section_when_letter_or_name_then_the_letter(cell):
    assert values.section(cell) == "G"


@pytest.mark.parametrize("cell", ["V", "장사", "GG", "도매"])
def test_section_when_unknown_then_named(cell):
    assert cell in sentence(values.section, cell)


def test_section_when_each_name_then_each_letter():
    assert "".join(values.section(row.name_ko) for row in regions.sections()) == (
        "ABCDEFGHIJKLMNOPQRSTU"
    )


@pytest.mark.parametrize(
    ("cell", "yes"),
    [
        ("Y", True),
        ("예", True),
        ("O", True),
        ("○", True),
        ("1", True),
        ("True", True),
        ("N", False),
        ("아니오", False),
        ("×", False),
        ("0", False),
        ("FALSE", False),
    ],
)
def test_yes_or_no_when_known_then_read(cell, yes):
    assert values.yes_or_no(cell) is yes


def test_yes_or_no_when_unknown_then_named():
    assert "글쎄" in sentence(values.yes_or_no, "글쎄")


def test_text_when_it_held_a_resident_number_then_refused():
    assert sentence(values.text("address"), "대구 북구 ******-*******")
    assert values.text("address")("북구 1 *** ****") == "북구 1 *** ****"


def test_text_when_too_long_then_the_limit_is_named():
    assert values.text("name")("가" * 80) == "가" * 80
    assert "80" in sentence(values.text("name"), "가" * 81)


def test_columns_when_read_then_every_entry_has_one():
    fields = {column.field for column in COLUMNS}
    assert fields - {"sido", "verified_until"} == set(ENTRIES)
    assert fields - {"sido", "district"} == set(values.PARSERS)


# Places --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sido", "sigungu", "address", "code"),
    [
        ("", "27230", "", "27230"),
        ("대구광역시", "북구", "", "27230"),
        ("대구", "북구", "", "27230"),
        ("", "대구광역시 북구", "", "27230"),
        ("", "대구 북구", "", "27230"),
        ("대구광역시", "대구광역시 북구", "", "27230"),
        ("", "수성구", "", "27260"),
        ("경상북도", "포항시 남구", "", "47111"),
        ("경북", "포항시남구", "", "47111"),
        ("", "", "대구광역시 북구 유통단지로 1", "27230"),
        ("", "", "경북 포항시 남구 시청로 1", "47111"),
        ("", "", "대구 달서구", "27290"),
        ("세종특별자치시", "", "", "36110"),
        ("", "세종시", "", "36110"),
        ("", "", "세종특별자치시 한누리대로 2130", "36110"),
        # ended codes and names, and where they lead today
        ("", "47720", "", "27720"),
        ("경북", "군위군", "", "27720"),
        ("경상북도", "군위군", "", "27720"),
        ("강원도", "춘천시", "", "51110"),
        ("강원", "춘천시", "", "51110"),
        ("강원특별자치도", "춘천시", "", "51110"),
        ("", "45111", "", "52111"),
        ("광주", "북구", "", "12300"),
        ("경기", "광주시", "", "41610"),
    ],
)
def test_find_when_the_place_is_certain_then_its_code_of_today(sido, sigungu, address, code):
    assert places.find(sido, sigungu, address, TODAY) == code


@pytest.mark.parametrize(
    ("sido", "sigungu", "address"),
    [
        ("", "북구", ""),
        ("", "99999", ""),
        ("", "28110", ""),  # divided among two
        ("인천", "중구", ""),
        ("대구", "종로구", ""),
        ("대구광역시", "", ""),
        ("", "", "유통단지로 1"),
        ("", "", ""),
    ],
)
def test_find_when_the_place_is_uncertain_then_none(sido, sigungu, address):
    assert places.find(sido, sigungu, address, TODAY) is None


def test_find_when_a_code_has_not_ended_yet_then_as_it_was_that_day():
    assert places.find("", "47720", "", dt.date(2023, 6, 30)) == "47720"
