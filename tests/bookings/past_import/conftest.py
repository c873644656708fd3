"""A row of a file of past uses."""

import pytest

from bookings.past_import.columns import COLUMNS


@pytest.fixture
def line(merchant, studio):
    """A row of the file; what is given stands instead of a good value."""

    def make(**given):
        cells = {
            "number": merchant.display_number,
            "space": studio.name,
            "unit": "",
            "day": "2026-10-01",
            "starts": "10:00",
            "ends": "12:00",
            "state": "이용",
            "purpose": "상품 촬영",
            "headcount": "2",
            **given,
        }
        return ",".join(cells[column.field] for column in COLUMNS)

    return make
