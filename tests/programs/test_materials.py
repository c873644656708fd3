"""Files of sessions: put there by staff, read by those who take part and nobody else."""

import datetime as dt
import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from center.errors import RuleViolation
from center.notifications.models import Message
from center.permissions import OFFICIAL
from merchants.papers import store
from merchants.papers.intake import CleanFile
from merchants.services import paper_keys
from programs import own_sessions
from programs.models import (
    Application,
    ApplicationState,
    CoApplicant,
    CoState,
    Material,
    SessionState,
)
from programs.services import materials, sessions
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("papers_root", "at_now")]
S = ApplicationState


@pytest.fixture
def session(merchant):
    """Of a course its owner takes part in."""
    made = factories.session(factories.program("education"), kst(30, 10))
    factories.application(made.program, merchant, S.SELECTED)
    return made


def pdf(pages=1):
    file = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        made.save(file)
    return file.getvalue()


def added(session, content=b"%PDF-1.7 x", name="교안.pdf", by=None):
    file = CleanFile(content, "application/pdf", 1, f"{hash(content):064x}"[-64:], name)
    return materials.add(session=session, file=file, by=by or factories.staff())


def address(material):
    return reverse("material", args=[material.public_id])


def desk(session):
    return reverse("admin:session_files", args=[session.pk])


@pytest.mark.parametrize(
    ("person", "status"), [("owner", 200), ("other", 404), ("staff", 200), ("nobody", 302)]
)
def test_file_then_for_those_who_take_part_alone(
    session, owner_client, other_client, staff_client, client, person, status
):
    material = added(session)
    people = {"owner": owner_client, "other": other_client, "staff": staff_client}
    answer = people.get(person, client).get(address(material))
    assert answer.status_code == status
    if status == 200:
        assert answer.content == b"%PDF-1.7 x"
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(("state", "status"), [(CoState.CONFIRMED, 200), (CoState.ASKED, 404)])
def test_file_of_a_joint_application_then_for_partners_who_said_yes(state, status):
    made = factories.session(factories.program("education", is_joint=True), kst(30, 10))
    draft = factories.application(made.program, state=S.DRAFT)
    partner, person = factories.merchant(), factories.user()
    partner.memberships.create(user=person)
    answered = NOW if state == CoState.CONFIRMED else None
    CoApplicant.objects.create(
        application=draft, merchant=partner, state=state, answered_at=answered
    )
    given = {"state": S.SELECTED, "place": 1, "submitted_at": NOW, "decided_at": NOW}
    Application.objects.filter(pk=draft.pk).update(**given)
    assert logged_in(person).get(address(added(made))).status_code == status


@pytest.mark.parametrize("made", [lambda: factories.staff(OFFICIAL), factories.evaluator])
def test_file_when_somebody_has_another_role_in_the_house_then_not_found(session, made):
    assert logged_in(made()).get(address(added(session))).status_code == 404


def test_file_when_its_session_is_called_off_then_for_staff_alone(
    session, merchant, owner_client, staff_client
):
    material = added(session)
    sessions.call_off(by=factories.staff(), session=session, reason="강사 사정")
    assert owner_client.get(address(material)).status_code == 404
    own = own_sessions.own_of(merchant.applications.get(), NOW)
    assert [row.files for row in own.rows] == [[]]
    assert staff_client.get(address(material)).status_code == 200
    listed = staff_client.get(reverse("admin:program_sessions", args=[session.program_id]))
    assert desk(session) in listed.content.decode()
    staff_client.post(desk(session), {"remove": material.pk})
    assert not Material.objects.there().exists()


@pytest.mark.parametrize("number", ["9" * 5000, "999999"])
def test_desk_when_a_file_to_take_away_is_none_then_nothing_happens(session, staff_client, number):
    added(session)
    assert staff_client.post(desk(session), {"remove": number}).status_code in (302, 400)
    assert Material.objects.there().count() == 1


@pytest.mark.parametrize("state", S.values)
def test_file_by_the_state_of_ones_application(owner, state):
    business = factories.merchant(owner=owner)
    made = factories.session(factories.program("education"), kst(30, 10))
    kept = {"reason": "x", "supplement_note": "x"}
    application = factories.application(made.program, business, state, **kept)
    status = logged_in(owner).get(address(added(made))).status_code
    takes_part = state in S.taking_part
    assert status == (200 if takes_part else 404)
    own = own_sessions.own_of(application, NOW)
    assert bool(own and own.rows[0].files) is takes_part


def test_file_of_a_consultation_then_for_its_business_and_consultant(session, owner_client):
    other = factories.application(session.program, state=S.SELECTED)
    consultant = factories.evaluator()
    own = {"application": other, "merchant": other.merchant, "consultant": consultant}
    alone = factories.session(session.program, kst(30, 14), kind="consultation", **own)
    material = added(alone)
    assert owner_client.get(address(material)).status_code == 404
    assert logged_in(consultant).get(address(material)).status_code == 200
    consultant.groups.clear()  # whoever is no consultant any more reads it no more
    assert logged_in(consultant).get(address(material)).status_code == 404


