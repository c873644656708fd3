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
                person.outcome = _FULL
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
            person.outcome = _FULL
        elif answer.status == 302:
            person.outcome = "place"

    async def _ask(self, person: Person, path: str, form: dict[str, str] | None = None) -> Answer:
        answer = await person.browser.ask(path, form)
        person.statuses[answer.status] += 1
        return answer

    def _pause(self, answer: Answer) -> float:
        found = _PAUSE.search(answer.text)
        return float(found[1]) if found else 2.0


def _number(browser: Browser) -> float:
    value = browser.cookies.get(tickets.COOKIE)
    return float(signing.loads(value, salt="center.waiting_room")["number"]) if value else -1


def passed_over(people: Sequence[Person], opening: float) -> int:
    """Pairs in the wrong order: somebody was given a turn though another who had come before
    with a smaller number never had one. ``opening`` is in seconds after the start."""
    inside = [person for person in people if person.came_in]
    outside = [person for person in people if not person.came_in and person.number >= 0]
    return sum(
        other.number < person.number and max(other.comes, opening) + 5 < person.came_in
        for person in inside
        for other in outside
    )


def most_at_once(people: Sequence[Person]) -> int:
    """How many had the form open at the same moment, as they saw it."""
    spans = [(p.came_in, p.handed_in or float("inf")) for p in people if p.came_in]
    return max((sum(a <= at < b for a, b in spans) for at, _end in spans), default=0)


async def looks(port: int, path: str, until: asyncio.Event, pause: float = 0.4) -> list[float]:
    """Seconds that somebody else's page takes, again and again until the event."""
    browser, taken = Browser(port), []
    while not until.is_set():
        began = time.monotonic()
        answer = await browser.ask(path)
        taken.append(time.monotonic() - began if answer.status == 200 else 60.0)
        await asyncio.sleep(pause)
    return taken


def middle(taken: Sequence[float]) -> float:
    """Milliseconds."""
    return median(taken) * 1000
