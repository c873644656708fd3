import datetime as dt

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.transaction import TransactionManagementError

from center.notifications import services
from center.notifications.delivery import deliver_due
from center.notifications.messages import MORE_IN_INBOX, TEST_MESSAGE
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications.conftest import CONTEXT, queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def test_queue_when_to_a_person_then_inbox_at_once_and_mail_waits(owner):
    queue(owner, link="/bookings/")
    inbox, mail = row("inbox"), row("email")
    assert Message.objects.count() == 2
    assert (inbox.state, inbox.sent_at, inbox.subject) == (MessageState.SENT, NOW, "시험 알림")
    assert (mail.state, mail.sent_at, mail.due_at) == (MessageState.WAITING, None, NOW)
    assert (inbox.link, mail.link) == ("/bookings/", "/bookings/")
    assert mail.address == ""


def test_queue_when_to_an_address_then_mail_alone(db):
    queue(address="new@example.com")
    mail = Message.objects.get()
    assert (mail.channel, mail.recipient, mail.address) == ("email", None, "new@example.com")


def test_queue_when_the_same_key_then_once(owner):
    queue(owner)
    queue(owner)
    queue(owner, key="test:2")
    assert Message.objects.count() == 4


def test_queue_when_due_later_then_nothing_arrives_before(owner):
    queue(owner, due_at=NOW + dt.timedelta(seconds=1))
    assert {m.state for m in Message.objects.all()} == {MessageState.WAITING}


def test_queue_when_the_change_is_taken_back_then_so_is_the_message(owner):
    with transaction.atomic():
        queue(owner)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_queue_when_in_english_then_words_in_english(owner):
    queue(owner, language="en")
    assert row("inbox").subject == "Test message"


def test_queue_when_no_language_is_said_then_the_recipients(mailoutbox):
    queue(factories.user(language="en"))
    deliver_due(limit=10)
    assert {m.language for m in Message.objects.all()} == {"en"}
    assert row("inbox").subject == "Test message"
    assert mailoutbox[0].subject == "Test message"
    assert mailoutbox[0].extra_headers["Content-Language"] == "en"


def test_queue_when_to_an_address_and_no_language_is_said_then_korean(db):
    queue(address="new@example.com")
    assert row().language == "ko"


def test_queue_when_account_is_closed_then_no_mail():
    queue(factories.user(is_active=False))
    assert [m.channel for m in Message.objects.all()] == ["inbox"]


@pytest.mark.parametrize(
    "context",
    [
        {"name": "김운영"},
        {**CONTEXT, "more": "x"},
        {**CONTEXT, "name": 7},
        {**CONTEXT, "asked_at": NOW.date()},
        {**CONTEXT, "asked_at": NOW.replace(tzinfo=None)},
        {**CONTEXT, "name": TEST_MESSAGE.name},
    ],
    ids=["missing", "surplus", "number", "day", "naive", "lazy"],
)
def test_queue_when_context_is_unlike_the_example_then_refused(owner, context):
    with pytest.raises(ValueError, match=r"test_message|time zone"), transaction.atomic():
        services.queue(kind=TEST_MESSAGE, recipient=owner, context=context, dedupe_key="test:1")


@pytest.mark.parametrize("address", ["", "nonsense", "a@b.kr\nBcc: c@d.kr"])
def test_queue_when_address_is_nonsense_then_refused(db, address):
    with pytest.raises(ValueError, match="address"):
        queue(address=address)


def test_queue_when_to_both_then_refused(owner):
    with pytest.raises(ValueError, match="address"):
        queue(owner, address="new@example.com")


def test_queue_when_outside_a_transaction_then_refused(owner, monkeypatch):
    # A test that really commits empties every table afterwards, which the access log refuses.
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(TransactionManagementError):
        services.queue(kind=TEST_MESSAGE, recipient=owner, context=CONTEXT, dedupe_key="test:1")


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_queue_when_link_leads_elsewhere_then_the_database_refuses(owner, link):
    with pytest.raises(IntegrityError, match="message_link_stays_here"):
        queue(owner, link=link)


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize("phone", ["", "010-1234-5678"])
def test_queue_when_to_many_then_one_question_and_one_insert(
    people, phone, django_assert_num_queries
):
    persons = [factories.user(phone=phone) for _ in range(people)]
    tell(persons)  # the words are read once in a process
    with django_assert_num_queries(2):
        tell(persons, "b")
    with django_assert_num_queries(1):
        tell(persons, "b")
    assert Message.objects.count() == 2 * 2 * people


def tell(persons, key="a"):
    told = [services.Addressee(one, f"{key}:{one.pk}", f"/p/{one.pk}/") for one in persons]
    services.queue_each(kind=TEST_MESSAGE, told=told, context=CONTEXT)


@pytest.mark.parametrize("people", [1, 3])
def test_queue_when_many_are_over_the_limit_then_told_so_in_as_many_queries(
    people, settings, django_assert_num_queries
):
    settings.MESSAGE_DAILY_LIMIT = 1
    persons = [factories.user() for _ in range(people)]
    tell(persons)
    with django_assert_num_queries(4):
        tell(persons, "b")
    assert Message.objects.filter(kind=MORE_IN_INBOX.key).count() == 2 * people


def test_queue_when_to_several_then_each_by_key_language_link_and_state_of_his_own(settings):
    settings.MESSAGE_DAILY_LIMIT = 1
    korean, english = factories.user(), factories.user(language="en")
    known, full = factories.user(), factories.user()
    queue(known, key=f"a:{known.pk}")
    queue(full, key="another")
    tell([korean, english, known, full])
    assert {row.recipient for row in Message.objects.filter(dedupe_key__startswith="a:")} == {
        korean,
        english,
        known,
        full,
    }
    found = [(row("inbox", f"a:{one.pk}").subject) for one in (korean, english)]
    assert found == ["시험 알림", "Test message"]
    assert row("email", f"a:{english.pk}").link == f"/p/{english.pk}/"
    assert row("inbox", f"a:{known.pk}").link == ""  # as it was queued first
    channels = Message.objects.filter(dedupe_key=f"a:{full.pk}").values_list("channel", flat=True)
    assert list(channels) == ["inbox"]
    assert Message.objects.filter(kind=MORE_IN_INBOX.key, recipient=full).count() == 2


def test_queue_when_to_several_outside_a_transaction_then_refused(owner, monkeypatch):
    monkeypatch.setattr(connections["default"], "in_atomic_block", False)
    with pytest.raises(TransactionManagementError):
        tell([owner])


def test_cancel_when_waiting_then_never_sent_and_the_inbox_stays(owner):
    queue(owner)
    assert services.cancel(dedupe_key="test:1") == 1
    assert (row("email").state, row("inbox").state) == (MessageState.CANCELLED, MessageState.SENT)
    assert services.cancel(dedupe_key="test:1") == 0