def test_desk_when_a_file_is_sent_then_made_anew_and_on_the_page_of_who_takes_part(
    session, staff_client, owner_client
):
    sent = SimpleUploadedFile("1강 \u202efdp.exe", pdf(21))
    assert staff_client.post(desk(session), {"upload": sent}).status_code == 302
    material = session.files.get()
    assert (material.name, material.content_type) == ("1강 fdp.pdf", "application/pdf")
    assert materials.content_of(material).startswith(b"%PDF-")
    assert b"%PDF-" not in store.storage().open(material.stored_name).read()
    page = owner_client.get(session.program.applications.get().get_absolute_url())
    assert address(material) in page.content.decode()
    assert "1강 fdp.pdf" in staff_client.get(desk(session)).content.decode()


def test_desk_when_several_are_sent_at_once_then_the_good_ones_are_kept_and_the_others_named(
    session, staff_client
):
    good = [SimpleUploadedFile(f"{n}.pdf", pdf(n)) for n in (1, 2)]
    page = staff_client.post(desk(session), {"upload": good}, follow=True)
    assert "2개" in page.content.decode()
    sent = [SimpleUploadedFile("3.pdf", pdf(3)), SimpleUploadedFile("표.xlsx", b"PK")]
    page = staff_client.post(desk(session), {"upload": sent})
    assert page.status_code == 400
    (error,) = page.context["form"].errors["upload"]
    assert error.startswith("표.xlsx: ")
    assert [row.name for row in session.files.order_by("pk")] == ["1.pdf", "2.pdf", "3.pdf"]
    assert "3.pdf" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.exe", b"MZ", "PDF"), ("b.pdf", b"", "빈 파일"), ("c.pdf", None, "골라")],
)
def test_desk_when_it_is_no_file_of_ours_then_says_so_and_keeps_nothing(
    session, staff_client, name, content, said
):
    data = {} if content is None else {"upload": SimpleUploadedFile(name, content)}
    page = staff_client.post(desk(session), data)
    assert page.status_code == 400
    assert said in page.context["form"].errors["upload"][0]
    assert not Material.objects.exists()


def test_desk_when_a_pdf_is_too_long_then_the_number_of_here(session, staff_client, monkeypatch):
    monkeypatch.setattr(materials, "MOST_PAGES", 2)
    page = staff_client.post(desk(session), {"upload": SimpleUploadedFile("a.pdf", pdf(3))})
    assert "2쪽" in page.content.decode()


@pytest.mark.parametrize("state", [SessionState.HELD, SessionState.CANCELLED])
def test_add_after_the_session_then_taken_unless_it_was_called_off(session, state):
    gone = {"reason": "폭설", "cancelled_at": NOW} if state == SessionState.CANCELLED else {}
    type(session).objects.filter(pk=session.pk).update(state=state, **gone)
    if gone:
        with pytest.raises(RuleViolation, match="session_called_off"):
            added(session)
        return
    assert added(session).session == session


def test_add_when_twice_or_too_many_then_once_and_refused(session, monkeypatch):
    monkeypatch.setattr(materials, "MOST", 2)
    assert added(session) == added(session)
    added(session, b"%PDF-1.7 y")
    with pytest.raises(RuleViolation, match="too_many_materials"):
        added(session, b"%PDF-1.7 z")


def test_remove_then_gone_from_everywhere_with_its_row_kept(
    session, staff_client, owner_client, django_capture_on_commit_callbacks
):
    material = added(session)
    stored = material.stored_name
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            assert staff_client.post(desk(session), {"remove": material.pk}).status_code == 302
    material.refresh_from_db()
    assert (material.stored_name, material.removed_at) == (None, NOW)
    assert not store.storage().exists(stored)
    assert owner_client.get(address(material)).status_code == 404
    added(session)  # and may be put there again


def test_remove_when_of_another_session_then_left_alone(session, staff_client):
    material = added(session)
    other = factories.session(session.program, kst(29, 10))
    staff_client.post(desk(other), {"remove": material.pk})
    material.refresh_from_db()
    assert material.removed_at is None


def test_desk_when_not_staff_then_sent_away(session, owner_client, client):
    for person in (owner_client, client, logged_in(factories.evaluator())):
        assert person.get(desk(session)).status_code == 302
    assert logged_in(factories.staff(OFFICIAL)).get(desk(session)).status_code == 403


