"""Log-in with Kakao or Naver, against a server that speaks as they do."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from center import closing, exports, social
from center.models import User
from tests import factories
from tests.center import provider
from tests.center.people import entered
from tests.conftest import logged_in
from tests.factories import factors
from tests.factories.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
KEYS = {
    name: {"APPS": [{"client_id": f"id-of-{name}", "secret": "hush"}]}
    for name in ("kakao", "naver")
}


@pytest.fixture
def elsewhere(settings, monkeypatch):
    settings.SOCIALACCOUNT_PROVIDERS = KEYS
    server, close = provider.open_elsewhere()
    for login in (social.KakaoLogin, social.NaverLogin):
        monkeypatch.setattr(login, "access_token_url", f"{server.url}/token")
        monkeypatch.setattr(login, "profile_url", f"{server.url}/me")
    yield server
    close()


def page_of(response):
    return BeautifulSoup(response.content, "html.parser")


def onward(client, name="kakao", **sent):
    """Over to the provider: the address the page goes on to."""
    page = page_of(client.post(reverse(f"{name}_login"), sent))
    return page.select_one("main a.btn")["href"]


def come_back(client, name="kakao", **sent):
    """There and back again, as the provider sends people back."""
    state = parse_qs(urlsplit(onward(client, name, **sent)).query)["state"][0]
    address = reverse(f"{name}_callback")
    return client.get(address, {"code": "a-code", "state": state})


def sign_up(client, name="한새로", email="muzi@example.com"):
    return client.post(reverse("socialaccount_signup"), {"name": name, "email": email})


def connected(person, number="17", name="kakao"):
    return SocialAccount.objects.create(user=person, provider=name, uid=number)


def who(client):
    return client.session.get("_auth_user_id")


# Offered or not ----------------------------------------------------------------------------
@pytest.mark.parametrize("address", ["account_login", "account_signup"])
def test_pages_when_no_keys_are_set_then_nothing_of_it(client, settings, address):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "카카오" not in client.get(reverse(address)).content.decode()
    for name in social.NAMES:
        assert client.post(reverse(f"{name}_login")).status_code == 404
        assert client.get(reverse(f"{name}_callback")).status_code == 404


@pytest.mark.parametrize("address", ["account_login", "account_signup"])
def test_pages_when_one_is_set_then_its_button_alone(client, settings, address):
    settings.SOCIALACCOUNT_PROVIDERS = {"naver": KEYS["naver"]}
    page = page_of(client.get(reverse(address)))
    assert [button.text.strip() for button in page.select(".elsewhere button")] == [
        "네이버로 로그인"
    ]
    assert not [image for image in page.select("img") if not image["src"].startswith("/static/")]


def test_begin_when_pressed_then_a_page_of_ours_goes_on(client, elsewhere):
    response = client.post(reverse("kakao_login"))
    page = page_of(response)
    address = page.select_one("main a.btn")["href"]
    refresh = page.select_one("meta[http-equiv=refresh]")["content"]
    asked = parse_qs(urlsplit(address).query)
    assert (response.status_code, refresh) == (200, f"0; url={address}")
    assert address.startswith("https://kauth.kakao.com/oauth/authorize?")
    assert asked["client_id"] == ["id-of-kakao"]
    assert asked["redirect_uri"] == ["http://testserver/account/elsewhere/kakao/callback/"]
    assert "form-action 'self';" in response["Content-Security-Policy"] + ";"


def test_begin_when_only_followed_then_back_to_the_log_in(client, elsewhere):
    assert client.get(reverse("kakao_login")).url == reverse("account_login")


# New people --------------------------------------------------------------------------------
def test_sign_up_when_the_address_is_confirmed_there_then_in_at_once(client, elsewhere, mailoutbox):
    elsewhere.person = provider.kakao(17, "muzi@example.com")
    form = client.get(come_back(client).url)
    assert page_of(form).select_one("#id_email")["value"] == "muzi@example.com"
    assert "14세" in form.content.decode()
    assert sign_up(client).url == reverse("merchant")
    person = User.objects.get(email="muzi@example.com")
    assert who(client) == str(person.pk)
    assert (person.name, person.has_usable_password()) == ("한새로", False)
    assert EmailAddress.objects.values_list("email", "verified").get() == (person.email, True)
    assert mailoutbox == []


def test_sign_up_when_done_then_only_the_number_is_kept(client, elsewhere):
    elsewhere.person = provider.kakao(17, "muzi@example.com")
    come_back(client)
    waiting = json.dumps(dict(client.session))
    sign_up(client)
    kept = SocialAccount.objects.get()
    assert (kept.provider, kept.uid, kept.extra_data) == ("kakao", "17", {})
    assert not SocialToken.objects.exists()
    for secret in ("token-of-provider", "무지", "k.kakaocdn.net"):
        assert secret not in waiting + json.dumps(dict(client.session), ensure_ascii=False)
    assert elsewhere.bearers == ["Bearer token-of-provider"]
    assert elsewhere.exchanged[0]["client_secret"] == ["hush"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("kakao", provider.kakao(17, "muzi@example.com", verified=False)),
        ("kakao", provider.kakao(17, "muzi@example.com", valid=False)),
        ("kakao", provider.kakao(17)),
        ("naver", provider.naver("17", "muzi@example.com")),
    ],
)
def test_sign_up_when_the_provider_does_not_vouch_then_confirmed_by_mail(
    client, elsewhere, mailoutbox, name, said
):
    elsewhere.person = said
    come_back(client, name)
    assert sign_up(client).url == reverse("account_email_verification_sent")
    assert who(client) is None
    assert EmailAddress.objects.values_list("verified", flat=True).get() is False
    assert [mail.to for mail in mailoutbox] == [["muzi@example.com"]]


def test_sign_up_when_another_address_is_typed_then_that_one_alone(client, elsewhere):
    elsewhere.person = provider.kakao(17, "muzi@example.com")
    come_back(client)
    assert sign_up(client, email="mine@example.com").url == reverse(
        "account_email_verification_sent"
    )
    assert list(EmailAddress.objects.values_list("email", "verified")) == [
        ("mine@example.com", False)
    ]


@pytest.mark.parametrize("confirmed", [True, False])
def test_sign_up_when_the_address_has_an_account_then_never_connected(
    client, elsewhere, mailoutbox, confirmed
):
    victim = factories.user(email="muzi@example.com")
    EmailAddress.objects.create(user=victim, email=victim.email, verified=confirmed, primary=True)
    elsewhere.person = provider.kakao(17, "muzi@example.com")
    come_back(client)
    assert sign_up(client).url == reverse("account_email_verification_sent")
    assert (who(client), SocialAccount.objects.count(), User.objects.count()) == (None, 0, 1)
    assert [mail.to for mail in mailoutbox] == [["muzi@example.com"]]


def test_sign_up_when_nobody_came_from_elsewhere_then_to_the_log_in(client, elsewhere):
    assert sign_up(client).url == reverse("account_login")
    assert not User.objects.exists()


# Coming again ------------------------------------------------------------------------------
def test_log_in_when_known_then_in_and_on_to_where_they_were(client, elsewhere):
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    connected(person)
    elsewhere.person = provider.kakao(17, "other@example.com")
    assert come_back(client, next="/bookings/").url == "/bookings/"
    assert who(client) == str(person.pk)
    assert client.get("/bookings/").status_code == 200
    assert SocialAccount.objects.get().extra_data == {}


def test_log_in_when_led_to_a_foreign_page_then_not(client, elsewhere):
    person = factories.user()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    connected(person)
    elsewhere.person = provider.kakao(17)
    assert come_back(client, next="https://evil.example/").url == "/"


def test_log_in_when_the_account_is_shut_then_not(client, elsewhere):
    person = factories.user(is_active=False)
    connected(person)
    elsewhere.person = provider.kakao(17)
    assert come_back(client).url == reverse("account_inactive")
    assert who(client) is None


def test_log_in_when_staff_have_a_second_factor_then_asked_for_it(client, elsewhere, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    person = factories.staff()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    factors.totp(person)
    connected(person)
    elsewhere.person = provider.kakao(17)
    assert come_back(client).url.startswith(reverse("mfa_authenticate"))
    assert who(client) is None


def test_log_in_when_staff_have_none_then_led_to_set_one_up(client, elsewhere, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    person = factories.staff()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    connected(person)
    elsewhere.person = provider.kakao(17)
    come_back(client)
    assert client.get("/admin/").url.startswith(reverse("account_second_factor"))


# What goes wrong ---------------------------------------------------------------------------
def broken(elsewhere, monkeypatch, how):
    if how == "away":
        for login in (social.KakaoLogin, social.NaverLogin):
            monkeypatch.setattr(login, "access_token_url", "http://127.0.0.1:9/token")
    elsewhere.person = {
        "strange": {"code": -401},
        "a list": [],
        "no number": {"id": None, "response": {"id": None}},
    }.get(how, {})
    if how == "refused":
        elsewhere.token, elsewhere.status = {"error": "invalid_grant"}, 400
    if how == "odd token":
        elsewhere.token = {"access_token": "x", "expires_in": "soon"}


@pytest.mark.parametrize("name", social.NAMES)
@pytest.mark.parametrize("how", ["away", "refused", "strange", "a list", "no number", "odd token"])
def test_log_in_when_the_provider_fails_then_the_password_stays(
    client, elsewhere, monkeypatch, name, how
):
    broken(elsewhere, monkeypatch, how)
    response = come_back(client, name)
    text = response.content.decode()
    assert "이메일과 비밀번호로" in text
    assert page_of(response).select_one(f"main a[href='{reverse('account_login')}']")
    assert (who(client), User.objects.count()) == (None, 0)


def test_log_in_when_broken_off_then_said_so(client, elsewhere):
    state = parse_qs(urlsplit(onward(client)).query)["state"][0]
    address = reverse("kakao_callback")
    response = client.get(address, {"error": "access_denied", "state": state}, follow=True)
    assert "그만두셨습니다" in response.content.decode()


def test_log_in_when_somebody_elses_answer_is_brought_then_refused(client, elsewhere):
    """Otherwise a link would log its reader in as whoever made it."""
    person = factories.user()
    connected(person)
    elsewhere.person = provider.kakao(17)
    state = parse_qs(urlsplit(onward(Client())).query)["state"][0]
    client.get(reverse("kakao_callback"), {"code": "a-code", "state": state})
    assert who(client) is None
    assert elsewhere.exchanged == []


# Connecting and parting --------------------------------------------------------------------
def test_connect_when_the_password_was_said_then_connected_and_told(elsewhere, mailoutbox):
    person = factories.user()
    client = entered(person)
    elsewhere.person = provider.kakao(17, "other@example.com")
    assert come_back(client, process="connect").url == reverse("socialaccount_connections")
    kept = SocialAccount.objects.get()
    assert (kept.user, kept.uid, kept.extra_data) == (person, "17", {})
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([person.email], "카카오 로그인을 연결했습니다")
    ]
    assert "연결됨" in client.get(reverse("socialaccount_connections")).content.decode()


def test_connect_when_it_is_somebody_elses_then_it_stays_theirs(elsewhere):
    other = factories.user()
    connected(other)
    elsewhere.person = provider.kakao(17)
    come_back(entered(factories.user()), process="connect")
    assert SocialAccount.objects.get().user == other


def test_disconnect_when_a_password_is_left_then_forgotten_and_told(mailoutbox):
    person = factories.user()
    account = connected(person)
    client = entered(person)
    client.post(reverse("social_disconnect", args=[account.pk]))
    assert not SocialAccount.objects.exists()
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        ([person.email], "카카오 로그인 연결을 끊었습니다")
    ]


def test_disconnect_when_it_is_the_only_way_in_then_refused():
    person = factories.user(password="!")
    account = connected(person)
    response = logged_in(person).post(reverse("social_disconnect", args=[account.pk]), follow=True)
    assert "먼저 비밀번호를" in response.content.decode()
    assert SocialAccount.objects.exists()


def test_disconnect_when_another_asks_then_not_there():
    account = connected(factories.user())
    address = reverse("social_disconnect", args=[account.pk])
    assert Client().post(address).url.startswith(reverse("account_login"))
    for client in (entered(factories.user()), entered(factories.staff())):
        assert client.post(address).status_code == 404
    assert SocialAccount.objects.exists()


def test_disconnect_when_the_password_was_not_said_then_asked_first():
    person = factories.user()
    account = connected(person)
    response = logged_in(person).post(reverse("social_disconnect", args=[account.pk]))
    assert response.url.startswith(reverse("account_reauthenticate"))
    assert SocialAccount.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_connections_when_there_are_more_then_no_more_queries(
    count, settings, django_assert_num_queries
):
    settings.SOCIALACCOUNT_PROVIDERS = KEYS
    person = factories.user()
    for number in range(count):
        connected(person, str(number))
    client = logged_in(person)
    with django_assert_num_queries(4):
        page = page_of(client.get(reverse("socialaccount_connections")))
    assert len(page.select("main form[action$='/disconnect/']")) == count
    assert [title.text for title in page.select("section h3")] == ["네이버"]


# A new password ----------------------------------------------------------------------------
def reset_by_mail(email, mailoutbox, new="another-Horse-2!"):
    """By the link of the mail; returns the browser it was opened in."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": email})
    link = re.search(r"https?://\S+/account/password/reset/key/\S+", mailoutbox[-1].body)[0]
    form = client.get(urlsplit(link).path).url
    client.post(form, {"password1": new, "password2": new})
    return client


