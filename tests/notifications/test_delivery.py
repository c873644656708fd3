import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import InternalError

from center.errors import RuleViolation
from center.notifications import channels, delivery, kinds, services
from center.notifications.channels import PermanentFailure, Receipt
from center.notifications.delivery import deliver_due, pause_before_retry
from center.notifications.models import Message, MessageState
from tests.conftest import NOW
from tests.notifications.conftest import CONTEXT, queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def test_deliver_when_due_then_sent_with_its_words_and_address(owner, mailoutbox):
    queue(owner, link="/bookings/")
    assert deliver_due(limit=10) == 1
    mail = row()
    assert (mail.state, mail.sent_at, mail.attempts) == (MessageState.SENT, NOW, 1)
    assert (mail.address, mail.subject) == (owner.email, "시험 알림")
    assert mail.body.startswith("김운영 님, 안녕하십니까.")
    assert mail.provider_id == f"<message-{mail.pk}.20261123014100@example.com>"
    assert [sent.to for sent in mailoutbox] == [[owner.email]]
    assert deliver_due(limit=10) == 0


@pytest.mark.parametrize(("second", "taken"), [(-1, 0), (0, 2), (1, 2)])
def test_deliver_when_around_its_moment_then_from_then_on(owner, later, second, taken):
    queue(owner, due_at=NOW + dt.timedelta(minutes=1))
    later(minutes=1, seconds=second)
    assert deliver_due(limit=10) == taken
    assert Message.objects.inbox_of(owner.pk).count() == (1 if taken else 0)


def test_deliver_when_more_than_the_limit_then_the_longest_due_first(owner, later, mailoutbox):
    for n in range(3):
        queue(owner, f"test:{n}")
        later(seconds=1)
    assert deliver_due(limit=2) == 2
    assert row(key="test:2").state == MessageState.WAITING


def test_deliver_when_it_takes_too_long_then_leaves_the_rest_to_the_next_run(
    owner, with_slow_channel, settings
):
    settings.MESSAGE_LEASE_SECONDS, settings.MESSAGE_DAILY_LIMIT = 3600, 0
    for n in range(2 * delivery.BATCH):
        queue(owner, f"test:{n}")
    assert deliver_due(limit=1000) == delivery.BATCH


def test_deliver_when_the_address_changed_meanwhile_then_to_the_new_one(owner, mailoutbox):
    queue(owner)
    owner.email = "new@example.com"
    owner.save(update_fields=["email"])
    deliver_due(limit=10)
    assert mailoutbox[0].to == ["new@example.com"]


def test_deliver_when_the_account_was_closed_meanwhile_then_given_up(owner, mailoutbox):
    queue(owner)
    owner.is_active = False
    owner.save(update_fields=["is_active"])
    deliver_due(limit=10)
    assert (row().state, mailoutbox) == (MessageState.DEAD, [])


def test_deliver_when_no_app_has_the_kind_any_more_then_waits_and_the_rest_goes(
    owner, later, mailoutbox
):
    queue(owner)
    Message.objects.filter(channel="email").update(kind="gone.kind")
    later(seconds=1)
    queue(owner, "test:2")
    deliver_due(limit=10)
    assert (row().state, row(key="test:2").state) == (MessageState.FAILED, MessageState.SENT)
    assert row().last_error == "KeyError: 'gone.kind'"


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 30), (2, 60), (3, 120), (7, 1920), (8, 3600), (12, 3600)]
)
def test_pause_when_after_so_many_attempts_then_doubled_up_to_an_hour(attempts, seconds):
    pauses = [pause_before_retry(attempts).total_seconds() for _ in range(200)]
    assert min(pauses) >= seconds * 0.8
    assert max(pauses) <= seconds * 1.2
    assert max(pauses) - min(pauses) > seconds * 0.2


