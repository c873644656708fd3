"""Who needs a second factor reaches nothing without; logging in with one; keeping its secrets."""

import re

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from center import safety
from center.models import AccessRecord, User
from center.permissions import EVALUATOR, MANAGER, OFFICIAL, OPERATOR
from tests import factories
from tests.center.people import answer, log_in
from tests.conftest import logged_in
from tests.factories import factors
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
CHOICE = "/account/2fa/"
WORKING = [OPERATOR, MANAGER, OFFICIAL, EVALUATOR]


def person_of(role):
    if role == "superuser":
        return factories.user(is_superuser=True)
    if role == "merchant":
        return factories.user()
    person = factories.staff(role)
    if role in {OFFICIAL, EVALUATOR}:  # their role counts, not the flag
        person.is_staff = False
        person.save(update_fields=["is_staff"])
    return person


@pytest.mark.parametrize("required", [True, False], ids=["required", "not_required"])
@pytest.mark.parametrize("with_factor", [True, False], ids=["with", "without"])
@pytest.mark.parametrize("role", [*WORKING, "superuser", "merchant"])
def test_private_page_when_logged_in_then_open_only_with_what_the_role_needs(
    settings, role, with_factor, required
):
    settings.REQUIRE_SECOND_FACTOR = required
    person, client = person_of(role), Client()
    secret = factors.totp(person) if with_factor else ""
    log_in(client, person)
    if with_factor:
        answer(client, factors.code(secret))
    response = client.get("/bookings/")
    if required and not with_factor and role != "merchant":
        assert (response.status_code, response.url) == (302, f"{CHOICE}?next=/bookings/")
    else:
        assert response.status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/", "/admin/", "/admin/bookings/booking/", "/spaces/", "/calendar/none.ics", "/staff-only/"],
)
def test_staff_when_without_factor_then_led_to_set_one_up(settings, address):
    settings.REQUIRE_SECOND_FACTOR = True
    response = logged_in(factories.staff()).get(address)
    assert (response.status_code, response.url) == (302, f"{CHOICE}?next={address}")


@pytest.mark.parametrize(
    "name", ["account_safety", "account_sessions", "account_second_factor", "account_logout"]
)
def test_staff_when_without_factor_then_their_account_is_open(settings, name):
    settings.REQUIRE_SECOND_FACTOR = True
    assert logged_in(factories.staff()).get(reverse(name)).status_code == 200


def test_staff_when_without_factor_then_no_change_gets_through(settings, studio):
    settings.REQUIRE_SECOND_FACTOR = True
    response = logged_in(factories.staff()).post(f"{studio.get_absolute_url()}hold/")
    assert response.url.startswith(CHOICE)


def test_choice_when_factor_is_missing_then_says_why(settings):
    settings.REQUIRE_SECOND_FACTOR = True
    page = logged_in(factories.staff()).get(CHOICE).content.decode()
    assert "이 업무에는 2단계 인증이 필요합니다" in page
    assert "이 업무에는" not in logged_in(factories.user()).get(CHOICE).content.decode()


def test_role_when_given_later_then_counts_within_a_minute(settings, at_now):
    settings.REQUIRE_SECOND_FACTOR = True
    person = factories.user()
    client = logged_in(person)
    assert client.get("/bookings/").status_code == 200
    person.groups.add(factories.staff(OFFICIAL).groups.get())
    at_now.shift(59)
    assert client.get("/bookings/").status_code == 200
    at_now.shift(1)
    assert client.get("/bookings/").url == f"{CHOICE}?next=/bookings/"


@pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
def test_flag_when_set_later_then_counts_at_the_next_request(settings, flag):
    settings.REQUIRE_SECOND_FACTOR = True
    person = factories.user()
    client = logged_in(person)
    User.objects.filter(pk=person.pk).update(**{flag: True})
    assert client.get("/bookings/").url == f"{CHOICE}?next=/bookings/"


def test_session_when_older_than_the_factor_then_must_show_it(settings):
    """A thief logged in by password must not profit when the owner sets a factor up."""
    settings.REQUIRE_SECOND_FACTOR = True
    person = factories.staff()
    thief = Client()
    log_in(thief, person)
    secret = factors.totp(person)
    ask = "/account/2fa/reauthenticate/"
    for address in ("/admin/", CHOICE, "/account/safety/", "/account/2fa/webauthn/add/"):
        assert thief.get(address).url == f"{ask}?next={address}"
    assert thief.get(ask).status_code == 200
    done = thief.post(ask, {"code": factors.code(secret), "next": "/admin/"})
    assert (done.status_code, done.url) == (302, "/admin/")
    assert thief.get("/admin/").status_code == 200


