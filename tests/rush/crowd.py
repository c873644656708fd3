"""People who want one of few places at the same moment, and what they were told."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from django.core import signing

from center.waiting_room import tickets
from tests.rush.web import Answer, Browser

#: how long one fills in the form
TYPING_SECONDS = (1.0, 4.0)
_PAUSE = re.compile(r'data-pause="(\d+)"')
_PLACE = re.compile(r'class="room-count">\D*<b>(\d+)</b>')
_FULL = "full"
_CODE = re.compile(r'data-code="(\w+)"')


@dataclass
class Person:
    browser: Browser
    #: seconds after the start
    comes: float
    number: float = -1
    told: list[int] = field(default_factory=list)
    #: when the form was open, in seconds after the start
    came_in: float = 0
    handed_in: float = 0
    #: when all places were said to be taken
    full_at: float = 0
    #: where the form led: "place", a code of a refusal, "" while waiting
    outcome: str = ""
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass
class Rush:
    """``csrf`` is the token in the cookies of the browsers; ends when everybody knows, or after
    ``seconds``. The impatient look so many times more often than the page does by itself."""

    port: int
    door: str
    csrf: str
    seconds: float
    impatience: float = 1
    began: float = 0
    #: of each answer when it came, in seconds after the start, and what it took
    answers: list[tuple[float, float]] = field(default_factory=list)

    async def run(self, people: Sequence[Person]) -> None:
        self.began = time.monotonic()
        tasks = [asyncio.create_task(self._live(person)) for person in people]
        _done, late = await asyncio.wait(tasks, timeout=self.seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for task in _done:
            task.result()

    def _now(self) -> float:
        return time.monotonic() - self.began

    async def _live(self, person: Person) -> None:
        await asyncio.sleep(person.comes)
        while not person.outcome:
            answer = await self._look(person)
            if answer.status == 200 and 'name="contact_phone"' in answer.text:
                await self._hand_in(person)
            elif _FULL in _CODE.findall(answer.text):
                person.outcome, person.full_at = _FULL, self._now()
            else:
                await asyncio.sleep(self._pause(answer) / self.impatience)

    async def _look(self, person: Person) -> Answer:
        """The door at first, then the room, then the door when the room leads there."""
        room = f"{self.door}wait/"
        answer = await self._ask(person, room if person.number >= 0 else self.door)
        if answer.status == 302 and answer.location == room:
            person.number = _number(person.browser)
            answer = await self._ask(person, room)
        if answer.status == 302 and answer.location in (self.door, "../"):
            answer = await self._ask(person, self.door)
        if found := _PLACE.search(answer.text):
            person.told.append(int(found[1]))
        return answer

    async def _hand_in(self, person: Person) -> None:
        person.number, person.came_in = _number(person.browser), self._now()
        await asyncio.sleep(random.uniform(*TYPING_SECONDS))
        form = {"csrfmiddlewaretoken": self.csrf, "contact_phone": "010-1234-5678", "do": "hand_in"}
        answer = await self._ask(person, self.door, form)
        person.handed_in = self._now()
        if _FULL in _CODE.findall(answer.text):
            person.outcome, person.full_at = _FULL, self._now()
        elif answer.status == 302:
            person.outcome = "place"

    async def _ask(self, person: Person, path: str, form: dict[str, str] | None = None) -> Answer:
        sent = self._now()
        answer = await person.browser.ask(path, form)
        self.answers.append((self._now(), self._now() - sent))
        person.statuses[answer.status] += 1
        return answer

    def _pause(self, answer: Answer) -> float:
        found = _PAUSE.search(answer.text)
        return float(found[1]) if found else 2.0


def _number(browser: Browser) -> float:
    value = browser.cookies.get(tickets.COOKIE)
    return float(signing.loads(value, salt="center.waiting_room")["number"]) if value else -1


def passed_over(people: Sequence[Person], opening: float) -> int:
    """Pairs in the wrong order: somebody was let in though another who had come before with a
    smaller number never had a turn, and had not been told by then that all places are taken.
    ``opening`` is in seconds after the start."""
    inside = [person for person in people if person.came_in]
    outside = [person for person in people if not person.came_in and person.number >= 0]
    return sum(
        other.number < person.number
        and max(other.comes, opening) + 5 < person.came_in
        and not 0 < other.full_at < person.came_in
        for person in inside
        for other in outside
    )


def busiest_second(answers: Sequence[tuple[float, float]]) -> int:
    """How many answers came within the same second."""
    return max(Counter(int(at) for at, _took in answers).values(), default=0)


def most_at_once(people: Sequence[Person]) -> int:
    """How many had the form open at the same moment, as they saw it."""
    spans = [(p.came_in, p.handed_in or float("inf")) for p in people if p.came_in]
    return max((sum(a <= at < b for a, b in spans) for at, _end in spans), default=0)


async def looks(port: int, path: str, until: asyncio.Event, every: float = 0.2) -> list[float]:
    """Seconds that a page takes others who come to it, one after so many seconds, until the
    event: whoever comes does not wait for the one before, so that slow moments count in full."""
    coming, came = [], asyncio.create_task(until.wait())
    while not came.done():
        coming.append(asyncio.create_task(_look_once(Browser(port), path)))
        await asyncio.wait([came], timeout=every)
    return list(await asyncio.gather(*coming))


async def _look_once(browser: Browser, path: str) -> float:
    began = time.monotonic()
    answer = await browser.ask(path)
    return time.monotonic() - began if answer.status == 200 else 60.0


def middle(taken: Sequence[float]) -> float:
    """Milliseconds."""
    return median(taken) * 1000


def most_of(taken: Sequence[float]) -> float:
    """What 95 of a hundred stay within, in milliseconds."""
    return sorted(taken)[int(len(taken) * 0.95)] * 1000
