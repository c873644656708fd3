import pytest

from center.celery import app
from center.notifications import delivery, services, tasks
from center.notifications.models import MessageState
from tests.notifications.conftest import as_if_committed, queue, row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def test_queue_when_committed_then_a_worker_is_woken(owner, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as woken:
        queue(owner)
        queue(owner, "test:2")
    assert woken == [services.wake_worker]


def test_queue_when_due_later_then_nobody_is_woken(
    owner, later, django_capture_on_commit_callbacks
):
    moment = later(hours=1)
    later(hours=-1)
    with django_capture_on_commit_callbacks() as woken:
        queue(owner, due_at=moment)
    assert woken == []


def test_deliver_when_there_is_more_than_one_task_takes_then_asks_for_another(
    owner, mailoutbox, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(tasks, "LIMIT", 2)
    for n in range(3):
        queue(owner, f"test:{n}")
    as_if_committed()
    with django_capture_on_commit_callbacks() as woken:
        assert tasks.deliver() == 2
        assert tasks.deliver() == 1
    assert woken == [services.wake_worker]
    assert tasks.deliver() == 0


@pytest.fixture
def asked_for(monkeypatch):
    """Names of the tasks handed to the broker."""
    names: list[str] = []
    monkeypatch.setattr(app, "send_task", lambda name, **kwargs: names.append(name))
    return names


def test_wake_when_a_worker_has_not_begun_then_no_other_is_woken(asked_for):
    services.wake_worker()
    services.wake_worker()
    assert len(asked_for) == 1
    tasks.deliver()
    services.wake_worker()
    assert asked_for == ["center.notifications.tasks.deliver"] * 2


def test_deliver_when_somebody_commits_while_it_looks_then_another_is_woken(asked_for, monkeypatch):
    services.wake_worker()
    look = delivery.deliver_due

    def look_and_meanwhile(*, limit):
        taken = look(limit=limit)
        services.wake_worker()
        return taken

    monkeypatch.setattr(delivery, "deliver_due", look_and_meanwhile)
    tasks.deliver()
    assert len(asked_for) == 2


def test_wake_when_the_broker_refused_then_the_next_one_tries_again(asked_for, monkeypatch):
    def refuse(name, **kwargs):
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr(app, "send_task", refuse)
        with pytest.raises(ConnectionError):
            services.wake_worker()
    services.wake_worker()
    assert len(asked_for) == 1


def test_wake_when_the_cache_is_away_then_a_worker_each_time(asked_for, settings):
    cache = settings.CACHES["default"]
    settings.CACHES = settings.CACHES | {
        "default": cache | {"LOCATION": "redis://127.0.0.1:1/0"}  # nobody listens there
    }
    services.wake_worker()
    services.wake_worker()
    assert len(asked_for) == 2


def test_sweep_when_something_is_due_then_wakes_a_worker(
    owner, later, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as woken:
        tasks.sweep()
    assert woken == []
    queue(owner)
    as_if_committed()
    with django_capture_on_commit_callbacks() as woken:
        tasks.sweep()
    assert woken == [services.wake_worker]


def test_sweep_when_a_worker_never_came_back_then_its_messages_are_due_again(
    owner, later, settings, django_capture_on_commit_callbacks
):
    queue(owner)
    as_if_committed()
    delivery.claim(size=10)
    later(seconds=settings.MESSAGE_LEASE_SECONDS - 1)
    tasks.sweep()
    assert row().state == MessageState.LEASED
    later(seconds=1)
    with django_capture_on_commit_callbacks() as woken:
        tasks.sweep()
    assert (row().state, row().last_error) == ("failed", "the worker did not come back")
    assert woken == [services.wake_worker]
