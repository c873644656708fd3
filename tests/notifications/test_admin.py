import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center.errors import RuleViolation
from center.models import AccessAction, AccessRecord
from center.notifications import reports, services
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW, logged_in
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST = "/admin/notifications/message/"
QUEUE = LIST + "queue/"
TEST = LIST + "test/"


def figures(client):
    """The first table of the queue page: its words and numbers."""
    page = BeautifulSoup(client.get(QUEUE).content, "html.parser")
    table = page.select_one("#content-main table")
    return {r.th.text: int(r.td.text) for r in table.select("tbody tr")}


def links(client):
    """Where the numbers of the queue page lead, in their order."""
    page = BeautifulSoup(client.get(QUEUE).content, "html.parser")
    return [link["href"] for link in page.select("#content-main table a")]


def listed(client, link):
    return client.get(link).context["cl"].result_list


def give_up(person, post, key="test:1"):
    post.refused[person.email] = "550 5.1.1 unknown"
    queue(person, key)
    deliver_due(limit=10)
    return row(key=key)


def test_list_when_opened_then_no_whole_address_and_no_text(owner, staff_client, mailoutbox):
    queue(owner)
    deliver_due(limit=10)
    mail = row()
    for address in (LIST, reverse("admin:notifications_message_change", args=[mail.pk])):
        page = staff_client.get(address).content.decode()
        assert f"{owner.email[:2]}***@example.com" in page
        assert owner.email not in page
        assert "김운영" not in page


def test_list_when_sent_to_a_mobile_then_not_the_whole_number(carrier, by_text, staff_client):
    queue(factories.user(phone="010-1234-5678"))
    deliver_due(limit=10)
    page = staff_client.get(LIST).content.decode()
    assert "010***78" in page
    assert "01012345678" not in page


def test_list_when_searched_by_the_whole_address_then_found(owner, staff_client):
    queue(owner)
    found = staff_client.get(LIST, {"q": owner.email}).content.decode()
    assert str(row().pk) in found
    part = staff_client.get(LIST, {"q": owner.email[:5]}).content.decode()
    assert "pe***@" not in part


def test_list_when_searched_then_the_look_is_on_record(owner, staff_client):
    queue(owner)
    staff_client.get(LIST, {"q": owner.email})
    staff_client.get(reverse("admin:notifications_message_change", args=[row().pk]))
    actions = AccessRecord.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == [AccessAction.SEARCH, AccessAction.VIEW]


def test_message_when_saved_by_hand_then_refused(owner, staff_client):
    queue(owner)
    address = reverse("admin:notifications_message_change", args=[row().pk])
    assert staff_client.get(address).status_code == 200
    assert staff_client.post(address, {"state": "sent"}).status_code == 403
    assert row().state == MessageState.WAITING


def test_retry_when_given_up_then_waits_again_and_others_are_named(owner, staff_client, post):
    dead = give_up(owner, post)
    assert "550 5.1.1 unknown" in staff_client.get(LIST + "?state__exact=dead").content.decode()
    chosen = {"action": "retry", "_selected_action": [dead.pk, row("inbox").pk]}
    page = staff_client.post(LIST, chosen, follow=True).content.decode()
    assert "알림 1건을 다시 보냅니다" in page
    assert "1건은 전달 불가가 아니거나 다른 방법으로 이미 전달되어 그대로 두었습니다" in page
    assert (row().state, row().mass) == (MessageState.WAITING, False)


def errands(client):
    page = BeautifulSoup(client.get("/admin/").content, "html.parser")
    told = {a["href"]: a.text for a in page.select("[aria-labelledby=errands] a")}
    return told.get(f"{LIST}?turn=lost", "")


@pytest.fixture
def refused_text(person_with_mobile, carrier, by_text, mailoutbox):
    """A text message that did not arrive; its mail waits."""
    queue(person_with_mobile)
    deliver_due(limit=10)
    failed = reports.read([carrier.report(code="3104", said="결번")])[0]
    assert reports.take(failed) is reports.Taken.DONE
    return row("sms")


@pytest.fixture
def person_with_mobile(db):
    return factories.user(phone="010-1234-5678")


def test_retry_when_the_next_way_tells_or_has_told_then_nothing_is_sent_once_more(
    refused_text, staff_client, mailoutbox
):
    for arrived in (0, 1):
        assert len(mailoutbox) == arrived
        assert (errands(staff_client), figures(staff_client)["전달 불가"]) == ("", 0)
        chosen = {"action": "retry", "_selected_action": [refused_text.pk]}
        page = staff_client.post(LIST, chosen, follow=True).content.decode()
        assert "이미 전달되어" in page
        deliver_due(limit=10)
    refused_text.refresh_from_db()
    assert (refused_text.state, len(mailoutbox)) == (MessageState.DEAD, 1)


def test_retry_when_the_next_way_failed_too_then_counted_once_and_sent_once(
    refused_text, staff_client, post
):
    post.refused[refused_text.recipient.email] = "550 5.1.1 unknown"
    deliver_due(limit=10)
    assert row("email").state == MessageState.DEAD
    assert errands(staff_client) == "전달하지 못한 알림이 1건 있습니다."
    assert list(listed(staff_client, f"{LIST}?turn=lost")) == [row("email")]
    post.refused.clear()
    both = [refused_text.pk, row("email").pk]
    staff_client.post(LIST, {"action": "retry", "_selected_action": both})
    assert errands(staff_client) == ""
    deliver_due(limit=10)
    refused_text.refresh_from_db()
    assert (refused_text.state, row("email").state) == (MessageState.DEAD, MessageState.SENT)
    assert len(post.mails) == 1


