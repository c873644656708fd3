"""The pages of registration: what they keep, what they say, where they lead."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center.models import Consent
from center.notifications.models import Message
from merchants import business_number
from merchants.models import JoinRequest, Membership, Merchant, MerchantState
from merchants.services import register as services
from merchants.services import verify
from tests import factories
from tests.conftest import NOW, logged_in
from tests.merchants.test_register import entries, papers_for, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def filled(**fields):
    return {**entries(), "founded_on": "2015-03-02", **fields}


@pytest.fixture
def newcomer():
    return factories.user()


@pytest.fixture
def client_of(newcomer):
    return logged_in(newcomer)


NUMBER = factories.number(1)


def test_register_when_filled_in_then_a_draft_and_on_to_the_papers(client_of, newcomer):
    response = client_of.post(reverse("register"), filled(number=NUMBER, phone="01012345678"))
    assert response.url == reverse("papers")
    merchant = Merchant.objects.get()
    assert (merchant.state, merchant.number, merchant.phone) == ("draft", NUMBER, "010-1234-5678")
    assert merchant.founded_on == dt.date(2015, 3, 2)
    assert merchant.memberships.get().user == newcomer


def test_register_when_opened_again_then_what_was_saved_is_there(client_of, newcomer):
    services.start(user=newcomer, entries=entries())
    page = soup(client_of.get(reverse("register")))
    assert page.select_one("#id_name")["value"] == "달구벌 수제청"
    assert page.select_one("#id_founded_on")["value"] == "2015-03-02"
    assert page.select_one("input[name=section][checked]")["value"] == "C"
    assert page.select_one("#id_district option[selected]")["value"] == "27230"
    assert [li["class"] for li in page.select(".steps li[class]")] == [["done"], ["now"]]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"number": "123-45-67890"}, "number", "번호가 맞지 않습니다"),
        ({"number": "0000000000"}, "number", "번호가 맞지 않습니다"),
        ({"number": "12345"}, "number", "10자리"),
        ({"number": ""}, "number", "사업자등록증에 있는 번호"),
        ({"founded_on": "2026-11-24"}, "founded_on", "오늘보다 뒤입니다"),
        ({"founded_on": "2026-02-30"}, "founded_on", "날짜"),
        ({"phone": "12"}, "phone", "전화번호가 아닙니다"),
        ({"district": "47720"}, "district", "47720"),
        ({"name": "김달구 900101-1234567"}, "name", "주민등록번호"),
        ({"address": "900101 1234567"}, "address", "주민등록번호"),
        ({"section": "Z"}, "section", "Z"),
        ({"name": "가" * 81}, "name", "80"),
    ],
)
def test_register_when_one_entry_is_wrong_then_it_is_named_and_the_rest_kept(
    client_of, wrong, field, words
):
    response = client_of.post(reverse("register"), filled(number=NUMBER) | wrong)
    page = soup(response)
    assert response.status_code == 400
    assert not Merchant.objects.exists()
    assert page.select_one(f"#errors a[href='#id_{field}']")
    assert words in page.select_one("#errors").text
    assert page.select_one("#id_representative")["value"] == "김달구"


def test_register_when_founder_to_be_then_neither_number_nor_opening_day(client_of):
    data = filled(kind="pre_founder", number="", founded_on="")
    assert client_of.post(reverse("register"), data).url == reverse("papers")
    assert Merchant.objects.get().number is None


def test_register_when_number_is_registered_then_the_way_to_its_owner(client_of):
    submitted(number=NUMBER)
    response = client_of.post(reverse("register"), filled(number=NUMBER))
    page = soup(response)
    assert response.status_code == 409
    assert page.select_one("[data-code=number_registered]")
    assert page.select_one("#id_number")["value"] == business_number.display(NUMBER)
    assert Merchant.objects.count() == 1


def test_register_when_submitted_already_then_to_the_page_of_the_business(client_of, newcomer):
    merchant = papers_for(services.start(user=newcomer, entries=entries()))
    services.submit(merchant=merchant)
    assert client_of.get(reverse("register")).url == reverse("merchant")
    assert client_of.get(reverse("register_check")).url == reverse("merchant")


def test_check_when_something_is_missing_then_named_with_links_and_no_button(client_of, newcomer):
    services.start(user=newcomer, entries=entries(phone=""))
    page = soup(client_of.get(reverse("register_check")))
    links = [link["href"] for link in page.select(".errors a")]
    assert links == [
        "/merchants/register/#id_phone",
        "/merchants/papers/#paper-business_registration",
        "/merchants/papers/#paper-small_merchant",
    ]
    assert not page.select("button[name=submit]")
    assert client_of.post(reverse("register_check"), {"submit": "1"}).status_code == 409
    assert Merchant.objects.get().state == MerchantState.DRAFT


def test_check_when_submitted_then_due_time_message_and_no_consent_assumed(client_of, newcomer):
    papers_for(services.start(user=newcomer, entries=entries()))
    page = soup(client_of.get(reverse("register_check")))
    assert "11. 25.(수) 18:00" in page.text
    assert page.select("input[name=consents]")
    assert not page.select("input[name=consents][checked]")
    response = client_of.post(reverse("register_check"), {"submit": "1"}, follow=True)
    assert "등록을 제출했습니다" in response.content.decode()
    assert Merchant.objects.get().state == MerchantState.SUBMITTED
    assert not Consent.objects.exists()
    told = Message.objects.get(kind="merchants.submitted", channel="inbox")
    assert (told.recipient, told.sent_at) == (newcomer, NOW)


def test_check_when_a_consent_is_ticked_then_it_is_noted(client_of, newcomer):
    papers_for(services.start(user=newcomer, entries=entries()))
    box = soup(client_of.get(reverse("register_check"))).select_one("input[name=consents]")
    client_of.post(reverse("register_check"), {"submit": "1", "consents": [box["value"]]})
    assert Consent.objects.get().user == newcomer


def test_business_page_when_returned_then_says_what_to_correct(client_of, newcomer):
    merchant = services.submit(
        merchant=papers_for(services.start(user=newcomer, entries=entries()))
    )
    verify.send_back(
        merchant=merchant,
        revision=merchant.revision,
        reasons=["unreadable", "other"],
        note="두 번째 쪽이 흐립니다.",
        by=factories.staff(),
    )
    for address in ("merchant", "register"):
        text = soup(client_of.get(reverse(address))).text
        assert "서류를 읽을 수 없음" in text
        assert "두 번째 쪽이 흐립니다." in text


def test_business_page_when_nothing_is_registered_then_two_ways_on(client_of):
    page = soup(client_of.get(reverse("merchant")))
    assert [a["href"] for a in page.select(".empty a")] == [reverse("register"), reverse("join")]


def test_join_when_asked_then_owner_lets_in(client_of, newcomer, owner_client, merchant):
    response = client_of.post(reverse("join"), {"number": merchant.display_number, "note": "직원"})
    assert response.url == reverse("merchant")
    asked = JoinRequest.objects.get()
    page = soup(owner_client.get(reverse("merchant")))
    assert newcomer.email in page.text
    owner_client.post(reverse("join_answer", args=[asked.pk]), {"answer": "accept"})
    assert Membership.objects.filter(merchant=merchant, user=newcomer, role="member").exists()
    kinds = Message.objects.filter(channel="inbox").values_list("kind", "recipient")
    assert set(kinds) == {
        ("merchants.join_asked", merchant.memberships.get(role="owner").user_id),
        ("merchants.join_accepted", newcomer.pk),
    }


def test_join_when_number_is_unknown_then_said_and_kept(client_of):
    response = client_of.post(reverse("join"), {"number": NUMBER, "note": "직원"})
    page = soup(response)
    assert response.status_code == 400
    assert "이 번호로 등록된 사업체가 없습니다" in page.text
    assert page.select_one("#id_note")["value"] == "직원"


@pytest.mark.parametrize("number_of_rows", [1, 3])
def test_members_when_more_people_then_the_same_queries(
    owner_client, merchant, number_of_rows, django_assert_num_queries
):
    for _ in range(number_of_rows):
        Membership.objects.create(merchant=merchant, user=factories.user())
    owner_client.get(reverse("members"))
    with django_assert_num_queries(7):
        owner_client.get(reverse("members"))