def subjects(mailoutbox):
    return [mail.subject for mail in mailoutbox]


def test_reset_when_a_stranger_had_connected_theirs_then_they_are_out(
    elsewhere, mailoutbox, client
):
    person = factories.user()
    elsewhere.person = provider.kakao(17, "thief@example.com")
    come_back(entered(person), process="connect")
    inside = reset_by_mail(person.email, mailoutbox)
    page = inside.get(reverse("account_login")).content.decode()
    assert "카카오 로그인의 연결을 끊었습니다" in page
    assert come_back(client).url == reverse("socialaccount_signup")
    assert who(client) is None
    assert "카카오 로그인 연결을 끊었습니다" in subjects(mailoutbox)


def test_reset_when_the_address_was_taken_before_then_its_owner_alone_gets_in(
    elsewhere, mailoutbox, client
):
    elsewhere.person = provider.naver("n17", "thief@example.com")
    come_back(client, "naver")
    sign_up(client, email="victim@example.com")
    inside = reset_by_mail("victim@example.com", mailoutbox)
    EmailAddress.objects.filter(email="victim@example.com").update(verified=True)
    thief = Client()
    assert come_back(thief, "naver").url == reverse("socialaccount_signup")
    assert who(thief) is None
    sent = {"login": "victim@example.com", "password": "another-Horse-2!"}
    inside.post(reverse("account_login"), sent)
    assert who(inside) == str(User.objects.get(email="victim@example.com").pk)


