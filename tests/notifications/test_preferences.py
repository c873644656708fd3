"""How people choose by which way they are told, and the house what may cost money."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from center import closing, exports
from center.consents import give, optional_texts
from center.models import ConsentKind, User
from center.notifications import kinds, routing
from center.notifications.delivery import deliver_due
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import ChannelChoice, KindRule, Message, MessageState
from center.permissions import MANAGER
from tests import factories
from tests.conftest import logged_in
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PAGE, WAYS = "/account/messages/", "/admin/messages/ways/"
KIND = "notifications.test_message"


@pytest.fixture
def person(db):
    return factories.user(phone="010-1234-5678")


def page_of(client, address=PAGE):
    return BeautifulSoup(client.get(address).content, "html.parser")


def channels_used():
    return {m.channel for m in Message.objects.all()}


def test_page_when_anonymous_then_to_the_log_in(db, client):
    assert client.get(PAGE).url == f"/account/login/?next={PAGE}"


def test_page_when_text_messages_are_not_set_up_then_language_alone(person):
    names = {
        field["name"] for field in page_of(logged_in(person)).select("main :is(input, select)")
    }
    assert names == {"csrfmiddlewaretoken", "language"}


def test_page_when_chosen_then_kept_for_this_person_alone(person, carrier):
    other = factories.user()
    client = logged_in(person)
    answer = client.post(PAGE, {"language": "en", "notifications": "sms", "merchants": ""})
    assert answer.url == PAGE
    assert User.objects.get(pk=person.pk).language == "en"
    assert User.objects.get(pk=other.pk).language == "ko"
    chosen = ChannelChoice.objects.values_list("user", "group", "first")
    assert list(chosen) == [(person.pk, "notifications", "sms")]
    page = page_of(client)
    assert page.select_one("[name=notifications] option[selected]")["value"] == "sms"
    client.post(PAGE, {"language": "ko", "notifications": ""})
    assert not ChannelChoice.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"notifications": "inbox"}, {"notifications": "pigeon"}]
)
def test_page_when_the_choice_is_unknown_then_nothing_is_kept(person, carrier, wrong):
    answer = logged_in(person).post(PAGE, {"language": "ko", "notifications": "sms", **wrong})
    assert answer.status_code == 200
    assert not ChannelChoice.objects.exists()


def test_page_when_there_is_no_alimtalk_channel_then_not_offered(person, carrier, settings):
    ways = "[name=notifications] option"
    assert [o["value"] for o in page_of(logged_in(person)).select(ways)] == [
        "",
        "email",
        "alimtalk",
        "sms",
    ]
    settings.KAKAO_PF_ID = ""
    assert [o["value"] for o in page_of(logged_in(person)).select(ways)] == ["", "email", "sms"]


@pytest.mark.parametrize(
    ("phone", "asked"), [("", True), ("053-803-0114", True), ("010-1234-5678", False)]
)
def test_page_when_there_is_no_mobile_then_says_what_to_do(carrier, phone, asked):
    page = page_of(logged_in(factories.user(phone=phone)))
    assert bool(page.select_one("main .alert a[href='/account/safety/']")) is asked


def test_page_when_news_were_agreed_to_then_says_so(person):
    client = logged_in(person)
    assert "동의하지 않으셔서" in client.get(PAGE).content.decode()
    text = next(t for t in optional_texts() if t.kind == ConsentKind.MARKETING)
    give(user=person, text=text)
    assert "동의하셨습니다" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("address", ["/account/safety/", "/inbox/"])
def test_page_when_looked_for_then_linked(person, address):
    assert page_of(logged_in(person), address).select_one(f"main a[href='{PAGE}']")


def test_queue_when_the_person_chose_then_that_way_first_and_the_rest_after(
    person, carrier, mailoutbox
):
    ChannelChoice.objects.create(user=person, group="notifications", first="sms")
    queue(person)
    assert channels_used() == {"inbox", "sms"}
    KindRule.objects.create(kind=KIND, sms_allowed=False)
    deliver_due(limit=10)
    assert (row("sms").state, row("email").state) == (MessageState.DEAD, MessageState.SENT)


def test_queue_when_the_choice_is_of_another_group_or_person_then_as_the_kind_says(person, carrier):
    ChannelChoice.objects.create(user=person, group="merchants", first="sms")
    ChannelChoice.objects.create(user=factories.user(), group="notifications", first="sms")
    queue(person)
    assert channels_used() == {"inbox", "email"}


@pytest.mark.parametrize(("phone", "asked"), [("", 0), ("010-1234-5678", 1)])
def test_ways_when_there_is_nothing_to_choose_then_nothing_is_asked(
    phone, asked, django_assert_num_queries
):
    one = factories.user(phone=phone)
    with django_assert_num_queries(asked):
        assert routing.ways_to(one, TEST_MESSAGE) == TEST_MESSAGE.channels


def test_groups_when_shown_then_in_words():
    for kind in kinds.every():
        assert kinds.group_name(kind.group) != kind.group
    assert kinds.group_name("gone") == "gone"


def test_choices_when_the_account_is_closed_then_gone(person):
    ChannelChoice.objects.create(user=person, group="notifications", first="sms")
    closing.close(user=person)
    assert not ChannelChoice.objects.exists()


def test_export_when_made_then_the_choices_too(person):
    ChannelChoice.objects.create(user=person, group="notifications", first="sms")
    assert exports._parts["message_ways"](person) == ({"notifications": "sms"}, [])


def test_ways_when_changed_by_a_manager_then_ruled_and_in_the_history():
    client = logged_in(factories.staff(MANAGER))
    lines = {f"{kind.key}-sms_allowed": "on" for kind in kinds.every()}
    lines |= {f"{kind.key}-alimtalk_allowed": "on" for kind in kinds.every()}
    del lines[f"{KIND}-sms_allowed"]
    assert client.post(WAYS, {**lines, f"{KIND}-alimtalk_template": " KA01TP1 "}).url == WAYS
    rule = KindRule.objects.get()
    assert (rule.kind, rule.sms_allowed, rule.alimtalk_allowed) == (KIND, False, True)
    assert rule.alimtalk_template == "KA01TP1"
    history = rule.events.get()
    assert history.pgh_context.metadata["user"] == int(client.session["_auth_user_id"])
    assert (
        page_of(client, WAYS).select_one(f"[name='{KIND}-alimtalk_template']")["value"] == "KA01TP1"
    )


def test_ways_when_too_long_then_marked_and_nothing_kept():
    client = logged_in(factories.staff(MANAGER))
    answer = client.post(WAYS, {f"{KIND}-alimtalk_template": "x" * 61})
    assert answer.status_code == 200
    assert BeautifulSoup(answer.content, "html.parser").select_one(".errorlist")
    assert not KindRule.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("operator", 403), ("merchant", 302), ("nobody", 302)])
def test_ways_when_not_a_manager_then_refused(owner, who, status):
    client = {
        "operator": lambda: logged_in(factories.staff()),
        "merchant": lambda: logged_in(owner),
        "nobody": Client,
    }[who]()
    assert (client.get(WAYS).status_code, client.post(WAYS, {}).status_code) == (status, status)
    assert not KindRule.objects.exists()


@pytest.mark.parametrize("rules", [1, 3])
def test_ways_when_there_are_more_rules_then_as_many_queries(rules, django_assert_num_queries):
    client = logged_in(factories.staff(MANAGER))
    for kind in kinds.every()[:rules]:
        KindRule.objects.create(kind=kind.key)
    client.get(WAYS)
    with django_assert_num_queries(5):
        client.get(WAYS)
