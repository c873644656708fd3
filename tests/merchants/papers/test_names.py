from __future__ import annotations

import unicodedata

import pytest

from merchants.papers.intake import clean_upload
from merchants.papers.limits import JPEG, PDF, PNG
from merchants.papers.names import MAX_LENGTH, display_name
from tests.merchants.papers import uploads

KOREAN = "사업자등록증"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (f"{KOREAN}.jpg", f"{KOREAN}.jpg"),
        (unicodedata.normalize("NFD", f"{KOREAN}.jpg"), f"{KOREAN}.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\hong\\" + KOREAN + ".HEIC", f"{KOREAN}.jpg"),
        ("a\x00b\r\nc\x1b.png", "abc.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("\u200f\u2066 a\u00a0 b \u3000c.html", "a b c.jpg"),
        ('a"b<c>|?*:d.jpg', "a b c d.jpg"),
        ("1.2 " + KOREAN, f"1.2 {KOREAN}.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("..", "paper.jpg"),
        ("", "paper.jpg"),
        ("홍길동 900101-1234567.pdf", "홍길동 ******-*******.jpg"),
        ("\ud800.jpg", "paper.jpg"),
    ],
)
def test_display_name_when_a_name_comes_then_fit_to_be_shown(raw, shown):
    assert display_name(raw, JPEG) == shown


@pytest.mark.parametrize(("content_type", "suffix"), [(JPEG, ".jpg"), (PNG, ".png"), (PDF, ".pdf")])
def test_display_name_when_long_then_cut_and_its_ending_that_of_the_content(content_type, suffix):
    name = display_name("가" * 300 + ".exe", content_type)
    assert name == "가" * (MAX_LENGTH - 4) + suffix


def test_display_name_when_it_comes_with_a_file_then_cleaned():
    file = clean_upload(
        uploads.upload(uploads.jpeg(), "../../" + unicodedata.normalize("NFD", KOREAN))
    )
    assert file.name == f"{KOREAN}.jpg"
