"""Where a person is logged in: the list, ending one, ending all others."""

import pytest
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from center import clock, devices
from tests import factories
from tests.center.people import entered, log_in
from tests.conftest import logged_in
from tests.factories.people import PASSWORD

pytestmark = pytest.mark.django_db
LIST = "/account/sessions/"
END_OTHERS = "/account/sessions/end/"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile Safari/604.1"
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0 Safari/537.36"


def device(person, user_agent=DESKTOP, address="192.0.2.7"):
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=address)
    log_in(client, person)
    return client


def rows(client):
    page = BeautifulSoup(client.get(LIST).content, "html.parser")
    return [row.get_text(" ", strip=True) for row in page.select(".rows > li")]


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (PHONE, "아이폰, 사파리"),
        (DESKTOP, "윈도 컴퓨터, 크롬"),
        (f"{DESKTOP} Edg/146.0", "윈도 컴퓨터, 엣지"),
        (f"{DESKTOP} Whale/4.30", "윈도 컴퓨터, 네이버 웨일"),
        ("Mozilla/5.0 (Linux; Android 16; SM-S931N) SamsungBrowser/29.0 Chrome/136.0 Mobile Safari/537.36", "안드로이드 기기, 삼성 인터넷"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/136.0 Mobile Safari/537.36 KAKAOTALK/26.0", "안드로이드 기기, 카카오톡"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.0; rv:140.0) Gecko/20100101 Firefox/140.0", "맥 컴퓨터, 파이어폭스"),
        ("curl/8.0", "알 수 없는 기기"),
        ("", "알 수 없는 기기"),
    ],
)  # fmt: skip
def test_device_when_named_then_in_words(user_agent, words):
    assert devices.in_words(user_agent) == words


def test_list_when_two_devices_then_both_in_words_and_this_one_marked(at_now):
    person = factories.user()
    device(person, PHONE, "192.0.2.7")
    at_now.shift(60)
    here = device(person, DESKTOP, "192.0.2.8")
    assert rows(here) == [
        "윈도 컴퓨터, 크롬 이 기기 최근 사용 11. 23.(월) 10:42 · 로그인 11. 23.(월) 10:42 · 접속 주소 192.0.2.8 로그아웃",
        "아이폰, 사파리 최근 사용 11. 23.(월) 10:41 · 로그인 11. 23.(월) 10:41 · 접속 주소 192.0.2.7 로그아웃시키기",
    ]


def test_list_when_a_device_is_used_then_last_seen_moves_with_it(at_now):
    person = factories.user()
    client = device(person)
    at_now.shift(59)
    client.get("/")
    assert "최근 사용 11. 23.(월) 10:41" in rows(client)[0]
    at_now.shift(1)
    client.get("/")
    assert "최근 사용 11. 23.(월) 10:42" in rows(client)[0]


@pytest.mark.parametrize("others", [1, 3])
def test_list_when_more_devices_then_the_same_queries(at_now, others, django_assert_num_queries):
    person = factories.user()
    for _ in range(others):
        device(person)
    here = device(person)
    here.get("/")
    with django_assert_num_queries(4):
        assert len(rows(here)) == others + 1


def test_one_when_ended_then_logged_out_there_and_nowhere_else(at_now):
    person = factories.user()
    lost, kept, here = (device(person) for _ in range(3))
    session = UserSession.objects.get(session_key=lost.session.session_key)
    response = here.post(reverse("account_session_end", args=[session.pk]))
    assert response.url == LIST
    assert [client.get("/bookings/").status_code for client in (lost, kept, here)] == [
        302,
        200,
        200,
    ]
    assert len(rows(here)) == 2


def test_others_when_ended_then_only_this_one_is_left(at_now):
    person, stranger = factories.user(), device(factories.user())
    clients = [device(person) for _ in range(3)]
    here = clients.pop()
    page = here.post(END_OTHERS, follow=True).content.decode()
    assert "다른 기기 2대에서 로그아웃했습니다" in page
    assert [client.get("/bookings/").status_code for client in clients] == [302, 302]
    assert here.get("/bookings/").status_code == 200
    assert stranger.get("/bookings/").status_code == 200


def test_others_when_one_had_ended_by_itself_then_not_counted(at_now):
    person = factories.user()
    gone, _other, here = (device(person) for _ in range(3))
    Session.objects.filter(session_key=gone.session.session_key).update(expire_date=clock.now())
    page = here.post(END_OTHERS, follow=True).content.decode()
    assert "다른 기기 1대에서 로그아웃했습니다" in page
    assert UserSession.objects.filter(user=person).count() == 1


def test_session_when_of_somebody_else_then_404_and_it_lives(at_now):
    other = device(factories.user())
    session = UserSession.objects.get(session_key=other.session.session_key)
    for person in (factories.user(), factories.staff()):
        client = logged_in(person)
        address = reverse("account_session_end", args=[session.pk])
        assert client.post(address).status_code == 404
    assert other.get("/bookings/").status_code == 200


def test_this_one_when_ended_then_the_ordinary_way_out(at_now):
    here = device(factories.user())
    session = UserSession.objects.get()
    response = here.post(reverse("account_session_end", args=[session.pk]))
    assert response.url == reverse("account_logout")


@pytest.mark.parametrize("address", [LIST, END_OTHERS, "/account/sessions/1/end/"])
def test_addresses_when_not_logged_in_then_to_the_log_in(client, address):
    for response in (client.get(address), client.post(address)):
        assert response.url.startswith("/account/login/")


@pytest.mark.parametrize("address", [END_OTHERS, "/account/sessions/1/end/"])
def test_ending_when_by_a_link_then_refused(address):
    assert logged_in(factories.user()).get(address).status_code == 405


def test_password_when_changed_then_all_other_devices_are_logged_out(at_now):
    person = factories.user()
    other = device(person)
    here = entered(person)
    new = "another-Horse-2!"
    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert other.get("/bookings/").status_code == 302
    assert here.get("/bookings/").status_code == 200
    assert len(rows(here)) == 1
