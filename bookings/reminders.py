"""Reminding people of uses to come: one statement a kind and minute, however many there are."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from bookings.messages.reminders import REMINDERS, Reminder
from center.notifications.courtesy import limits_of
from center.notifications.models import EMAIL, INBOX
from center.notifications.services import deliver_soon

# By hand: the rows go from the bookings to the outbox without passing through Python. Whoever
# was told at this start already has a row, by whatever way; a booking moved since has a key of
# its new start. Nobody is reminded of what he booked, or had approved, within the lead itself.
# Words are put together once for a booking, and only where somebody is told. Besides the inbox
# it goes by the way the person chose first; if that fails, delivery takes the next of the kind.
_REMIND_SQL = """
WITH soon AS MATERIALIZED (
    SELECT b.id, b.reference, b.resource_id, b.starts, b.ends, b.merchant_id, b.booked_by_id
    FROM bookings_booking b
    WHERE b.state = 'confirmed' AND b.merchant_id IS NOT NULL
      AND b.starts > %(now)s + %(latest)s AND b.starts <= %(now)s + %(lead)s
      AND b.confirmed_at <= b.starts - %(lead)s
), told AS (
    SELECT soon.id, soon.starts, u.id AS person, u.language,
           CASE WHEN u.is_active AND u.email <> '' THEN %(mail)s END AS mail,
           CASE WHEN NOT u.is_active THEN NULL
                WHEN c.first = ANY(%(ways)s) AND u.phone <> '' THEN c.first
                WHEN u.email <> '' THEN %(mail)s END AS way,
           %(kind)s || ':' || soon.id || ':' || extract(epoch FROM soon.starts)::bigint
               || ':' || u.id AS key
    FROM soon
    JOIN merchants_membership w ON w.merchant_id = soon.merchant_id
     AND (w.role = 'owner' OR w.user_id = soon.booked_by_id)
    JOIN center_user u ON u.id = w.user_id
    LEFT JOIN notifications_channelchoice c ON c.user_id = u.id AND c.group = %(group)s
), fresh AS MATERIALIZED (  -- or the outbox would be searched while it grows
    SELECT told.* FROM told
    WHERE NOT EXISTS (SELECT 1 FROM notifications_message n WHERE n.dedupe_key = told.key)
), spent AS MATERIALIZED (  -- what each person got today, by ``courtesy``; not by this run
    SELECT n.recipient_id AS person, count(*) >= %(most)s AS wholly,
           count(*) FILTER (WHERE n.channel = ANY(%(texts)s)) >= %(most_texts)s AS of_texts
    FROM notifications_message n
    WHERE n.recipient_id IN (SELECT person FROM fresh) AND n.created_at >= %(midnight)s
      AND n.channel <> %(inbox)s AND n.state <> 'cancelled'
    GROUP BY n.recipient_id
), words AS MATERIALIZED (
    SELECT soon.id, replace(%(link)s, %(reference)s, soon.reference) AS link,
           jsonb_build_object('business', m.name, 'number', soon.reference, 'place', r.name,
               'starts', to_char(soon.starts AT TIME ZONE 'UTC', %(iso)s),
               'ends', to_char(soon.ends AT TIME ZONE 'UTC', %(iso)s)) AS context
    FROM soon
    JOIN bookings_resource r ON r.id = soon.resource_id
    JOIN merchants_merchant m ON m.id = soon.merchant_id
    WHERE soon.id IN (SELECT id FROM fresh)
)
INSERT INTO notifications_message (
    kind, mass, recipient_id, address, language, channel, context, link, dedupe_key, state,
    due_at, first_due_at, useless_after, attempts, last_error, provider_id, subject, body,
    created_at)
SELECT %(kind)s, %(mass)s, person, '', language, to_it.way, words.context, words.link, key,
       'waiting', %(now)s, %(now)s, fresh.starts - %(latest)s, 0, '', '', '', '', %(now)s
FROM fresh JOIN words USING (id) LEFT JOIN spent USING (person)
CROSS JOIN LATERAL (VALUES (%(inbox)s), (
    CASE WHEN wholly THEN NULL WHEN of_texts AND way = ANY(%(texts)s) THEN mail ELSE way END
)) AS to_it (way)
WHERE to_it.way IS NOT NULL
ON CONFLICT (dedupe_key, channel) DO NOTHING
"""
_REFERENCE = "0000-0000"


@transaction.atomic
def remind(*, now: dt.datetime) -> int:
    """Write the reminders that are due by ``now`` and not written yet; returns how many.

    Safe to run twice and side by side: the key of a message is its booking, its start and its
    person. After an outage they come late, unless the use is too near to be worth it.
    """
    written = sum(remind_of(reminder, now) for reminder in REMINDERS)
    if written:
        deliver_soon()
    return written


def remind_of(reminder: Reminder, now: dt.datetime) -> int:
    """Those of one kind; they wake nobody. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_REMIND_SQL, _values(reminder, now))
        return int(cursor.rowcount)


def _values(reminder: Reminder, now: dt.datetime) -> dict[str, Any]:
    return {
        "kind": reminder.kind.key,
        "mass": reminder.kind.gives_way,
        "now": now,
        "lead": reminder.lead,
        "latest": reminder.latest,
        **limits_of(reminder.kind, now),
        "ways": list(reminder.kind.channels),
        "group": reminder.kind.group,
        "mail": EMAIL,
        "inbox": INBOX,
        "iso": 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"',
        "link": reverse("booking", args=[_REFERENCE]),
        "reference": _REFERENCE,
    }
