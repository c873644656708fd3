"""The secrets of second factors: sealed in the database, shown to nobody, kept over a new key."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command

from center import sealing
from tests import factories
from tests.conftest import logged_in
from tests.factories import factors

pytestmark = pytest.mark.django_db


def test_secrets_when_stored_then_sealed():
    person = factories.user()
    secret = factors.totp(person)
    factors.recovery_codes(person)
    stored = {row.type: row.data for row in Authenticator.objects.filter(user=person)}
    assert secret not in str(stored)
    assert sealing.unseal(stored["totp"]["secret"]) == secret


def test_secret_key_when_changed_then_codes_work_and_resealing_frees_the_old_one(settings, at_now):
    person = factories.user()
    secret = factors.totp(person)
    codes = factors.recovery_codes(person)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "n" * 50
    for _ in range(2):  # safe to run twice
        call_command("reseal")
    settings.SECRET_KEY_FALLBACKS = []
    assert (
        Authenticator.objects.get(user=person, type="totp")
        .wrap()
        .validate_code(factors.code(secret))
    )
    assert factors.recovery_codes(person) == codes


def test_admin_when_superuser_then_neither_keys_nor_sessions_are_shown():
    client = logged_in(factories.user(is_staff=True, is_superuser=True))
    assert client.get("/admin/").status_code == 200
    for address in ("/admin/mfa/authenticator/", "/admin/usersessions/usersession/"):
        assert client.get(address).status_code == 404
