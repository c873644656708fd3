"""Entering what was handed over: together where it is quick, and never a second time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from center.notifications import books, channels, delivery
from center.notifications.channels import PermanentFailure, Receipt
from center.notifications.models import Message, MessageState
from tests import factories
from tests.notifications.conftest import queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


class Door:
    """A way out that takes everything at once, until something is done at the n-th."""

    label = "door"
    taken: list
    at: dict

    def reaches(self, message):
        return True

    def deliver(self, message, words):
        self.taken.append(message.pk)
        if act := self.at.get(len(self.taken)):
            act()
        return Receipt(f"door-{message.pk}", "nobody@example.com")

    def close(self):
        pass


@pytest.fixture
def door(monkeypatch):
    monkeypatch.setitem(channels._channels, "email", Door)
    monkeypatch.setattr(books, "_TOGETHER", 3600)  # quicker than any clock here
    Door.taken, Door.at = [], {}
    return Door


def mails(state):
    return Message.objects.filter(channel="email", state=state).count()


@pytest.fixture
def five(door):
    person = factories.user()
    for n in range(5):
        queue(person, f"test:{n}")


def entries(queries):
    return sum("UPDATE notifications_message AS m" in query["sql"] for query in queries)


@pytest.mark.parametrize(("together", "times"), [(3600, 1), (0, 5)])
def test_enter_when_quick_or_slow_then_together_or_each_at_once(five, monkeypatch, together, times):
    monkeypatch.setattr(books, "_TOGETHER", together)
    with CaptureQueriesContext(connection) as queries:
        assert delivery.deliver_due(limit=10) == 5
    assert entries(queries) == times
    for row in Message.objects.filter(channel="email"):
        assert (row.state, row.address) == ("sent", "nobody@example.com")
        assert (row.provider_id, row.subject) == (f"door-{row.pk}", "시험 알림")
    assert delivery.deliver_due(limit=10) == 0


def test_enter_when_one_of_them_was_lost_meanwhile_then_the_others_are(five, door):
    def lose_the_first():
        lost = Message.objects.filter(pk=door.taken[0])
        lost.update(state="failed", lease_until=None, lease_token=None)

    door.at = {5: lose_the_first}
    delivery.deliver_due(limit=5)
    assert (mails("sent"), mails("failed")) == (4, 1)


def test_enter_when_one_of_them_is_refused_then_the_others_are_sent(five, door):
    def refuse():
        raise PermanentFailure("no such door")

    door.at = {3: refuse}
    delivery.deliver_due(limit=10)
    assert (mails("sent"), mails("dead")) == (4, 1)


def test_enter_when_the_lease_runs_short_then_what_is_out_is_not_given_back(
    five, door, later, settings
):
    door.at = {3: lambda: later(seconds=settings.MESSAGE_LEASE_SECONDS)}
    run = delivery.Run()
    delivery._deliver_batch(run, delivery.claim(size=10))
    assert (run.sent, mails("sent"), mails("waiting")) == (3, 3, 2)
    assert delivery.deliver_due(limit=10) == 2
    assert len(set(door.taken)) == len(door.taken) == 5


def test_enter_when_the_task_is_ended_then_what_is_out_is_entered_first(five, door):
    def end():
        raise SystemExit

    door.at = {4: end}
    with pytest.raises(SystemExit):
        delivery.deliver_due(limit=10)
    assert (mails("sent"), mails(MessageState.LEASED)) == (3, 2)
