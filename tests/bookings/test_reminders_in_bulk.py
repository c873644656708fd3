"""Reminders of a whole day's uses at once."""

import time

import pytest
from django.db import connection

from bookings import reminders
from tests.conftest import NOW, kst

pytestmark = pytest.mark.django_db

_MANY = """
INSERT INTO bookings_booking (reference, resource_id, merchant_id, booked_by_id, user_name, purpose,
    headcount, starts, ends, buffer_before, buffer_after, state, source, cancellable_until,
    reason_code, reason_text, sequence, created_at, confirmed_at)
SELECT lpad(n::text, 9, '0'), %(resource)s, %(merchant)s, %(user)s, '', '', 1,
    %(starts)s + n %% 60 * interval '1 second', %(starts)s + interval '2 hours', 0, 0,
    'confirmed', 'web', %(now)s, '', '', 0, %(now)s, %(now)s
FROM generate_series(1, %(count)s) AS n
"""
#: each an hour of its own of the one unit, whenever: a confirmed booking occupies something
_TAKEN = """
INSERT INTO bookings_allocation (unit_id, booking_id, during)
SELECT %(unit)s, id, tstzrange(timestamptz '2000-01-01' + id * interval '1 hour',
    timestamptz '2000-01-01' + (id + 1) * interval '1 hour')
FROM bookings_booking
"""


def test_remind_when_thousands_are_due_then_one_statement_and_soon(
    at_now, studio, merchant, owner, django_assert_num_queries
):
    """The whole day's bookings of many houses at once; a second run finds nothing to do."""
    count = 2000
    values = {"resource": studio.pk, "merchant": merchant.pk, "user": owner.pk, "now": NOW}
    with connection.cursor() as cursor:
        cursor.execute(_MANY, {**values, "starts": kst(27, 10), "count": count})
        cursor.execute(_TAKEN, {"unit": studio.units.get().pk})
    start = time.perf_counter()
    assert reminders.remind(now=kst(26, 10, 1)) == 2 * count
    assert time.perf_counter() - start < 3
    with django_assert_num_queries(5):  # the turn, and two statements, between two savepoints
        assert reminders.remind(now=kst(26, 10, 1)) == 0
