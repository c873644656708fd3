"""News that is of no use from a moment on: not sent from then on, and by a way that is in time."""

import datetime as dt

import pytest

from center.notifications import services
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW, kst
from tests.notifications.conftest import as_if_committed, queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("second", "state"),
    [(-1, MessageState.SENT), (0, MessageState.CANCELLED), (1, MessageState.CANCELLED)],
)
def test_deliver_when_around_the_moment_then_not_from_then_on(
    owner, later, mailoutbox, second, state
):
    queue(owner, useless_after=NOW + 30 * MINUTE)
    later(minutes=30, seconds=second)
    deliver_due(limit=10)
    assert row().state == state
    assert len(mailoutbox) == (state == MessageState.SENT)
    assert row().last_error == (
        "" if mailoutbox else "not out while it was of use (waited too long)"
    )


def test_deliver_when_the_outage_outlasts_the_use_then_the_cause_stays_in_sight(
    owner, later, settings, mailoutbox
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    queue(owner, useless_after=NOW + 30 * MINUTE)
    deliver_due(limit=10)
    assert row().state == MessageState.FAILED
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    later(minutes=31)
    deliver_due(limit=10)
    assert (row().state, mailoutbox) == (MessageState.CANCELLED, [])
    assert row().last_error.startswith("not out while it was of use (ConnectionRefusedError")


@pytest.mark.parametrize(
    ("useless_after", "channel"),
    [(kst(24, 8) - MINUTE, "email"), (kst(24, 8), "email"), (kst(24, 8) + MINUTE, "sms")],
)
def test_queue_when_texts_rest_until_it_is_of_no_use_then_the_next_way(
    at_now, by_text, carrier, useless_after, channel
):
    at_now.move_to(kst(23, 23))
    queue(factories.user(phone="010-1234-5678"), useless_after=useless_after)
    assert list(Message.objects.exclude(channel="inbox").values_list("channel", flat=True)) == [
        channel
    ]


def test_deliver_when_the_night_begins_meanwhile_then_the_next_way(
    at_now, by_text, carrier, mailoutbox
):
    at_now.move_to(kst(23, 21, 59))
    queue(factories.user(phone="010-1234-5678"), useless_after=kst(24, 7))
    as_if_committed()
    at_now.move_to(kst(23, 22))
    deliver_due(limit=10)
    deliver_due(limit=10)
    assert row("sms").state == MessageState.CANCELLED
    assert row("email").useless_after == kst(24, 7)
    assert (len(carrier.taken), len(mailoutbox)) == (0, 1)


def test_retry_when_it_is_of_no_use_any_more_then_it_ends(owner, later, mailoutbox):
    owner.email = "nobody"
    owner.save(update_fields=["email"])
    queue(owner, useless_after=NOW + 30 * MINUTE)
    deliver_due(limit=10)
    assert row().state == MessageState.DEAD
    services.retry(message=row())
    later(minutes=30)
    deliver_due(limit=10)
    assert (row().state, mailoutbox) == (MessageState.CANCELLED, [])
