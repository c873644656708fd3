"""Logging in by the pages, as people do."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from center.models import User
from tests.factories.people import PASSWORD


def log_in(client: Client, person: User, password: str = PASSWORD, **extra: str) -> HttpResponse:
    """Sends the log-in form of somebody whose address is confirmed."""
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return client.post(
        reverse("account_login"), {"login": person.email, "password": password, **extra}
    )


def answer(client: Client, code: str) -> HttpResponse:
    """The second step of a log-in."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def entered(person: User, password: str = PASSWORD) -> Client:
    """Logged in, and the password said once more: may change what is sensitive."""
    client = Client()
    log_in(client, person, password)
    client.post(reverse("account_reauthenticate"), {"password": password})
    return client
