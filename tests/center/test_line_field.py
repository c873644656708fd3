import pytest
from django.core.exceptions import ValidationError

from center import csv_file
from center.line_field import LineField


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  달구벌  수제청 ", "달구벌 수제청"),
        ("Bcc: x\r\nBcc: a@example.com", "Bcc: x Bcc: a@example.com"),
        ("김\u202e달구\u2028", "김 달구"),
        ("a\tb\x07c", "a b c"),
    ],
)
def test_line_when_it_breaks_or_hides_something_then_one_plain_line(typed, kept):
    assert LineField().clean(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["900101-1234567", "900101/1234567", "900101:1234567", "900101\u200b1234567", "900101 1234567"],
)
def test_line_when_it_holds_a_resident_number_then_refused(typed):
    with pytest.raises(ValidationError):
        LineField().clean(f"이름 {typed}")


@pytest.mark.parametrize("cell", ["=1+1", "＝1+1", " =1+1", "@x", "-1", "\n=1", "+82"])
def test_cell_when_a_spreadsheet_would_run_it_then_it_is_text(cell):
    assert csv_file.neutral(cell) == f"'{cell}"


def test_cell_when_plain_then_as_it_is():
    assert csv_file.neutral("달구벌 = 1") == "달구벌 = 1"
