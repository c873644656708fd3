"""Five failures lock a log-in; time and a new password by mail open it again."""

import re
import threading
import time

import pytest
from allauth.account import app_settings
from allauth.core.internal import ratelimit
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse

from center.accounts import AccountAdapter
from tests import factories
from tests.center.people import log_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
MINUTES = 15 * 60


def fail(person, times, client=None):
    client = client or Client()
    for _ in range(times):
        log_in(client, person, "wrong")


def is_in(response):
    return response.status_code == 302


@pytest.mark.parametrize(("failures", "opens"), [(4, True), (5, False), (6, False)])
def test_log_in_when_failed_so_often_then_open_or_locked(at_now, failures, opens):
    person = factories.user()
    fail(person, failures)
    assert is_in(log_in(Client(), person)) == opens


def test_lock_when_shown_then_says_how_long_and_what_to_do(at_now):
    person = factories.user()
    fail(person, 5)
    page = BeautifulSoup(log_in(Client(), person).content, "html.parser")
    said = page.select_one(".errors").text
    assert "5회" in said
    assert "15분" in said
    assert "053-000-0000" in said
    assert page.select_one(f"main a[href='{reverse('account_reset_password')}']")
    assert page.select_one("main a[href='tel:053-000-0000']")


def test_lock_when_the_person_does_not_exist_then_the_same_answer(at_now):
    person = factories.user()
    fail(person, 5)
    locked = log_in(Client(), person)
    person.delete()
    cache.clear()
    client = Client()
    for _ in range(6):
        nobody = client.post(
            reverse("account_login"), {"login": "nobody@example.com", "password": PASSWORD}
        )
    said = [
        BeautifulSoup(it.content, "html.parser").select_one(".errors").text
        for it in (locked, nobody)
    ]
    assert said[0] == said[1]


@pytest.mark.parametrize(("after", "opens"), [(-1, False), (0, True), (1, True)])
def test_lock_when_time_passes_then_released(at_now, after, opens):
    person = factories.user()
    fail(person, 5)
    at_now.shift(MINUTES + after)
    assert is_in(log_in(Client(), person)) == opens


def test_lock_when_one_goes_on_trying_then_it_does_not_grow(at_now):
    person = factories.user()
    fail(person, 5)
    at_now.shift(MINUTES - 1)
    fail(person, 3)
    at_now.shift(1)
    assert is_in(log_in(Client(), person))


def test_lock_when_of_one_person_then_others_of_the_house_log_in(at_now):
    fail(factories.user(), 6)
    assert is_in(log_in(Client(), factories.user()))


def test_address_when_it_fails_for_many_people_then_locked_as_well(at_now):
    client = Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(5):
        fail(factories.user(), 4, client)
    person = factories.user()
    assert not is_in(log_in(Client(REMOTE_ADDR="192.0.2.1"), person))
    assert is_in(log_in(Client(REMOTE_ADDR="192.0.2.2"), person))


def test_lock_when_success_in_between_then_failures_still_count(at_now):
    person = factories.user()
    fail(person, 4)
    at_now.shift(1)
    assert is_in(log_in(Client(), person))
    fail(person, 1)
    assert not is_in(log_in(Client(), person))


@pytest.mark.parametrize("spelt", ["STAFF@example.com", "ſtaff@example.com"])
def test_lock_when_the_address_is_spelt_otherwise_then_it_is_one_account(at_now, spelt):
    person = factories.user(email="staff@example.com")
    client = Client()
    for _ in range(5):
        client.post(reverse("account_login"), {"login": spelt, "password": "wrong"})
    assert not is_in(log_in(Client(), person))


def test_lock_when_a_new_password_is_set_by_mail_then_open(at_now, mailoutbox):
    person = factories.user()
    fail(person, 5)
    client = Client()
    client.post(reverse("account_reset_password"), {"email": person.email})
    link = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mailoutbox[0].body)
    page = client.get(link[1])
    new = {"password1": "another-Horse-2!", "password2": "another-Horse-2!"}
    client.post(page.url, new)
    assert is_in(log_in(Client(), person, "another-Horse-2!"))
    assert [mail.subject for mail in mailoutbox] == [
        "비밀번호 다시 설정",
        "비밀번호가 다시 설정되었습니다",
    ]


def test_log_in_when_the_cache_is_away_then_refused_not_unguarded(settings):
    person = factories.user()
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    }
    response = log_in(Client(), person)
    assert response.status_code == 503
    said = response.content.decode()
    assert "로그인을 할 수 없습니다" in said
    assert "053-000-0000" in said
    assert "여러 번" not in said


def test_password_when_the_cache_is_away_then_not_called_a_failure(settings, rf):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/1"}
    }
    request = rf.post("/")
    with pytest.raises(ValidationError) as refusal:
        AccountAdapter(request).pre_authenticate(request, email="a@example.com")
    assert refusal.value.code == "attempts_not_counted"
    assert "5회" not in str(refusal.value)


def test_log_in_when_others_of_the_address_are_being_counted_then_waits_for_its_turn():
    """On a busy machine a few people logging in at once are no attack."""
    person = factories.user()
    rates = ratelimit.parse_rates(app_settings.RATE_LIMITS["login"])
    request = RequestFactory().get("/")
    keys = [
        ratelimit.get_cache_key(request, app="allauth.account", action="login", rate=rate) + ":lock"
        for rate in rates
    ]
    cache.set_many(dict.fromkeys(keys, True), 10)
    threading.Timer(1.3, cache.delete_many, [keys]).start()
    began = time.monotonic()
    assert is_in(log_in(Client(), person))
    assert time.monotonic() - began >= 1.2, "the counter was held"
