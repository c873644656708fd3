"""What each business of a joint application has of the program: attendance, papers, messages."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.errors import RuleViolation
from center.notifications.models import Message
from programs import barring, own_sessions, reminders, rolls
from programs.models import (
    Application,
    ApplicationState,
    Attendance,
    Certificate,
    CoApplicant,
    CoState,
    NotedBy,
    PaperKind,
    Presence,
)
from programs.services import attend, certify, complete, sessions
from programs.session_exports import attendance_of
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
_S = ApplicationState


def taking(kind="education", n=1, **fields):
    """An application with a place, its lead and ``n`` partners who confirmed."""
    draft = factories.application(factories.program(kind, is_joint=True, **fields), state=_S.DRAFT)
    for number in range(n):
        partner = factories.merchant(name=f"함께 {number}")
        CoApplicant.objects.create(
            application=draft, merchant=partner, state=CoState.CONFIRMED, answered_at=NOW
        )
    Application.objects.filter(pk=draft.pk).update(
        state=_S.SELECTED, place=1, submitted_at=NOW, decided_at=NOW
    )
    draft.refresh_from_db()
    return draft


def owner_of(row):
    return row.merchant.memberships.get().user


def told(kind, person):
    rows = Message.objects.filter(kind=f"programs.{kind}", channel="inbox", recipient=person)
    return list(rows.order_by("pk"))


@pytest.fixture
def over():
    """A joint application of one partner, after five sessions of two hours."""
    application = taking()
    held = [factories.session(application.program, kst(day, 10)) for day in (2, 3, 4, 5, 6)]
    return application, application.co_applicants.get(), held


def test_arrive_when_of_a_partner_then_that_business_alone_is_there():
    application = taking(n=2)
    partner, other = application.co_applicants.all()
    session = factories.session(application.program, kst(23, 10))
    row = attend.arrive(session=session, by=owner_of(partner), method=NotedBy.QR)
    assert (row.application, row.co_applicant) == (application, partner)
    assert attend.arrive(session=session, by=owner_of(partner), method=NotedBy.PIN) == row
    lead = attend.arrive(session=session, by=owner_of(application), method=NotedBy.QR)
    assert lead.co_applicant is None
    here = {line.merchant: line.is_present for line in rolls.roll_of(session)}
    assert here == {application.merchant: True, partner.merchant: True, other.merchant: False}


@pytest.mark.parametrize("state", [CoState.ASKED, CoState.DECLINED])
def test_arrive_when_a_business_has_not_confirmed_then_no_participant(state):
    draft = factories.application(factories.program(is_joint=True), state=_S.DRAFT)
    answered = None if state == CoState.ASKED else NOW
    row = CoApplicant.objects.create(
        application=draft, merchant=factories.merchant(), state=state, answered_at=answered
    )
    Application.objects.update(state=_S.SELECTED, place=1, submitted_at=NOW)
    session = factories.session(draft.program, kst(23, 10))
    with pytest.raises(RuleViolation, match="not_a_participant"):
        attend.arrive(session=session, by=owner_of(row), method=NotedBy.QR)


def test_page_of_attendance_when_of_a_partner_then_his_session_and_whether_noted():
    application = taking()
    partner = application.co_applicants.get()
    session = factories.session(application.program, kst(23, 10))
    attend.arrive(session=session, by=owner_of(application), method=NotedBy.QR)
    page = logged_in(owner_of(partner)).get("/attend/")
    assert (page.context["sessions"], page.context["present"]) == ([session], set())
    attend.arrive(session=session, by=owner_of(partner), method=NotedBy.QR)
    page = logged_in(owner_of(partner)).get("/attend/")
    assert page.context["present"] == {session.pk}


def test_database_when_of_another_application_or_twice_then_refused():
    one, other = taking(), taking()
    session = factories.session(one.program, kst(23, 10))
    partner = one.co_applicants.get()
    factories.attendance(session, one, co_applicant=partner)
    factories.attendance(session, one)
    for of_it in ({}, {"co_applicant": partner}, {"co_applicant": other.co_applicants.get()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.attendance(session, one, **of_it)


def test_close_when_a_partner_came_and_the_lead_not_then_each_by_its_own_hours(over):
    application, partner, held = over
    for session in held[:4]:
        factories.attendance(session, application, co_applicant=partner)
    for _twice in range(2):
        closed = complete.close_round(program=application.program)
        assert (closed.completed, closed.not_completed) == (1, 1)
    application.refresh_from_db()
    assert application.state == _S.NOT_COMPLETED
    paper = Certificate.objects.get()
    assert (paper.co_applicant, paper.business) == (partner, partner.merchant.name)
    assert (paper.attended, paper.minutes) == (480, 600)
    (ready,) = told("certificate_ready", owner_of(partner))
    assert ready.link == f"/joint/answers/{partner.pk}/"
    assert ready.context["number"] == paper.number
    assert not told("not_completed", owner_of(partner))
    assert len(told("not_completed", owner_of(application))) == 1


def test_correction_of_a_partner_when_closed_then_its_paper_is_void_and_it_hears_each_time(over):
    application, partner, held = over
    for session in held:
        factories.attendance(session, application)
    complete.close_round(program=application.program)
    assert [row.co_applicant for row in Certificate.objects.all()] == [None]
    assert len(told("not_completed", owner_of(partner))) == 1
    wish = {"application": application, "co_applicant": partner, "by": factories.staff()}
    for session in held[:4]:
        attend.note(session=session, mark=Presence.PRESENT, **wish)
    paper = partner.certificates.get()
    attend.note(session=held[0], mark=Presence.ABSENT, reason="오기", **wish)
    paper.refresh_from_db()
    assert not paper.is_valid
    assert len(told("not_completed", owner_of(partner))) == 2
    application.refresh_from_db()
    assert application.state == _S.COMPLETED
    assert application.certificates.get(co_applicant=None).is_valid


def test_issue_when_a_partner_never_came_then_refused_and_of_a_season_given(over):
    application, partner, held = over
    factories.attendance(held[0], application)
    for kind in PaperKind:
        with pytest.raises(RuleViolation):
            certify.issue(application=application, co_applicant=partner, kind=kind)
    season = taking("exhibition_online", runs_from=kst(2).date(), runs_until=kst(20).date())
    other = season.co_applicants.get()
    paper = certify.issue(application=season, co_applicant=other, kind=PaperKind.PARTICIPATION)
    own = certify.issue(application=season, kind=PaperKind.PARTICIPATION)
    assert [row.business for row in (paper, own)] == [other.merchant.name, season.merchant.name]


def test_file_of_a_partner_for_its_people_alone(over, client, staff_client):
    application, partner, held = over
    factories.attendance(held[0], application)
    factories.attendance(held[0], application, co_applicant=partner)
    kind = PaperKind.PARTICIPATION
    certify.issue(application=application, kind=kind)
    paper = certify.issue(application=application, co_applicant=partner, kind=kind)
    address = reverse("joint_certificate", args=[partner.pk])
    own = logged_in(owner_of(partner))
    assert paper.number in own.get(f"/joint/answers/{partner.pk}/").content.decode()
    answer = own.get(f"{address}?paper=participation")
    assert answer.content.startswith(b"%PDF-")
    assert paper.number in answer["Content-Disposition"]
    assert own.get(f"{address}?paper=completion").status_code == 404
    assert client.get(address).status_code == 302
    for stranger in (logged_in(owner_of(application)), logged_in(factories.user()), staff_client):
        assert stranger.get(address).status_code == 404
    theirs = reverse("application_certificate", args=[application.receipt])
    assert own.get(theirs).status_code == 404


def test_page_of_a_partner_then_its_own_sessions_and_share(over):
    application, partner, held = over
    coming = factories.session(application.program, online_link="https://meet.example/x")
    factories.attendance(held[0], application)
    for session in held[:3]:
        factories.attendance(session, application, co_applicant=partner)
    own = own_sessions.own_of(application, NOW, partner)
    assert (own.stands.attended, own.stands.held) == (360, 720)
    page = logged_in(owner_of(partner)).get(f"/joint/answers/{partner.pk}/").content.decode()
    assert coming.title in page
    assert "50 %" in page
    assert coming.online_link in page


def test_absences_of_a_partner_then_closed_to_it_and_not_to_its_lead(over):
    application, partner, held = over
    program = application.program
    program.absences_allowed, program.opens_at = 1, kst(1)
    program.save()
    for session in held:
        factories.attendance(session, application)
    coming = factories.program("education")
    assert barring.barred_from(partner.merchant, coming).absences == 5
    assert barring.barred_from(application.merchant, coming) is None


def test_sessions_and_reminders_then_partners_hear_of_them_too():
    application = taking()
    partner = application.co_applicants.get()
    session = factories.session(application.program, kst(27, 10))
    sessions.call_off(session=session, reason="강사 사정", by=factories.staff())
    coming = factories.session(application.program, kst(26, 10))
    reminders.remind(now=kst(25, 10))
    people = [owner_of(application), owner_of(partner)]
    assert [len(told("session_called_off", person)) for person in people] == [1, 1]
    reminded = [told("session_day", person) for person in people]
    assert [[row.link for row in rows] for rows in reminded] == [
        [application.get_absolute_url()],
        [f"/joint/answers/{partner.pk}/"],
    ]
    assert reminded[1][0].context["session"] == coming.title


def test_desk_then_a_partner_is_noted_and_given_its_paper(over, staff_client):
    application, partner, held = over
    posted = {"application": application.pk, "co_applicant": partner.pk}
    roll = reverse("admin:session_roll", args=[held[0].pk])
    assert staff_client.post(roll, {**posted, "mark": "present"}).status_code == 302
    assert Attendance.objects.get().co_applicant == partner
    desk = reverse("admin:program_completion", args=[application.program_id])
    wish = {**posted, "do": "issue", "kind": "participation"}
    assert staff_client.post(desk, wish).status_code == 302
    assert Certificate.objects.get().co_applicant == partner
    for address in (roll, desk):
        page = staff_client.get(address).content.decode()
        assert partner.merchant.name in page
        assert f'name="co_applicant" value="{partner.pk}"' in page
    stranger = taking().co_applicants.get()
    for address, form in ((roll, {"mark": "present"}), (desk, wish)):
        sent = {**form, "application": application.pk, "co_applicant": stranger.pk}
        assert staff_client.post(address, sent).status_code == 404


def test_export_then_each_person_takes_out_what_was_noted_of_his_business(over):
    application, partner, held = over
    factories.attendance(held[0], application)
    factories.attendance(held[1], application, co_applicant=partner)
    certify.issue(application=application, co_applicant=partner, kind=PaperKind.PARTICIPATION)
    data, _files = attendance_of(owner_of(partner))
    assert [(row["session"], row["business"]) for row in data["attendance"]] == [
        (held[1].title, partner.merchant.name)
    ]
    assert [row["business"] for row in data["documents"]] == [partner.merchant.name]
    data, _files = attendance_of(owner_of(application))
    assert [row["session"] for row in data["attendance"]] == [held[0].title]
    assert data["documents"] == []
