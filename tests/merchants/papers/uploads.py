"""Files as merchants and strangers send them, made here."""

from __future__ import annotations

import functools
import io
import struct
import zipfile
import zlib

import pikepdf
import pillow_heif
from django.core.files.uploadedfile import SimpleUploadedFile
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

pillow_heif.register_heif_opener()

HTML = b"<!doctype html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
GPS_MARK = b"\x00N\x00\x00"
RED, BLUE = (220, 20, 20), (20, 20, 220)


def upload(content: bytes, name: str = "사업자등록증.jpg", content_type: str = "image/jpeg"):
    return SimpleUploadedFile(name, content, content_type)


def picture(width: int = 60, height: int = 40) -> Image.Image:
    """Red on the left, blue on the right: which way is up shows."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def encoded(image: Image.Image, form: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def jpeg(width: int = 60, height: int = 40, **options) -> bytes:
    return encoded(picture(width, height), "JPEG", quality=90, **options)


def jpeg_with_place(orientation: int = 1) -> bytes:
    """As a phone writes it: make, orientation and where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Phone of Hong"
    exif.get_ifd(0x8825).update({1: "N", 2: (35.0, 54.0, 12.5), 3: "E", 4: (128.0, 36.0, 40.1)})
    return jpeg(exif=exif, comment=b"at home")


@functools.cache
def photo() -> bytes:
    """Twelve million pixels, about 3 MB: what a phone sends."""
    image = Image.effect_noise((504, 378), 80).resize((4032, 3024)).convert("RGB")
    return encoded(image, "JPEG", quality=90)


@functools.cache
def fifty_million_pixels() -> bytes:
    return encoded(Image.new("RGB", (8160, 6144), RED), "JPEG")


def png_bomb(width: int = 50_000, height: int = 50_000) -> bytes:
    """A few kilobytes that claim to be 2.5 thousand million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(2_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archived:
        archived.writestr("word/document.xml", "<w:document/>")
    return file.getvalue()


def pdf(pages: int = 1, *, change=None, **options) -> bytes:
    """Pages with a red square each; ``change(pdf)`` adds what a test wants."""
    document = pikepdf.new()
    for _ in range(pages):
        page = document.add_blank_page(page_size=(595, 842))
        page.contents_add(b"0.9 0.1 0.1 rg 100 100 200 200 re f\n")
    if change:
        change(document)
    file = io.BytesIO()
    document.save(file, **options)
    return file.getvalue()


def add_everything_that_acts(document: pikepdf.Pdf) -> None:
    """Scripts, actions, forms, attachments and metadata at every place that has them."""
    script = Dictionary(S=Name.JavaScript, JS="app.alert('secret')")
    launch = Dictionary(S=Name.Launch, F="cmd.exe")
    document.attachments["virus.exe"] = b"MZ attached"
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WC=script)
    document.Root.Names.JavaScript = Dictionary(Names=Array(["x", script]))
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Btn,
            T="button",
            Rect=[0, 0, 9, 9],
            A=launch,
            AA=Dictionary(E=script),
        )
    )
    page = document.pages[0]
    page.Annots = Array([field])
    page.AA = Dictionary(O=script)
    document.Root.AcroForm = Dictionary(
        Fields=Array([field]), XFA=Stream(document, b"<xdp>secret form</xdp>")
    )
    document.docinfo["/Author"] = "Hong of secret street"
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["secret author"]


def add_stamp(document: pikepdf.Pdf) -> None:
    """An annotation that shows a blue square: part of what the paper says."""
    look = Stream(document, b"0.1 0.1 0.9 rg 0 0 100 100 re f")
    look.update(Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 100]))
    document.pages[0].Annots = Array(
        [
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Stamp,
                Rect=[400, 600, 500, 700],
                F=4,
                AP=Dictionary(N=look),
            )
        ]
    )


def add_photo(content: bytes):
    """The PDF an app makes of a photo: the camera's JPEG as it was."""

    def change(document: pikepdf.Pdf) -> None:
        image = Stream(document, content)
        image.update(
            Dictionary(
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=60,
                Height=40,
                ColorSpace=Name.DeviceRGB,
                BitsPerComponent=8,
                Filter=Name.DCTDecode,
            )
        )
        page = document.pages[0]
        page.Resources = Dictionary(XObject=Dictionary(Photo=image))
        page.contents_add(b"q 300 0 0 200 100 500 cm /Photo Do Q\n")

    return change
