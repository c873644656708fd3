"""Many cases by several clients at a time; what went wrong, and how memory went."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import connections

from tests.fuzz import addresses, cases, wire
from tests.fuzz.cases import Case
from tests.fuzz.wire import Answer

#: 503 is the honest answer of this address while nothing works off the queue
HONEST = {("health/ready", 503)}
#: sessions are made anew after so many cases: some of them log people out
ROUND = 250
#: memory is told after so many, in a short run after each tenth
TOLD = 1_000


@dataclass
class Finding:
    case: Case
    answer: Answer

    def told(self) -> str:
        first = self.case.head.split(b"\r\n")[0][:200].decode("latin-1")
        return f"#{self.case.number} as {self.case.role}: {self.what} for {first!r}"

    @property
    def what(self) -> str:
        if self.answer.is_hung:
            return "no answer"
        if self.answer.status == 0:
            return "closed without a word"
        return f"{self.answer.status} after {self.answer.seconds:.1f} s"


@dataclass
class Campaign:
    """``log_in`` gives a session key for each role; ``memory`` the bytes of the server and
    ``workers`` the numbers of its processes, which are to be the same ones to the end."""

    port: int
    seed: int
    log_in: Callable[[], Mapping[str, str]]
    memory: Callable[[], int]
    workers: Callable[[], frozenset[int]] = frozenset
    #: seconds after which an answer is a finding: it holds one of four threads for too long
    slow: float = wire.PATIENCE_SECONDS
    clients: int = 4
    forms: cases.Forms = field(default_factory=cases.Forms)
    findings: list[Finding] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0
    slowest_case: str = ""
    #: seconds of all answers of each address
    spent: Counter[str] = field(default_factory=Counter)
    #: megabytes of the server each time they were told
    sizes: list[float] = field(default_factory=list)
    seconds: float = 0
    #: of a core, that making cases and reading answers took: near 1 the harness is the limit
    share: float = 0
    #: workers that were not there before: another one had ended
    replaced: int = 0

    def __post_init__(self) -> None:
        self.templates = addresses.templates()
        self.known = addresses.Known.read()
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._sessions: Mapping[str, str] = {}
        self._told: Callable[[str], None] = lambda text: None

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
        self._began, self._told, worked = time.perf_counter(), told, time.process_time()
        self._first, self._count, self._taken = first, count, 0
        self._until, self._workers_before = self._began + minutes * 60, self.workers()
        try:
            with ThreadPoolExecutor(self.clients) as pool:
                self._learn(pool)
                lives = [pool.submit(self._live) for _ in range(self.clients)]
                try:
                    for life in lives:
                        life.result()
                finally:  # whoever breaks it off waits for no more than what was asked last
                    self._until = 0.0
            self._look()
        finally:
            self.seconds = time.perf_counter() - self._began
            self.share = (time.process_time() - worked) / self.seconds

    def _live(self) -> None:
        """What one client does: whoever is free takes the next number."""
        try:
            while time.perf_counter() < self._until and (number := self._next()) is not None:
                self.try_one(number, self._sessions)
        finally:
            connections.close_all()

    def _next(self) -> int | None:
        with self._turn:
            if self._taken == self._count:
                return None
            if self._taken % ROUND == 0:
                if self._taken:
                    self._look()
                self._sessions = self.log_in()
            self._taken += 1
            return self._first + self._taken - 1

    def _look(self) -> None:
        """Whether the workers are the same ones, and now and then what they hold."""
        now = self.workers()
        self.replaced += len(now - self._workers_before)
        self._workers_before = now
        often = min(TOLD, max(1, self._count // ROUND // 10) * ROUND)
        if self._taken % often == 0 or self._taken == self._count:
            self.sizes.append(self.memory() / 1e6)
            passed = time.perf_counter() - self._began
            self._told(
                f"{self._taken} sent in {passed:.0f} s, {len(self.findings)} findings,"
                f" {self.sizes[-1]:.0f} MB"
            )

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
            self.spent[case.template] += answer.seconds
            is_wrong = answer.status >= 500 or answer.status == 0 or answer.seconds > self.slow
            if is_wrong and (case.template, answer.status) not in HONEST:
                self.findings.append(finding := Finding(case, answer))
                self._told(f"! {finding.told()}")
            if case.is_plain and answer.status == 200:
                self.forms.learn(case.template, answer.text)

    @property
    def following(self) -> int:
        """The number to go on with."""
        return self._first + self._taken

    @property
    def growth(self) -> float:
        """Megabytes from the second tenth on, which begins with caches filled."""
        return self._since(max(1, len(self.sizes) // 10))

    @property
    def late_growth(self) -> float:
        """Megabytes in the second half: about none where memory levels off."""
        return self._since(len(self.sizes) // 2)

    def _since(self, look: int) -> float:
        return self.sizes[-1] - self.sizes[min(look, len(self.sizes) - 1)] if self.sizes else 0