def test_keys_when_changed_then_materials_too_and_the_sweep_leaves_them(session, settings):
    material = added(session)
    settings.PAPERS_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=", *settings.PAPERS_KEYS]
    assert paper_keys.rotate().done == 1
    material.refresh_from_db()
    assert material.key_id == store.current_key_id()
    assert materials.content_of(material) == b"%PDF-1.7 x"
    assert material.stored_name in paper_keys._named([material.stored_name])


def test_database_when_a_file_is_half_gone_then_refused(session):
    material = added(session)
    for change in ({"stored_name": None}, {"removed_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Material.objects.filter(pk=material.pk).update(**change)


@pytest.mark.parametrize("n", [1, 3])
def test_pages_however_many_files_then_the_same_queries(
    n, session, owner_client, staff_client, django_assert_num_queries, django_assert_max_num_queries
):
    staff = factories.staff()
    for content in range(n):
        added(session, b"%%PDF-1.7 %d" % content, by=staff)
    application = session.program.applications.get()
    with django_assert_num_queries(4):
        own_sessions.own_of(application, NOW)
    with django_assert_max_num_queries(7):
        staff_client.get(desk(session))


def told_of():
    return list(
        Message.objects.filter(kind="programs.materials_given_out", channel="inbox").order_by("pk")
    )


def test_told_once_of_all_once_nothing_has_followed_for_ten_minutes(session, owner):
    other = factories.session(session.program, kst(29, 10), title="2회차")
    for n in range(4):
        added(session, b"%%PDF-1.7 %d" % n, name=f"{n}.pdf")
    added(other, name="실습지.pdf")
    for seconds, told in [(599, 0), (600, 5), (1200, 0)]:
        assert materials.tell_due(now=NOW + dt.timedelta(seconds=seconds)) == told
    (row,) = told_of()
    assert (row.recipient, row.context["n"]) == (owner, 5)
    assert row.link == session.program.applications.get().get_absolute_url()
    lines = [f"{session.title} – {n}.pdf" for n in range(4)] + ["2회차 – 실습지.pdf"]
    assert row.context["files"] == lines
    assert all(line in row.body for line in lines)


def test_told_in_the_language_of_each_reader(session, owner):
    type(owner).objects.filter(pk=owner.pk).update(language="en")
    type(session.program).objects.filter(pk=session.program_id).update(title_en="First steps")
    added(session)
    materials.tell_due(now=NOW + materials.QUIET)
    (row,) = told_of()
    assert row.context["program"] == "First steps"
    assert "First steps" in row.body


def test_told_anew_of_what_comes_later_and_not_of_what_was_taken_away(session):
    gone = added(session, b"%PDF-1.7 gone")
    materials.remove(material=gone)
    later = NOW + dt.timedelta(hours=1)
    assert materials.tell_due(now=later) == 0
    added(session, b"%PDF-1.7 1")
    assert materials.tell_due(now=later) == 1
    added(session, b"%PDF-1.7 2", name="보충.pdf")
    assert materials.tell_due(now=later) == 1
    assert [row.context["n"] for row in told_of()] == [1, 1]


def test_told_only_who_takes_part_in_the_session_itself(session, owner):
    business = factories.merchant()
    application = factories.application(session.program, business, S.SELECTED)
    alone = factories.session(
        session.program, kst(30, 14), application=application, merchant=business
    )
    factories.application(session.program, factories.merchant(), S.NOT_SELECTED)
    added(alone)
    assert materials.tell_due(now=NOW + dt.timedelta(hours=1)) == 1
    assert [row.link for row in told_of()] == [application.get_absolute_url()]


def test_told_nobody_when_the_session_was_called_off_first(session):
    added(session)
    sessions.call_off(by=factories.staff(), session=session, reason="강사 사정")
    assert materials.tell_due(now=NOW + dt.timedelta(hours=1)) == 0
    assert told_of() == []


def test_told_once_somebody_takes_part(session, merchant):
    empty = factories.session(factories.program("education"), kst(30, 10))
    added(empty)
    later = NOW + dt.timedelta(hours=1)
    assert materials.tell_due(now=later) == 0
    factories.application(empty.program, merchant, S.SELECTED)
    assert materials.tell_due(now=later) == 1


@pytest.mark.parametrize("n", [1, 3])
def test_telling_however_many_files_and_people_then_the_same_queries(
    n, session, django_assert_num_queries
):
    staff = factories.staff()
    for number in range(n):
        added(session, b"%%PDF-1.7 %d" % number, by=staff)
        factories.application(session.program, state=S.SELECTED)
    with django_assert_num_queries(10):
        materials.tell_due(now=NOW + dt.timedelta(hours=1))


def test_desk_says_when_they_were_told(session, staff_client):
    added(session)
    assert "아직 알리지 않음" in staff_client.get(desk(session)).content.decode()
    materials.tell_due(now=NOW + dt.timedelta(minutes=10))
    page = staff_client.get(desk(session)).content.decode()
    assert "참여자에게 알림" in page
    assert "아직 알리지 않음" not in page
