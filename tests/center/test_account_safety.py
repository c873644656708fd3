"""The hub: name and telephone; changing e-mail and password, and who is told by mail."""

import re

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from center import phones
from tests import factories
from tests.center.people import answer, entered, log_in
from tests.conftest import logged_in
from tests.factories import factors
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
HUB = "/account/safety/"
NEW = "another-Horse-2!"


def page_of(client, address=HUB):
    return BeautifulSoup(client.get(address).content, "html.parser")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("01012345678", "010-1234-5678"),
        ("+82 10 1234 5678", "010-1234-5678"),
        ("053.803.0114", "053-803-0114"),
        ("0212345678", "02-1234-5678"),
        ("15881234", "1588-1234"),
        ("+81 3 1234 5678", "+81 3-1234-5678"),
    ],
)
def test_phone_when_written_anyhow_then_as_korea_writes_it(given, kept):
    assert phones.normalised(given) == kept


@pytest.mark.parametrize("given", ["010-12", "abc", "000-0000-0000", "010-1234-5678 ext 3"])
def test_phone_when_nothing_to_call_then_refused(given):
    with pytest.raises(ValidationError):
        phones.normalised(given)


def test_details_when_changed_then_saved_and_said(at_now):
    person = factories.user()
    client = logged_in(person)
    response = client.post(HUB, {"name": "한새로", "phone": "01012345678"}, follow=True)
    person.refresh_from_db()
    assert (person.name, person.phone) == ("한새로", "010-1234-5678")
    assert "저장했습니다" in response.content.decode()


def test_details_when_phone_is_wrong_then_kept_on_the_page_and_not_saved(at_now):
    person = factories.user(phone="053-803-0114")
    response = logged_in(person).post(HUB, {"name": "한새로", "phone": "010-12"})
    page = BeautifulSoup(response.content, "html.parser")
    person.refresh_from_db()
    assert page.select_one("#id_phone")["value"] == "010-12"
    assert "010-1234-5678처럼" in page.select_one(".errors").text
    assert person.phone == "053-803-0114"


def test_details_when_phone_is_left_out_then_emptied(at_now):
    person = factories.user(phone="053-803-0114")
    logged_in(person).post(HUB, {"name": "한새로", "phone": ""})
    person.refresh_from_db()
    assert person.phone == ""


def test_hub_when_opened_then_leads_everywhere(at_now):
    links = {link["href"] for link in page_of(logged_in(factories.user())).select("main a")}
    names = (
        "account_email",
        "account_change_password",
        "account_second_factor",
        "account_sessions",
    )
    assert {reverse(name) for name in names} <= links


def test_hub_when_not_logged_in_then_to_the_log_in(client):
    for response in (client.get(HUB), client.post(HUB)):
        assert response.url == "/account/login/?next=/account/safety/"


def test_menu_when_logged_in_then_leads_to_the_hub(at_now, client, studio):
    address = f"a[href='{HUB}']"
    assert page_of(logged_in(factories.user()), "/").select(f"header {address}")
    assert page_of(logged_in(factories.staff()), "/admin/").select(address)
    assert not page_of(client, "/").select(address)


# E-mail -------------------------------------------------------------------------------------
def ask_for(client, email):
    return client.post(reverse("account_email"), {"email": email, "action_add": ""})


def link_in(mail):
    return re.search(r"https?://[^/]+(/\S+)", mail.body)[1]