@pytest.mark.parametrize("required", [True, False])
def test_merchant_when_required_then_no_question_more(
    settings, at_now, owner, merchant, required, django_assert_num_queries
):
    settings.REQUIRE_SECOND_FACTOR = required
    client = logged_in(owner)
    client.get("/bookings/")
    with django_assert_num_queries(7):
        client.get("/bookings/")


def test_session_when_stamped_before_the_roles_were_noted_then_asked(settings, at_now):
    settings.REQUIRE_SECOND_FACTOR = True
    client = logged_in(person_of(OFFICIAL))
    session = client.session
    del session["works_here"]
    session.save()
    assert client.get("/bookings/").url == f"{CHOICE}?next=/bookings/"


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (60, 302), (61, 302)])
def test_role_when_given_to_who_sends_only_renewals_then_asked_within_a_minute(
    settings, at_now, owner, seconds, status
):
    """Such a request leaves the note of the roles as old as it is."""
    settings.REQUIRE_SECOND_FACTOR = True
    client = logged_in(owner)
    owner.groups.add(Group.objects.get(name=OFFICIAL))
    at_now.shift(seconds)
    answered = client.get("/bookings/", headers={"X-Renewal": "1"})
    assert answered.status_code == status


# Setting up and logging in -----------------------------------------------------------------
def set_up(client, django_capture_on_commit_callbacks):
    """Through the pages, as a person does; returns the app's key and the last page."""
    address = reverse("mfa_activate_totp")
    asked = client.get(address)
    client.post(asked.url, {"password": PASSWORD})
    page = BeautifulSoup(client.get(address).content, "html.parser")
    secret = page.select_one("#authenticator_secret").text
    with django_capture_on_commit_callbacks() as callbacks:
        done = client.post(address, {"code": factors.code(secret)})
    # Outside of tests the transaction ends within the request; the browser tests see that.
    with context.request_context(done.wsgi_request):
        for callback in callbacks:
            callback()
    done.wsgi_request.session.save()
    return secret, client.get(done.url)


def test_app_when_set_up_then_codes_once_and_the_work_is_open(
    settings, at_now, django_capture_on_commit_callbacks, mailoutbox
):
    settings.REQUIRE_SECOND_FACTOR = True
    person, client = factories.staff(), Client()
    log_in(client, person)
    _secret, page = set_up(client, django_capture_on_commit_callbacks)
    codes = re.findall(r"<code>(\d{8})</code>", page.content.decode())
    assert len(set(codes)) == 10
    assert client.get("/admin/").status_code == 200
    again = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not [code for code in codes if code in again]
    assert [mail.subject for mail in mailoutbox] == ["인증 앱이 설정되었습니다"]


def test_picture_when_setting_up_then_inside_the_page(at_now):
    client = Client()
    log_in(client, factories.user())
    asked = client.get(reverse("mfa_activate_totp"))
    client.post(asked.url, {"password": PASSWORD})
    page = BeautifulSoup(client.get(reverse("mfa_activate_totp")).content, "html.parser")
    assert page.select_one("figure.qr svg path")
    assert not page.select("[src^=data], [style], script:not([src], [type='application/json'])")


def test_log_in_when_app_is_on_then_password_alone_opens_nothing(at_now):
    person, client = factories.staff(), Client()
    secret = factors.totp(person)
    assert log_in(client, person, next="/admin/").url == reverse("mfa_authenticate")
    assert client.get("/bookings/").url.startswith(reverse("account_login"))
    assert "passkey" not in client.get(reverse("mfa_authenticate")).content.decode()
    wrong = answer(client, "000000")
    assert "인증번호가 맞지 않습니다" in wrong.content.decode()
    assert answer(client, factors.code(secret)).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_app_code_when_used_twice_then_the_second_is_refused(at_now):
    person = factories.user()
    code = factors.code(factors.totp(person))
    for client, status in ((Client(), 302), (Client(), 200)):
        log_in(client, person)
        assert answer(client, code).status_code == status


def test_recovery_code_when_used_then_never_again():
    person = factories.staff()
    factors.totp(person)
    code, other, *_rest = factors.recovery_codes(person)
    for given, status in ((code, 302), (code, 200), (other, 302)):
        client = Client()
        log_in(client, person)
        assert answer(client, given).status_code == status


