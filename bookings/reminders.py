"""Reminding people of uses to come: one statement a kind and minute, however many there are."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.urls import reverse

from bookings.messages.reminders import REMINDERS, Reminder
from center.notifications.models import EMAIL, INBOX
from center.notifications.services import deliver_soon

# By hand: the rows go from the bookings to the outbox without passing through Python. Whoever
# was told at this start already has the row; a booking moved since has a key of its new start.
# Nobody is reminded of what he booked, or had approved, within the lead itself.
_REMIND_SQL = """
WITH soon AS (
    SELECT b.id, b.reference, b.starts, b.ends, b.merchant_id, b.booked_by_id,
           r.name AS place, m.name AS business
    FROM bookings_booking b
    JOIN bookings_resource r ON r.id = b.resource_id
    JOIN merchants_merchant m ON m.id = b.merchant_id
    WHERE b.state = 'confirmed'
      AND b.starts > %(now)s + %(latest)s AND b.starts <= %(now)s + %(lead)s
      AND b.confirmed_at <= b.starts - %(lead)s
), told AS (
    SELECT soon.*, u.id AS person, u.email, u.is_active,
           %(kind)s || ':' || soon.id || ':' || extract(epoch FROM soon.starts)::bigint
               || ':' || u.id AS key
    FROM soon
    JOIN merchants_membership w ON w.merchant_id = soon.merchant_id
     AND (w.role = 'owner' OR w.user_id = soon.booked_by_id)
    JOIN center_user u ON u.id = w.user_id
)
INSERT INTO notifications_message (
    kind, recipient_id, address, language, channel, context, link, dedupe_key, state,
    due_at, first_due_at, attempts, last_error, provider_id, subject, body, created_at)
SELECT %(kind)s, person, '', 'ko', way.channel,
       jsonb_build_object('business', business, 'number', reference, 'place', place,
           'starts', to_char(starts AT TIME ZONE 'UTC', %(iso)s),
           'ends', to_char(ends AT TIME ZONE 'UTC', %(iso)s)),
       replace(%(link)s, %(reference)s, reference), key, 'waiting',
       %(now)s, %(now)s, 0, '', '', '', '', %(now)s
FROM told CROSS JOIN unnest(%(channels)s) AS way (channel)
WHERE (way.channel = %(inbox)s OR (is_active AND email <> ''))
  AND NOT EXISTS (
      SELECT 1 FROM notifications_message n
      WHERE n.dedupe_key = told.key AND n.channel = way.channel)
ON CONFLICT (dedupe_key, channel) DO NOTHING
"""
_REFERENCE = "0000-0000"


@transaction.atomic
def remind(*, now: dt.datetime) -> int:
    """Write the reminders that are due by ``now`` and not written yet; returns how many.

    Safe to run twice and side by side: the key of a message is its booking, its start and its
    person. After an outage they come late, unless the use is too near to be worth it.
    """
    written = sum(_remind(reminder, now) for reminder in REMINDERS)
    if written:
        deliver_soon()
    return written


def _remind(reminder: Reminder, now: dt.datetime) -> int:
    values = {
        "kind": reminder.kind.key,
        "now": now,
        "lead": reminder.lead,
        "latest": reminder.latest,
        "channels": [INBOX, EMAIL],
        "inbox": INBOX,
        "iso": 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"',
        "link": reverse("booking", args=[_REFERENCE]),
        "reference": _REFERENCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMIND_SQL, values)
        return int(cursor.rowcount)
