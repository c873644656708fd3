"""What beat does when the clock of its machine is set."""

from __future__ import annotations

import pytest
import time_machine
from celery.beat import PersistentScheduler

from center.celery import app, every
from center.timetable import LEEWAY, Scheduler

TASK = "bookings.tasks.expire_holds"


def noting(kind, folder):
    """A scheduler of that kind with one task a minute, which notes what it would send."""

    class Noting(kind):
        def apply_entry(self, entry, producer=None):
            self.sent += 1

        def setup_schedule(self):
            super().setup_schedule()
            self.schedule.clear()
            self.add(name="one", task=TASK, schedule=every(1))

        def sends(self):
            """How many it sends now."""
            self.sent = 0
            for _look in range(4):
                self.tick()
            return self.sent

    return Noting(app, schedule_filename=str(folder / "beat"))


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-24T10:00:30+09:00", tick=False) as clock:
        yield clock


def minute_by_minute(scheduler, clock, *times):
    sent = []
    for time in times:
        clock.move_to(f"2026-11-24T{time}+09:00")
        sent.append(scheduler.sends())
    return sent


TIMES = ("10:00:40", "10:01:00", "11:01:00", "10:02:30", "10:03:00", "10:04:00")


def test_timetable_when_the_clock_is_set_back_then_it_goes_on_within_a_minute(tmp_path, clock):
    scheduler = noting(Scheduler, tmp_path)
    assert minute_by_minute(scheduler, clock, *TIMES) == [0, 1, 1, 0, 1, 1]


def test_control_without_ours_then_it_stands_still(tmp_path, clock):
    scheduler = noting(PersistentScheduler, tmp_path)
    assert minute_by_minute(scheduler, clock, *TIMES) == [0, 1, 1, 0, 0, 0]


def test_timetable_when_the_clock_is_put_right_a_little_then_nothing_runs_twice(tmp_path, clock):
    scheduler = noting(Scheduler, tmp_path)
    assert minute_by_minute(scheduler, clock, "10:01:00") == [1]
    clock.shift(-LEEWAY)
    assert scheduler.sends() == 0


def test_beat_uses_it():
    assert app.conf.beat_scheduler == "center.timetable:Scheduler"
