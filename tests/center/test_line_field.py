import pytest
from django.core.exceptions import ValidationError

from bookings.forms import AppealForm, CancelForm
from center import csv_file
from center.line_field import LineField, LinesField
from merchants.forms import BusinessForm


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


UNSEEN = [0x3164, 0x115F, 0x1160, 0xFFA0, 0x2800, 0x034F, 0x17B4, 0x17B5]
UNSEEN += [0x180B, 0x180F, 0xFE00, 0xFE0F, 0xE0100, 0xE01EF, 0x202E, 0x2066, 0x200B]


@pytest.mark.parametrize("code", UNSEEN, ids=hex)
@pytest.mark.parametrize("field", [LineField, LinesField])
def test_text_when_a_character_shows_as_nothing_then_a_name_of_it_is_empty(field, code):
    character = chr(code)
    with pytest.raises(ValidationError) as refused:
        field().clean(character * 3)
    assert refused.value.code == "required"
    assert character not in field().clean(f"달{character}구")


@pytest.mark.parametrize("typed", ["달구벌 수제청", "훈민정음 ᄒᆞᆫ글", "ភាសាខ្មែរ", "카페 ☕ ❤", "é"])
def test_text_when_every_character_shows_then_kept_as_typed(typed):
    assert (LineField().clean(typed), LinesField().clean(typed)) == (typed, typed)


@pytest.mark.parametrize(
    ("form", "name"),
    [(BusinessForm, "online_shops"), (CancelForm, "text"), (AppealForm, "text")],
)
def test_lines_in_forms_when_turned_around_then_plain(form, name):
    assert form.base_fields[name].clean("https://a.example\u202egnp.\nb") == (
        "https://a.example gnp.\nb"
    )


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
