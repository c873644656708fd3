"""The desk of sessions in the admin: planning with its ways out, the roll, completion."""

import datetime as dt

import pytest
from django.urls import reverse

from bookings.models import Booking, Category
from center.models import AccessRecord
from center.permissions import EVALUATOR, OFFICIAL
from programs.models import (
    ApplicationState,
    Attendance,
    Certificate,
    PaperKind,
    Presence,
    Session,
    SessionState,
)
from programs.services import certify
from tests import factories
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def program():
    return factories.program("education", title="사진 교실")


@pytest.fixture
def room(house):
    return factories.resource(Category.CONFERENCE, capacity=20)


def plan_page(program):
    return reverse("admin:session_plan", args=[program.pk])


def form(room=None, **given):
    return {
        "kind": "class",
        "title": "1회차",
        "day": "2026-11-27",
        "starts_at": "10:00",
        "ends_at": "12:00",
        "weeks": "1",
        "room": room.slug if room else "",
        **given,
    }


def taking(program, **fields):
    return factories.application(program, state=ApplicationState.SELECTED, **fields)


def test_plan_then_listed_with_its_room(staff_client, program, room):
    staff_client.post(plan_page(program), form(room, capacity="12", instructor="김강사"))
    made = Session.objects.get()
    assert (made.starts, made.capacity) == (kst(27, 10), 12)
    page = staff_client.get(reverse("admin:program_sessions", args=[program.pk]))
    assert f"{room.display_name} 1" in page.content.decode()
    assert "김강사" in page.content.decode()


def test_call_when_a_class_has_a_room_then_everybody_reads_which(
    staff_client, client, program, room
):
    staff_client.post(plan_page(program), form(room))
    assert room.display_name in client.get(program.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("capacity", "is_warned"), [("1", True), ("2", False), ("", False)])
def test_plan_when_more_take_part_than_it_takes_then_warned(
    staff_client, program, capacity, is_warned
):
    for _ in range(2):
        taking(program)
    page = staff_client.post(plan_page(program), form(capacity=capacity), follow=True)
    said = "정원은 1명인데 참여 업체는 2곳입니다."
    assert (said in page.content.decode()) == is_warned
    session = Session.objects.get()
    change = reverse("admin:session_edit", args=[session.pk])
    page = staff_client.post(change, form(capacity=capacity), follow=True)
    assert (said in page.content.decode()) == is_warned


def test_board_shows_the_booking_as_the_programs(staff_client, program, room):
    staff_client.post(plan_page(program), form(room))
    board = staff_client.get("/admin/schedule/?day=2026-11-27")
    assert "사진 교실 – 1회차" in board.content.decode()


def test_plan_every_week_then_what_is_taken_is_named(staff_client, program, room):
    other = factories.program()
    staff_client.post(plan_page(other), form(room, day="2026-12-04"))
    page = staff_client.post(plan_page(program), form(room, weeks="3"), follow=True)
    assert program.sessions.count() == 2
    assert "2026. 12. 4." in page.content.decode()


@pytest.fixture
def taken(staff_client, program, room):
    """The room is taken from 10 to 12; the page that says so."""
    staff_client.post(plan_page(factories.program()), form(room))
    other = factories.resource(Category.CONFERENCE, capacity=20, name="다른 방")
    page = staff_client.post(plan_page(program), form(room))
    assert page.status_code == 409
    return page, other


def test_conflict_gives_times_rooms_and_none(taken):
    page, other = taken
    text = page.content.decode()
    choices = page.context["choices"]
    assert other in choices.spaces
    assert kst(27, 13) in [span.start for span in choices.times]
    assert all(span.end - span.start == dt.timedelta(hours=2) for span in choices.times)
    assert 'value="room:"' in text


def test_conflict_when_another_time_is_chosen_then_planned_there(
    staff_client, taken, program, room
):
    page, _other = taken
    [span] = [span for span in page.context["choices"].times if span.start == kst(27, 13)]
    choose = f"at:{span.start.isoformat()}"
    staff_client.post(plan_page(program), form(room, choose=choose))
    made = program.sessions.get()
    assert (made.starts, made.ends, made.booking.resource) == (kst(27, 13), kst(27, 15), room)


def test_conflict_when_another_room_or_none_is_chosen_then_planned_so(
    staff_client, taken, program, room
):
    _page, other = taken
    staff_client.post(plan_page(program), form(room, choose=f"room:{other.slug}"))
    assert program.sessions.get().booking.resource == other
    staff_client.post(plan_page(program), form(room, title="2회차", choose="room:"))
    assert program.sessions.get(title="2회차").booking is None


def test_edit_moves_and_keeps_the_consultant(staff_client, program, room):
    person = factories.user()
    staff_client.post(plan_page(program), form(room))
    made = Session.objects.get()
    Session.objects.update(consultant=person)
    address = reverse("admin:session_edit", args=[made.pk])
    assert staff_client.get(address).status_code == 200
    staff_client.post(address, form(room, starts_at="14:00", ends_at="16:00", title="바꿈"))
    made.refresh_from_db()
    assert (made.title, made.starts, made.consultant) == ("바꿈", kst(27, 14), person)
    assert Booking.objects.get().starts == kst(27, 14)


