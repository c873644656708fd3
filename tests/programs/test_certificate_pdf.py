"""The paper as a PDF: what can be read back from it, and how it is made."""

import io

import pypdf
import pytest

from programs import certificate_pdf
from programs.models import ApplicationState, PaperKind
from programs.services import certify
from tests import factories
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
#: in no web font of the house, and as markup to typst
HOSTILE = "펲시 #strong[굵게] $x$ \\ 뷁"


@pytest.fixture
def paper():
    business = factories.merchant(name=HOSTILE, representative="홍길동")
    program = factories.program("education", title="스마트스토어 첫걸음")
    application = factories.application(program, business, ApplicationState.COMPLETED)
    for day in (9, 16):
        factories.attendance(factories.session(program, kst(day, 10)), application)
    return certify.issue(application=application, kind=PaperKind.COMPLETION)


def read(data):
    return pypdf.PdfReader(io.BytesIO(data))


def test_text_can_be_read_back_and_nothing_typed_is_markup(paper):
    text = read(certificate_pdf.pdf_of(paper)).pages[0].extract_text()
    for expected in (
        HOSTILE,
        "홍길동",
        "스마트스토어 첫걸음",
        paper.number,
        "2026. 11. 9.(월) – 2026. 11. 16.(월)",
        "4시간",
        "2026년 11월 23일",
        paper.address,
    ):
        assert expected in text


def test_file_is_tagged_with_language_and_fonts_of_the_glyphs_used(paper):
    data = certificate_pdf.pdf_of(paper)
    reader = read(data)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ko-KR"
    assert "/StructTreeRoot" in root
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    for font in fonts:
        [descendant] = font.get_object()["/DescendantFonts"]
        descriptor = descendant.get_object()["/FontDescriptor"]
        assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
    assert len(data) < 60_000  # the whole font has 19 MB


def test_file_made_again_is_the_same_to_the_byte_whatever_has_changed_since(
    paper, at_now, settings
):
    first = certificate_pdf.pdf_of(paper)
    at_now.move_to(kst(30, 9))
    settings.CENTER_NAME = "다른 이름"
    business = paper.application.merchant
    business.name = "새 상호"
    business.save()
    paper.refresh_from_db()
    assert certificate_pdf.pdf_of(paper) == first


def test_participation_names_no_hours(paper):
    other = certify.issue(application=paper.application, kind=PaperKind.PARTICIPATION)
    text = read(certificate_pdf.pdf_of(other)).pages[0].extract_text()
    assert "4시간" not in text
    assert other.number in text
