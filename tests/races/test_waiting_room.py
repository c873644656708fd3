"""Sixty people around the opening of a call with five places; ``python -m tests.rush`` has
five thousand."""

from __future__ import annotations

import asyncio
import datetime as dt
import random
from collections import Counter

import pytest
from django.conf import settings

from center import clock
from programs import gates
from tests import factories
from tests.races.clients import CSRF_SECRET
from tests.rush.crowd import Person, Rush, most_at_once, passed_over
from tests.rush.web import Browser

PEOPLE, PLACES, INSIDE = 60, 5, 3
OPENING, ARRIVALS = 3.0, 5.0


@pytest.fixture
def people(race_database, busy_web, crowd):
    chance = random.Random(1)
    names = (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
    return [
        Person(
            Browser(busy_web.port, dict(zip(names, (account.session, CSRF_SECRET), strict=True))),
            chance.uniform(0, ARRIVALS),
        )
        for account in crowd[:PEOPLE]
    ]


def hurry(web, people, **limits):
    """The call, when everybody has a place or knows that there is none."""
    gates.forget()
    opens = clock.now() + dt.timedelta(seconds=OPENING)
    program = factories.program(quota=PLACES, opens_at=opens, **limits)
    door = f"/programs/{program.slug}/apply/"
    asyncio.run(Rush(web.port, door, CSRF_SECRET, seconds=90, impatience=10).run(people))
    return program


def test_opening_when_sixty_come_for_five_places_then_in_order_and_never_more_on_the_form(
    busy_web, people
):
    program = hurry(busy_web, people, queue_inside=INSIDE)
    outcomes = Counter(person.outcome for person in people)
    assert outcomes == {"place": PLACES, "full": PEOPLE - PLACES}
    assert program.applications.placed().count() == PLACES
    assert most_at_once(people) <= INSIDE
    assert passed_over(people, OPENING) == 0
    assert sum(bool(person.told) for person in people) > PEOPLE / 2
    assert sum(person.statuses[500] + person.statuses[0] for person in people) == 0


def test_control_without_the_room_then_more_are_on_the_form_at_once(busy_web, people):
    hurry(busy_web, people)
    assert most_at_once(people) > INSIDE
    assert not any(person.told for person in people)