def test_call_off_needs_a_reason_and_then_is_done(staff_client, program):
    made = factories.session(program)
    address = reverse("admin:session_call_off", args=[made.pk])
    assert staff_client.post(address, {"off-reason": ""}).status_code == 409
    assert staff_client.post(address, {"off-reason": "강사 사정"}).status_code == 302
    made.refresh_from_db()
    assert made.state == SessionState.CANCELLED
    page = staff_client.get(reverse("admin:session_edit", args=[made.pk]))
    assert "강사 사정" in page.content.decode()


def roll_page(session):
    return reverse("admin:session_roll", args=[session.pk])


def test_roll_ticks_one_in_one_click_and_all_the_others(staff_client, program):
    session = factories.session(program, kst(23, 10))
    first, _second = taking(program), taking(program)
    staff_client.post(roll_page(session), {"application": first.pk, "mark": "absent"})
    assert Attendance.objects.get().mark == Presence.ABSENT
    staff_client.post(roll_page(session), {"all": "1"})
    assert sorted(Attendance.objects.values_list("mark", flat=True)) == ["absent", "present"]
    assert AccessRecord.objects.filter(action="change").count() == 2


def test_roll_corrects_only_for_a_reason_and_shows_the_history(staff_client, program):
    session, one = factories.session(program, kst(23, 10)), taking(program)
    sent = {"application": one.pk, "mark": "present"}
    staff_client.post(roll_page(session), sent)
    assert staff_client.post(roll_page(session), {**sent, "mark": "absent"}).status_code == 409
    staff_client.post(roll_page(session), {**sent, "minutes": "60", "reason": "늦게 왔습니다"})
    row = Attendance.objects.get()
    assert (row.minutes, row.reason) == (60, "늦게 왔습니다")
    page = staff_client.get(roll_page(session)).content.decode()
    assert page.count("늦게 왔습니다") == 2  # beside the name, and in the history


def test_completion_closes_issues_and_voids(staff_client, program):
    session = factories.session(program, kst(16, 10))
    came, missed = taking(program), taking(program)
    factories.attendance(session, came)
    address = reverse("admin:program_completion", args=[program.pk])
    staff_client.post(address, {"do": "close"})
    paper = Certificate.objects.get()
    assert paper.application == came
    refused = {"do": "issue", "application": missed.pk, "kind": "participation"}
    assert staff_client.post(address, refused).status_code == 409
    void = {"do": "void", "certificate": paper.pk}
    assert staff_client.post(address, void).status_code == 409
    staff_client.post(address, {**void, "reason": "상호 오기"})
    paper.refresh_from_db()
    assert not paper.is_valid
    assert "상호 오기" in staff_client.get(address).content.decode()


def test_file_for_staff_asks_for_a_purpose(staff_client, program):
    application = taking(program)
    factories.attendance(factories.session(program, kst(16, 10)), application)
    paper = certify.issue(application=application, kind=PaperKind.PARTICIPATION)
    address = reverse("admin:certificate_file", args=[paper.number])
    assert staff_client.get(address)["Content-Type"].startswith("text/html")
    answer = staff_client.post(address, {"purpose": "inquiry"})
    assert answer.content.startswith(b"%PDF-")
    assert AccessRecord.objects.filter(action="download").exists()


def addresses(program, session):
    return [
        reverse("admin:sessions"),
        reverse("admin:program_sessions", args=[program.pk]),
        plan_page(program),
        reverse("admin:session_edit", args=[session.pk]),
        roll_page(session),
        reverse("admin:program_completion", args=[program.pk]),
        reverse("admin:certificate_file", args=["2026-AAAAA-AAAAA"]),
    ]


def test_desk_for_staff_alone(client, owner_client, program):
    session = factories.session(program)
    people = [logged_in(factories.staff(role)) for role in (EVALUATOR, OFFICIAL)]
    for address in addresses(program, session):
        assert client.get(address).status_code == 302
        assert owner_client.get(address).status_code == 302
        for person in people:
            assert person.get(address).status_code == 403


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("name", ["program_sessions", "program_completion", "session_roll"])
def test_desk_in_a_fixed_number_of_queries(
    staff_client, program, room, name, n, django_assert_max_num_queries
):
    session = factories.session(program, kst(16, 10))
    for _n in range(n):
        factories.session(program, kst(16, 10))
        application = taking(program)
        factories.attendance(session, application)
        certify.issue(application=application, kind=PaperKind.PARTICIPATION)
    pk = session.pk if name == "session_roll" else program.pk
    staff_client.get("/admin/sessions/")  # the house's settings are read once
    with django_assert_max_num_queries({"program_sessions": 7}.get(name, 13)):
        staff_client.get(reverse(f"admin:{name}", args=[pk]))
