"""People who book, look, and give back all the while, and ask again where nobody answered."""

from __future__ import annotations

import contextlib
import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bookings.house import Span
from bookings.models import BookingState, Resource
from tests import factories
from tests.faults.diary import ANSWERS, Asked, Diary, Entry
from tests.races import ledger
from tests.races.clients import Account, Answer, Request, Visitor, open_account, to_confirm, to_hold

#: between two visits of the same person, and before asking again
PAUSE_SECONDS, AGAIN_SECONDS = 0.1, 0.2
#: of a hundred bookings so many are kept, so that the house does not fill up
KEPT = 20
_LOGIN = "/account/login/"


@dataclass
class Town:
    """People with a business each, and what they want: a few places many of them are after."""

    accounts: Sequence[Account]
    times: Sequence[tuple[Resource, Span]]
    diary: Diary = field(default_factory=Diary)
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    @classmethod
    def settle(cls, people: int, *, last_allocation: int = 0) -> Town:
        """In an open house: spaces, rules that let everybody book often. What was there up to
        that allocation is not judged."""
        narrow, wide = factories.studio(units=1), factories.studio(units=30)
        for space in (narrow, wide):
            factories.policy(resource=space, per_day=50, per_month=500, buffer_after=0)
        days = ledger.days_of_one_month(12)
        spans = [ledger.slot(day=day, hour=hour) for day in days for hour in (9, 10, 13, 14, 15)]
        times = [(space, span) for span in spans for space in (narrow, wide, wide)]
        diary = Diary(last_allocation=last_allocation)
        return cls([open_account() for _ in range(people)], times, diary)

    @contextlib.contextmanager
    def busy(self, port: int) -> Iterator[None]:
        """All of them at it until the end of the context; nobody asks any more after it.
        Raises what somebody stumbled over, who would be missing among those that ask."""
        over = threading.Event()
        people = [
            Person(
                Visitor.of(account, port),
                account,
                self.times,
                self.diary,
                over,
                random.Random(self.chance.random()),
            )
            for account in self.accounts
        ]
        with ThreadPoolExecutor(len(people)) as pool:
            lives = [pool.submit(person.live) for person in people]
            try:
                yield
            finally:
                over.set()
        for life in lives:
            life.result()


@dataclass
class Person:
    visitor: Visitor
    account: Account
    times: Sequence[tuple[Resource, Span]]
    diary: Diary
    over: threading.Event
    chance: random.Random
    #: of the present wish
    tries: int = field(default=0)

    def live(self) -> None:
        try:
            while not self.over.wait(PAUSE_SECONDS):
                self._book()
        finally:
            self.visitor.close()

    def _book(self) -> None:
        space, span = self.chance.choice(self.times)
        held = self._ask(to_hold(self.visitor, space.slug, span).send)
        if held is None or held.status != 302:
            return
        reference = re.fullmatch(r"/bookings/([^/]+)/confirm/", held.location)[1]
        self.diary.told(reference, Entry(self.account.merchant.pk, space.pk, span.start))
        if not self._step(reference, BookingState.CONFIRMED, to_confirm(self.visitor, reference)):
            return
        self._ask(lambda: self.visitor.get(f"/bookings/{reference}/"))
        if self.chance.randrange(100) >= KEPT:
            path = f"/bookings/{reference}/cancel/"
            request = Request(self.visitor, path, {"reason": "schedule"})
            self._step(reference, BookingState.CANCELLED, request)

    def _step(self, reference: str, state: BookingState, request: Request) -> bool:
        """Whether the booking is in that state now, as far as one is told."""
        entry = self.diary.entries[reference]
        entry.is_open = True
        answer = self._ask(request.send)
        if answer is not None and answer.status == 302:
            entry.said, entry.is_open = str(state), False
        elif answer is not None and self.tries == 1:
            entry.is_open = False  # refused, and nothing had been asked before that
        return answer is not None and answer.status == 302

    def _ask(self, send: Callable[[], Answer]) -> Answer | None:
        """The first answer that is one, as somebody gets it who loads the page again; ``None``
        when it is over."""
        self.tries = 0
        while not self.tries or not self.over.wait(AGAIN_SECONDS):
            self.tries += 1
            if (answer := self._once(send)) is not None:
                return answer
        return None

    def _once(self, send: Callable[[], Answer]) -> Answer | None:
        began, answer = time.monotonic(), None
        try:
            answer = send()
        except (OSError, http.client.HTTPException):
            self.visitor.close()
        status = answer.status if answer else 0
        if answer and answer.location.startswith(_LOGIN):
            status = 401  # the portal has forgotten who this is
        self.diary.note(Asked(began, time.monotonic(), status))
        return answer if status in ANSWERS else None