def test_deliver_when_always_failing_then_by_its_schedule_until_given_up(owner, later, post):
    post.answer_to_data = "451 4.3.0 busy"
    queue(owner)
    for attempt in range(1, 13):
        assert deliver_due(limit=10) == 1
        assert row().attempts == attempt
        assert deliver_due(limit=10) == 0
        later(hours=1.2)
    assert row().state == MessageState.DEAD
    assert row().last_error.startswith("451 4.3.0")
    assert deliver_due(limit=10) == 0


def test_deliver_when_the_server_is_away_for_a_day_then_kept_and_sent_when_it_is_back(
    owner, later, settings, post
):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1  # nobody listens there
    queue(owner)
    for _ in range(24):
        assert deliver_due(limit=10) == 1
        assert (row().state, row().attempts) == (MessageState.FAILED, 0)
        assert row().last_error.startswith("ConnectionRefusedError")
        later(hours=1)
    settings.EMAIL_PORT = port
    deliver_due(limit=10)
    assert (row().state, row().attempts, len(post.mails)) == (MessageState.SENT, 1, 1)


@pytest.mark.parametrize(
    ("waited", "seconds"), [(0, 30), (29, 30), (31, 31), (599, 599), (600, 600), (9999, 600)]
)
def test_pause_when_the_server_is_away_then_as_long_as_waited_up_to_ten_minutes(waited, seconds):
    pauses = [
        delivery.pause_while_away(dt.timedelta(seconds=waited)).total_seconds() for _ in range(200)
    ]
    assert min(pauses) >= seconds * 0.8
    assert max(pauses) <= seconds * 1.2


def test_deliver_when_the_server_refuses_the_house_then_no_attempt_is_lost(owner, post):
    post.refused["help@example.com"] = "452 4.5.3 quota of the day used up"
    queue(owner)
    deliver_due(limit=10)
    assert (row().state, row().attempts) == (MessageState.FAILED, 0)
    assert row().last_error == "452 4.5.3 quota of the day used up"


def test_retry_when_given_up_then_all_its_attempts_anew(owner, post):
    post.refused[owner.email] = "550 5.1.1 unknown"
    queue(owner)
    deliver_due(limit=10)
    assert row().state == MessageState.DEAD
    post.refused.clear()
    mail = services.retry(message=row())
    assert (mail.state, mail.attempts, mail.given_up_at) == (MessageState.WAITING, 0, None)
    deliver_due(limit=10)
    assert (row().state, len(post.mails)) == (MessageState.SENT, 1)
    with pytest.raises(RuleViolation, match="not_dead"):
        services.retry(message=row())


def test_claim_when_leased_then_nobody_else_gets_it_until_the_lease_is_over(owner, later, settings):
    queue(owner)
    (taken,) = delivery.claim(size=10)
    assert taken.lease_until == NOW + dt.timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)
    later(seconds=settings.MESSAGE_LEASE_SECONDS - 1)
    assert deliver_due(limit=10) == 0
    later(seconds=1)
    assert deliver_due(limit=10) == 1
    assert (row().state, row().attempts) == (MessageState.SENT, 2)


def test_settle_when_the_lease_was_lost_then_the_books_stay_as_they_are(owner, later, post):
    queue(owner)
    (taken,) = delivery.claim(size=10)
    later(hours=1)
    deliver_due(limit=10)
    sent = row()
    run = delivery.Run()
    delivery._deliver(run, taken)  # the late worker comes back
    assert (run.sent + run.books.enter(), run.failed) == (0, 0)
    assert Message.objects.filter(pk=sent.pk).values().get() == _values(sent)
    assert post.message_ids == [sent.provider_id] * 2


def _values(message):
    return {f.attname: getattr(message, f.attname) for f in Message._meta.concrete_fields}


def test_recover_when_a_message_kills_its_workers_then_given_up(owner, later, settings):
    settings.MESSAGE_ATTEMPTS = 2
    queue(owner)
    for _ in range(2):
        assert len(delivery.claim(size=10)) == 1
        delivery.recover_expired_leases(now=later(hours=1))
    assert row().state == MessageState.DEAD
    assert row().last_error == "the worker did not come back"


