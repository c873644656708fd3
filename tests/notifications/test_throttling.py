"""A provider that takes no more for a while: it is left alone, and answers come first again."""

import datetime as dt

import pytest

from center.notifications import delivery
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications import carrier as behaviours
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def person(db):
    return factories.user(phone="010-1234-5678")


def test_provider_when_it_throttles_then_left_alone_for_as_long_as_it_wants(
    person, carrier, by_text, later
):
    carrier.behaviours.append(behaviours.status(429, Retry_After="900"))
    queue(person)
    queue(person, "test:2")
    deliver_due(limit=10)
    assert carrier.requests("POST") == 1  # the second was not even tried
    assert row("sms").due_at == NOW + dt.timedelta(seconds=900)
    later(seconds=899)
    assert deliver_due(limit=10) == 0
    later(seconds=1)
    assert deliver_due(limit=10) == 2
    assert {m.state for m in Message.objects.filter(channel="sms")} == {MessageState.SENT}


@pytest.mark.parametrize(("asked", "seconds"), [("0", 1), ("1", 1), ("5", 5)])
def test_provider_when_it_throttles_for_seconds_then_answers_come_after_them_and_the_many_later(
    person, carrier, by_text, later, asked, seconds
):
    carrier.behaviours.append(behaviours.status(429, Retry_After=asked))
    queue(person)
    queue(person, "test:2")
    Message.objects.filter(dedupe_key="test:2").update(mass=True)
    later(minutes=5)
    deliver_due(limit=2)
    now = NOW + dt.timedelta(minutes=5)
    assert row("sms").due_at == now + dt.timedelta(seconds=seconds)
    assert row("sms", "test:2").due_at >= now + dt.timedelta(minutes=4)  # give or take a fifth
    later(seconds=seconds)
    assert deliver_due(limit=10) == 1
    assert (row("sms").state, row("sms").attempts) == (MessageState.SENT, 1)


@pytest.mark.parametrize(("second", "sent"), [(9, 1), (10, 2), (11, 2)])
def test_provider_when_the_pause_ends_within_a_run_then_asked_again(
    person, carrier, by_text, later, second, sent
):
    run = delivery.Run()
    carrier.behaviours.extend([behaviours.takes, behaviours.status(429, Retry_After="10")])
    for n in range(2):
        queue(person, f"test:{n}")
    delivery._deliver_batch(run, delivery.claim(size=2))
    queue(person, "test:2")
    later(seconds=second)
    delivery._deliver_batch(run, delivery.claim(size=1))
    run.close()
    assert len(carrier.taken) == sent
