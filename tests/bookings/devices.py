"""Devices in tests: lent with a studio, with accessories, out and back."""

from __future__ import annotations

from bookings.models import Accessory, Category, HandOver, Unit
from bookings.services import lending
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

#: within the hours of the booking below
NOON = kst(27, 11)


def camera(*spaces, units=1, accessories=("배터리", "충전기"), **fields):
    """A kind of device lent with these spaces; its units carry asset numbers."""
    made = factories.resource(
        Category.EQUIPMENT, units, used_in=spaces, **{"name": "카메라", **fields}
    )
    for unit in made.units.all():
        unit.asset_number = f"DG-{unit.pk}"
        unit.save()
        Accessory.objects.bulk_create(
            Accessory(unit=unit, name=name, position=n) for n, name in enumerate(accessories)
        )
    return made


def booked(space, merchant, *equipment, start=None, end=None):
    """A confirmed booking on Friday from 10 to 12, unless told."""
    return confirm(hold(space, merchant, start, end), equipment=equipment)


def unit_of(booking) -> Unit:
    """The device a booking has."""
    return Unit.objects.select_related("resource").get(
        allocations__booking=booking, resource__category=Category.EQUIPMENT
    )


def hand_out(booking, **given) -> HandOver:
    unit = given.pop("unit", None) or unit_of(booking)
    values = {
        "by": given.pop("by", None) or factories.staff(),
        "condition": "good",
        "accessories": [item.pk for item in unit.accessories.all()],
        **given,
    }
    return lending.hand_out(booking=booking, unit=unit, **values)


def take_back(hand_over, **given) -> HandOver:
    values = {
        "by": given.pop("by", None) or factories.staff(),
        "condition": "good",
        "items": [item.pk for item in hand_over.items.all()],
        **given,
    }
    return lending.take_back(hand_over=hand_over, **values)
