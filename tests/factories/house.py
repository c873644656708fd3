from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

from bookings.models import Category, OpeningHours, Policy, Resource, Unit

_count = itertools.count(1)


def open_house() -> None:
    """Monday to Friday 9–12 and 13–18, for the whole house."""
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=day, opens=opens, closes=closes, valid_from=dt.date(2020, 1, 1))
        for day in range(5)
        for opens, closes in ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(18)))
    )


def resource(
    category: Category = Category.STUDIO,
    units: int = 1,
    used_in: Sequence[Resource] = (),
    **fields: Any,
) -> Resource:
    """A resource with that many units, named 1, 2, …"""
    n = next(_count)
    values = {
        "slug": f"space-{n}",
        "category": category,
        "name": f"공간 {n}",
        "name_en": f"Space {n}",
        "capacity": 4,
        "position": n,
        **fields,
    }
    made = Resource.objects.create(**values)
    made.used_in.set(used_in)
    Unit.objects.bulk_create(
        Unit(resource=made, name=str(number), position=number) for number in range(1, units + 1)
    )
    return made


def studio(units: int = 1, **fields: Any) -> Resource:
    return resource(Category.STUDIO, units, **fields)


def policy(**fields: Any) -> Policy:
    """A rule of the whole house, in force since long ago."""
    return Policy.objects.create(**{"valid_from": dt.date(2020, 1, 1), **fields})
