"""How people stand with the house before something is written to them: one statement for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from center import clock
from center.models import User
from center.notifications import wording
from center.notifications.courtesy import TEXTS, Sent
from center.notifications.kinds import Kind
from center.notifications.models import INBOX, MessageState
from center.notifications.wording import Wording

# By hand, as every change tells somebody something: what would be four questions for each
# person is one for all of them. ``known`` by the key alone, whichever way it goes: another
# one may be the first by now, and the message is the same.
_SQL = f"""
SELECT told.key, ({wording.VERSION}),
    EXISTS (SELECT FROM notifications_message m WHERE m.dedupe_key = told.key) AS known,
    (SELECT c.first FROM notifications_channelchoice c
     WHERE c.user_id = told.person AND c."group" = %(group)s) AS first,
    sent.everything, sent.texts
FROM unnest(%(keys)s::text[], %(people)s::bigint[]) AS told (key, person)
CROSS JOIN LATERAL (
    SELECT count(*), count(*) FILTER (WHERE m.channel = ANY(%(texts)s))
    FROM notifications_message m
    WHERE m.recipient_id = told.person AND m.created_at >= %(midnight)s
      AND m.channel <> %(inbox)s AND m.state <> %(cancelled)s
) AS sent (everything, texts)
"""  # noqa: S608  (nothing from outside is in it)


@dataclass(frozen=True)
class Standing:
    """Of one person and one message. ``is_known``: it was queued before, under the same key;
    ``first``: the way chosen for messages of its group; ``sent``: what went out today."""

    is_known: bool
    first: str | None
    sent: Sent


def of(kind: Kind, told: Mapping[str, User | None]) -> tuple[dict[str, Standing], Wording]:
    """By the key under which each person, or somebody without an account, is to get a message
    of the kind; and the staff's words as they are now. 1 query, one more where those changed."""
    values: dict[str, Any] = {
        "keys": list(told),
        "people": [person.pk if person else None for person in told.values()],
        "group": kind.group,
        "midnight": clock.at(clock.today()),
        "texts": sorted(TEXTS),
        "inbox": INBOX,
        "cancelled": MessageState.CANCELLED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL, values)
        rows = cursor.fetchall()
    standings = {key: Standing(known, first, Sent(*sent)) for key, _v, known, first, *sent in rows}
    return standings, wording.as_of(rows[0][1])
