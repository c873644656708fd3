import pytest

from center.notifications import rendering, wording
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState, TextPart
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def parts(mail):
    return {
        part.get_content_type(): part.get_content()
        for part in mail.walk()
        if part.get_payload() and not part.is_multipart()
    }


def test_mail_when_sent_then_plain_and_html_say_the_same(owner, post):
    queue(owner, link="/bookings/")
    deliver_due(limit=10)
    (mail,) = post.mails
    text, html = parts(mail)["text/plain"], parts(mail)["text/html"]
    assert (mail["Subject"], mail["To"]) == ("시험 알림", owner.email)
    for said in (
        "김운영 님, 안녕하십니까.",
        "11. 23.(월) 10:41",
        "http://127.0.0.1:8000/bookings/",
        "대구 디지털커머스센터",
        "053-000-0000",
        "대구광역시 북구 산격동 대구종합유통단지",
    ):
        assert said in text
        assert said in html
    assert mail["From"] == "대구 디지털커머스센터 <help@example.com>"
    assert 'lang="ko"' in html
    assert "<img" not in html
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None


def test_mail_when_the_setting_names_the_sender_then_that_name(owner, post, settings):
    settings.DEFAULT_FROM_EMAIL = "소담 <mail@center.example>"
    queue(owner, language="en")
    deliver_due(limit=10)
    (mail,) = post.mails
    assert mail["From"] == "소담 <mail@center.example>"
    assert str(mail["Message-ID"]).endswith("@center.example>")


def test_mail_when_sent_again_after_an_unknown_outcome_then_the_same_number(owner, post, later):
    post.hang_up_after_data = True
    queue(owner)
    deliver_due(limit=10)
    assert row().state == MessageState.FAILED
    post.hang_up_after_data = False
    later(minutes=1)
    deliver_due(limit=10)
    assert row().state == MessageState.SENT
    assert post.message_ids == [f"<message-{row().pk}.20261123014100@example.com>"] * 2


def test_mail_when_values_hold_line_breaks_or_markup_then_neither_header_nor_html(owner, post):
    queue(owner)
    evil = "김\r\nBcc: all@example.com\r\n<script>x</script>"
    Message.objects.update(context={**row().context, "name": evil})
    deliver_due(limit=10)
    (mail,) = post.mails
    assert mail["Bcc"] is None
    assert "<script>" in parts(mail)["text/plain"]
    assert "<script>" not in parts(mail)["text/html"]


def test_subject_when_its_values_have_several_lines_then_one_line(owner, monkeypatch):
    queue(owner)
    message = row()
    message.context = {**message.context, "name": "김\r\nBcc: all@example.com"}
    monkeypatch.setitem(wording.PARTS, TextPart.SUBJECT, "txt")
    line = rendering.words_of(message).subject
    assert line.startswith("김 Bcc: all@example.com 님, 안녕하십니까. 11. 23.(월)")
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 unknown", MessageState.DEAD),
        ("553 5.1.3 nonsense", MessageState.DEAD),
        ("450 4.2.1 busy", MessageState.FAILED),
        ("421 4.7.0 try later", MessageState.FAILED),
    ],
)
def test_recipient_when_refused_then_5xx_is_final_and_4xx_is_not(owner, post, answer, state):
    post.refused[owner.email] = answer
    queue(owner)
    deliver_due(limit=10)
    assert (row().state, row().last_error) == (state, answer)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("554 5.7.1 spam", MessageState.DEAD),
        ("451 4.3.0 greylisted", MessageState.FAILED),
    ],
)
def test_text_when_refused_then_5xx_is_final_and_4xx_is_not(owner, post, answer, state):
    post.answer_to_data = answer
    queue(owner)
    deliver_due(limit=10)
    assert (row().state, row().last_error) == (state, answer)


def test_server_when_one_is_refused_then_the_others_get_theirs(owner, post):
    post.refused["a@example.com"] = "550 unknown"
    queue(address="a@example.com", key="test:1")
    queue(address="b@example.com", key="test:2")
    deliver_due(limit=10)
    assert (row(key="test:1").state, row(key="test:2").state) == ("dead", "sent")


def test_server_when_many_are_due_then_one_connection(owner, post):
    for n in range(30):
        queue(owner, f"test:{n}")
    deliver_due(limit=100)
    assert (len(post.mails), post.connections) == (30, 1)


def test_server_when_away_then_asked_once_for_all(owner, post, settings, later):
    settings.EMAIL_PORT = 1
    for n in range(3):
        queue(owner, f"test:{n}")
    deliver_due(limit=10)
    mails = Message.objects.filter(channel="email")
    assert {(m.state, m.attempts) for m in mails} == {(MessageState.FAILED, 0)}
    settings.EMAIL_PORT = post.port
    later(minutes=1)
    deliver_due(limit=10)
    assert {m.state for m in mails.all()} == {MessageState.SENT}
