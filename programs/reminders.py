"""Reminding people of sessions to come: one statement a kind and minute, however many."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from center.notifications import in_bulk
from center.notifications.services import deliver_soon
from programs.messages.sessions import REMINDERS, Reminder
from programs.models import ApplicationState

#: a name in the language of the reader ``u``, where there is one in it
_SAID = "CASE WHEN u.language = 'ko' OR {0}_en = '' THEN {0} ELSE {0}_en END"

# By hand, as for bookings: the rows go from the sessions to the outbox without passing through
# Python. Whoever was told at this start already has the row; a session moved since has a key of
# its new start. Nobody is reminded of what was planned within the lead itself. ON CONFLICT stays,
# unlike there: somebody may take part for two businesses, and is told once.
_REMIND_SQL = f"""
WITH soon AS (
    SELECT s.id, s.title, s.starts, s.ends, p.title AS program, p.title_en AS program_en, party.*,
           r.name AS room, r.name_en AS room_en, coalesce((
               SELECT ' ' || u.name FROM bookings_allocation al
               JOIN bookings_unit u ON u.id = al.unit_id
               WHERE al.booking_id = b.id AND u.resource_id = b.resource_id LIMIT 1), '') AS unit,
           s.place_text, s.online_link <> '' AS is_online
    FROM programs_session s
    JOIN programs_program p ON p.id = s.program_id
    JOIN programs_application a ON a.program_id = s.program_id
     AND a.state = ANY(%(taking_part)s)
     AND (s.application_id IS NULL OR s.application_id = a.id)
    CROSS JOIN LATERAL (  -- the lead, and who applied together with it
        SELECT a.merchant_id, a.applied_by_id, replace(%(link)s, %(receipt)s, a.receipt) AS link
        UNION ALL
        SELECT c.merchant_id, NULL, replace(%(joint)s, %(number)s, c.id::text)
        FROM programs_coapplicant c
        WHERE p.is_joint AND c.application_id = a.id AND c.state = 'confirmed'
    ) AS party
    LEFT JOIN bookings_booking b ON b.id = s.booking_id
    LEFT JOIN bookings_resource r ON r.id = b.resource_id
    WHERE s.state = 'planned'
      AND s.starts > %(now)s + %(latest)s AND s.starts <= %(now)s + %(lead)s
      AND s.created_at <= s.starts - %(lead)s
), told AS (
    SELECT soon.*, u.id AS person, u.language AS speaks, {in_bulk.WAYS},
           {_SAID.format("program")} AS program_said,
           coalesce({_SAID.format("room")} || unit, nullif(place_text, ''),
               CASE WHEN is_online THEN %(online)s::jsonb ->> u.language ELSE '' END) AS place_said,
           %(kind)s || ':' || soon.id || ':' || extract(epoch FROM soon.starts)::bigint
               || ':' || u.id AS key
    FROM soon
    JOIN merchants_membership w ON w.merchant_id = soon.merchant_id
     AND (w.role = 'owner' OR w.user_id = soon.applied_by_id)
    JOIN center_user u ON u.id = w.user_id
    {in_bulk.CHOICE}
), fresh AS MATERIALIZED (  -- or the outbox would be searched while it grows
    SELECT told.* FROM told
    WHERE NOT EXISTS (SELECT 1 FROM notifications_message n WHERE n.dedupe_key = told.key)
), spent AS MATERIALIZED ({in_bulk.SPENT})
INSERT INTO notifications_message ({in_bulk.COLUMNS})
SELECT %(kind)s, %(mass)s, person, '', speaks, to_it.way,
       jsonb_build_object('program', program_said, 'session', title, 'place', place_said,
           'starts', to_char(starts AT TIME ZONE 'UTC', %(iso)s),
           'ends', to_char(ends AT TIME ZONE 'UTC', %(iso)s)),
       link, key, 'waiting',
       %(now)s, %(now)s, starts - %(latest)s, 0, '', '', '', '', %(now)s
FROM fresh LEFT JOIN spent USING (person) CROSS JOIN LATERAL {in_bulk.TO_IT}
WHERE to_it.way IS NOT NULL
UNION ALL {in_bulk.MORE}
ON CONFLICT (dedupe_key, channel) DO NOTHING
"""  # noqa: S608  (nothing from outside is in it)
_RECEIPT = "P0000-0000"
_NUMBER = 123456789


def _online(language: str) -> str:
    with translation.override(language):
        return gettext("Online")


@transaction.atomic
def remind(*, now: dt.datetime) -> int:
    """Write the reminders that are due by ``now`` and not written yet; returns how many.

    Safe to run twice and side by side: the key of a message is its session, its start and its
    person. After an outage they come late, unless the session is too near to be worth it.
    """
    written = sum(_remind(reminder, now) for reminder in REMINDERS)
    if written:
        deliver_soon()
    return written


def _remind(reminder: Reminder, now: dt.datetime) -> int:
    values: dict[str, Any] = {
        **in_bulk.values(reminder.kind, now),
        "lead": reminder.lead,
        "latest": reminder.latest,
        "taking_part": sorted(ApplicationState.taking_part),
        "online": json.dumps({code: _online(code) for code, _name in settings.LANGUAGES}),
        "link": reverse("application", args=[_RECEIPT]),
        "receipt": _RECEIPT,
        "joint": reverse("joint_answer", args=[_NUMBER]),
        "number": str(_NUMBER),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REMIND_SQL, values)
        return int(cursor.rowcount)