def test_email_when_changed_then_the_old_address_is_told(at_now, mailoutbox):
    person = factories.user(email="old@example.com")
    client = entered(person)
    ask_for(client, "new@example.com")
    person.refresh_from_db()
    assert person.email == "old@example.com"
    assert "확인 대기: new@example.com" in page_of(client).text
    client.post(link_in(mailoutbox[0]))
    person.refresh_from_db()
    assert person.email == "new@example.com"
    assert list(EmailAddress.objects.values_list("email", "verified", "primary")) == [
        ("new@example.com", True, True)
    ]
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["new@example.com"], "이메일 주소를 확인해 주십시오"),
        (["old@example.com"], "이메일 주소가 변경되었습니다"),
    ]
    told = mailoutbox[1].body
    assert "old@example.com에서 new@example.com(으)로 변경되었습니다" in told
    assert "일시: 2026. 11. 23.(월) 10:41" in told
    assert "접속 주소: 127.0.0.1" in told
    assert "본인이 하신 일이 아니면" in told
    assert "http://testserver/account/password/reset/" in told
    assert "&" not in told


def test_email_when_changed_then_the_password_is_asked_first(at_now, mailoutbox):
    client = Client()
    log_in(client, factories.user())
    response = ask_for(client, "new@example.com")
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert mailoutbox == []
    done = client.post(response.url, {"password": PASSWORD})
    assert done.status_code == 302
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]


def test_email_when_of_somebody_else_then_it_stays_theirs(at_now, mailoutbox):
    """The page gives nothing away; the mail goes to its owner, and even its link moves nothing."""
    other = factories.user(email="other@example.com")
    EmailAddress.objects.create(user=other, email=other.email, verified=True, primary=True)
    person = factories.user(email="mine@example.com")
    client = entered(person)
    ask_for(client, other.email)
    assert {mail.to[0] for mail in mailoutbox} == {other.email}
    client.post(link_in(mailoutbox[0]))
    person.refresh_from_db()
    assert person.email == "mine@example.com"
    assert EmailAddress.objects.get(email=other.email, verified=True).user == other


def test_email_when_nonsense_then_refused_with_the_input(at_now):
    response = ask_for(entered(factories.user()), "nonsense")
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("#id_email")["value"] == "nonsense"
    assert page.select_one(".errors a[href='#id_email']")


def test_email_when_second_factor_is_on_then_still_changes(at_now, mailoutbox):
    person, client = factories.user(), Client()
    secret = factors.totp(person)
    log_in(client, person)
    answer(client, factors.code(secret))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    ask_for(client, "new@example.com")
    client.post(link_in(mailoutbox[0]))
    person.refresh_from_db()
    assert person.email == "new@example.com"


# Password -----------------------------------------------------------------------------------
def test_password_when_changed_then_told_by_mail(at_now, mailoutbox):
    person = factories.user()
    client = entered(person)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW},
    )
    person.refresh_from_db()
    assert person.check_password(NEW)
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([person.email], "비밀번호가 변경되었습니다")
    ]
    assert "다른 모든 기기에서 로그아웃되었습니다" in mailoutbox[0].body


def test_reset_when_nobody_has_the_address_then_the_same_page_and_a_mail(at_now, mailoutbox):
    client = Client()
    response = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
    assert response.url == reverse("account_reset_password_done")
    assert [mail.subject for mail in mailoutbox] == ["이 주소로 가입된 계정이 없습니다"]


def test_sign_up_when_the_address_is_taken_then_its_owner_is_told(at_now, mailoutbox):
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    data = {"name": "한새로", "email": person.email, "password1": NEW, "password2": NEW}
    Client().post(reverse("account_signup"), data)
    assert [mail.subject for mail in mailoutbox] == ["이미 가입하신 계정이 있습니다"]
    assert "http://testserver/account/password/reset/" in mailoutbox[0].body


@pytest.mark.parametrize("query", ["", "?next=/bookings/"])
def test_log_in_when_sent_to_the_usual_address_then_led_to_ours_with_what_was_sent(client, query):
    response = client.post(f"/accounts/login/{query}", {"login": "merchant@example.com"})
    assert response.status_code == 307  # the browser sends the form again
    assert response.url == f"/account/login/{query}"


def test_usual_address_when_it_names_another_host_then_stays_here(client):
    assert client.get("/accounts//evil.example/").url == "/account//evil.example/"
    assert client.get("/accounts/nothing/", follow=True).status_code == 404
