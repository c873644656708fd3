"""Random people, workers, failures and staff: the books stay true to what the server got."""

from collections import Counter

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from center.errors import RuleViolation
from center.notifications import channels, delivery, services
from center.notifications.channels import PermanentFailure, Receipt, TemporaryFailure
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications.conftest import queue

KEYS = 4
step = st.tuples(
    st.sampled_from(
        ["queue", "deliver", "busy", "refuse", "die", "come back", "cancel", "retry", "wait"]
    ),
    st.integers(0, KEYS - 1),
    st.integers(1, 5000),
)
_S = MessageState


class Postman:
    """The edge of the house: takes what it is in the mood for and counts it."""

    label = "postman"
    mood = "deliver"
    taken: Counter

    def reaches(self, message):
        return True

    def deliver(self, message, words):
        if self.mood == "busy":
            raise TemporaryFailure("busy")
        if self.mood == "refuse":
            raise PermanentFailure("refused")
        self.taken[message.dedupe_key] += 1
        return Receipt(f"mail-{message.pk}")

    def close(self):
        pass


class World:
    def __init__(self, traveller):
        self.traveller = traveller
        self.person = factories.user()
        self.gone = []  # batches of workers that have not come back
        self.unbooked = 0  # how often a late worker handed over what was no longer its own
        self.sent = {}
        Postman.taken = Counter()

    def do(self, act, n, seconds):
        key = f"key:{n}"
        mail = Message.objects.filter(channel="email", dedupe_key=key).first()
        if act == "queue":
            queue(self.person, key)
        elif act in {"deliver", "busy", "refuse"}:
            Postman.mood = act
            delivery.deliver_due(limit=n + 1)
        elif act == "die":
            self.gone.append(delivery.claim(size=n + 1))
        elif act == "come back" and self.gone:
            Postman.mood = "deliver"
            self._finish(self.gone.pop(0))
        elif act == "cancel":
            services.cancel(dedupe_key=key)
        elif act == "retry" and mail:
            try:
                services.retry(message=mail)
            except RuleViolation:
                assert mail.state != _S.DEAD
        elif act == "wait":
            self.traveller.shift(seconds)

    def _finish(self, batch):
        """A worker that was away delivers what it still holds in its hands."""
        for message in batch:
            run = delivery.Run()
            delivery._deliver(run, message)
            self.unbooked += not (run.sent + run.books.enter())

    def check(self):
        mails = Message.objects.filter(channel="email")
        now_sent = {m.dedupe_key: m.sent_at for m in mails.filter(state=_S.SENT)}
        assert self.sent.items() <= now_sent.items()  # once sent, for ever, at that moment
        self.sent = now_sent
        for mail in mails:
            taken = Postman.taken[mail.dedupe_key]
            assert mail.state != _S.SENT or taken >= 1
            assert mail.attempts <= 12
        booked = sum(Postman.taken[key] >= 1 for key in now_sent)
        assert Postman.taken.total() - booked == self.unbooked


@pytest.mark.django_db
@hypothesis_settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(step, min_size=3, max_size=20))
def test_outbox_when_random_operations_then_the_books_are_true(db, monkeypatch, steps):
    monkeypatch.setitem(channels._channels, "email", Postman)
    with transaction.atomic(), time_machine.travel(NOW, tick=False) as traveller:
        world = World(traveller)
        for one in steps:
            world.do(*one)
            world.check()
        transaction.set_rollback(True)
