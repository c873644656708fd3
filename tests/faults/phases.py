"""One fault after the other while people book, and what each of them cost."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections
from django.db.models import Max

from center import clock
from center.notifications.models import Message
from tests.faults import breaking, diary, disk, update
from tests.faults.breaking import Fault
from tests.faults.diary import Asked, Diary, Verdict
from tests.faults.people import Town
from tests.faults.traffic import Traffic
from tests.stack.conftest import RunningStack

#: over at once; what they broke is on its way back
SUDDEN: dict[str, Fault] = {
    "none": breaking.nothing,
    "web server killed": breaking.killed("web-1"),
    "worker killed": breaking.killed("worker-1"),
    "timetable killed": breaking.killed("beat-1"),
    "PgBouncer killed": breaking.killed("pgbouncer"),
    "Valkey killed, its data lost": breaking.queue_emptied,
    "database killed": breaking.database_killed,
    "replica promoted": breaking.promoted,
    "database killed, replica promoted": breaking.promoted_after_a_kill,
    "poisoned tasks": breaking.poisoned_tasks,
}
LASTING: dict[str, Fault] = {
    "clock 1 h ahead": breaking.clock_jumps(3600),
    "clock 1 h behind": breaking.clock_jumps(-3600),
    "database 40 ms away": breaking.slow_database,
    "100 who never read": breaking.deaf_clients,
    "10,000 idle connections": breaking.idle_connections,
    "disk of the papers full": disk.papers_disk_full,
    "updated, with a migration": update.updated,
}
#: no fault at all: nobody may notice
WITHOUT_A_GAP = {"none", "updated, with a migration"}
#: the timetable looks once a minute for messages nobody was woken for
MESSAGES_SECONDS = 180


@dataclass(frozen=True)
class Phase:
    """Seconds of booking: before the fault, while it lasts, and from its end on."""

    before: float
    lasting: float
    after: float


@dataclass(frozen=True)
class Outcome:
    """``recovery``: seconds from the end of the fault to the last request that was not
    answered; ``silent``: from the last answer to the end of the phase, ``inf`` without any;
    ``messages``: to the last message that waited, from when nobody booked any more."""

    name: str
    requests: int
    failed: int
    slowest: float
    recovery: float
    silent: float
    messages: float
    bookings: int
    verdict: Verdict
    #: requests of the mixed traffic meanwhile, and how many of them failed
    visits: tuple[int, int] = (0, 0)

    @property
    def row(self) -> str:
        share = self.failed / max(1, self.requests)
        lost, doubled = len(self.verdict.lost), len(self.verdict.doubled)
        return (
            f"{self.name:<36}{self.requests:>9}{share:>9.1%}{self.recovery:>9.1f}"
            f"{self.slowest:>9.1f}{self.messages:>9.0f}{self.bookings:>9}{lost:>6}{doubled:>9}"
            f"{self.visits[0]:>9}{self.visits[1] / max(1, self.visits[0]):>9.1%}"
        )


HEADING = (
    f"{'fault':<36}{'requests':>9}{'failed':>9}{'recov. s':>9}{'slowest':>9}{'mails s':>9}"
    f"{'bookings':>9}{'lost':>6}{'doubled':>9}{'visits':>9}{'failed':>9}"
)


def run(
    stack: RunningStack, town: Town, name: str, fault: Fault, phase: Phase, traffic: Traffic
) -> Outcome:
    """Requests are counted from the moment the fault begins."""
    before = Before.of(town.diary)
    with town.busy(stack.plan.port):
        time.sleep(phase.before)
        struck = time.monotonic()
        with fault(stack):
            time.sleep(phase.lasting)
            lifted = time.monotonic() if phase.lasting else struck
        time.sleep(phase.after)
        over = time.monotonic()
    visits = traffic.between(struck, over)
    connections.close_all()
    messages = _messages_gone()
    asked = [one for one in town.diary.asked[before.asked :] if one.received >= struck]
    failed = [one for one in asked if not one.is_answered]
    return Outcome(
        name,
        requests=len(asked),
        failed=len(failed),
        slowest=max((one.received - one.sent for one in asked), default=0),
        recovery=max((one.received - lifted for one in failed), default=0),
        silent=silence(asked, over),
        messages=messages,
        bookings=len(town.diary.entries) - before.bookings,
        verdict=diary.judge(town.diary).without(before.verdict),
        visits=visits,
    )


def silence(asked: Sequence[Asked], over: float) -> float:
    """Seconds without an answer until ``over``; ``inf`` if there was none before it."""
    answered = (one.received for one in asked if one.is_answered and one.received <= over)
    return over - max(answered, default=float("-inf"))


@dataclass(frozen=True)
class Before:
    """How the books stood before a fault, as each is answerable for what it did itself."""

    asked: int
    bookings: int
    verdict: Verdict

    @classmethod
    def of(cls, written: Diary) -> Before:
        return cls(len(written.asked), len(written.entries), diary.judge(written))


def _messages_gone() -> float:
    """Seconds until nothing that waits by now does so any more; ``inf`` where that takes too
    long. What visitors are told from now on is not waited for: they go on."""
    began, last = time.monotonic(), Message.objects.aggregate(last=Max("pk"))["last"] or 0
    known = Message.objects.filter(pk__lte=last)
    while known.due(clock.now()).exists() or known.leased().exists():
        if time.monotonic() - began > MESSAGES_SECONDS:
            return float("inf")
        time.sleep(0.2)
    return time.monotonic() - began
