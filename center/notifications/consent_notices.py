"""Telling people, once in two years, that they agreed to advertisements and how to end them.

정보통신망법 §50⑧, 시행령 §62의3: within two years of the consent, and of every second year after
it, whoever advertises confirms it, naming himself, the consent with its date, and how it is kept
or withdrawn. Who does not answer keeps it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction
from django.urls import reverse

from center import clock
from center.models import ConsentKind, ConsentText
from center.notifications.messages import CONSENT_KEPT
from center.notifications.models import EMAIL, INBOX
from center.notifications.services import deliver_soon

YEARS = 2
#: the notice has to arrive before the day, also if the house is away for a few
LEAD = 14 * clock.DAY
_ADVERTISING = (ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING)

# One statement for everybody: what was agreed to on one day is told of in one message, whose key
# counts how often two years have gone by. A consent to a former text covers nothing and is left.
_TELL_SQL = """
WITH agreed AS (
    SELECT c.user_id, (c.given_at AT TIME ZONE %(zone)s)::date AS day,
           bool_or(c.kind = %(news)s) AS news, bool_or(c.kind = %(night)s) AS night
    FROM center_consent c
    WHERE c.withdrawn_at IS NULL AND c.kind IN (%(news)s, %(night)s) AND c.text_id = ANY(%(texts)s)
    GROUP BY 1, 2
), due AS (
    SELECT agreed.*, u.name, u.email, u.language,
           'consent_kept:' || u.id || ':' || day || ':' || gone.times AS key
    FROM agreed
    JOIN center_user u ON u.id = agreed.user_id AND u.is_active
    CROSS JOIN LATERAL (
        SELECT max(n) AS times FROM generate_series(1, 50) AS n
        WHERE (day + n * %(period)s::interval - %(lead)s)::date <= %(today)s) AS gone
    WHERE gone.times IS NOT NULL
), fresh AS MATERIALIZED (  -- or the outbox would be searched while it grows
    SELECT due.*, way.channel
    FROM due CROSS JOIN unnest(%(channels)s) AS way (channel)
    WHERE NOT EXISTS (
        SELECT 1 FROM notifications_message n
        WHERE n.dedupe_key = due.key AND n.channel = way.channel)
)
INSERT INTO notifications_message (
    kind, recipient_id, address, language, channel, context, link, dedupe_key, state,
    due_at, first_due_at, attempts, last_error, provider_id, subject, body, created_at)
SELECT %(kind)s, user_id, '', language, channel,
       jsonb_build_object('name', coalesce(nullif(name, ''), email), 'agreed_on', day,
           'news', news, 'night', night),
       %(link)s, key, 'waiting', %(now)s, %(now)s, 0, '', '', '', '', %(now)s
FROM fresh
ON CONFLICT (dedupe_key, channel) DO NOTHING
"""


@transaction.atomic
def tell(*, now: dt.datetime) -> int:
    """Write to those whose consent is two years old in ``LEAD``, or four, and so on, and who
    were not told of it yet; returns how many messages. Safe to run twice and side by side."""
    texts = ConsentText.objects.in_force(now).values_list("pk", "kind")
    values: dict[str, Any] = {
        "kind": CONSENT_KEPT.key,
        "news": ConsentKind.MARKETING,
        "night": ConsentKind.NIGHT_MARKETING,
        "texts": [pk for pk, kind in texts if kind in _ADVERTISING],
        "zone": clock.KST.key,
        "period": f"{YEARS} years",
        "lead": LEAD,
        "today": clock.day_of(now),
        "channels": [INBOX, EMAIL],
        "link": reverse("account_privacy"),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_TELL_SQL, values)
        written = int(cursor.rowcount)
    if written:
        deliver_soon()
    return written
