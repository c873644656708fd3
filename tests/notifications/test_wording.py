"""The staff's own words: checked, versioned, previewed, newest first, never markup."""

import pytest
from bs4 import BeautifulSoup
from django.db import InternalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from center.errors import RuleViolation
from center.models import AccessRecord
from center.notifications import drafts, kinds, rendering, texts, wording
from center.notifications.delivery import deliver_due
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message, MessageText, TextPart
from center.permissions import MANAGER
from tests import factories
from tests.conftest import logged_in
from tests.notifications.conftest import queue, row
from tests.notifications.test_email import parts
from tests.notifications.test_kinds import example_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST = "/admin/messages/wording/"
PAGE = f"{LIST}{TEST_MESSAGE.key}/ko/"
BODY = "{{ name }} 님, {{ asked_at|moment }}의 시험입니다."
EVERY = pytest.mark.parametrize("kind", kinds.every(), ids=lambda kind: kind.key)


@pytest.fixture
def manager(db):
    return factories.staff(MANAGER)


def change(by, language="ko", **wanted):
    found = {TextPart(part): text for part, text in wanted.items()}
    return texts.change(kind=TEST_MESSAGE, language=language, texts=found, by=by)


def codes(text, part=TextPart.BODY):
    return [v.code for v in wording.problems(TEST_MESSAGE, part, text)]


def test_text_when_changed_then_mail_and_inbox_say_it_and_the_rest_is_the_houses(
    owner, manager, post
):
    change(manager, subject="새 제목", body=BODY)
    queue(owner)
    deliver_due(limit=10)
    (mail,) = post.mails
    said = "김운영 님, 11. 23.(월) 10:41의 시험입니다."
    assert (mail["Subject"], row("inbox").subject, row("inbox").body) == (
        "새 제목",
        "새 제목",
        said,
    )
    assert said in parts(mail)["text/plain"]
    assert f"<p>{said}</p>" in parts(mail)["text/html"]
    assert "시험 알림이 도착했습니다" in parts(mail)["text/html"]  # the short text, unchanged


def test_text_when_of_another_language_then_the_houses_own(owner, manager):
    change(manager, subject="새 제목")
    queue(owner, language="en")
    assert row("inbox").subject == "Test message"


def test_text_when_changed_again_then_the_newest_and_both_kept(owner, manager):
    change(manager, subject="첫째")
    change(manager, subject="둘째")
    queue(owner)
    assert row("inbox").subject == "둘째"
    versions = MessageText.objects.order_by("pk").values_list("version", "text", "by")
    assert list(versions) == [(1, "첫째", manager.pk), (2, "둘째", manager.pk)]
    assert change(manager, subject="둘째") == 0


def test_text_when_begun_before_the_newest_and_kept_after_it_then_counts_at_once(owner, manager):
    def keep(number, part, text):
        MessageText.objects.create(
            pk=number,
            kind=TEST_MESSAGE.key,
            part=part,
            language="ko",
            version=1,
            text=text,
            by=manager,
        )

    keep(1_000_002, TextPart.SUBJECT, "제목")
    queue(owner)
    keep(1_000_001, TextPart.BODY, BODY)
    queue(owner, "test:2")
    assert row("inbox").body != "김운영 님, 11. 23.(월) 10:41의 시험입니다."
    assert row("inbox", "test:2").body == "김운영 님, 11. 23.(월) 10:41의 시험입니다."


def test_text_when_emptied_then_back_to_the_houses_own_words(owner, manager):
    change(manager, subject="첫째")
    change(manager, subject="")
    queue(owner)
    assert row("inbox").subject == "시험 알림"
    assert MessageText.objects.count() == 2


def test_text_when_values_or_words_hold_markup_then_escaped_in_html(owner, manager, post):
    change(manager, body="{{ name }} <b>{{ asked_at|moment }}</b>\n둘째 줄")
    queue(owner)
    Message.objects.update(context={**row().context, "name": "<script>x</script>"})
    deliver_due(limit=10)
    html = parts(post.mails[0])["text/html"]
    assert "&lt;script&gt;x&lt;/script&gt; &lt;b&gt;11. 23.(월) 10:41&lt;/b&gt;<br>" in html


