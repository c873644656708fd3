"""The pages of the roof: front, guide, notices, language, log-in, and those that say no."""

import contextlib
import datetime as dt
import re

import psycopg2
import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from bookings.models import Resource
from center.middleware import BusyMiddleware
from center.models import Notice, User
from tests import factories
from tests.conftest import NOW, logged_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("spaces", [1, 3])
def test_front_when_more_spaces_then_the_same_queries(
    at_now, client, house, spaces, django_assert_num_queries
):
    for _ in range(spaces):
        factories.studio(2)
    client.get("/")
    with django_assert_num_queries(5):
        client.get("/")


def test_front_when_open_then_next_times_and_notices(at_now, client, studio):
    Notice.objects.create(title="주차 안내", body="…", publish_at=NOW)
    Notice.objects.create(title="내일 공지", body="…", publish_at=NOW + dt.timedelta(seconds=1))
    page = soup(client.get("/"))
    assert page.select_one("a.card .n").text == "11. 26.(목) 9:00"
    assert "주차 안내" in page.text
    assert "내일 공지" not in page.text


def test_front_when_nothing_exists_then_still_a_page(client):
    assert client.get("/").status_code == 200
    assert client.get("/spaces/").status_code == 200
    assert not Resource.objects.exists()


def test_notices_when_text_holds_markup_then_it_is_text(client):
    Notice.objects.create(title="<b>x</b>", body="<script>alert(1)</script>")
    html = client.get("/notices/").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html


def test_guide_when_rules_change_then_the_page_says_the_new_number(at_now, client, studio):
    assert "3영업일 전까지" in client.get("/guide/").content.decode()
    factories.policy(notice_days=5)
    assert "5영업일 전까지" in client.get("/guide/").content.decode()


def test_programs_when_none_is_open_then_says_so(client):
    assert "모집 중인 프로그램이 없습니다" in client.get("/programs/").content.decode()


def test_links_when_followed_from_every_public_page_then_none_is_dead(at_now, client, studio):
    seen, queue = set(), ["/"]
    while queue:
        address = queue.pop()
        response = client.get(address)
        assert response.status_code in {200, 302}, address
        if response.status_code == 200 and "html" in response["Content-Type"]:
            for link in soup(response).select("a[href^='/']"):
                path = link["href"].partition("?")[0].partition("#")[0]
                if path not in seen:
                    seen.add(path)
                    queue.append(path)
    assert {"/spaces/", "/programs/", "/guide/", "/notices/", "/account/login/"} <= seen


def test_language_when_browser_prefers_english_then_korean_until_chosen(client):
    html = client.get("/", headers={"accept-language": "en-US"}).content.decode()
    assert '<html lang="ko">' in html
    response = client.get("/language/en/", {"next": "/guide/"})
    assert response.url == "/guide/"
    assert '<html lang="en">' in client.get("/guide/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:x", "", "x", "-1", "a\x00b"]
)
def test_language_when_next_is_foreign_then_the_front_page(client, target):
    assert client.get("/language/en/", {"next": target}).url == "/"


def test_language_when_unknown_then_404(client):
    assert client.get("/language/xx/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/nothing/", "/spaces/nothing/", "/bookings/", "/%00", "/a\u202eb/"]
)
def test_unknown_addresses_when_asked_then_the_house_look(client, address):
    response = client.get(address)
    assert response.status_code in {302, 404}
    if response.status_code == 404:
        assert soup(response).select_one("header.site")


def test_server_error_when_something_breaks_then_korean_without_the_database():
    from center.views import server_error

    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500


@transaction.atomic
def ask_for_too_long():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20")
        cursor.execute("SELECT pg_sleep(20)")


def test_page_when_the_database_gives_up_then_said_that_nothing_is_wrong_with_the_person(db):
    with pytest.raises(OperationalError) as gave_up:
        ask_for_too_long()
    busy = BusyMiddleware(lambda request: HttpResponse())
    response = busy.process_exception(RequestFactory().get("/"), gave_up.value)
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "1분쯤 뒤에 다시" in response.content.decode()
    assert busy.process_exception(RequestFactory().get("/"), ValueError()) is None
    assert "center.middleware.BusyMiddleware" in settings.MIDDLEWARE


def test_session_when_somebody_holds_its_table_then_said_that_nothing_is_wrong(client):
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 50")
    other = psycopg2.connect(**connection.get_connection_params())
    with contextlib.closing(other), other.cursor() as cursor:
        cursor.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
        response = client.get("/privacy/")
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    assert "1분쯤 뒤에 다시" in response.content.decode()


