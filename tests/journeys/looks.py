"""At which pages a journey has looked, and whether it was all that count on it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.urls import resolve
from django.urls.exceptions import Resolver404

from tests.journeys.on_the_way import ON_THE_WAY

#: the pages at which the journey under way has looked so far
at: list[str] = []


def missed(*names: str) -> list[str]:
    """Addresses that ``ON_THE_WAY`` leaves to the journey of one of these names, and at which it
    has not looked."""
    counted_on = {address for name in names for address in ON_THE_WAY.get(name, [])}
    return sorted(counted_on - {_address_of(url) for url in at})


def _address_of(url: str) -> str:
    """As it stands in the map."""
    try:
        return str(resolve(urlsplit(url).path).route)
    except Resolver404:
        return ""
