"""Taking in a file a stranger sent: made anew, or refused with a sentence.

What it is is decided by its content, never by its name or what the browser says of it. What
is kept is never what came, but what the workshop made of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile

from merchants.papers import refusals
from merchants.papers.limits import MAX_BYTES, MAX_PAGES, PDF, Refused, type_of
from merchants.papers.names import display_name
from merchants.papers.workshop import take_in

#: after one of these nothing else of the same request is opened
LAST = frozenset({"paper_busy", "paper_too_heavy", "paper_no_room", "paper_kept_nowhere"})


@dataclass(frozen=True)
class CleanFile:
    """A file fit to be kept and shown: a JPEG or PNG without metadata, or a PDF with nothing
    but pages. ``sha256`` is that of ``content``, in hexadecimal; ``name`` is for display."""

    content: bytes
    content_type: str
    pages: int
    sha256: str
    name: str


def clean_upload(
    upload: UploadedFile, *, field: str = "file", most_pages: int = MAX_PAGES
) -> CleanFile:
    """What is kept of ``upload``.

    Raises RuleViolation with one of the codes in ``refusals`` for the form field ``field``.
    """
    try:
        return _cleaned(_content(upload), upload.name or "", most_pages)
    except Refused as refused:
        raise refusals.refusal(refused.code, field, most_pages=most_pages) from refused


def _content(upload: UploadedFile) -> bytes:
    upload.seek(0)
    content = upload.read(MAX_BYTES + 1)  # whatever the declared size says
    if not content:
        raise Refused("paper_empty")
    if len(content) > MAX_BYTES:
        raise Refused("paper_too_large")
    return content


def _cleaned(content: bytes, name: str, most_pages: int) -> CleanFile:
    content_type = type_of(content)
    if content_type is None:
        raise Refused("paper_type")
    if content_type == PDF:
        done = take_in("pdf", content, most_pages=most_pages)
    else:
        done = take_in("image", content, content_type=content_type)
    if len(done.content) > MAX_BYTES:
        raise Refused("paper_too_large")
    kept_type: str = done.facts["content_type"]
    return CleanFile(
        content=done.content,
        content_type=kept_type,
        pages=done.facts["pages"],
        sha256=hashlib.sha256(done.content).hexdigest(),
        name=display_name(name, kept_type),
    )
