"""What the clients ask for: each booking request another account, day and slot."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from bookings import availability
from bookings.models import Category, Resource
from center import clock
from tests.bench import content
from tests.bench.accounts import CSRF_TOKEN, Account
from tests.bench.load import Answer, Request

#: who wrote rows about a booking, and the column with its id; bookings last
_TRACES = (
    ("bookings_allocation", "booking_id"),
    ("bookings_bookingevent", "pgh_obj_id"),
    ("bookings_booking", "id"),
)


@dataclass(frozen=True)
class Target:
    slug: str
    start: dt.datetime
    end: dt.datetime

    def hold(self, account: Account) -> Request:
        return Request(
            f"/spaces/{self.slug}/hold/",
            account.cookies,
            {
                "csrfmiddlewaretoken": CSRF_TOKEN,
                "start": clock.local(self.start).isoformat(),
                "end": clock.local(self.end).isoformat(),
            },
        )


def plenty() -> list[Target]:
    """A free time of the annex for each free unit, in an order that mixes rooms and days."""
    annex = Resource.objects.filter(slug__startswith="annex-", category=Category.STUDIO)
    found = [
        Target(slug, slot.start, slot.end)
        for slug, slot in _upcoming(list(annex))
        for _ in range(slot.free_units)
    ]
    random.Random(1).shuffle(found)
    return found


def last_ones() -> list[Target]:
    """Times of the demo's rooms with a single unit left: what people race for."""
    spaces = Resource.objects.spaces().exclude(slug__startswith="annex-")
    rooms = spaces.exclude(category=Category.OFFICE_SEAT)
    return [
        Target(slug, slot.start, slot.end)
        for slug, slot in _upcoming(list(rooms))
        if slot.free_units == 1
    ]


def _upcoming(resources: list[Resource]) -> Iterator[tuple[str, availability.Slot]]:
    days = [clock.today() + n * clock.DAY for n in range(31)]
    outlooks = availability.load(resources, days[0], days[-1])
    for resource in resources:
        for slot in outlooks[resource.pk].bookable_slots(days):
            if clock.local(slot.start).hour in content.HOURS:
                yield resource.slug, slot


def confirmation(answer: Answer) -> Request:
    """The request that turns a hold into a booking, with the kit of its annex room."""
    kit = answer.request.path.split("/")[2].replace("annex", "annex-kit")
    return Request(
        answer.location,
        answer.request.cookies,
        {
            "csrfmiddlewaretoken": CSRF_TOKEN,
            "purpose": "신제품 사진 촬영",
            "headcount": "1",
            "equipment": kit,
            "pledge": "on",
        },
    )


class Restored:
    """Takes back what a measurement booked, so that the next one finds the same house.

    By SQL: the services keep every booking for ever, as they should.
    """

    def __init__(self, filled: int) -> None:
        """``filled`` bookings were there at first, numbered from 1."""
        self.last = filled

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor, content.replica(cursor):
            for table, column in _TRACES:
                cursor.execute(f"DELETE FROM {table} WHERE {column} > %s", [self.last])
        with connection.cursor() as cursor:  # else the dead rows of one run slow the next
            for table, _column in _TRACES:
                cursor.execute(f"VACUUM {table}")