@pytest.mark.parametrize(
    "meddle",
    [lambda rows: rows.update(text="x"), lambda rows: rows.delete()],
    ids=["write", "delete"],
)
def test_text_when_changed_in_place_then_the_database_refuses(manager, meddle):
    change(manager, subject="첫째")
    with pytest.raises(InternalError, match="Cannot"):
        meddle(MessageText.objects.all())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (BODY, []),
        (BODY + " {{ house.name }} {{ house.phone }} {{ link }}", []),
        (BODY + "{% if name %}x{% elif asked_at %}y{% else %}z{% endif %}", []),
        (BODY + " {{ nobody }}", ["unknown"]),
        (BODY + " {{ name.upper }}", ["unknown"]),
        (BODY + " {{ house }}", ["unknown"]),
        (BODY + " {{ settings.SECRET_KEY }}", ["unknown"]),
        (BODY + "{% if nobody and name %}x{% endif %}", ["unknown"]),
        (BODY + "{{ name|join:nobody }}", ["unknown"]),
        ("{{ name }}", ["missing"]),
        ("{{ nobody }}", ["unknown", "missing"]),
        ("{{ name", ["missing"]),
        (BODY + "{% include 'admin/base.html' %}", ["unreadable"]),
        (BODY + "{% extends 'admin/base.html' %}", ["unreadable"]),
        (BODY + "{% load i18n %}", ["unreadable"]),
        (BODY + "{% for x in name %}{% endfor %}", ["unreadable"]),
        (BODY + "{% debug %}", ["unreadable"]),
        (BODY + "{% now 'Y' %}", ["unreadable"]),
        (BODY + "{% if name %}", ["unreadable"]),
        (BODY + "{{ name|safe }}", ["unreadable"]),
        (BODY + "{{ name|center:99999 }}", ["unreadable"]),
        (BODY + "{{ name.__class__ }}", ["unreadable"]),
    ],
)
def test_check_when_a_text_is_wrong_then_named(text, found):
    assert codes(text) == found


def test_check_when_a_subject_leaves_something_out_then_allowed():
    assert codes("시험", TextPart.SUBJECT) == []


def test_change_when_wrong_then_nothing_is_kept(manager):
    with pytest.raises(RuleViolation) as refusal:
        change(manager, subject="{{ nobody }}", body="x" * 5001)
    assert refusal.value.codes == ("unknown", "too_long")
    assert not MessageText.objects.exists()


def test_text_when_the_kind_has_changed_since_then_the_houses_own_words(owner, manager):
    MessageText.objects.create(
        kind=TEST_MESSAGE.key,
        part="subject",
        language="ko",
        version=1,
        text="{{ gone }}",
        by=manager,
    )
    MessageText.objects.create(
        kind="gone.kind", part="subject", language="ko", version=1, text="x", by=manager
    )
    queue(owner)
    assert row("inbox").subject == "시험 알림"


def test_worker_when_many_are_delivered_then_asks_for_the_words_once_a_batch(
    owner, manager, mailoutbox
):
    change(manager, subject="새 제목")
    for n in range(5):
        queue(owner, f"test:{n}")
    with CaptureQueriesContext(connection) as queries:
        assert deliver_due(limit=10) == 5
    assert sum("notifications_messagetext" in q["sql"] for q in queries) <= 2
    assert {mail.subject for mail in mailoutbox} == {"새 제목"}


def test_text_when_it_leaves_out_what_the_house_says_in_an_included_part_then_refused():
    kind = kinds.get("bookings.confirmed")
    (missing,) = wording.problems(kind, TextPart.BODY, "{{ place }} 예약이 확정되었습니다.")
    assert missing.code == "missing"
    assert all(f"{{{{ {name} }}}}" in missing.message for name in ("starts", "ends", "number"))
    house = drafts.draft_of(kind, TextPart.BODY, "ko")
    assert wording.problems(kind, TextPart.BODY, house) == []


@EVERY
@pytest.mark.parametrize("language", ["ko", "en"])
def test_draft_when_made_of_the_houses_words_then_says_the_same(kind, language):
    drawn = {part: drafts.draft_of(kind, part, language) for part in TextPart}
    assert all(drawn.values())
    message = example_of(kind, language)
    house = rendering.words_of(message, wording.Wording())
    own = rendering.words_of(message, wording.trial(kind, language, drawn))
    assert (own.subject, own.short) == (house.subject, house.short)
    if not any(isinstance(value, list) for value in kind.example.values()):
        assert own.body.split() == house.body.split()


