"""The store of sessions reads what Django's own wrote, and nothing that is over."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from center import clock
from center.sessions import SessionStore
from center.tasks import clear_sessions
from tests import factories
from tests.center.people import log_in

pytestmark = pytest.mark.django_db


def test_load_when_djangos_store_wrote_it_then_the_same_in_one_query(django_assert_num_queries):
    written = DjangosStore()
    written["cart"] = ["studio"]
    written.save()
    read = SessionStore(written.session_key)
    with django_assert_num_queries(1):
        assert dict(read.items()) == {"cart": ["studio"]}
    assert read.session_key == written.session_key


def test_load_when_unknown_then_empty_and_without_a_key():
    read = SessionStore("nobodyhasthiskey")
    assert dict(read.items()) == {}
    assert read.session_key is None


@pytest.mark.parametrize(("seconds", "held"), [(-1, {"n": 1}), (0, {}), (1, {})])
def test_load_when_it_ends_then_held_until_then_only(at_now, seconds, held):
    written = SessionStore()
    written["n"] = 1
    written.save()
    at_now.shift(settings.SESSION_COOKIE_AGE + seconds)
    assert dict(SessionStore(written.session_key).items()) == held


def test_login_when_made_then_kept_in_this_store(owner_client):
    assert settings.SESSION_ENGINE == "center.sessions"
    assert isinstance(owner_client.session, SessionStore)
    assert owner_client.session.get_expiry_date() > clock.now()


def test_session_when_valkey_has_lost_everything_then_goes_on(owner_client):
    cache.set("kept", 1)
    assert owner_client.get(reverse("booking_list")).status_code == 200
    cache.clear()
    assert cache.get("kept") is None
    assert owner_client.get(reverse("booking_list")).status_code == 200


def test_clearing_when_a_session_is_over_then_its_device_is_forgotten(at_now):
    person = factories.user()
    here, there = Client(), Client()
    log_in(here, person), log_in(there, person)
    at_now.shift(settings.SESSION_COOKIE_AGE - 60)
    log_in(Client(), factories.user())
    assert UserSession.objects.count() == 3
    clear_sessions()
    assert UserSession.objects.count() == 3  # still alive
    at_now.shift(61)
    clear_sessions()
    assert [session.user.pk != person.pk for session in UserSession.objects.all()] == [True]
    assert Session.objects.count() == 1
