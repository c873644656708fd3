"""The log of a consultation, and the report made of it."""

import datetime as dt
from io import BytesIO

import pypdf
import pytest
from django.utils import translation

from bookings.models import Category
from center.errors import RuleViolation
from programs import consultation_pdf
from programs.models import ApplicationState
from programs.services import consulting_log
from programs.services.consulting import Place
from programs.services.consulting_log import Log
from programs.services.rooms import Room
from tests import factories
from tests.programs.test_consulting import WISHES, ask, assign, told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)
LOG = Log("사진이 어둡습니다", "자연광으로 찍습니다", "두 주 뒤 다시 봅니다")


@pytest.fixture
def by():
    return factories.staff()


@pytest.fixture
def application(merchant):
    program = factories.program("consulting")
    return factories.application(program, merchant, ApplicationState.SELECTED)


@pytest.fixture
def arranged(application, owner, by):
    return assign(ask(application, owner), factories.consultant(), by)


@pytest.mark.parametrize(("at", "works"), [(WISHES[0] - SECOND, False), (WISHES[0], True)])
def test_close_from_the_beginning_on(at_now, arranged, owner, at, works):
    at_now.move_to(at)
    act = {"consultation": arranged, "log": LOG, "by": arranged.consultant}
    if not works:
        with pytest.raises(RuleViolation, match="consultation_not_begun"):
            consulting_log.close(**act)
        return
    row = consulting_log.close(**act)
    assert (row.state, row.advice, row.closed_at) == ("closed", LOG.advice, at)
    assert told("consultation_report") == [owner]
    with pytest.raises(RuleViolation, match="consultation_not_waiting"):
        consulting_log.keep(**act)


def test_close_when_a_part_is_empty_then_named(at_now, arranged):
    at_now.move_to(WISHES[0])
    with pytest.raises(RuleViolation) as refusal:
        consulting_log.close(consultation=arranged, log=Log(advice="조언"), by=arranged.consultant)
    assert [v.field for v in refusal.value.violations] == ["situation", "next_steps"]


def test_keep_when_not_ones_own_then_refused(arranged):
    with pytest.raises(RuleViolation, match="not_your_consultation"):
        consulting_log.keep(consultation=arranged, log=LOG, by=factories.consultant().user)
    consulting_log.keep(consultation=arranged, log=Log(advice="조언"), by=arranged.consultant)
    arranged.refresh_from_db()
    assert (arranged.state, arranged.advice) == ("assigned", "조언")


def test_report_when_hostile_text_then_a_tagged_pdf_of_it(at_now, arranged):
    at_now.move_to(WISHES[0])
    hostile = '#panic("x") *굵게* $ \\ <b> 펲 ' + "가" * 50
    log = Log("첫 줄\n\n둘째 줄", hostile, LOG.next_steps)
    row = consulting_log.close(consultation=arranged, log=log, by=arranged.consultant)
    file = consultation_pdf.pdf_of(row)
    assert file.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in file
    assert consultation_pdf.pdf_of(row) == file


@pytest.mark.parametrize("where", ["상담실 1", "온라인", "가게"])
def test_report_then_says_where_it_was_in_korean(at_now, house, application, owner, by, where):
    room = factories.resource(Category.CONFERENCE, name="상담실", name_en="Consulting room")
    places = {
        "상담실 1": Place(room=Room(room)),
        "온라인": Place(online_link="https://meet.example.com/1"),
        "가게": Place(text="가게"),
    }
    row = assign(ask(application, owner), factories.consultant(), by, place=places[where])
    at_now.move_to(WISHES[0])
    row = consulting_log.close(consultation=row, log=LOG, by=row.consultant)
    with translation.override("en"):
        file = consultation_pdf.pdf_of(row)
    assert f"장소 {where}" in " ".join(
        pypdf.PdfReader(BytesIO(file)).pages[0].extract_text().split()
    )