# The pages ---------------------------------------------------------------------------------


def page_of(client, address=PAGE):
    return BeautifulSoup(client.get(address).content, "html.parser")


def given(page):
    fields = page.select("[name=subject], [name=short], [name=body]")
    return {f["name"]: f.get("value") or f.text.lstrip("\n") for f in fields}


@pytest.mark.parametrize("address", [LIST, PAGE])
@pytest.mark.parametrize(("who", "status"), [("operator", 403), ("merchant", 302), ("nobody", 302)])
def test_pages_when_not_a_manager_then_refused(owner, address, who, status):
    client = {
        "operator": lambda: logged_in(factories.staff()),
        "merchant": lambda: logged_in(owner),
        "nobody": Client,
    }[who]()
    assert client.get(address).status_code == status


@pytest.mark.parametrize("address", [f"{LIST}gone.kind/ko/", f"{LIST}{TEST_MESSAGE.key}/xx/"])
def test_page_when_there_is_no_such_kind_or_language_then_404(manager, address):
    assert logged_in(manager).get(address).status_code == 404


def test_page_when_saved_then_only_what_differs_from_the_house_is_the_staffs(manager):
    client = logged_in(manager)
    fields = given(page_of(client))
    assert fields["body"].startswith("{{ name }} 님, 안녕하십니까.\n\n{{ asked_at|moment }}에")
    assert client.post(PAGE, {**fields, "subject": "새 제목"}).url == LIST
    assert list(MessageText.objects.values_list("part", "text")) == [("subject", "새 제목")]
    assert given(page_of(client))["subject"] == "새 제목"
    assert "(바꿈)" in page_of(client, LIST).text
    assert client.post(PAGE, {**fields, "house": "1"}).url == LIST
    assert given(page_of(client))["subject"] == "시험 알림"
    assert [r.text for r in page_of(client).select("table:last-of-type tbody tr td:last-child")][
        -2:
    ] == ["기본 문구", "새 제목"]


def test_page_when_wrong_then_the_field_says_so_and_input_is_kept(manager):
    client = logged_in(manager)
    fields = given(page_of(client))
    answer = client.post(PAGE, {**fields, "body": "{{ nobody }}"})
    page = BeautifulSoup(answer.content, "html.parser")
    said = [li.text for li in page.select(".errorlist li")]
    assert said == [
        "이 알림에는 자리표시자 {{ nobody }}이(가) 없습니다. 아래 표에 있는 자리표시자를 그대로 사용해 주십시오.",
        "본문에 {{ asked_at }}, {{ name }}도 있어야 합니다. 알맞은 곳에 넣어 주십시오.",
    ]
    assert given(page)["body"] == "{{ nobody }}"
    assert not MessageText.objects.exists()


def test_preview_when_of_an_example_then_shown_and_nothing_saved(manager):
    client = logged_in(manager)
    fields = {**given(page_of(client)), "subject": "{{ name }}의 새 제목", "preview": "1"}
    html = client.post(PAGE, fields).content.decode()
    assert "<b>김운영의 새 제목</b>" in html
    assert "예시 값입니다" in html
    assert (MessageText.objects.count(), AccessRecord.objects.count()) == (0, 0)


def test_preview_when_of_a_real_message_then_its_values_and_on_record(owner, manager):
    queue(owner)
    Message.objects.update(context={**row().context, "name": "진짜 이름"})
    client = logged_in(manager)
    fields = {**given(page_of(client)), "subject": "{{ name }}의 새 제목"}
    html = client.post(PAGE, {**fields, "preview": "1", "real": "on"}).content.decode()
    assert "<b>진짜 이름의 새 제목</b>" in html
    assert 'name="real" checked' in html  # for the next look
    record = AccessRecord.objects.get()
    assert record.actor == manager
    assert not MessageText.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_pages_when_there_are_more_texts_then_as_many_queries(
    manager, count, django_assert_num_queries
):
    for n in range(count):
        change(manager, subject=f"제목 {n}", short=f"짧게 {n}")
    client = logged_in(manager)
    client.get(LIST)
    with django_assert_num_queries(4):
        client.get(LIST)
    with django_assert_num_queries(5):
        client.get(PAGE)
