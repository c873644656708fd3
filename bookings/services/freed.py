"""What was given back while somebody waits for it: the line's, until the list was looked at.

Whoever gives up a booking says so in the same transaction, so nobody sees the time free and not
the line's; what is left of a use that ends early is anybody's. The next look offers it to those who wait and forgets it. A look that does not come,
because no worker is there, keeps nobody out for longer than ``LINE_FIRST``.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence

from celery import current_app
from django.db import connection, transaction

from bookings.models import Freed
from center import clock

#: the list is looked at each minute, if nothing wakes it before; and a look takes its time
LINE_FIRST = dt.timedelta(seconds=90)
#: tasks that are put off longer than this would be handed out twice by the broker
_LONGEST_WAIT = dt.timedelta(minutes=45)

# A hold that ran out was free from that moment on, whenever it is swept.
_GIVE_BACK_SQL = """
WITH gone AS (
    DELETE FROM bookings_allocation WHERE booking_id = ANY(%(bookings)s)
    RETURNING unit_id, booking_id, during
)
INSERT INTO bookings_freed (unit_id, booking_id, during, freed_at)
SELECT g.unit_id, g.booking_id, g.during, least(%(now)s, b.held_until)
FROM gone g
JOIN bookings_booking b ON b.id = g.booking_id
JOIN bookings_unit u ON u.id = g.unit_id
JOIN bookings_resource r ON r.id = u.resource_id
WHERE upper(g.during) > %(now)s AND EXISTS (
    SELECT FROM bookings_waiting w
    WHERE w.state = 'waiting' AND (w.resource_id = r.id OR w.category = r.category)
      AND tstzrange(w.starts, w.ends) && g.during
)
"""


def give_back(booking_ids: Sequence[int]) -> None:
    """End what these bookings take, and have the waiting list looked at."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK_SQL, {"bookings": list(booking_ids), "now": clock.now()})
    tell()


def seen() -> list[int]:
    """What the line has first at the moment, by number; whoever looks at the list now takes
    it into account."""
    return list(Freed.objects.values_list("pk", flat=True))


def looked(seen: Sequence[int]) -> None:
    """Everybody who waits for these has been asked: they are anybody's."""
    if seen:
        Freed.objects.filter(pk__in=seen).delete()


def tell() -> None:
    """Have the waiting list looked at once the transaction is through that gave units back.
    A queue that is away is no reason to fail: the list is looked at every minute anyway."""
    if _wake not in {entry[1] for entry in connection.run_on_commit}:
        transaction.on_commit(_wake, robust=True)


def tell_at(moment: dt.datetime) -> None:
    """Have the list looked at when an offer runs out; one of a whole night is seen to by the
    timetable."""
    if moment - clock.now() <= _LONGEST_WAIT:
        transaction.on_commit(functools.partial(_wake, moment), robust=True)


def _wake(at: dt.datetime | None = None) -> None:
    current_app.send_task("bookings.tasks.offer_freed", eta=at, retry=False)