def test_change_when_connected_then_disconnected_and_told(mailoutbox):
    person = factories.user()
    connected(person)
    client, new = entered(person), "another-Horse-2!"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    response = client.post(reverse("account_change_password"), sent, follow=True)
    assert "카카오 로그인의 연결을 끊었습니다" in response.content.decode()
    assert not SocialAccount.objects.exists()
    assert "카카오 로그인 연결을 끊었습니다" in subjects(mailoutbox)


# Without a password ------------------------------------------------------------------------
def test_person_without_password_when_the_address_changes_then_it_works(mailoutbox):
    person = factories.user(password="!")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    connected(person)
    client = logged_in(person)
    client.post(reverse("account_email"), {"email": "new@example.com", "action_add": ""})
    assert [mail.to for mail in mailoutbox] == [["new@example.com"]]


def test_person_without_password_when_one_is_set_then_it_opens(client):
    person = factories.user(password="!")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    connected(person)
    new = "another-Horse-2!"
    inside = logged_in(person)
    assert reverse("account_set_password") in inside.get("/account/safety/").content.decode()
    inside.post(reverse("account_set_password"), {"password1": new, "password2": new})
    client.post(reverse("account_login"), {"login": person.email, "password": new})
    assert who(client) == str(person.pk)
    assert SocialAccount.objects.exists()


def test_person_without_password_when_leaving_then_nothing_is_left():
    person = factories.user(password="!")
    connected(person)
    client = logged_in(person)
    client.post(reverse("account_close_now"))
    person.refresh_from_db()
    assert (person.is_active, SocialAccount.objects.exists()) == (False, False)


def test_closing_when_connected_then_the_number_is_destroyed():
    person = factories.user()
    connected(person)
    closing.close(user=person)
    assert not SocialAccount.objects.exists()


def test_export_when_connected_then_named():
    person = factories.user()
    connected(person)
    data, _files = exports.account_of(person)
    assert [(row["provider"], row["uid"]) for row in data["logs_in_with"]] == [("kakao", "17")]
