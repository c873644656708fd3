from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from tests.merchants import address_office as addresses
from tests.merchants.tax_office import KEY, TaxOffice, open_office


@pytest.fixture
def tax_office(settings) -> Iterator[TaxOffice]:
    """An office that answers, with a key for it and little patience on our side."""
    cache.clear()
    office, close = open_office()
    settings.BUSINESS_STATUS_KEY = KEY
    settings.BUSINESS_STATUS_URL = office.url
    settings.BUSINESS_STATUS_SECONDS = 3
    settings.BUSINESS_STATUS_CACHE_HOURS = 12
    yield office
    close()


@pytest.fixture
def address_office(settings) -> Iterator[addresses.AddressOffice]:
    """An address service that answers, with a key for it."""
    office, close = addresses.open_office()
    settings.ADDRESS_SEARCH_KEY = addresses.KEY
    settings.ADDRESS_SEARCH_URL = office.url
    yield office
    close()
