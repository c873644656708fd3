import datetime as dt

import pytest

from center.notifications import delivery, selectors
from center.notifications.delivery import deliver_due
from center.notifications.models import MessageState
from tests.conftest import NOW
from tests.notifications.conftest import queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def ready(client):
    answer = client.get("/health/ready")
    return answer.status_code, answer.json()["checks"]["messages"]


@pytest.mark.parametrize(
    ("seconds", "answer"),
    [(599, (200, "ok")), (600, (200, "ok")), (601, (503, "oldest waits 601 s"))],
)
def test_ready_when_a_message_waits_then_red_after_ten_minutes(
    owner, client, later, seconds, answer
):
    queue(owner)
    later(seconds=seconds)
    assert ready(client) == answer


def test_ready_when_nothing_is_due_then_green(owner, client, later, mailoutbox):
    queue(owner)
    deliver_due(limit=10)
    queue(owner, "test:2", due_at=NOW + dt.timedelta(days=1))
    later(hours=1)
    assert ready(client) == (200, "ok")


def test_ready_when_a_message_is_to_be_tried_again_then_green_until_that_is_late(
    owner, client, later, post
):
    post.refused[owner.email] = "450 busy"
    queue(owner)
    later(minutes=9)
    deliver_due(limit=10)
    later(minutes=9)
    assert ready(client) == (200, "ok")
    later(minutes=3)
    assert ready(client)[0] == 503


@pytest.mark.parametrize(
    ("seconds", "answer"), [(600, (200, "ok")), (601, (503, "oldest waits 601 s"))]
)
def test_ready_when_the_mail_server_is_away_then_red_although_put_off(
    owner, client, later, post, settings, seconds, answer
):
    settings.EMAIL_PORT = 1
    queue(owner)
    deliver_due(limit=10)
    later(seconds=seconds - 1)
    deliver_due(limit=10)
    later(seconds=1)
    assert row().due_at > NOW + dt.timedelta(seconds=seconds)
    assert ready(client) == answer


@pytest.mark.parametrize(
    ("lost", "answer"),
    [
        (selectors.MANY_LOST - 1, (200, "ok, 19 given up in the last hour")),
        (selectors.MANY_LOST, (503, "20 given up in the last hour")),
    ],
)
def test_ready_when_messages_are_given_up_then_named_and_red_when_many(
    owner, client, later, post, lost, answer
):
    post.refused[owner.email] = "550 unknown"
    for n in range(lost):
        queue(owner, f"test:{n}")
    deliver_due(limit=100)
    later(seconds=3599)
    assert ready(client) == answer
    later(seconds=1)
    assert ready(client) == (200, "ok")


def test_ready_when_a_worker_never_came_back_then_red(owner, client, later, settings):
    queue(owner)
    delivery.claim(size=10)
    later(seconds=settings.MESSAGE_LEASE_SECONDS + 600)
    assert ready(client) == (200, "ok")
    later(seconds=1)
    assert ready(client) == (503, "oldest waits 601 s")
    assert row().state == MessageState.LEASED
