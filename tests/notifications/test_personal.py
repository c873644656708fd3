"""The outbox keeps the privacy promises: a year, one's own export, a leak, a closed account."""

import datetime as dt

import pytest

from center import closing, exports, retention, subjects
from center.models import AccessRecord
from center.notifications import delivery, services
from center.notifications.delivery import deliver_due
from center.notifications.models import Message, MessageState
from tests import factories
from tests.conftest import NOW
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SECOND = dt.timedelta(seconds=1)
YEAR = dt.timedelta(days=365)


def due():
    return {outcome.rule.code: outcome.due for outcome in retention.run(destroy=False)}["messages"]


@pytest.mark.parametrize(("after", "count"), [(-SECOND, 0), (0 * SECOND, 0), (SECOND, 1)])
@pytest.mark.parametrize("end", ["sent", "dead", "cancelled"])
def test_message_when_over_for_a_year_then_destroyed(at_now, post, end, after, count):
    if end == "dead":
        post.refused["a@example.com"] = "550 unknown"
    queue(address="a@example.com")
    if end == "cancelled":
        services.cancel(dedupe_key="test:1")
    deliver_due(limit=10)
    assert row().state == end
    at_now.move_to(NOW + YEAR + after)
    assert due() == count
    retention.run(destroy=True)
    assert Message.objects.count() == 1 - count


def test_message_when_still_to_come_then_kept(at_now, owner):
    queue(owner, due_at=NOW + 3 * YEAR)
    at_now.move_to(NOW + 2 * YEAR)
    assert due() == 0


def test_messages_when_many_are_destroyed_then_in_one_statement(
    at_now, owner, mailoutbox, django_assert_num_queries
):
    for n in range(3):
        queue(owner, f"test:{n}")
    deliver_due(limit=10)
    with django_assert_num_queries(1):
        Message.objects.over().delete()


def test_export_when_messages_arrived_then_ones_own_in_every_channel(owner, mailoutbox):
    queue(owner)
    queue(factories.user(), "test:2")
    queue(owner, "test:3", due_at=NOW + YEAR)
    deliver_due(limit=10)
    told, files = exports._parts["messages"](owner)
    assert files == []
    assert [(one["channel"], one["address"], one["subject"], one["at"]) for one in told] == [
        ("inbox", "", "시험 알림", NOW),
        ("email", owner.email, "시험 알림", NOW),
    ]
    assert told[0]["body"].startswith("김운영 님")


def test_affected_when_messages_were_seen_then_their_people_and_bare_addresses(owner):
    queue(owner)
    queue(address="a@example.com", key="test:2")
    queue(factories.user(), "test:3")
    seen = [row().pk, row("inbox").pk, row(key="test:2").pk]
    AccessRecord.objects.create(
        actor_label="x", action="view", subject_kind="message", subject_ids=seen
    )
    assert set(subjects.affected_by(AccessRecord.objects.all())) == {
        ("person", owner.pk, owner.name, owner.email, owner.phone),
        ("address", row(key="test:2").pk, "", "a@example.com", ""),
    }


def test_close_when_there_are_messages_then_emptied_and_called_off(owner, mailoutbox):
    queue(owner, link="/bookings/")
    queue(address=owner.email.upper(), key="test:2")
    queue(address="other@example.com", key="test:3")
    deliver_due(limit=10)
    queue(owner, "test:4", due_at=NOW + YEAR)
    closing.close(user=owner)
    theirs = Message.objects.filter(recipient=owner)
    assert {(m.address, m.subject, m.body, m.link, *m.context) for m in theirs} == {("",) * 4}
    states = theirs.values_list("dedupe_key", "state").distinct()
    assert dict(states) == {"test:1": MessageState.SENT, "test:4": MessageState.CANCELLED}
    assert [m.address for m in Message.objects.filter(recipient=None)] == ["other@example.com"]


def test_close_when_a_message_is_under_way_then_its_words_are_not_written_down(owner, mailoutbox):
    queue(owner)
    (taken,) = delivery.claim(size=10)
    closing.close(user=owner)
    delivery._deliver(delivery.Run(), taken)
    assert (row().state, row().address, row().body) == (MessageState.CANCELLED, "", "")
