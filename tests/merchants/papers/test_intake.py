"""Every kind of file somebody may send: taken and made harmless, or refused with a sentence."""

from __future__ import annotations

import hashlib
import io

import pikepdf
import pytest
from django.utils import translation
from PIL import Image

from center.errors import RuleViolation
from merchants.papers import refusals
from merchants.papers.intake import clean_upload
from merchants.papers.limits import JPEG, MAX_BYTES, PDF, PNG
from tests.merchants.papers import uploads
from tests.merchants.papers.uploads import BLUE, RED, upload

ENCRYPTED = pikepdf.Encryption(owner="owner", user="user")


def cleaned(content: bytes, **about):
    return clean_upload(upload(content, **about))


def refused(content: bytes, **about) -> str:
    with pytest.raises(RuleViolation) as raised:
        cleaned(content, **about)
    (code,) = raised.value.codes
    return code


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def near(pixel, colour) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(pixel, colour, strict=True))


# Pictures ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "kept"),
    [
        (uploads.jpeg(), JPEG),
        (uploads.encoded(uploads.picture(), "PNG"), PNG),
        (uploads.encoded(uploads.picture(), "WEBP"), JPEG),
        (uploads.encoded(uploads.picture(), "HEIF"), JPEG),
    ],
    ids=["jpeg", "png", "webp", "heic"],
)
def test_picture_when_sent_then_kept_as_the_browser_can_show_it(content, kept):
    file = cleaned(content, content_type="application/octet-stream")
    image = opened(file.content)
    assert (file.content_type, file.pages, image.size) == (kept, 1, (60, 40))
    assert near(image.getpixel((10, 20)), RED)
    assert near(image.getpixel((50, 20)), BLUE)
    assert file.sha256 == hashlib.sha256(file.content).hexdigest()


def test_picture_when_it_tells_where_it_was_taken_then_no_more():
    content = uploads.jpeg_with_place()
    assert opened(content).getexif().get_ifd(0x8825)
    file = cleaned(content)
    assert dict(opened(file.content).getexif()) == {}
    assert b"Exif" not in file.content
    assert b"Phone of Hong" not in file.content
    assert b"at home" not in file.content


@pytest.mark.parametrize("orientation", [6, 8])
def test_picture_when_the_phone_was_turned_then_upright(orientation):
    image = opened(cleaned(uploads.jpeg_with_place(orientation)).content)
    top, bottom = (RED, BLUE) if orientation == 6 else (BLUE, RED)
    assert image.size == (40, 60)
    assert near(image.getpixel((20, 10)), top)
    assert near(image.getpixel((20, 50)), bottom)


def test_picture_when_large_then_made_smaller():
    image = opened(cleaned(uploads.photo()).content)
    assert image.size == (3000, 2250)


def test_picture_when_transparent_then_on_white():
    content = uploads.encoded(Image.new("RGBA", (30, 30), (0, 0, 0, 0)), "PNG")
    assert opened(cleaned(content).content).convert("RGB").getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("1", 1, 255),
        ("L", 200, 200),
        ("I;16", 200 * 256, 200),
        ("P", 0, 0),
        ("LA", (200, 255), 200),
    ],
)
def test_picture_when_in_a_mode_of_scanners_then_as_bright(mode, colour, expected):
    content = uploads.encoded(Image.new(mode, (30, 30), colour), "PNG")
    assert opened(cleaned(content).content).convert("L").getpixel((5, 5)) == expected


def test_picture_when_for_print_then_rgb():
    content = uploads.encoded(uploads.picture().convert("CMYK"), "JPEG")
    assert opened(cleaned(content).content).mode == "RGB"


@pytest.mark.parametrize("form", ["WEBP", "PNG"])
def test_picture_when_it_moves_then_its_first_frame(form):
    frames = [Image.new("RGB", (30, 30), colour) for colour in (RED, BLUE)]
    content = uploads.encoded(frames[0], form, save_all=True, append_images=frames[1:])
    image = opened(cleaned(content).content)
    assert near(image.convert("RGB").getpixel((5, 5)), RED)
    assert getattr(image, "n_frames", 1) == 1


def test_picture_when_a_page_of_html_hangs_on_it_then_cut_off():
    file = cleaned(uploads.jpeg() + uploads.HTML + uploads.archive())
    assert b"<script>" not in file.content
    assert b"PK\x03\x04" not in file.content


