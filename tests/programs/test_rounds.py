"""The sessions of the last round, taken over for the next."""

import datetime as dt
import hashlib

import pytest
from django.urls import reverse

from bookings.models import Category
from center import clock
from center.notifications.models import Message
from center.permissions import EVALUATOR
from merchants.papers import store
from merchants.papers.intake import CleanFile
from programs.admin import rounds as rounds_page
from programs.models import Material, ProgramState, Session, SessionState
from programs.services import calls, material_copies, materials, rounds, sessions
from programs.services.rooms import Room
from tests import factories
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "papers_root")]
WEEK = dt.timedelta(days=7)


@pytest.fixture
def room(house):
    return factories.resource(Category.CONFERENCE, capacity=20, name="컨퍼런스룸")


@pytest.fixture
def last(room):
    """Two classes to come, a week apart, in a room; opened three weeks ago."""
    program = factories.program("education", opens_at=kst(2), closes_at=kst(20))
    meeting = sessions.Meeting(kind="class", title="사진", instructor="김강사", materials="공책")
    sessions.plan_many(
        by=factories.staff(),
        program=program,
        meeting=meeting,
        spans=[(kst(day, 10), kst(day, 12)) for day in (24, 25)],
        room=Room(room),
    )
    return program


@pytest.fixture
def program(last):
    return calls.copy(program=last, by=factories.staff())


def repeated(program, *, with_files=False):
    wish = {"program": program, "shift": 4 * WEEK, "by": factories.staff()}
    return rounds.take_over(**wish, with_files=with_files).planned


def given_out(session, content=b"%PDF-1.7 x", name="교안.pdf"):
    file = CleanFile(content, "application/pdf", 1, hashlib.sha256(content).hexdigest(), name)
    return materials.add(session=session, file=file, by=factories.staff())


def stored():
    """How many files there are at all."""
    return sum(1 for _name in store.names(before=NOW + 400 * clock.DAY))


def page(program):
    return reverse("admin:sessions_repeat", args=[program.pk])


@pytest.mark.parametrize(
    ("after", "weeks"), [(kst(2), 0), (kst(3), 1), (kst(9), 1), (kst(10), 2), (kst(30), 4)]
)
def test_weeks_between_rounded_up_so_that_a_day_stays_that_day(after, weeks):
    assert rounds.weeks_between(kst(2, 18), after) == weeks * WEEK


def test_repeat_then_the_same_days_later_in_the_same_room(program, last, room):
    assert not program.sessions.exists()
    planned = repeated(program)
    assert [row.starts for row in planned.sessions] == [
        kst(22, 10, month=12),
        kst(23, 10, month=12),
    ]
    assert planned.refused == []
    for made, old in zip(planned.sessions, last.sessions.all(), strict=True):
        assert made.booking.resource == room
        assert (made.title, made.instructor, made.materials) == ("사진", "김강사", "공책")
        assert made.booking_id != old.booking_id
    again = repeated(program)
    assert (again.sessions, program.sessions.count()) == ([], 2)


def test_repeat_when_somebody_takes_part_then_told_once_of_all(program, merchant, owner):
    factories.application(program, merchant, "selected")
    planned = repeated(program)
    assert len(planned.sessions) == 2
    told = Message.objects.filter(kind="programs.session_planned", channel="inbox")
    assert [(row.recipient, row.context["more"]) for row in told] == [(owner, 1)]


def test_page_when_sent_without_a_day_then_nothing_is_planned(program, staff_client):
    for sent in ({}, {"first": ""}):
        assert staff_client.post(page(program), sent).status_code == 400
    assert not program.sessions.exists()


def test_repeat_when_the_room_is_taken_then_named_and_the_others_planned(
    program, room, staff_client
):
    other, by = factories.program("education"), factories.staff()
    meeting = sessions.Meeting(kind="class", title="다른 교육")
    start = kst(22, 10, month=12)
    sessions.plan(
        by=by, program=other, meeting=meeting, starts=start, ends=kst(22, 12, month=12),
        room=Room(room),
    )  # fmt: skip
    answer = staff_client.post(page(program), {"first": "2026-12-22"}, follow=True)
    assert [row.starts for row in program.sessions.all()] == [kst(23, 10, month=12)]
    assert "2026. 12. 22." in answer.content.decode()


def test_page_then_dates_are_proposed_and_moved_by_the_first_day(program, staff_client):
    shown = staff_client.get(page(program))
    # the next round opens three weeks and a day after the last one: four weeks
    assert shown.context["form"].initial["first"] == dt.date(2026, 12, 22)
    assert [line["starts"] for line in shown.context["lines"]] == [
        kst(22, 10, month=12),
        kst(23, 10, month=12),
    ]
    shown = staff_client.get(page(program), {"first": "2026-12-08"})
    assert next(line["starts"] for line in shown.context["lines"]) == kst(8, 10, month=12)
    assert staff_client.get(page(program), {"first": "x"}).status_code == 400
    assert not program.sessions.exists()  # reading plans nothing


def test_list_offers_it_until_sessions_are_planned(program, staff_client):
    desk = reverse("admin:program_sessions", args=[program.pk])
    assert page(program) in staff_client.get(desk).content.decode()
    factories.session(program)
    assert page(program) not in staff_client.get(desk).content.decode()
    assert staff_client.get(page(program)).status_code == 404