def test_app_code_when_wrong_five_times_then_locked(at_now):
    person, client = factories.user(), Client()
    secret = factors.totp(person)
    log_in(client, person)
    for _ in range(5):
        answer(client, "000000")
    assert answer(client, factors.code(secret)).status_code == 200
    at_now.shift(15 * 60)
    assert answer(client, factors.code(secret)).status_code == 302


# The last factor, and losing it ---------------------------------------------------------------
def proved(person, secret):
    """A session that may change factors: logged in, code shown, password said again."""
    client = Client()
    log_in(client, person)
    answer(client, factors.code(secret))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


@pytest.mark.parametrize("second", [True, False], ids=["another_left", "last"])
@pytest.mark.parametrize("required", [True, False], ids=["required", "voluntary"])
def test_app_when_turned_off_then_never_the_last_one_needed(settings, at_now, required, second):
    settings.REQUIRE_SECOND_FACTOR = required
    person = factories.staff()
    secret = factors.totp(person)
    if second:
        factors.passkey(person)
    client = proved(person, secret)
    client.post(reverse("mfa_deactivate_totp"))
    stays = required and not second
    assert Authenticator.objects.filter(user=person, type="totp").exists() == stays


@pytest.mark.parametrize("second", [True, False], ids=["another_left", "last"])
def test_passkey_when_removed_then_never_the_last_one_needed(settings, at_now, second):
    person = factories.staff()
    secret = factors.totp(person)
    key = factors.passkey(person)
    client = proved(person, secret)
    if not second:
        Authenticator.objects.filter(user=person, type="totp").delete()
    settings.REQUIRE_SECOND_FACTOR = True
    client.post(reverse("mfa_remove_webauthn", args=[key.pk]))
    assert Authenticator.objects.filter(pk=key.pk).exists() == (not second)


def test_passkey_when_of_somebody_else_then_404(at_now):
    person = factories.user()
    client = proved(person, factors.totp(person))
    other = factors.passkey(factories.user())
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert client.get(reverse(name, args=[other.pk])).status_code == 404
        assert client.post(reverse(name, args=[other.pk]), {"name": "x"}).status_code == 404


@pytest.mark.parametrize("keys", [1, 3])
def test_passkeys_when_more_rows_then_the_same_queries(at_now, keys, django_assert_num_queries):
    person = factories.user()
    client = proved(person, factors.totp(person))
    for number in range(keys):
        factors.passkey(person, f"열쇠 {number}")
    with django_assert_num_queries(4):
        page = client.get(reverse("mfa_list_webauthn"))
    assert len(BeautifulSoup(page.content, "html.parser").select(".rows > li")) == keys


def remove_factor(email, by, reason="신분증 확인, 11. 23."):
    call_command("remove_second_factor", email, f"--as={by.email}", f"--reason={reason}")


def test_factor_when_reported_lost_then_removed_logged_out_and_told(
    mailoutbox, django_capture_on_commit_callbacks
):
    person = factories.staff()
    factors.totp(person)
    factors.recovery_codes(person)
    client, manager = logged_in(person), factories.staff("manager")
    client.get("/")
    with django_capture_on_commit_callbacks(execute=True):
        remove_factor(person.email.upper(), by=manager)
    assert not safety.has_second_factor(person)
    assert client.get("/account/safety/").status_code in {200, 302}
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([person.email], "2단계 인증이 해제되었습니다")
    ]
    made = AccessRecord.objects.get(what="manage.py remove_second_factor")
    assert (made.actor, made.action, made.subject_ids) == (manager, "change", [person.pk])
    assert made.purpose == "신분증 확인, 11. 23."


@pytest.mark.parametrize("wrong", ["operator", "oneself", "left", "no reason"])
def test_factor_when_nobody_answers_for_it_then_it_stays(wrong):
    person = factories.staff("manager")
    factors.totp(person)
    by = person if wrong == "oneself" else factories.staff("manager")
    if wrong == "operator":
        by = factories.staff("operator")
    if wrong == "left":
        by.is_active = False
        by.save(update_fields=["is_active"])
    with pytest.raises(CommandError):
        remove_factor(person.email, by, " " if wrong == "no reason" else "x")
    assert safety.has_second_factor(person)
    assert not AccessRecord.objects.exists()
