"""What is tried again when a rival was in the way, and what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection

from center import rivals
from center.errors import RuleViolation, Violation

pytestmark = pytest.mark.django_db


def raising(code: str, *, times: int) -> tuple[Callable[[], str], list[str]]:
    """A service in whose way the database is so often, with this code; and what it did."""
    calls = list[str]()

    def service() -> str:
        calls.append("called")
        Group.objects.create(name=f"attempt {len(calls)}")
        if len(calls) <= times:
            with connection.cursor() as cursor:
                cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$")
        return "done"

    return service, calls


def tried_again(service: Callable[[], str]) -> str:
    return rivals.tried_again(
        service, attempts=3, wait_ms=1000, refusal=lambda: Violation("busy", "Busy.")
    )()


def test_tried_again_when_a_rival_goes_then_done_once() -> None:
    service, calls = raising(rivals.DEADLOCK, times=2)
    assert tried_again(service) == "done"
    assert len(calls) == 3
    assert [group.name for group in Group.objects.filter(name__startswith="attempt")] == [
        "attempt 3"
    ]


def test_tried_again_when_rivals_stay_then_refused_and_nothing_written() -> None:
    service, calls = raising(rivals.LOCK_TIMEOUT, times=3)
    with pytest.raises(RuleViolation) as refusal:
        tried_again(service)
    assert refusal.value.codes == ("busy",)
    assert len(calls) == 3
    assert not Group.objects.filter(name__startswith="attempt").exists()


def test_tried_again_when_the_trouble_is_another_then_raised_at_once() -> None:
    service, calls = raising("22012", times=1)
    with pytest.raises(DatabaseError):
        tried_again(service)
    assert len(calls) == 1
