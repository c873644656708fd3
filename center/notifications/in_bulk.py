"""What a statement that writes many messages at once has in common with ``services.queue``.

Such a statement names, before its INSERT, ``fresh``: whom it tells, each row with ``person``
and with ``mail`` and ``way`` as ``WAYS`` says; and ``spent`` as below. It is run with ``values``.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from center import clock
from center.notifications.courtesy import limits_of
from center.notifications.kinds import Kind
from center.notifications.messages import MORE_IN_INBOX
from center.notifications.models import EMAIL, INBOX

#: of the outbox, in the order in which they are written
COLUMNS = """kind, mass, recipient_id, address, language, channel, context, link, dedupe_key, state,
    due_at, first_due_at, useless_after, attempts, last_error, provider_id, subject, body,
    created_at"""

#: by mail, and by the way the person ``u`` chose first (``routing``), with the choice ``c``; if
#: that fails, delivery takes the next of the kind
WAYS = """CASE WHEN u.is_active AND u.email <> '' THEN %(mail)s END AS mail,
           CASE WHEN NOT u.is_active THEN NULL
                WHEN c.first = ANY(%(ways)s) AND u.phone <> '' THEN c.first
                WHEN u.email <> '' THEN %(mail)s END AS way"""
CHOICE = """LEFT JOIN notifications_channelchoice c ON c.user_id = u.id AND c.group = %(group)s"""

#: what each person got today, by ``courtesy``; not by this run
SPENT = """
    SELECT n.recipient_id AS person, count(*) >= %(most)s AS wholly,
           count(*) FILTER (WHERE n.channel = ANY(%(texts)s)) >= %(most_texts)s AS of_texts
    FROM notifications_message n
    WHERE n.recipient_id IN (SELECT person FROM fresh) AND n.created_at >= %(midnight)s
      AND n.channel <> %(inbox)s AND n.state <> 'cancelled'
    GROUP BY n.recipient_id
"""
#: the inbox, and the way that is left today; of rows of ``fresh`` with those of ``spent``
TO_IT = """(VALUES (%(inbox)s), (
    CASE WHEN wholly THEN NULL WHEN of_texts AND way = ANY(%(texts)s) THEN mail ELSE way END
)) AS to_it (way)"""

#: Rows beside the others: to whom nothing more is sent today, once that the inbox has it. As
#: ``services.queue`` does it, under the same key.
MORE = """
SELECT %(more)s, false, u.id, '', u.language, note.way,
       jsonb_build_object('name', coalesce(nullif(u.name, ''), u.email)), %(more_link)s,
       replace(%(more_key)s, '%%', u.id::text), 'waiting', %(now)s, %(now)s, NULL, 0, '', '', '',
       '', %(now)s
FROM center_user u
CROSS JOIN LATERAL (VALUES (%(inbox)s), (CASE WHEN u.email <> '' THEN %(mail)s END)) AS note (way)
WHERE u.is_active AND note.way IS NOT NULL
  AND u.id IN (SELECT person FROM fresh JOIN spent USING (person) WHERE wholly)
"""


def values(kind: Kind, now: dt.datetime) -> dict[str, Any]:
    """What the parts above ask for, of a kind of which messages are written at ``now``."""
    return {
        "kind": kind.key,
        "mass": kind.gives_way,
        "now": now,
        **limits_of(kind, now),
        "ways": list(kind.channels),
        "group": kind.group,
        "mail": EMAIL,
        "inbox": INBOX,
        "iso": 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"',
        "more": MORE_IN_INBOX.key,
        "more_key": more_key("%", clock.day_of(now)),
        "more_link": reverse("inbox"),
    }


def more_key(person: object, day: dt.date) -> str:
    """Under which somebody is told once a day that the inbox has more."""
    return f"more_in_inbox:{person}:{day}"
