"""The report of a consultation (결과보고서) as a PDF, in Korean whoever asks."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock, display, typst_pdf
from programs.messages.sessions import place_of
from programs.models import Consultation

_SHEET = Path(__file__).parent / "typst" / "consultation.typ"


def pdf_of(row: Consultation) -> bytes:
    """The file; ``row`` is closed, with its session, program, business and consultant."""
    with translation.override("ko"):
        return typst_pdf.compiled(_SHEET, inputs=_inputs(row))


def _inputs(row: Consultation) -> dict[str, str]:
    session, consultant, closed = row.session, row.consultant, row.closed_at
    assert session is not None
    assert consultant is not None
    assert closed is not None
    return {
        "title": _("Report of a consultation"),
        "number": row.reference,
        "issuer": settings.CENTER_NAME,
        "closed_on": clock.day_of(closed).isoformat(),
        "business": row.merchant.name,
        "program": row.application.program.title,
        "field": row.get_field_display(),
        "consultant": consultant.name,
        "when": f"{display.full_day(clock.day_of(session.starts))} "
        f"{display.span(session.starts, session.ends)}",
        "where": str(place_of(session)) or "–",
        "question": row.question,
        "situation": row.situation,
        "advice": row.advice,
        "next_steps": row.next_steps,
        **_labels(),
    }


def _labels() -> dict[str, str]:
    return {
        "label_business": _("Business"),
        "label_program": _("Program"),
        "label_field": _("Field"),
        "label_consultant": _("Consultant"),
        "label_when": _("Time"),
        "label_where": _("Place"),
        "label_question": _("Question"),
        "label_situation": _("Where the business stands"),
        "label_advice": _("What was advised"),
        "label_next_steps": _("Next steps"),
    }
