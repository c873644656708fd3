"""Leaving: at once, by oneself, nothing personal left in the account."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from center import closing, consents
from center.errors import RuleViolation
from center.models import AccessRecord, Consent, Destruction, RoleChange
from merchants.models import Membership
from tests import factories
from tests.bookings import devices
from tests.bookings.test_reserve import confirm, hold
from tests.center.people import log_in
from tests.conftest import logged_in
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def codes_of(user):
    with pytest.raises(RuleViolation) as refusal:
        closing.close(user=user)
    user.refresh_from_db()
    assert user.is_active
    return refusal.value.codes


def test_close_when_nothing_is_to_come_then_a_nameless_row(owner, merchant):
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    consents.give(user=owner, text=consents.optional_texts()[0])
    email, name = owner.email, owner.name
    closing.close(user=owner)
    owner.refresh_from_db()
    assert re.fullmatch(rf"closed-{owner.pk}-[0-9a-f]{{16}}@closed\.invalid", owner.email)
    assert owner.name == ""
    assert (owner.phone, owner.last_login, owner.is_active) == ("", None, False)
    assert not owner.has_usable_password()
    assert not EmailAddress.objects.exists()
    assert not Membership.objects.filter(user=owner).exists()
    assert not Consent.objects.live().exists()
    entry = Destruction.objects.get()
    assert (entry.kind, entry.count, entry.rule) == ("account", 1, "account_closed")
    log = RoleChange.objects.get()
    assert name not in log.whom_label
    assert email not in log.whom_label


def test_close_when_logged_in_elsewhere_then_neither_address_nor_browser_stays(owner):
    client = Client()
    log_in(client, owner)
    client.get("/")
    assert UserSession.objects.get().ip == "127.0.0.1"
    closing.close(user=owner)
    assert not UserSession.objects.exists()
    assert not Session.objects.exists()


def test_close_when_the_admin_has_named_the_person_then_it_forgets(owner):
    address = EmailAddress.objects.create(user=owner, email=owner.email)
    staff, other = factories.staff(), factories.user()
    for row in (owner, address, other):
        LogEntry.objects.log_actions(staff.pk, [row], CHANGE, single_object=True)
    closing.close(user=owner)
    assert [entry.object_repr for entry in LogEntry.objects.all()] == [str(other)]


def test_close_when_the_address_is_used_again_then_a_new_account(owner):
    email = owner.email
    closing.close(user=owner)
    assert factories.user(email=email).pk != owner.pk


def test_close_when_the_last_member_has_bookings_to_come_then_refused(owner, merchant, studio):
    confirm(hold(studio, merchant))
    assert codes_of(owner) == ("bookings_to_come",)


def test_close_when_the_last_member_still_has_a_device_then_refused_until_it_is_back(
    at_now, owner, merchant, studio
):
    made = devices.booked(studio, merchant, devices.camera(studio))
    at_now.move_to(devices.NOON)
    out = devices.hand_out(made)
    assert codes_of(owner) == ("bookings_to_come", "devices_out")
    at_now.move_to(made.ends)
    assert codes_of(owner) == ("devices_out",)
    devices.take_back(out)
    closing.close(user=owner)
    assert not merchant.memberships.exists()


def test_close_when_a_member_has_colleagues_then_the_bookings_are_theirs(owner, merchant, studio):
    confirm(hold(studio, merchant))
    colleague = factories.user()
    Membership.objects.create(merchant=merchant, user=colleague)
    assert codes_of(owner) == ("owns_business",)
    closing.close(user=colleague)
    assert [m.user for m in merchant.memberships.all()] == [owner]


@pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}])
def test_close_when_staff_then_refused(fields):
    assert codes_of(factories.user(**fields)) == ("is_staff",)


def test_page_when_something_stands_in_the_way_then_says_what_to_do(
    owner_client, owner, merchant, studio
):
    confirm(hold(studio, merchant))
    page = owner_client.get(reverse("account_close")).content.decode()
    assert "남은 예약이 1건" in page
    assert "account/privacy/close/now/" not in page


def test_page_when_closed_then_password_first_and_logged_out(owner, merchant):
    client = logged_in(owner)
    address = reverse("account_close_now")
    asked = client.post(address)
    assert asked.url.startswith(reverse("account_reauthenticate"))
    owner.refresh_from_db()
    assert owner.is_active
    client.post(asked.url, {"password": PASSWORD, "next": address})
    owner.refresh_from_db()
    assert not owner.is_active
    assert client.get(reverse("account_privacy")).status_code == 302


def test_page_when_anonymous_then_log_in(client):
    for name, method in (("account_close", client.get), ("account_close_now", client.post)):
        assert method(reverse(name)).url.startswith(reverse("account_login"))
    assert not AccessRecord.objects.exists()
