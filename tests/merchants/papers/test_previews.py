from __future__ import annotations

import io

import pikepdf
import pytest
from PIL import Image

from merchants.papers import previews
from merchants.papers.limits import JPEG, PDF, PNG
from tests.merchants.papers import uploads


def drawn(content: bytes, content_type: str, **how) -> Image.Image:
    preview = previews.draw(content, content_type, **how)
    assert preview.content_type == JPEG
    return Image.open(io.BytesIO(preview.content))


def is_red(pixel) -> bool:
    return pixel[0] > 180 and pixel[1] < 80 and pixel[2] < 80


@pytest.mark.parametrize(("form", "content_type"), [("JPEG", JPEG), ("PNG", PNG)])
def test_draw_when_a_picture_then_as_wide_as_asked_and_never_wider_than_it_is(form, content_type):
    content = uploads.encoded(uploads.picture(1600, 800), form)
    assert drawn(content, content_type, width=400).size == (400, 200)
    assert drawn(content, content_type, width=2400).size == (1600, 800)
    assert is_red(drawn(content, content_type, width=400).getpixel((50, 100)))


def test_draw_when_a_pdf_then_the_page_asked_for():
    def change(pdf):
        pdf.pages[1].contents_add(b"0 0 1 rg 0 0 595 842 re f\n")

    content = uploads.pdf(2, change=change)
    first, second = (drawn(content, PDF, page=page, width=595) for page in (1, 2))
    assert first.size == (595, 842)
    assert is_red(first.getpixel((200, 842 - 200)))
    assert first.getpixel((500, 100)) == (255, 255, 255)
    assert second.getpixel((500, 100))[2] > 200 > second.getpixel((500, 100))[0]


@pytest.mark.parametrize("size", [(14400, 14400), (1, 14400), (14400, 1)])
def test_draw_when_a_page_claims_to_be_huge_then_bounded(size):
    document = pikepdf.new()
    document.add_blank_page().MediaBox = [0, 0, *size]
    file = io.BytesIO()
    document.save(file)
    picture = drawn(file.getvalue(), PDF, width=100_000)
    assert picture.width <= previews.MAX_WIDTH
    assert picture.width * picture.height <= 8_100_000


@pytest.mark.parametrize("page", [0, -1, 2])
@pytest.mark.parametrize(
    ("content", "content_type"), [(uploads.pdf(), PDF), (uploads.jpeg(), JPEG)], ids=["pdf", "jpeg"]
)
def test_draw_when_there_is_no_such_page_then_said(content, content_type, page):
    with pytest.raises(previews.NoSuchPage):
        previews.draw(content, content_type, page=page)


def test_draw_when_it_cannot_be_drawn_then_said():
    with pytest.raises(previews.NotDrawn, match="paper_broken"):
        previews.draw(b"%PDF-1.7 nothing", PDF)
