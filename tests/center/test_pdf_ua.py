"""Every PDF of the house against PDF/UA, and files that break it one by one."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from center.reports.files import pdf as report_pdf
from programs import certificate_pdf, consultation_pdf
from programs.models import ApplicationState, PaperKind
from programs.services import certify
from tests import factories, pdf_ua
from tests.conftest import kst
from tests.reports.test_files import made


@pytest.fixture(scope="module")
def report() -> bytes:
    return report_pdf.make(made())


def test_report_when_checked_then_keeps_pdf_ua(report):
    assert pdf_ua.failures(report) == []


@pytest.mark.django_db
def test_certificate_when_checked_then_keeps_pdf_ua(at_now):
    program = factories.program("education")
    application = factories.application(program, factories.merchant(), ApplicationState.COMPLETED)
    factories.attendance(factories.session(program, kst(9, 10)), application)
    paper = certify.issue(application=application, kind=PaperKind.COMPLETION)
    assert pdf_ua.failures(certificate_pdf.pdf_of(paper)) == []


@pytest.mark.django_db
def test_report_of_a_consultation_when_checked_then_keeps_pdf_ua(at_now):
    application = factories.application(
        factories.program("consulting"), factories.merchant(), ApplicationState.SELECTED
    )
    consultant = factories.consultant().user
    meeting = factories.session(
        application.program, kst(9, 10), kind="consultation", state="held", ends=kst(9, 11)
    )
    words = {"situation": "가", "advice": "나", "next_steps": "다"}
    row = factories.consultation(
        application,
        state="closed",
        session=meeting,
        consultant=consultant,
        assigned_at=kst(8),
        closed_at=kst(9, 11),
        **words,
    )
    assert pdf_ua.failures(consultation_pdf.pdf_of(row)) == []


def elements(pdf: Any, kind: str) -> list[Any]:
    return [each.node for each in pdf_ua._elements(pdf) if each.kind == kind]


def no_alternative(pdf: Any) -> None:
    del elements(pdf, "Figure")[0].Alt


def no_scope(pdf: Any) -> None:
    for head in elements(pdf, "TH"):
        del head.A


def heading_left_out(pdf: Any) -> None:
    elements(pdf, "H2")[0].S = pikepdf.Name.H3


def painted_beside(pdf: Any) -> None:
    page = pdf.pages[0]
    page.contents_add(pdf.make_stream(b"0 0 9 9 re f"))


def out_of_the_structure(pdf: Any) -> None:
    row = elements(pdf, "TR")[0]
    del row.K


def no_letters(pdf: Any) -> None:
    del next(iter(pdf.pages[0].Resources.Font.values())).ToUnicode


def not_embedded(pdf: Any) -> None:
    font = next(iter(pdf.pages[0].Resources.Font.values())).DescendantFonts[0]
    for name in ("/FontFile2", "/FontFile3"):
        if name in font.FontDescriptor:
            del font.FontDescriptor[name]


def no_title(pdf: Any) -> None:
    pdf.docinfo["/Title"] = "다른 제목"


def no_language(pdf: Any) -> None:
    del pdf.Root.Lang


def a_link(pdf: Any) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9])
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (no_alternative, "13: a Figure without"),
        (no_scope, "15: a head of a table"),
        (heading_left_out, "14: a heading of level 3"),
        (painted_beside, "01: page 1: f is neither"),
        (out_of_the_structure, "01: page"),
        (no_letters, "31: font"),
        (not_embedded, "31: font"),
        (no_title, "06: no title"),
        (no_language, "11: no language"),
        (a_link, "28: page 1: /Link is not in the structure"),
    ],
)
def test_file_when_it_breaks_pdf_ua_then_the_check_says_so(
    report, broken: Callable[[Any], None], said
):
    """The control of the check itself."""
    with pikepdf.open(io.BytesIO(report)) as pdf:
        broken(pdf)
        written = io.BytesIO()
        pdf.save(written)
    assert any(each.startswith(said) for each in pdf_ua.failures(written.getvalue()))