@pytest.mark.parametrize("content", [uploads.fifty_million_pixels(), uploads.png_bomb()])
def test_picture_when_of_too_many_pixels_then_refused(content):
    assert refused(content) == "paper_too_many_pixels"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_picture_when_cut_off_then_refused(form):
    image = Image.effect_noise((600, 400), 80).convert("RGB")
    content = uploads.encoded(image, form)
    assert refused(content[: len(content) // 2]) == "paper_broken"


# PDFs --------------------------------------------------------------------------------------
def test_pdf_when_sent_then_kept_with_its_pages():
    file = cleaned(uploads.pdf(3), name="확인서.pdf")
    assert (file.content_type, file.pages, file.name) == (PDF, 3, "확인서.pdf")
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        for page in pdf.pages:
            page.contents_coalesce()
        drawn = [page.Contents.read_bytes().strip() for page in pdf.pages]
    assert drawn == [b"0.9 0.1 0.1 rg 100 100 200 200 re f"] * 3


def test_pdf_when_it_acts_then_nothing_of_it_is_left():
    file = cleaned(uploads.pdf(change=uploads.add_everything_that_acts))
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        plain = io.BytesIO()
        pdf.save(plain, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
        assert set(pdf.Root.keys()) == {"/Type", "/Pages"}
        assert set(pdf.pages[0].obj.keys()) <= {
            "/Type",
            "/Parent",
            "/MediaBox",
            "/Contents",
            "/Resources",
        }
    for word in (b"JavaScript", b"Launch", b"secret", b"attached", b"XFA", b"/AA", b"/Info"):
        assert word not in plain.getvalue(), word


def test_pdf_when_a_stamp_is_on_it_then_still_to_be_seen():
    file = cleaned(uploads.pdf(change=uploads.add_stamp))
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        page = pdf.pages[0]
        assert "/Annots" not in page
        (drawn,) = page.Resources.XObject.values()
        assert drawn.read_bytes() == b"0.1 0.1 0.9 rg 0 0 100 100 re f"


def test_pdf_when_made_of_a_photo_then_its_place_is_gone():
    content = uploads.pdf(change=uploads.add_photo(uploads.jpeg_with_place()))
    assert b"Phone of Hong" in content
    file = cleaned(content)
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        kept = pdf.pages[0].Resources.XObject.Photo.read_raw_bytes()
    assert b"Phone of Hong" not in kept
    assert near(opened(kept).getpixel((10, 20)), RED)


def test_pdf_when_an_archive_hangs_on_it_then_cut_off():
    file = cleaned(uploads.pdf() + uploads.archive() + uploads.HTML)
    assert b"PK\x03\x04" not in file.content
    assert b"<script>" not in file.content


def test_pdf_when_only_printing_is_restricted_then_taken_and_open():
    content = uploads.pdf(encryption=pikepdf.Encryption(owner="issuer", user=""))
    with pikepdf.open(io.BytesIO(cleaned(content).content)) as pdf:
        assert not pdf.is_encrypted


def without_its_end(content: bytes) -> bytes:
    return content[: len(content) // 2]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (uploads.pdf(encryption=ENCRYPTED), "paper_encrypted"),
        (uploads.pdf(0), "paper_no_pages"),
        (uploads.pdf(21), "paper_too_many_pages"),
        (without_its_end(uploads.pdf(5)), "paper_broken"),
        (uploads.pdf(5).partition(b"\n6 0 obj")[0], "paper_broken"),
        (b"%PDF-1.7\n" + uploads.HTML, "paper_broken"),
        (b"%PDF-1.7\n", "paper_broken"),
    ],
    ids=["password", "no pages", "many pages", "cut off", "pages missing", "html", "mark alone"],
)
def test_pdf_when_it_cannot_be_used_then_refused(content, code):
    assert refused(content, name="확인서.pdf", content_type=PDF) == code


def test_pdf_when_of_twenty_pages_then_taken():
    assert cleaned(uploads.pdf(20)).pages == 20


# Everything else ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "content",
    [
        uploads.HTML,
        b"\n" * 100 + uploads.pdf(),
        uploads.HTML + uploads.pdf(),
        uploads.SVG,
        uploads.archive(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"MZ\x90\x00" + bytes(600),
        b"GIF89a" + bytes(600),
        uploads.encoded(uploads.picture(), "AVIF"),
        b"\xff",
    ],
    ids=[
        "html",
        "pdf later on",
        "html and pdf",
        "svg",
        "docx",
        "hwp",
        "exe",
        "gif",
        "avif",
        "byte",
    ],
)
@pytest.mark.parametrize(("name", "declared"), [("a.jpg", JPEG), ("a.pdf", PDF)])
def test_anything_else_when_named_and_declared_well_then_refused(content, name, declared):
    assert refused(content, name=name, content_type=declared) == "paper_type"


def test_size_when_nothing_or_beyond_the_limit_then_refused():
    assert refused(b"") == "paper_empty"
    assert refused(uploads.jpeg() + bytes(MAX_BYTES)) == "paper_too_large"


def test_size_when_at_the_limit_then_taken():
    content = uploads.jpeg()
    assert cleaned(content + bytes(MAX_BYTES - len(content))).content_type == JPEG


@pytest.mark.parametrize("code", refusals._SENTENCES)
def test_refusal_when_shown_then_says_in_korean_what_is_wrong_and_what_to_do(code):
    with translation.override("ko"):
        (violation,) = refusals.refusal(code, "page").violations
    assert (violation.code, violation.field) == (code, "page")
    assert violation.message.endswith("니다.")
    assert violation.remedy.endswith("시오.")