def test_sessions_called_off_or_of_one_business_stay_behind(program, last):
    gone, stays = last.sessions.all()
    Session.objects.filter(pk=gone.pk).update(
        state=SessionState.CANCELLED, reason="폭설", cancelled_at=NOW
    )
    application = factories.application(last, state="selected")
    factories.session(last, application=application, merchant=application.merchant)
    assert list(rounds.sessions_before(program)) == [stays]


def test_page_for_staff_alone(program, client, owner_client):
    assert client.get(page(program)).status_code == 302
    for person in (owner_client, logged_in(factories.staff(EVALUATOR))):
        assert person.post(page(program), {"first": "2026-12-22"}).status_code in {302, 403}
    assert not program.sessions.exists()


def test_files_when_ticked_then_copied_to_the_session_that_takes_its_place(
    program, last, staff_client
):
    one, other = last.sessions.all()
    given_out(one)
    materials.remove(material=given_out(one, b"%PDF-1.7 old"))
    given_out(other, b"%PDF-1.7 y", "실습지.pdf")
    shown = staff_client.get(page(program), {"first": "2026-12-22"}).content.decode()
    assert 'name="with_files" value="1" checked' in shown
    staff_client.post(page(program), {"first": "2026-12-22", "with_files": "1"})
    copies = [list(row.files.all()) for row in program.sessions.order_by("starts")]
    assert [[row.name for row in rows] for rows in copies] == [["교안.pdf"], ["실습지.pdf"]]
    assert [materials.content_of(rows[0]) for rows in copies] == [b"%PDF-1.7 x", b"%PDF-1.7 y"]
    store.delete(one.files.there().get().stored_name)  # a copy does not need it
    assert materials.content_of(copies[0][0]) == b"%PDF-1.7 x"


@pytest.mark.parametrize("takes_part", [True, False])
def test_files_then_told_of_only_where_somebody_takes_part_when_they_are_copied(
    program, last, takes_part
):
    given_out(last.sessions.first())
    if takes_part:
        factories.application(program, state="selected")
    program.state = ProgramState.PUBLISHED
    program.published_at = NOW
    program.save(update_fields=["state", "published_at"])
    repeated(program, with_files=True)
    factories.application(program, state="selected")
    materials.tell_due(now=NOW + materials.QUIET)
    copied = Material.objects.get(session__program=program)
    told = Message.objects.filter(kind="programs.materials_given_out", channel="inbox")
    assert told.count() == (2 if takes_part else 0)
    assert copied.is_there_from_the_start is not takes_part


def test_files_when_nobody_takes_part_yet_then_the_desk_says_that_they_were_there_first(
    program, last, staff_client
):
    given_out(last.sessions.first())
    repeated(program, with_files=True)
    session = program.sessions.order_by("starts").first()
    shown = staff_client.get(reverse("admin:session_files", args=[session.pk])).content.decode()
    assert "회차와 함께 준비됨" in shown


def test_files_when_not_ticked_or_none_were_given_out_then_none_are_copied(
    program, last, staff_client
):
    assert 'name="with_files"' not in staff_client.get(page(program)).content.decode()
    given_out(last.sessions.first())
    staff_client.post(page(program), {"first": "2026-12-22"})
    assert program.sessions.count() == 2
    assert (Material.objects.count(), stored()) == (1, 1)


def test_files_of_a_session_that_cannot_be_had_then_no_copy_is_left_behind(program, last, room):
    given_out(last.sessions.first())
    other = factories.program("education")
    begins, ends = kst(22, 10, month=12), kst(22, 12, month=12)
    meeting = sessions.Meeting(kind="class", title="다른 교육")
    wish = {"by": factories.staff(), "program": other, "meeting": meeting, "room": Room(room)}
    sessions.plan(**wish, starts=begins, ends=ends)
    assert len(repeated(program, with_files=True).refused) == 1
    assert (Material.objects.count(), stored()) == (1, 1)


@pytest.mark.parametrize("bound", ["MOST_FILES", "MOST_BYTES"])
def test_files_beyond_what_is_copied_at_once_then_said_before_and_named_after(
    program, last, staff_client, monkeypatch, bound
):
    for n, session in enumerate(last.sessions.order_by("starts")):
        given_out(session, b"%PDF-1.7 " + bytes([n]), f"교안{n}.pdf")
    most = {"MOST_FILES": 1, "MOST_BYTES": 10}[bound]
    for module in (material_copies, rounds_page):
        monkeypatch.setattr(module, bound, most)
    assert "한 번에 복사하는 파일은" in staff_client.get(page(program)).content.decode()
    sent = {"first": "2026-12-22", "with_files": "1"}
    answer = staff_client.post(page(program), sent, follow=True).content.decode()
    assert "교안1.pdf" in answer
    assert [row.name for row in Material.objects.filter(session__program=program)] == ["교안0.pdf"]
    assert stored() == 3


def test_files_within_the_bounds_then_nothing_is_said_of_them(program, last, staff_client):
    given_out(last.sessions.first())
    assert "한 번에 복사하는 파일은" not in staff_client.get(page(program)).content.decode()


def test_files_when_one_is_lost_then_named_and_the_others_copied(program, last, staff_client):
    one = last.sessions.first()
    store.delete(given_out(one).stored_name)
    given_out(one, b"%PDF-1.7 y", "실습지.pdf")
    sent = {"first": "2026-12-22", "with_files": "1"}
    answer = staff_client.post(page(program), sent, follow=True).content.decode()
    assert "‘교안.pdf’ 파일은 읽을 수 없어" in answer
    assert [row.name for row in program.sessions.first().files.all()] == ["실습지.pdf"]
