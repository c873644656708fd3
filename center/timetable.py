"""Beat's own timetable, on a machine whose clock is set."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from celery.beat import PersistentScheduler

log = structlog.get_logger(__name__)
#: clocks that are put right a little all the time are no reason to begin anew
LEEWAY = dt.timedelta(seconds=5)


class Scheduler(PersistentScheduler):
    """Celery's, which stands still where the clock is set back by an hour: for that hour, as
    everything has run later than now by its notes. Here what has yet to be goes on from now."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Run what is due; returns the seconds until the next look."""
        now = self.app.now()
        ahead = [
            e for e in self.schedule.values() if e.last_run_at and e.last_run_at > now + LEEWAY
        ]
        if ahead:
            log.warning("clock_was_set_back", entries=len(ahead))
            for entry in ahead:
                entry.last_run_at = now
            self._heap = None  # its order is by the old clock
        seconds: float = super().tick(*args, **kwargs)
        return seconds
