"""The language of messages: from the page at sign-up, later from the preferences."""

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from center.models import User
from tests import factories
from tests.conftest import logged_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["ko", "en"])
def test_sign_up_when_the_page_is_in_a_language_then_messages_are_too(language):
    client = Client()
    client.get(f"/language/{language}/")
    data = {"name": "김상인", "email": "new@example.com"}
    data |= {"password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert User.objects.get(email="new@example.com").language == language


def test_switch_when_logged_in_then_the_pages_and_not_the_account():
    person = factories.user()
    client = logged_in(person)
    assert client.get("/language/en/", {"next": "/inbox/"}).url == "/inbox/"
    assert client.get("/inbox/").headers["Content-Language"] == "en"
    assert User.objects.get().language == "ko"


def test_preference_when_chosen_then_that_persons_messages_alone():
    one, other = factories.user(), factories.user()
    address = reverse("account_messages")
    form = logged_in(one).get(address).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    assert logged_in(one).post(address, {**data, "language": "en"}).status_code == 302
    assert list(User.objects.order_by("pk").values_list("language", flat=True)) == ["en", "ko"]
    assert one.pk < other.pk


def test_switch_when_nobody_is_logged_in_then_only_the_cookie(client):
    factories.user()
    assert client.get("/language/en/").cookies["django_language"].value == "en"
    assert User.objects.get().language == "ko"


def test_person_when_the_language_is_unknown_then_the_database_refuses():
    with pytest.raises(IntegrityError, match="user_language_known"):
        factories.user(language="xx")