def test_deliver_when_the_lease_runs_short_then_the_rest_is_given_back(
    owner, later, settings, mailoutbox
):
    queue(owner)
    queue(owner, "test:2")
    batch = delivery.claim(size=10)
    later(seconds=settings.MESSAGE_LEASE_SECONDS / 2 + 1)
    delivery._deliver_batch(delivery.Run(), batch)
    assert {(m.state, m.attempts) for m in Message.objects.filter(channel="email")} == {
        (MessageState.WAITING, 0)
    }


class BrokenChannel:
    """A way that refuses everybody."""

    label = "broken"

    def reaches(self, message):
        return True

    def deliver(self, message, words):
        raise PermanentFailure(f"no such number: {message.recipient.email}")

    def close(self):
        pass


class OpenChannel(BrokenChannel):
    def deliver(self, message, words):
        return Receipt("4711")


@pytest.fixture
def with_slow_channel(monkeypatch, at_now):
    """Mail that takes 13 seconds each: a batch takes more than a run may."""

    class SlowChannel(OpenChannel):
        def deliver(self, message, words):
            at_now.shift(13)
            return super().deliver(message, words)

    monkeypatch.setitem(channels._channels, "email", SlowChannel)


@pytest.fixture
def with_fallback(monkeypatch):
    """A kind that tries a broken way first, then one that works."""
    monkeypatch.setitem(channels._channels, "broken", BrokenChannel)
    monkeypatch.setitem(channels._channels, "open", OpenChannel)
    own = kinds.Kind(
        "notifications.test_message", "x", example=CONTEXT, channels=("broken", "open", "email")
    )
    monkeypatch.setitem(kinds._kinds, own.key, own)
    return own


def test_deliver_when_a_channel_refuses_then_the_next_of_the_kind(owner, with_fallback, mailoutbox):
    with transaction.atomic():
        services.queue(kind=with_fallback, recipient=owner, context=CONTEXT, dedupe_key="test:1")
    assert deliver_due(limit=10) == 2
    assert (row("broken").state, row("broken").last_error) == ("dead", "no such number: …")
    assert (row("open").state, row("open").provider_id) == ("sent", "4711")
    assert not Message.objects.filter(channel="email").exists()


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"state": "sent"}, "message_sent_has_its_time"),
        ({"sent_at": NOW}, "message_sent_has_its_time"),
        ({"state": "leased"}, "message_leased_until"),
        ({"lease_until": NOW}, "message_leased_until"),
        ({"given_up_at": NOW}, "message_dead_has_its_time"),
        ({"read_at": NOW}, "message_read_in_the_inbox"),
        ({"recipient": None}, "message_for_somebody"),
        ({"dedupe_key": ""}, "message_has_a_key"),
        ({"channel": "inbox"}, "message_once_per_channel"),
    ],
)
def test_row_when_written_against_the_rules_then_the_database_refuses(owner, change, constraint):
    queue(owner)
    change = {"state": "waiting", **change}
    with pytest.raises((IntegrityError, InternalError), match=rf"{constraint}|state_changes|tran"):
        Message.objects.filter(channel="email").update(**change)


def test_row_when_dead_of_nothing_then_the_database_refuses(owner):
    queue(owner)
    delivery.claim(size=1)
    dead = {"state": "dead", "given_up_at": NOW, "lease_until": None, "lease_token": None}
    with pytest.raises(IntegrityError, match="message_dead_of_something"):
        Message.objects.filter(channel="email").update(**dead)


@pytest.mark.parametrize(
    ("state", "target"), [("cancelled", "sent"), ("cancelled", "waiting"), ("waiting", "dead")]
)
def test_state_when_changed_past_the_services_then_the_database_refuses(owner, state, target):
    queue(owner)
    Message.objects.filter(channel="email").exclude(state=state).update(state=state)
    with pytest.raises((IntegrityError, InternalError), match="nvalid"):
        Message.objects.filter(channel="email").update(
            state=target, sent_at=NOW if target == "sent" else None, last_error="x"
        )
