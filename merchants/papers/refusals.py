"""Every refusal of an uploaded file: its stable code, its sentence, its way out."""

from __future__ import annotations

from collections.abc import Callable

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center.errors import RuleViolation, Violation
from merchants.papers.limits import MAX_BYTES, MAX_PAGES, MAX_PIXELS

#: sentence and way out
_Words = tuple[str, str]


def refusal(code: str, field: str, *, most_pages: int = MAX_PAGES) -> RuleViolation:
    """The refusal ``code`` for the form field that brought the file; ``most_pages`` a PDF
    may have there."""
    pages = code == "paper_too_many_pages"
    message, remedy = _too_many_pages(most_pages) if pages else _SENTENCES[code]()
    return RuleViolation(Violation(code, message, remedy, field))


def _empty() -> _Words:
    return _("This file is empty."), _("Save it again, or take a photo of the paper.")


def _too_large() -> _Words:
    return (
        _("This file is larger than %(size)s.") % {"size": filesizeformat(MAX_BYTES)},
        _("Send a photo in ordinary quality, or the pages in several files."),
    )


def _type() -> _Words:
    return (
        _("This is neither a photo nor a PDF."),
        _(
            "Accepted are JPEG, PNG, WebP and HEIC pictures and PDF. Save the document as PDF, or take a photo of the paper."
        ),
    )


def _broken() -> _Words:
    return (
        _("This file cannot be read; it may have been cut off on its way."),
        _(
            "Open it on your device. If it shows, save it again and send that; if not, take a photo."
        ),
    )


def _too_many_pixels() -> _Words:
    return (
        _("This picture has more than %(n)d million pixels.") % {"n": MAX_PIXELS // 1_000_000},
        _("Take the photo in the ordinary setting of your camera, or make the picture smaller."),
    )


def _encrypted() -> _Words:
    return (
        _("This PDF asks for a password."),
        _("Save it without a password (print it as PDF), or take a photo of the paper."),
    )


def _no_pages() -> _Words:
    return _("This PDF has no pages."), _("Save it again, or take a photo of the paper.")


def _too_many_pages(most: int) -> _Words:
    return (
        ngettext("A PDF can have %(n)d page at most.", "A PDF can have %(n)d pages at most.", most)
        % {"n": most},
        _("Send only the pages that are asked for."),
    )


def _too_heavy() -> _Words:
    return (
        _("This file takes too much computing to be checked."),
        _("Take a photo of the paper and send that instead."),
    )


def _busy() -> _Words:
    return (
        _("Many files are being checked at the moment, and yours has not been taken."),
        _("Please send it again in a minute."),
    )


def _no_room() -> _Words:
    return (
        _("We have no room for files at the moment, and yours has not been taken."),
        _("Our staff have been told. Please send it again in an hour."),
    )


def _kept_nowhere() -> _Words:
    return (
        _("We cannot keep files at the moment, and yours has not been taken."),
        _("Please send it again in an hour. If that fails too, call us."),
    )


def _too_often() -> _Words:
    return (
        _("Many files have come from you within a few minutes, and these have not been taken."),
        _("Please send them again in ten minutes. What was saved before stays saved."),
    )


_SENTENCES: dict[str, Callable[[], _Words]] = {
    "paper_empty": _empty,
    "paper_too_large": _too_large,
    "paper_type": _type,
    "paper_broken": _broken,
    "paper_too_many_pixels": _too_many_pixels,
    "paper_encrypted": _encrypted,
    "paper_no_pages": _no_pages,
    "paper_too_heavy": _too_heavy,
    "paper_busy": _busy,
    "paper_no_room": _no_room,
    "paper_kept_nowhere": _kept_nowhere,
    "paper_too_often": _too_often,
}
