"""PDFs written anew, with the pages and nothing that acts. Runs in the workshop.

What may stay is named, all the rest goes: scripts, actions, forms, attachments, outlines,
metadata, whatever a future version adds. What forms and stamps show is drawn into the page
first. A PDF that only restricts printing or copying opens without a password and is taken,
as issuers of certificates like to set that; one that asks for a password is not.
"""

from __future__ import annotations

import io
from contextlib import suppress

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from merchants.papers import jpegs
from merchants.papers.limits import MAX_PAGES, PDF, Refused

#: what qpdf raises on a file that is cut off or makes no sense
_BROKEN = (pikepdf.PdfError, pikepdf.DataDecodingError, RuntimeError, ValueError, TypeError)
_CATALOG_KEEPS = {"/Type", "/Pages", "/OCProperties", "/Lang"}
_TRAILER_KEEPS = {"/Root", "/Size", "/ID"}
_PAGE_KEEPS = {
    "/Type",
    "/Parent",
    "/Resources",
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Contents",
    "/Group",
}
#: hang on pictures and fonts too: attachments, metadata, second versions, other files
_NOWHERE = ("/AA", "/AF", "/Alternates", "/Metadata", "/OPI", "/PieceInfo", "/Ref")
#: a stream whose bytes lie in another file
_ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")


def clean(data: bytes, *, most_pages: int = MAX_PAGES) -> tuple[dict[str, object], bytes]:
    """The pages in a new file.

    Raises Refused: ``paper_encrypted``, ``paper_broken``, ``paper_no_pages``,
    ``paper_too_many_pages``.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if _is_cut_off(data, pdf):
                raise Refused("paper_broken")
            pages = _count(pdf, most_pages)
            _flatten(pdf)
            _strip(pdf)
            _read_through(pdf)
            return {"content_type": PDF, "pages": pages}, _written(pdf)
    except pikepdf.PasswordError as error:
        raise Refused("paper_encrypted") from error
    except _BROKEN as error:
        raise Refused("paper_broken") from error


def _is_cut_off(data: bytes, pdf: Pdf) -> bool:
    """Whether its end is missing. qpdf opens such a file with the pages that are left; files
    with a whole end it may mend, as viewers do."""
    return b"%%EOF" not in data[-2048:] and bool(pdf.get_warnings())


def _count(pdf: Pdf, most: int) -> int:
    pages = len(pdf.pages)
    if pages == 0:
        raise Refused("paper_no_pages")
    if pages > most:
        raise Refused("paper_too_many_pages")
    return pages


def _flatten(pdf: Pdf) -> None:
    """What forms and annotations show becomes part of the page."""
    if "/AcroForm" in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations()


def _strip(pdf: Pdf) -> None:
    _keep_only(pdf.Root, _CATALOG_KEEPS)
    for key in set(pdf.trailer.keys()) - _TRAILER_KEEPS - {"/Encrypt"}:
        del pdf.trailer[key]
    for page in pdf.pages:
        _keep_only(page.obj, _PAGE_KEEPS)
    for item in pdf.objects:
        if isinstance(item, Dictionary | Stream):
            _without(item, _NOWHERE)
        if isinstance(item, Stream):
            _without(item, _ELSEWHERE)
            _strip_photo(item)


def _keep_only(item: pikepdf.Object, keys: set[str]) -> None:
    _without(item, set(item.keys()) - keys)


def _without(item: pikepdf.Object, keys: set[str] | tuple[str, ...]) -> None:
    for key in keys:
        if key in item:
            del item[key]


def _strip_photo(stream: Stream) -> None:
    """A photo inside a PDF is the camera's JPEG as it was, its place included."""
    filters = stream.get("/Filter")
    if filters != Name.DCTDecode and (
        not isinstance(filters, Array) or list(filters) != [Name.DCTDecode]
    ):
        return
    with suppress(ValueError):  # no JPEG after all: nothing to find in it, nothing to draw
        photo = jpegs.without_metadata(stream.read_raw_bytes())
        parms = stream.get("/DecodeParms")
        stream.write(
            photo,
            filter=Name.DCTDecode,
            decode_parms=parms if isinstance(parms, Dictionary) else None,
        )


def _read_through(pdf: Pdf) -> None:
    """A cut-off file can often be opened; that its pages can be read is another matter."""
    for page in pdf.pages:
        for stream in _contents(page):
            if not isinstance(stream, Stream):
                raise Refused("paper_broken")
            stream.read_bytes()


def _contents(page: pikepdf.Page) -> list[pikepdf.Object]:
    """One stream or several; none on an empty page."""
    if "/Contents" not in page.obj:
        return []
    contents = page.obj["/Contents"]
    return list(contents) if isinstance(contents, Array) else [contents]


def _written(pdf: Pdf) -> bytes:
    file = io.BytesIO()
    pdf.save(
        file,
        encryption=False,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        deterministic_id=True,
    )
    return file.getvalue()
