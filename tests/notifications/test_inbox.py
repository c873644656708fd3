import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from center.notifications.models import Message
from tests import factories
from tests.conftest import NOW, logged_in
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/inbox/"


def page_of(client, address=ADDRESS):
    return BeautifulSoup(client.get(address).content, "html.parser")


def banner(page):
    """What the link of the header says to whoever hears it."""
    link = page.select_one("header .end > a[href='/inbox/']")
    for seen_only in link.select("[aria-hidden=true]"):
        seen_only.extract()
    return " ".join(link.text.split())


def shown(page):
    """The number seen beside it; all the words would break the header in two lines."""
    return page.select_one("header .end > a[href='/inbox/'] [aria-hidden=true]").text


def test_inbox_when_messages_then_newest_first_and_unread_ones_say_so(owner, owner_client, later):
    queue(owner)
    later(minutes=5)
    queue(owner, "test:2", language="en")
    owner_client.get(row("inbox").get_absolute_url())
    rows = page_of(owner_client).select(".rows li")
    assert [r.select_one("a").text for r in rows] == ["Test message", "시험 알림"]
    assert [bool(r.select_one(".badge")) for r in rows] == [True, False]
    assert rows[0].select_one("a")["lang"] == "en"
    assert rows[0].select_one("time").text == "2026. 11. 23.(월) 10:46"


def test_inbox_when_empty_then_says_what_comes_here(owner_client):
    page = page_of(owner_client)
    assert "아직 받은 알림이 없습니다" in page.select_one(".empty").text
    assert not page.select("main form")


def test_inbox_when_due_later_or_called_off_then_not_there(owner, owner_client):
    queue(owner, due_at=NOW + dt.timedelta(hours=1))
    assert not page_of(owner_client).select(".rows li")


def test_message_when_opened_then_read_and_leads_to_its_page(owner, owner_client, later):
    queue(owner, link="/bookings/")
    address = row("inbox").get_absolute_url()
    assert address == reverse("inbox_message", args=[row("inbox").pk])
    opened = later(minutes=1)
    page = page_of(owner_client, address)
    assert page.h1.text == "시험 알림"
    assert "11. 23.(월) 10:41에 요청하신" in page.select_one(".prose").text
    assert page.select_one(".actions .btn")["href"] == "/bookings/"
    later(minutes=1)
    owner_client.get(address)
    assert row("inbox").read_at == opened


def test_message_when_its_kind_is_gone_then_still_readable(owner, owner_client):
    queue(owner)
    Message.objects.update(kind="gone.kind")
    assert page_of(owner_client, row("inbox").get_absolute_url()).h1.text == "시험 알림"


def test_message_when_it_holds_markup_then_shown_as_text(owner, owner_client):
    queue(owner)
    Message.objects.update(body="<script>alert(1)</script>")
    answer = owner_client.get(row("inbox").get_absolute_url()).content.decode()
    assert "<script>alert" not in answer


def test_unread_when_counted_then_in_the_header_and_gone_once_read(owner, owner_client):
    assert banner(page_of(owner_client, "/guide/")) == "알림함"
    for n in range(2):
        queue(owner, f"test:{n}")
    page = page_of(owner_client, "/guide/")
    assert (shown(page), banner(page)) == ("2", "알림함 새 알림 2건")
    owner_client.get(row("inbox", "test:0").get_absolute_url())
    assert banner(page_of(owner_client, "/guide/")) == "알림함 새 알림 1건"


def test_unread_when_more_than_a_hundred_then_counted_no_further(owner, owner_client):
    for n in range(101):
        queue(owner, f"test:{n}")
    page = page_of(owner_client, "/guide/")
    assert (shown(page), banner(page)) == ("99+", "알림함 새 알림 99건 초과")


def test_unread_when_nobody_is_logged_in_then_not_asked(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/notices/nothing/")


def test_read_all_when_pressed_then_every_own_one_is_read(owner, owner_client, other_client):
    other = factories.user()
    queue(owner)
    queue(other, "test:2")
    answer = owner_client.post(reverse("inbox_read_all"), follow=True)
    assert answer.redirect_chain == [(ADDRESS, 302)]
    assert "모든 알림을 읽음으로 표시했습니다" in answer.content.decode()
    assert (row("inbox").read_at, row("inbox", "test:2").read_at) == (NOW, None)
    assert owner_client.get(reverse("inbox_read_all")).status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_inbox_when_more_rows_then_the_same_queries(
    owner, owner_client, count, django_assert_num_queries
):
    for n in range(count):
        queue(owner, f"test:{n}")
    with django_assert_num_queries(5):  # session, person, count, page, unread
        owner_client.get(ADDRESS)


def test_inbox_when_many_then_pages_of_twenty(owner, owner_client):
    for n in range(25):
        queue(owner, f"test:{n}")
    assert len(page_of(owner_client).select(".rows li")) == 20
    assert len(page_of(owner_client, f"{ADDRESS}?page=2").select(".rows li")) == 5
    assert len(page_of(owner_client, f"{ADDRESS}?page=x").select(".rows li")) == 20


def test_message_when_not_the_owner_then_not_found_and_stays_unread(
    owner, owner_client, other_client, staff_client, client
):
    queue(owner)
    message = row("inbox")
    address, missing = message.get_absolute_url(), reverse("inbox_message", args=[message.pk + 99])
    for other in (other_client, staff_client, logged_in(factories.user())):
        assert other.get(address).status_code == other.get(missing).status_code == 404
    assert client.get(address).url == f"{reverse('account_login')}?next={address}"
    assert row("inbox").read_at is None
    assert owner_client.get(address).status_code == 200


def test_message_when_it_is_the_mail_then_not_in_the_inbox(owner, owner_client):
    queue(owner)
    assert owner_client.get(reverse("inbox_message", args=[row("email").pk])).status_code == 404


@pytest.mark.parametrize("name", ["inbox", "inbox_read_all"])
def test_inbox_pages_when_anonymous_then_log_in(client, name):
    answer = client.get(reverse(name))
    assert answer.url == f"{reverse('account_login')}?next={reverse(name)}"
