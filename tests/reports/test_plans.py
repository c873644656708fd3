"""What is asked for a month is found by an index, however long the history: the plans say so."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from center.figures import Wish, registry
from center.periods import of_key
from tests.conftest import kst

pytestmark = pytest.mark.django_db
WISH = (of_key("2026-11"), kst(5, month=1, year=2027))
#: what grows with the years; everything else is small, or asked for by its key
GROWING = {
    "bookings_booking",
    "bookings_waiting",
    "merchants_merchantevent",
    "programs_application",
    "programs_certificate",
    "programs_consultation",
    "programs_outcome",
    "programs_product",
    "programs_productresult",
    "programs_satisfaction",
    "programs_session",
    "programs_settlement",
}


@pytest.mark.parametrize(
    "group",
    [
        "bookings.usage",
        "bookings.waiting",
        "merchants.verification",
        "programs.taking_part",
        "programs.supported",
    ],
)
def test_figures_of_a_month_when_asked_for_then_no_table_that_grows_is_read_whole(group):
    """Where reading a whole table is made dear, it is done only where there is no other way."""
    with CaptureQueriesContext(connection) as asked:
        registry.groups[group].count(Wish(*WISH), "")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        read = set()
        for query in asked:
            if query["sql"].lstrip().startswith("WITH") or "merchantevent" in query["sql"]:
                cursor.execute("EXPLAIN " + query["sql"])
                plan = "\n".join(line for (line,) in cursor.fetchall())
                read |= set(re.findall(r"Seq Scan on (\w+)", plan))
    assert read.isdisjoint(GROWING), read
