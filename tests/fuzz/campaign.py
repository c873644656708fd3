"""Many cases by several clients at a time; what went wrong, and how memory went."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import repeat

from tests.fuzz import addresses, cases, wire
from tests.fuzz.cases import Case
from tests.fuzz.wire import Answer

#: 503 is the honest answer of this address while nothing works off the queue
HONEST = {("health/ready", 503)}
#: sessions are made anew after so many cases: some of them log people out
ROUND = 250


@dataclass
class Finding:
    case: Case
    answer: Answer

    def told(self) -> str:
        what = "no answer" if self.answer.is_hung else str(self.answer.status)
        first = self.case.head.split(b"\r\n")[0][:200].decode("latin-1")
        return f"#{self.case.number} as {self.case.role}: {what} for {first!r}"


@dataclass
class Campaign:
    """``log_in`` gives a session key for each role; ``memory`` the bytes of the server and
    ``workers`` the numbers of its processes, which are to be the same ones to the end."""

    port: int
    seed: int
    log_in: Callable[[], Mapping[str, str]]
    memory: Callable[[], int]
    workers: Callable[[], frozenset[int]] = frozenset
    clients: int = 4
    forms: cases.Forms = field(default_factory=cases.Forms)
    findings: list[Finding] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0
    slowest_case: str = ""
    #: megabytes of the server after each tenth of the cases
    sizes: list[float] = field(default_factory=list)
    seconds: float = 0
    #: workers that were not there before: another one had ended
    replaced: int = 0

    def __post_init__(self) -> None:
        self.templates = addresses.templates()
        self.known = addresses.Known.read()
        self._lock = threading.Lock()

    def run(
        self,
        count: int,
        *,
        first: int = 0,
        minutes: float = float("inf"),
        told: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Send so many cases from the number ``first`` on, or fewer when the time is up."""
        for _ in range(self.clients):
            wire.warm_up(self.port)
        began, before = time.perf_counter(), self.workers()
        numbers = range(first, first + count)
        with ThreadPoolExecutor(self.clients) as pool:
            self._learn(pool)
            for start in range(0, count, ROUND):
                if time.perf_counter() - began > minutes * 60:
                    break
                sessions = self.log_in()
                some = numbers[start : start + ROUND]
                list(pool.map(self.try_one, some, repeat(sessions)))
                self.replaced += len((now := self.workers()) - before)
                before = now
                if (start // ROUND) % max(1, count // ROUND // 10) == 0:
                    self.sizes.append(self.memory() / 1e6)
                    told(
                        f"{start + len(some)} sent, {len(self.findings)} findings, "
                        f"{self.sizes[-1]:.0f} MB"
                    )
        self.seconds = time.perf_counter() - began

    def _learn(self, pool: ThreadPoolExecutor) -> None:
        """Look at every page once as somebody it is for: forms are known from the first case
        on, and do not depend on which of the clients is faster."""
        sessions = self.log_in()

        def look(numbered: tuple[int, str]) -> None:
            case = cases.plain(-1 - numbered[0], *numbered[1:], self.known)
            self._judge(case, wire.send(self.port, case, sessions))

        list(pool.map(look, enumerate(self.templates)))

    def try_one(self, number: int, sessions: Mapping[str, str]) -> None:
        case = cases.make(self.seed, number, self.templates, self.known, self.forms)
        self._judge(case, wire.send(self.port, case, sessions))

    def _judge(self, case: Case, answer: Answer) -> None:
        with self._lock:
            self.statuses[answer.status] += 1
            if answer.seconds > self.slowest:
                self.slowest, self.slowest_case = answer.seconds, case.template
            is_wrong = answer.is_hung or answer.status >= 500
            if is_wrong and (case.template, answer.status) not in HONEST:
                self.findings.append(Finding(case, answer))
            if case.is_plain and answer.status == 200:
                self.forms.learn(case.template, answer.text)

    @property
    def growth(self) -> float:
        """Megabytes from the second look on: the first tenth fills caches."""
        return self.sizes[-1] - self.sizes[min(2, len(self.sizes) - 1)] if self.sizes else 0