def test_headers_when_any_page_then_strict(client):
    response = client.get("/")
    policy = response["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_health_when_all_is_well_then_ok(client):
    assert client.get("/health/live").json() == {"status": "ok"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert set(ready.json()["checks"].values()) == {"ok"}


def test_health_when_the_broker_is_away_then_503_names_it(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1"
    ready = client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["checks"]["broker"] == "ConnectionError"


def test_log_in_when_wrong_then_keeps_the_address_and_says_what_to_do(client):
    person = factories.user()
    response = client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    page = soup(response)
    assert page.select_one("#id_login")["value"] == person.email
    assert page.select_one(".errors").text.strip()


def test_log_in_when_right_then_back_to_where_one_was(client, studio):
    person = factories.user()
    target = f"{studio.get_absolute_url()}?start=2026-11-27T10:00"
    response = client.post(
        f"{reverse('account_login')}",
        {"login": person.email.upper(), "password": PASSWORD, "next": target},
    )
    assert response.status_code == 302


def test_log_in_when_next_is_foreign_then_ignored(client):
    person = factories.user()
    response = client.post(
        reverse("account_login"),
        {"login": person.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert "evil.example" not in response.headers.get("Location", "")


def test_sign_up_when_complete_then_a_person_with_a_name(client, settings, mailoutbox):
    client.post(
        reverse("account_signup"),
        {
            "name": "한새로",
            "email": "new@example.com",
            "password1": "summer-Rain-42!",
            "password2": "summer-Rain-42!",
        },
    )
    person = User.objects.get(email="new@example.com")
    assert person.name == "한새로"
    assert person.check_password("summer-Rain-42!")
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"email": "nonsense"}, {"password1": "short"}, {"password2": "other"}],
)
def test_sign_up_when_wrong_then_nobody_is_made_and_input_is_kept(client, wrong):
    data = {
        "name": "한새로",
        "email": "new@example.com",
        "password1": "summer-Rain-42!",
        "password2": "summer-Rain-42!",
    }
    response = client.post(reverse("account_signup"), {**data, **wrong})
    page = soup(response)
    assert page.select_one(".errors")
    assert not User.objects.exists()
    if "email" not in wrong:
        assert page.select_one("#id_email")["value"] == "new@example.com"


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_account_pages_when_opened_then_korean_in_the_house_look(client, name):
    page = soup(client.get(reverse(name)))
    assert page.select_one("header.site")
    labels = [label.text for label in page.select("main label")]
    assert labels
    assert not [text for text in labels if text.isascii()]


def test_requests_when_logged_then_json_with_a_request_id(client, caplog):
    with caplog.at_level("INFO"):
        client.get("/health/live")
    logged = [r.msg for r in caplog.records if "request_" in str(r.msg)]
    assert [entry["event"] for entry in logged] == ["request_started", "request_finished"]
    assert logged[0]["request_id"] == logged[1]["request_id"]


def test_role_when_removed_then_the_right_is_gone(studio):
    operator = factories.staff()
    assert logged_in(operator).get("/admin/bookings/booking/").status_code == 200
    operator.groups.clear()
    assert logged_in(operator).get("/admin/bookings/booking/").status_code == 403


def test_address_with_a_nul_then_the_database_is_not_asked_for_it(staff_client):
    answer = staff_client.get("/admin/schedule/%ED%95%9C%00/cancel/")
    assert answer.status_code == 404
    assert soup(answer).select_one("header.site")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1,evil"])
def test_host_when_not_ours_then_a_page_that_says_so(client, host):
    client.raise_request_exception = False
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 400
    assert soup(answer).h1


def test_templates_when_a_choice_is_written_whole_then_its_id_is_given_once():
    """Django's list of radio buttons or boxes has the id of its field: a fieldset around it
    must not have the same (KWCAG 2.2, 8.1.1)."""
    opened = re.compile(
        r'<fieldset[^>]* id="\{\{ ([\w.]+)\.auto_id \}\}"[^>]*>(.*?)</fieldset>', re.S
    )
    templates = sorted((settings.BASE_DIR / "templates").rglob("*.html"))
    found = [
        (file, match) for file in templates for match in opened.finditer(file.read_text("utf-8"))
    ]
    assert len(found) > 5  # those that write each button themselves
    twice = [file.name for file, match in found if f"{{{{ {match[1]} }}}}" in match[2]]
    assert twice == []
