"""Idle log-out: when, for whom, what the page says, what extends, what it costs."""

import pytest
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.test import Client

from center.permissions import OFFICIAL
from tests import factories
from tests.center.people import log_in
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
IDLE = "/account/idle/"
WHY = "한동안 사용하지 않아 자동으로 로그아웃되었습니다"


def official():
    person = factories.staff(OFFICIAL)
    person.is_staff = False
    person.save(update_fields=["is_staff"])
    return person


@pytest.mark.parametrize(("seconds", "stays"), [(-1, True), (0, False), (1, False)])
@pytest.mark.parametrize(
    ("person", "minutes"),
    [(factories.staff, 30), (official, 30), (factories.user, 120)],
    ids=["staff", "official", "merchant"],
)
def test_session_when_idle_then_ends_at_the_limit(at_now, person, minutes, seconds, stays):
    client = logged_in(person())
    at_now.shift(minutes * 60 + seconds)
    assert (client.get("/bookings/").status_code == 200) == stays


def test_limit_when_set_otherwise_then_obeyed(settings, at_now):
    settings.IDLE_MINUTES = 15
    client = logged_in(factories.staff())
    at_now.shift(15 * 60)
    assert client.get("/bookings/").status_code == 302


def test_session_when_used_then_lives_on(at_now):
    client = logged_in(factories.staff())
    for _ in range(4):
        at_now.shift(29 * 60)
        assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/", "/admin/schedule/events.json"])
def test_session_when_only_the_page_renews_itself_then_ends_at_the_limit(at_now, house, address):
    client = logged_in(factories.staff())
    for minutes, status in ((29, 200), (1, 302)):
        at_now.shift(minutes * 60)
        assert client.get(address, headers={"X-Renewal": "1"}).status_code == status


def test_session_when_something_is_sent_as_a_renewal_then_a_person_did_it(at_now, house):
    client = logged_in(factories.staff())
    at_now.shift(29 * 60)
    client.post("/admin/approvals/", {}, headers={"X-Renewal": "1"})
    at_now.shift(60)
    assert client.get("/admin/").status_code == 200


def test_log_out_when_idle_then_the_log_in_page_says_why_and_leads_back(at_now, studio):
    person = factories.staff()
    client = logged_in(person)
    at_now.shift(30 * 60)
    page = client.get("/admin/bookings/booking/?q=1", follow=True)
    html = BeautifulSoup(page.content, "html.parser")
    assert page.redirect_chain[-1][0] == (
        "/account/login/?next=%2Fadmin%2Fbookings%2Fbooking%2F%3Fq%3D1"
    )
    assert WHY in html.select_one(".messages").text
    back = html.select_one("main input[name=next]")["value"]
    assert log_in(client, person, next=back).url == "/admin/bookings/booking/?q=1"


def test_log_out_when_idle_on_a_public_page_then_the_page_with_the_reason(at_now, studio):
    client = logged_in(factories.staff())
    at_now.shift(30 * 60)
    page = client.get("/spaces/")
    assert page.status_code == 200
    assert WHY in page.content.decode()


def test_log_out_when_idle_then_the_session_is_gone_for_good(at_now):
    client = logged_in(factories.staff())
    key = client.session.session_key
    at_now.shift(30 * 60)
    client.get("/")
    assert not Session.objects.filter(session_key=key).exists()


def test_question_when_asked_by_the_script_then_it_is_no_use(at_now):
    client = logged_in(factories.staff())
    at_now.shift(20 * 60)
    answer = client.get(IDLE).json()
    assert answer["left"] == 10 * 60
    at_now.shift(10 * 60)
    assert client.get(IDLE).json()["left"] == 0
    assert client.get("/bookings/").status_code == 302


def test_extend_when_posted_then_the_whole_time_again(at_now):
    client = logged_in(factories.staff())
    at_now.shift(30 * 60 - 1)
    assert client.post(IDLE).json()["left"] == 30 * 60
    at_now.shift(30 * 60 - 1)
    assert client.get("/bookings/").status_code == 200


def test_extend_when_too_late_then_nothing_left(at_now):
    client = logged_in(factories.staff())
    at_now.shift(30 * 60)
    assert client.post(IDLE).json()["left"] == 0


def test_question_when_nobody_is_logged_in_then_nothing_left():
    answer = Client().get(IDLE)
    assert answer.json()["left"] == 0
    assert answer.json()["person"] is None
    assert "no-store" in answer["Cache-Control"]


def test_extend_when_from_another_site_then_refused():
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        factories.staff(), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.post(IDLE).status_code == 403


def test_role_when_given_then_its_limit_counts_from_the_next_minute(at_now):
    person = factories.user()
    client = logged_in(person)
    person.groups.add(factories.staff(OFFICIAL).groups.get())
    at_now.shift(60)
    client.get("/bookings/")
    at_now.shift(30 * 60)
    assert client.get("/bookings/").status_code == 302


def test_log_in_when_done_then_the_time_runs_before_the_first_page(at_now):
    """A session logged in but never used must not stay good for two weeks."""
    client = Client()
    log_in(client, factories.staff())
    at_now.shift(30 * 60)
    assert client.get("/bookings/").status_code == 302


def test_pages_when_read_within_a_minute_then_nothing_is_written(at_now, django_assert_num_queries):
    client = logged_in(factories.user())
    client.get("/guide/")
    for _ in range(2):
        at_now.shift(20)
        with django_assert_num_queries(6) as reads:
            client.get("/guide/")
        assert all(query["sql"].lstrip().startswith("SELECT") for query in reads)


@pytest.mark.parametrize("address", ["/", "/admin/"])
def test_page_when_logged_in_then_carries_the_warning(at_now, studio, address):
    page = BeautifulSoup(logged_in(factories.staff()).get(address).content, "html.parser")
    dialog = page.select_one("dialog#idle")
    assert dialog["data-left"] == "1800"
    assert not dialog.has_attr("open")
    assert page.select_one("script[src$='js/idle.js']")


def test_page_when_nobody_is_logged_in_then_no_warning(client, studio):
    assert "idle" not in client.get("/").content.decode()
