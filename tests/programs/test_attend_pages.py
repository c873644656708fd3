"""The screen in the room, the page participants use, and who may open them."""

import datetime as dt
import re

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from bookings.models import Category
from center.permissions import EVALUATOR, OFFICIAL
from programs import attend_codes, attend_refusals
from programs.models import ApplicationState, Attendance, NotedBy, SessionKind
from programs.services import sessions
from programs.services.sessions import Meeting, Room
from tests import factories
from tests.bookings.test_door import tablet
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ATTEND = "/attend/"


@pytest.fixture
def taking(merchant):
    return factories.application(factories.program(), merchant, ApplicationState.SELECTED)


@pytest.fixture
def session(taking):
    return factories.session(taking.program, kst(23, 10), title="사진 찍기")


def scanned(client, session, at=None):
    token = attend_codes.token(session, at or NOW)
    return client.get(reverse("attend_scan", args=[session.pk, token]), follow=True)


def test_scan_then_one_button_and_present(owner_client, owner, session):
    page = scanned(owner_client, session)
    assert "사진 찍기" in page.content.decode()
    assert not Attendance.objects.exists()  # reading an address changes nothing
    page = owner_client.post(ATTEND, {"scanned": "1"}, follow=True)
    assert "badge ok" in page.content.decode()
    row = Attendance.objects.get()
    assert (row.method, row.noted_by) == (NotedBy.QR, owner)


def test_scan_before_logging_in_then_remembered(client, owner, session):
    page = scanned(client, session)
    assert page.redirect_chain[-1][0].startswith("/account/login/")
    person = logged_in(owner)
    kept = person.session
    kept.update(dict(client.session.items()) | dict(kept.items()))
    kept.save()
    person.post(ATTEND, {"scanned": "1"})
    assert Attendance.objects.get().method == NotedBy.QR


def test_scan_when_the_code_is_old_then_refused(owner_client, session):
    page = scanned(owner_client, session, at=NOW - dt.timedelta(seconds=60))
    assert "alert warning" in page.content.decode()
    owner_client.post(ATTEND, {"scanned": "1"})
    assert not Attendance.objects.exists()


def test_scan_when_there_is_no_such_session_then_answered_as_an_old_code(client, session):
    answers = []
    for pk in (session.pk, session.pk + 1, 10**19):
        client.cookies.clear()
        page = client.get(f"/attend/{pk}/x/")
        said = [str(message) for message in get_messages(page.wsgi_request)]
        answers.append((page.status_code, page["Location"], said))
    assert answers == [(302, ATTEND, [attend_refusals.old_code().sentence])] * 3


@pytest.mark.parametrize(("minutes", "counts"), [(9, True), (10, False)])
def test_scan_counts_for_some_minutes(owner_client, session, at_now, minutes, counts):
    scanned(owner_client, session)
    at_now.shift(dt.timedelta(minutes=minutes))
    owner_client.post(ATTEND, {"scanned": "1"})
    assert Attendance.objects.exists() is counts


def test_scan_of_another_program_then_refused(owner_client, session):
    other = factories.session(factories.program(), kst(23, 10))
    scanned(owner_client, other)
    page = owner_client.post(ATTEND, {"scanned": "1"}, follow=True)
    assert "alert warning" in page.content.decode()
    assert not Attendance.objects.exists()


def test_pin_then_present(owner_client, session):
    pin = attend_codes.pin(session, NOW)
    owner_client.post(ATTEND, {"pin": f" {pin[:3]} {pin[3:]}"})
    assert Attendance.objects.get().method == NotedBy.PIN


def test_pin_when_wrong_or_of_another_program_then_refused(owner_client, session):
    other = factories.session(factories.program(), kst(23, 10))
    for pin in ("000000", attend_codes.pin(other, NOW), "", "x"):
        assert owner_client.post(ATTEND, {"pin": pin}).status_code in {400, 409}
    assert not Attendance.objects.exists()


def test_pin_when_guessed_too_often_then_wait(owner_client, session):
    for _n in range(10):
        assert owner_client.post(ATTEND, {"pin": "111111"}).status_code == 409
    pin = attend_codes.pin(session, NOW)
    assert owner_client.post(ATTEND, {"pin": pin}).status_code == 429
    assert not Attendance.objects.exists()


def test_page_when_anonymous_then_log_in(client):
    assert client.get(ATTEND).url == f"/account/login/?next={ATTEND}"


SCREENS = ["attend_screen", "attend_code"]


@pytest.mark.parametrize("name", SCREENS)
def test_screen_for_staff_alone(name, client, owner_client, other_client, staff_client, session):
    address = reverse(name, args=[session.pk])
    assert staff_client.get(address).status_code == 200
    assert client.get(address).status_code == 302
    others = [logged_in(factories.staff(role)) for role in (EVALUATOR, OFFICIAL)]
    for person in (owner_client, other_client, *others):
        assert person.get(address).status_code == 403


def test_screen_shows_codes_that_count_and_no_names(staff_client, session, taking):
    page = staff_client.get(reverse("attend_screen", args=[session.pk])).content.decode()
    pin = attend_codes.pin(session, NOW)
    assert f"{pin[:3]} {pin[3:]}" in page
    assert "<svg" in page
    assert taking.merchant.name not in page
    assert "style=" not in page
    assert re.search(r'<noscript><meta http-equiv="refresh" content="20"></noscript>', page)


@pytest.mark.parametrize(
    ("moment", "shows"),
    [
        (kst(23, 9, 29), False),
        (kst(23, 9, 30), True),
        (kst(23, 11, 59), True),
        (kst(23, 12), False),
    ],
)
def test_screen_shows_codes_only_while_they_count(session, at_now, moment, shows):
    at_now.move_to(moment)
    staff = logged_in(factories.staff())
    page = staff.get(reverse("attend_code", args=[session.pk])).content.decode()
    assert ("<svg" in page) is shows


def test_door_shows_the_session_of_its_room(house, client, session):
    space = factories.resource(Category.CONFERENCE)
    sessions.plan(
        by=factories.staff(),
        program=session.program,
        meeting=Meeting(SessionKind.CLASS, "방 안의 회차"),
        starts=kst(23, 11),
        ends=kst(23, 12),
        room=Room(space),
    )
    here, elsewhere = tablet(space), tablet(factories.studio())
    assert "방 안의 회차" in here.get("/door/attend/").content.decode()
    assert "<svg" in here.get("/door/attend/code/").content.decode()
    assert "방 안의 회차" not in elsewhere.get("/door/attend/").content.decode()
    assert client.get("/door/attend/").url == "/door/enrol/"
