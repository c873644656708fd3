"""A certificate as a PDF: one tagged page (PDF/UA-1), its fonts embedded.

Made anew whenever it is asked for, from what was written down when it was issued and nothing
else, so the same certificate is the same file to the byte as long as the words, the template
and typst are the same. It is in Korean, whoever asks.
"""

from __future__ import annotations

import io
from pathlib import Path

import segno
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock, display, typst_pdf
from programs.models import Certificate, PaperKind

_TEMPLATE = Path(__file__).parent / "typst" / "certificate.typ"


def pdf_of(certificate: Certificate) -> bytes:
    """The file. What people typed goes in as plain text, never as markup."""
    with translation.override("ko"):
        inputs = _inputs(certificate)
    return typst_pdf.compiled(_TEMPLATE, inputs=inputs)


def _inputs(certificate: Certificate) -> dict[str, str]:
    issued_on = clock.day_of(certificate.issued_at)
    completed = certificate.kind == PaperKind.COMPLETION
    return {
        "title": str(certificate.get_kind_display()),
        "number": certificate.number,
        "issuer": certificate.issuer,
        "issued_on": issued_on.isoformat(),
        "issued": f"{issued_on.year}년 {issued_on.month}월 {issued_on.day}일",
        "business": certificate.business,
        "person": certificate.person,
        "program": certificate.program,
        "span": _span(certificate),
        "hours": _hours(certificate) if completed else "",
        "sentence": _completed() if completed else _took_part(),
        "numbered": _("No. %(number)s") % {"number": certificate.number},
        **_labels(),
        "address": certificate.address,
        "check": _("Whether this document is genuine can be checked here:"),
        "qr": _qr(certificate.address),
        "qr_alt": _("QR code with the address at which the number is checked"),
    }


def _labels() -> dict[str, str]:
    return {
        "label_business": _("Business"),
        "label_person": _("Representative"),
        "label_program": _("Program"),
        "label_span": _("Period"),
        "label_hours": _("Hours"),
    }


def _completed() -> str:
    return _("This certifies that the above has completed the program named above.")


def _took_part() -> str:
    return _("This confirms that the above took part in the program named above.")


def _span(certificate: Certificate) -> str:
    first, last = certificate.first_day, certificate.last_day
    if first == last:
        return display.full_day(first)
    return f"{display.full_day(first)} – {display.full_day(last)}"


def _hours(certificate: Certificate) -> str:
    return _("%(attended)s of %(held)s") % {
        "attended": display.length(certificate.attended),
        "held": display.length(certificate.minutes),
    }


def _qr(address: str) -> str:
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=4, border=0, xmldecl=False
    )
    return out.getvalue().decode()