def test_errand_when_the_account_was_closed_then_nothing_to_do(owner, staff_client, post):
    dead = give_up(owner, post)
    assert errands(staff_client) == "전달하지 못한 알림이 1건 있습니다."
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    assert errands(staff_client) == ""
    with pytest.raises(RuleViolation, match="not_dead"):
        services.retry(message=dead)


@pytest.mark.parametrize("count", [1, 3])
def test_retry_when_all_of_the_list_at_once_then_the_same_queries_and_answers_go_before(
    staff_client, owner, post, count, django_assert_num_queries
):
    for n in range(count):
        give_up(owner, post, f"test:{n}")
    whole = {"action": "retry", "_selected_action": [row(key="test:0").pk], "select_across": "1"}
    with django_assert_num_queries(11):
        staff_client.post(LIST + "?state__exact=dead", whole)
    again = Message.objects.filter(channel="email")
    assert set(again.values_list("state", "attempts", "mass")) == {("waiting", 0, count > 1)}
    post.refused.clear()
    assert deliver_due(limit=10) == len(post.mails) == count


def test_queue_page_when_all_kinds_wait_then_each_is_counted(owner, post, later):
    give_up(owner, post)
    later(minutes=61)
    post.refused.clear()
    queue(owner, "test:2")
    deliver_due(limit=10)
    post.answer_to_data = "451 busy"
    queue(owner, "test:3")
    deliver_due(limit=10)
    queue(owner, "test:4", due_at=NOW + dt.timedelta(days=1))
    queue(owner, "test:5")
    later(minutes=3)
    Message.objects.filter(state=MessageState.FAILED).update(due_at=NOW + dt.timedelta(days=1))
    client = logged_in(factories.staff())
    assert figures(client) == {
        "지금 보낼 알림": 1,
        "보내는 중": 0,
        "나중에 보낼 알림": 2,
        "다시 보낼 예정": 1,
        "전달 불가": 1,
        "가장 오래 대기한 시간(분)": 3,
    }
    assert [len(listed(client, link)) for link in links(client)[:6]] == [1, 0, 2, 1, 1, 1]


def test_queue_page_when_something_was_sent_then_by_the_hour(owner, staff_client, post, later):
    queue(owner)
    deliver_due(limit=10)
    later(minutes=20)
    queue(owner, "test:2")
    deliver_due(limit=10)
    page = BeautifulSoup(staff_client.get(QUEUE).content, "html.parser")
    rows = [
        [c.text for c in r.select("th, td")]
        for r in page.select("#content-main table")[1].select("tr")[1:]
    ]
    assert rows == [["11. 23.(월) 11:00", "1", "1"], ["11. 23.(월) 10:00", "1", "1"]]
    found = [listed(staff_client, link) for link in links(staff_client)[6:]]
    assert [sorted((m.dedupe_key, m.channel) for m in some) for some in found] == [
        [("test:2", "email"), ("test:2", "inbox")],
        [("test:2", "email")],
        [("test:2", "inbox")],
        [("test:1", "email"), ("test:1", "inbox")],
        [("test:1", "email")],
        [("test:1", "inbox")],
    ]


@pytest.mark.parametrize(("seconds", "shown"), [(600, False), (601, True)])
def test_queue_page_when_the_oldest_is_too_old_then_says_so(
    owner, staff_client, later, seconds, shown
):
    queue(owner)
    later(seconds=seconds)
    page = BeautifulSoup(staff_client.get(QUEUE).content, "html.parser")
    assert bool(page.select(".errornote")) is shown


def test_test_message_when_asked_for_then_to_oneself(staff_client, mailoutbox):
    answer = staff_client.post(TEST, follow=True)
    assert answer.redirect_chain == [(QUEUE, 302)]
    deliver_due(limit=10)
    me = row("inbox", Message.objects.latest("pk").dedupe_key).recipient
    assert [mail.to for mail in mailoutbox] == [[me.email]]
    assert staff_client.get(TEST).status_code == 405


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), ("official", 403), ("operator", 200), ("manager", 200)]
)
def test_outbox_when_role_then_open_or_away(role, status):
    client = logged_in(factories.user() if role is None else factories.staff(role))
    assert [client.get(address).status_code for address in (LIST, QUEUE)] == [status] * 2
    assert client.post(TEST).status_code == (302 if status == 200 else status)
    assert Message.objects.exists() is (status == 200)


def test_outbox_when_anonymous_then_log_in(client):
    for address in (LIST, QUEUE, TEST):
        assert client.get(address).status_code == 302
    assert client.post(TEST).status_code == 302
    assert not Message.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_list_when_more_rows_then_the_same_queries(staff_client, count, django_assert_num_queries):
    for n in range(count):
        queue(factories.user(), f"test:{n}")
    with django_assert_num_queries(6):  # one of them writes the access record
        staff_client.get(LIST)


@pytest.mark.parametrize("count", [1, 3])
def test_queue_page_when_more_rows_then_the_same_queries(
    staff_client, count, django_assert_num_queries
):
    for n in range(count):
        queue(factories.user(), f"test:{n}")
    with django_assert_num_queries(10):
        staff_client.get(QUEUE)
