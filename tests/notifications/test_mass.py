"""What goes to many at a time lets what answers somebody go before."""

import dataclasses

import pytest
from django.db import connection

from center.notifications import delivery, kinds
from center.notifications.models import Message
from tests.conftest import NOW
from tests.notifications import conftest
from tests.notifications.conftest import queue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "person@example.com"


@pytest.mark.parametrize(
    ("about", "first"),
    [({"mass": True}, "test:2"), ({"about_news": True}, "test:2"), ({}, "test:1")],
)
def test_claim_when_one_of_many_is_due_longer_then_the_answer_goes_first(
    later, monkeypatch, about, first
):
    own = dataclasses.replace(conftest.TEST_MESSAGE, **about)
    with monkeypatch.context() as patch:
        patch.setattr(conftest, "TEST_MESSAGE", own)
        patch.setitem(kinds._kinds, own.key, own)
        queue(address=ADDRESS, key="test:1")
    later(minutes=5)
    queue(address=ADDRESS, key="test:2")
    assert [message.dedupe_key for message in delivery.claim(size=1)] == [first]
    assert len(delivery.claim(size=5)) == 1  # and the other is not forgotten


def test_claim_when_there_are_thousands_then_read_from_the_index_in_that_order(db):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    due = Message.objects.due(NOW).order_by("mass", "due_at", "pk")[:50]
    plan = due.explain()
    assert "message_answers_first" in plan
    assert "Presorted Key" in plan  # only those of the same instant are sorted


def test_kinds_when_they_answer_somebody_then_none_of_them_gives_way():
    """Whoever waits for a decision or for a place; and what may wait for them."""
    gives_way = {kind.key for kind in kinds.every() if kind.gives_way}
    assert gives_way == {
        "bookings.feedback",
        "bookings.reminder_day",
        "merchants.expiring",
        "merchants.verification_ends",
        "notifications.account_idle",
        "notifications.consent_kept",
        "notifications.overdue",
        "programs.called_off",
        "programs.ended_in_line",
        "programs.evaluator_reminder",
        "programs.materials_given_out",
        "programs.not_selected",
        "programs.outcome_again",
        "programs.outcome_asked",
        "programs.partner_letter",
        "programs.reserved",
        "programs.satisfaction",
        "programs.selected",
        "programs.session_day",
        "programs.use_again",
        "programs.use_asked",
        "reports.edition_ready",
    }
