"""Hostile words of merchants, staff and evaluators, on every page and file they come to."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.urls import reverse

from programs.forms.consulting import LogForm, RequestForm
from programs.forms.decisions import ReasonForm, SupplementForm
from programs.forms.events import ProductAnswerForm
from programs.forms.partners import LetterForm
from programs.models import (
    Application,
    ApplicationState,
    CoApplicant,
    Consultation,
    CoState,
    Outcome,
    Partner,
    Program,
    QuestionKind,
)
from programs.outcome_links import outcome_token
from tests import factories
from tests.conftest import NOW, kst, logged_in
from tests.programs.test_builder import fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SCRIPT = "<script>alert(1)</script>"
#: closes an attribute, then acts
QUOTE = "\"'><img src=x onerror=alert(1)>"
HARM = SCRIPT + QUOTE
TURNING = "\u202e\u2066\u200f"


def harmless(client, *addresses):
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        text = answer.content.decode()
        assert "alert(1)" in text, f"{address} shows nothing of it: the test proves nothing"
        assert SCRIPT not in text, address
        assert "<img src=x" not in text, address
        tags = re.findall(r"<script[^>]*>", text)
        assert all("src=" in tag or "ld+json" in tag for tag in tags), address


@pytest.fixture
def merchant(owner):
    return factories.merchant(owner=owner, name=HARM, representative=HARM)


@pytest.fixture
def scored(merchant):
    """A call by scores with one application, assigned."""
    program = factories.scored_program(100, title=HARM, partner=HARM)
    program.criteria.update(name=HARM, explanation=HARM)
    question = program.questions.create(position=1, kind=QuestionKind.TEXT, label=HARM, help=HARM)
    application = factories.application(program, merchant, applied_for=HARM)
    application.answers.create(question=question, value=HARM)
    paper = program.questions.create(position=2, kind=QuestionKind.FILE, label=HARM)
    factories.answer_file(application, paper, name=HARM)
    application.products.create(
        position=1, name=HARM, price=1, stock=1, description=HARM, origin=HARM
    )
    return factories.assignment(application, factories.evaluator(name=HARM))


def test_evaluators_pages(scored):
    slug, receipt = scored.application.program.slug, scored.application.receipt
    sheet = factories.sheet(scored, 80, locked=False)
    sheet.comment = HARM
    sheet.save()
    harmless(
        logged_in(scored.evaluator),
        reverse("evaluation_list"),
        reverse("evaluation_program", args=[slug]),
        reverse("evaluation_sheet", args=[slug, receipt]),
        reverse("evaluation_lock", args=[slug]),
    )


def test_selection_desk(scored, staff_client):
    factories.sheet(scored, 80)
    desk = f"/admin/selection/{scored.application.program_id}/"
    parts = ("", "eligibility/", "evaluators/", "ranking/")
    harmless(staff_client, "/admin/selection/", *(desk + part for part in parts))
    case = reverse("admin:selection_case", args=[desk.split("/")[3], scored.application_id])
    harmless(staff_client, case)


def test_lists_of_the_admin(scored, staff_client):
    harmless(
        staff_client,
        reverse("admin:programs_program_changelist"),
        reverse("admin:programs_application_changelist"),
        reverse("admin:application_case", args=[scored.application_id]),
        reverse("admin:program_finish", args=[scored.application.program_id]),
        reverse("admin:program_call_off", args=[scored.application.program_id]),
        reverse("admin:program_form", args=[scored.application.program_id]),
    )


def test_consultations(merchant, owner_client, staff_client):
    program = factories.program("consulting", title=HARM)
    application = factories.application(program, merchant, ApplicationState.SELECTED)
    consultant = factories.consultant(user=factories.evaluator(name=HARM))
    session = factories.session(
        program,
        kst(20, 10),
        kind="consultation",
        title=HARM,
        place_text=HARM,
        application=application,
        merchant=merchant,
        consultant=consultant.user,
    )
    row = factories.consultation(application, question=HARM)
    log = {"situation": HARM, "advice": HARM, "next_steps": HARM}
    Consultation.objects.filter(pk=row.pk).update(
        state="assigned", consultant=consultant.user, session=session, assigned_at=NOW, **log
    )
    own = reverse("consulting_session", args=[row.reference])
    harmless(logged_in(consultant.user), "/consulting/", own)
    Consultation.objects.filter(pk=row.pk).update(state="closed", closed_at=NOW)
    harmless(
        owner_client, row.get_absolute_url(), "/consultations/", application.get_absolute_url()
    )
    harmless(logged_in(consultant.user), own)
    harmless(
        staff_client,
        "/admin/consultations/?show=all",
        reverse("admin:consultation", args=[row.pk]),
        reverse("admin:program_sessions", args=[program.pk]),
        reverse("admin:consultant_absences"),
    )


def test_partners_and_joint_applications(merchant, owner_client, other_client):
    program = factories.program("exhibition_online", title=HARM, is_joint=True)
    draft = factories.application(program, merchant, ApplicationState.DRAFT)
    other = factories.merchant(name=HARM)
    for business in (merchant, other):
        Partner.objects.create(merchant=business, offers=HARM, looks_for=HARM, joined_at=NOW)
    row = CoApplicant.objects.create(
        application=draft, merchant=other, state=CoState.CONFIRMED, answered_at=NOW
    )
    harmless(
        owner_client,
        "/partners/",
        "/partners/mine/",
        f"/partners/{other.partner.pk}/",
        f"/joint/{draft.receipt}/",
        draft.get_absolute_url(),
    )
    harmless(logged_in(other.memberships.get().user), f"/joint/answers/{row.pk}/")
    harmless(other_client, "/partners/")


def test_outcomes(merchant, owner, client, staff_client):
    program = factories.program("live_commerce", title=HARM)
    application = factories.application(program, merchant, ApplicationState.SELECTED)
    row = Outcome.objects.create(
        application=application,
        stage=7,
        state="answered",
        ended_on=NOW.date(),
        asked_at=NOW,
        told_at=NOW,
        answered_at=NOW,
        sales=1,
        orders=1,
        source="form",
        text=HARM,
        flags=["median"],
    )
    harmless(client, f"/outcomes/{outcome_token(row, owner)}/")
    harmless(staff_client, "/admin/outcomes/?show=all", reverse("admin:outcome", args=[row.pk]))


@pytest.mark.parametrize(
    ("form", "names"),
    [
        (RequestForm, ["question"]),
        (LogForm, ["situation", "advice", "next_steps"]),
        (LetterForm, ["text"]),
        (ProductAnswerForm, ["name", "description"]),
        (ReasonForm, ["reason"]),
        (SupplementForm, ["note"]),
    ],
)
def test_lines_when_letters_turn_the_writing_around_then_they_are_gone(form, names):
    sent = form(dict.fromkeys(names, f"첫 줄{TURNING}exe\r\n둘째"))
    sent.is_valid()
    for name in names:
        kept = sent.cleaned_data[name]
        assert not set(kept) & set(TURNING)
        assert kept.startswith("첫 줄")
        assert ("\n둘째" in kept) or name == "name"


def test_labels_of_the_builder_when_they_turn_around_then_plain(staff_client):
    question = {
        "questions-TOTAL_FORMS": "1",
        "questions-0-position": "1",
        "questions-0-kind": "choice",
        "questions-0-label": f"질문{TURNING}exe",
        "questions-0-choices": f"가{TURNING},나",
    }
    sent = fields(title=f"공고{TURNING}exe", **question)
    staff_client.post(reverse("admin:programs_program_add"), sent)
    program = Program.objects.get()
    question = program.questions.get()
    assert (program.title, question.label) == ("공고 exe", "질문 exe")
    assert question.choices == ["가", "나"]


def test_download_when_every_cell_is_a_formula_then_neutral(staff_client, merchant):
    program = factories.program()
    for n, start in enumerate(["=", "+", "-", "@", "\t=", "\r=", " ="], 1):
        question = program.questions.create(position=n, kind=QuestionKind.LINE, label=f"{start}A1")
        for application in Application.objects.filter(program=program) or [
            factories.application(program, merchant)
        ]:
            application.answers.create(question=question, value=f"{start}cmd|'/c calc'!A1")
    address = reverse("admin:applications_csv", args=[program.pk])
    answer = staff_client.post(address, {"purpose": "operation"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(body)) for cell in row if cell]
    assert len([cell for cell in cells if "cmd|" in cell]) == 7
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@")]
