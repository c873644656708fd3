"""Made-up papers of the demo: drawn, small, and marked as samples across the sheet."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from center import clock, display
from merchants import regions
from merchants.models import Document, DocumentKind, DocumentPage, Merchant
from merchants.papers import store
from merchants.papers.limits import JPEG, PDF

_SIZE = (900, 1273)  # A4, about 110 dots an inch
_INK, _LINE, _MARK = "#1e2124", "#8a949e", "#e8b4ab"
#: where distributions keep a font with Korean letters; without one Latin letters have to do
_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
    "/System/Library/Fonts/AppleSDGothicNeo.ttc",
)


def hand_in(
    merchant: Merchant,
    *,
    valid_until: dt.date,
    checked_at: dt.datetime | None,
    sideways: bool = False,
) -> list[Document]:
    """A certificate as a photo and a confirmation as a PDF of two pages, as most people send
    them; ``sideways`` like a phone that was held flat."""
    photo = _certificate(merchant)
    if sideways:
        photo = photo.rotate(90, expand=True)
    number = f"0010-{valid_until.year - 1}-{merchant.pk % 100000:05}"
    pages = [_confirmation(merchant, number, valid_until), _sheet("유의 사항", "NOTES", [])]
    noted = {"number": number, "valid_until": valid_until, "checked_at": checked_at}
    return [
        _kept(merchant, "business_registration", _jpeg(photo), JPEG, 1, checked_at=checked_at),
        _kept(merchant, "small_merchant", _pdf(pages), PDF, len(pages), **noted),
    ]


def slides(title: str, points: Sequence[str]) -> bytes:
    """What a teacher hands out: a PDF of a page with the title and what is done."""
    lines = [(f"{n}", f"{n}", point) for n, point in enumerate(points, 1)]
    return _pdf([_sheet(title, "LESSON", lines)])


def _kept(
    merchant: Merchant, code: str, content: bytes, content_type: str, pages: int, **fields: object
) -> Document:
    """Straight into the tables: the services would date it today and ask staff to look."""
    kind = DocumentKind.objects.get(code=code)
    handed_in = merchant.submitted_at or merchant.created_at
    paper = Document.objects.create(merchant=merchant, kind=kind, uploaded_at=handed_in, **fields)
    stored = store.save(content)
    DocumentPage.objects.create(
        document=paper,
        position=1,
        stored_name=stored.name,
        key_id=stored.key_id,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        name=f"{kind.name}{'.pdf' if content_type == PDF else '.jpg'}",
        pages=pages,
    )
    return paper


# Drawing -----------------------------------------------------------------------------------


def _certificate(merchant: Merchant) -> Image.Image:
    founded = display.full_day(merchant.founded_on or clock.today())
    lines = [
        ("등록번호", "NUMBER", merchant.display_number),
        ("상호", "NAME", merchant.name),
        ("성명", "REPRESENTATIVE", merchant.representative),
        ("개업연월일", "FOUNDED", founded),
        ("사업장 소재지", "ADDRESS", merchant.address or merchant.district_name),
        ("업태", "SECTION", regions.section_name(merchant.section)),
    ]
    return _sheet("사업자등록증", "BUSINESS REGISTRATION", lines)


def _confirmation(merchant: Merchant, number: str, valid_until: dt.date) -> Image.Image:
    lines = [
        ("확인서 번호", "NUMBER", number),
        ("상호", "NAME", merchant.name),
        ("사업자등록번호", "BUSINESS NUMBER", merchant.display_number),
        ("대표자", "REPRESENTATIVE", merchant.representative),
        ("유효기간", "VALID UNTIL", display.full_day(valid_until)),
    ]
    return _sheet("소상공인확인서", "SMALL MERCHANT", lines)


def _sheet(title: str, english: str, lines: Sequence[tuple[str, str, str]]) -> Image.Image:
    image = Image.new("RGB", _SIZE, "white")
    _stamp(image)
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, _SIZE[0] - 40, _SIZE[1] - 40), outline=_LINE, width=3)
    middle = _SIZE[0] // 2
    draw.text((middle, 150), _writable(title, english), _INK, _font(54), anchor="mm")
    draw.text(
        (middle, 215),
        _writable("(견본 · 실제 서류가 아님)", "(SAMPLE)"),
        _INK,
        _font(24),
        anchor="mm",
    )
    for n, (label, plain_label, value) in enumerate(lines):
        top = 320 + n * 95
        draw.text((90, top), _writable(label, plain_label), _LINE, _font(24))
        draw.text((330, top - 4), _writable(value, value), _INK, _font(30))
        draw.line((90, top + 58, _SIZE[0] - 90, top + 58), _LINE, 1)
    return image


def _stamp(image: Image.Image) -> None:
    """Across the sheet, so that no copy passes for a real one."""
    word = Image.new("L", (_SIZE[0], 260))
    text = _writable("견본 SAMPLE", "SAMPLE")
    ImageDraw.Draw(word).text((_SIZE[0] // 2, 130), text, 255, _font(120), anchor="mm")
    turned = word.rotate(35, expand=True)
    place = ((_SIZE[0] - turned.width) // 2, (_SIZE[1] - turned.height) // 2)
    image.paste(Image.new("RGB", turned.size, _MARK), place, turned)


def _writable(text: str, plain: str) -> str:
    """What the font can show: without Korean letters only the Latin ones and figures."""
    if _korean_font():
        return text
    return "".join(letter if letter.isascii() else "□" for letter in plain).replace("□", "_")


@functools.cache
def _korean_font() -> str | None:
    return next((path for path in _FONTS if Path(path).exists()), None)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _korean_font()
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=75)
    return file.getvalue()


def _pdf(images: Sequence[Image.Image]) -> bytes:
    file = io.BytesIO()
    images[0].save(file, "PDF", save_all=True, append_images=images[1:], resolution=110)
    return file.getvalue()
