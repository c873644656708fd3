"""Staff hear each working morning which queues are overdue; nobody else, and nothing else."""

import datetime as dt

import pytest

from center.models import RightsRequest
from center.notifications import overdue, tasks
from center.notifications.delivery import deliver_due
from center.notifications.models import Message
from tests import factories
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
FRIDAY, SATURDAY, MONDAY = kst(27, 8, 30), kst(28, 8, 30), kst(30, 8, 30)


@pytest.fixture
def waiting(db):
    """A request that was to be answered by Thursday."""
    person = factories.user()
    return RightsRequest.objects.create(
        user=person, kind="access", text="열람", received_at=kst(12), due_on=dt.date(2026, 11, 26)
    )


def told():
    return [
        m.recipient for m in Message.objects.filter(kind="notifications.overdue", channel="inbox")
    ]


@pytest.mark.parametrize(
    ("at", "count"), [(kst(26, 8, 30), 0), (FRIDAY, 1), (SATURDAY, 0), (MONDAY, 1)]
)
def test_tell_when_overdue_on_a_working_day_then_once(at_now, waiting, at, count):
    staff = factories.staff()
    at_now.move_to(at)
    assert overdue.tell(now=at) == count
    overdue.tell(now=at)
    assert told() == [staff] * count


def test_tell_when_somebody_may_not_see_it_then_not_told(at_now, waiting):
    factories.user()
    factories.staff("official")
    factories.staff(is_active=False)
    at_now.move_to(FRIDAY)
    assert overdue.tell(now=FRIDAY) == 0


def test_tell_when_nothing_is_overdue_then_silence(at_now):
    factories.staff()
    at_now.move_to(FRIDAY)
    assert overdue.tell(now=FRIDAY) == 0


def test_task_when_delivered_then_how_many_in_each_ones_language(at_now, waiting, mailoutbox):
    factories.staff()
    factories.staff(language="en")
    at_now.move_to(FRIDAY)
    tasks.tell_of_overdue()
    tasks.tell_of_overdue()
    deliver_due(limit=10)
    korean, english = sorted(mailoutbox, key=lambda mail: mail.subject.isascii())
    assert "기한이 지난 개인정보 요구가 1건 있습니다." in korean.body
    assert "1 rights request is overdue" in english.body
    assert "http://127.0.0.1:8000/admin/" in english.body
    assert waiting.user.name not in korean.body + english.body
