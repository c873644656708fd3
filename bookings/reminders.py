"""Reminding people of uses to come: one statement a kind and minute, however many there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from bookings.messages.reminders import REMINDERS, Reminder
from center.notifications import in_bulk
from center.notifications.services import deliver_soon
from center.periodic import in_turn

# By hand: the rows go from the bookings to the outbox without passing through Python. Whoever
# was told at this start already has a row, by whatever way; a booking moved since has a key of
# its new start. Nobody is reminded of what he booked, or had approved, within the lead itself.
# Words are put together once for a person, and only where somebody is told.
_REMIND_SQL = f"""
WITH told AS (
    SELECT b.starts, b.ends, b.reference, b.resource_id, b.merchant_id,
           u.id AS person, u.language, {in_bulk.WAYS},
           %(kind)s || ':' || b.id || ':' || extract(epoch FROM b.starts)::bigint
               || ':' || u.id AS key
    FROM bookings_booking b
    JOIN merchants_membership w ON w.merchant_id = b.merchant_id
     AND (w.role = 'owner' OR w.user_id = b.booked_by_id)
    JOIN center_user u ON u.id = w.user_id
    {in_bulk.CHOICE}
    WHERE b.state = 'confirmed'
      AND b.starts > %(now)s + %(latest)s AND b.starts <= %(now)s + %(lead)s
      AND b.confirmed_at <= b.starts - %(lead)s
), fresh AS MATERIALIZED (  -- or the outbox would be searched while it grows
    SELECT told.person, told.language, told.mail, told.way, told.key, told.starts,
           replace(%(link)s, %(reference)s, told.reference) AS link,
           jsonb_build_object('business', m.name, 'number', told.reference, 'place', CASE WHEN told.language = 'ko' OR r.name_en = '' THEN r.name ELSE r.name_en END,
               'starts', to_char(told.starts AT TIME ZONE 'UTC', %(iso)s),
               'ends', to_char(told.ends AT TIME ZONE 'UTC', %(iso)s)) AS context
    FROM told
    JOIN bookings_resource r ON r.id = told.resource_id
    JOIN merchants_merchant m ON m.id = told.merchant_id
    WHERE NOT EXISTS (SELECT 1 FROM notifications_message n WHERE n.dedupe_key = told.key)
), spent AS MATERIALIZED ({in_bulk.SPENT}
), written AS (  -- without ON CONFLICT, which takes a sixth more time: ``remind`` is alone at it
    INSERT INTO notifications_message ({in_bulk.COLUMNS})
    SELECT %(kind)s, %(mass)s, person, '', language, to_it.way, context, link, key, 'waiting',
           %(now)s, %(now)s, starts - %(latest)s, 0, '', '', '', '', %(now)s
    FROM fresh LEFT JOIN spent USING (person) CROSS JOIN LATERAL {in_bulk.TO_IT}
    WHERE to_it.way IS NOT NULL
    RETURNING 1
), more AS (
    INSERT INTO notifications_message ({in_bulk.COLUMNS}) {in_bulk.MORE}
    ON CONFLICT (dedupe_key, channel) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM written) + (SELECT count(*) FROM more)
"""  # noqa: S608  (nothing from outside is in it)
_REFERENCE = "0000-0000"


@transaction.atomic
def remind(*, now: dt.datetime) -> int:
    """Write the reminders that are due by ``now`` and not written yet; returns how many.

    Safe to run twice and side by side, one after the other then: the key of a message is its
    booking, its start and its person. After an outage they come late, unless the use is too
    near to be worth it.
    """
    in_turn("bookings.reminders")
    written = sum(remind_of(reminder, now) for reminder in REMINDERS)
    if written:
        deliver_soon()
    return written


def remind_of(reminder: Reminder, now: dt.datetime) -> int:
    """Those of one kind; they wake nobody. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REMIND_SQL, _values(reminder, now))
        return int(cursor.fetchone()[0])


def _values(reminder: Reminder, now: dt.datetime) -> dict[str, Any]:
    return {
        **in_bulk.values(reminder.kind, now),
        "lead": reminder.lead,
        "latest": reminder.latest,
        "link": reverse("booking", args=[_REFERENCE]),
        "reference": _REFERENCE,
    }
