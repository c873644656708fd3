"""Entering in the books what was handed over, several messages with one statement.

Each statement waits for the disk, so what goes out in the same instant is entered together; but
not for longer than ``_TOGETHER``, because a worker that is killed before the entry has its
messages sent again. A way that takes longer for each message has each entered at once.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from django.db import InterfaceError, OperationalError, connection

from center import clock, metrics
from center.notifications.channels import Receipt
from center.notifications.models import Message
from center.notifications.rendering import Words

log = structlog.get_logger(__name__)

#: seconds
_TOGETHER = 0.01
#: seconds for which a database that is away is waited for: what is out must not go out again
_PATIENCE, _PAUSE = 20, 0.2

_SENT = """
    UPDATE notifications_message AS m
    SET state = 'sent', sent_at = done.sent_at, last_error = '',
        address = coalesce(nullif(m.address, ''), done.address), provider_id = done.provider_id,
        subject = done.subject, body = done.body, lease_until = NULL, lease_token = NULL
    FROM unnest(%s::bigint[], %s::uuid[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
        %s::text[]) AS done (id, token, sent_at, address, provider_id, subject, body)
    WHERE m.id = done.id AND m.state = 'leased' AND m.lease_token = done.token
    RETURNING m.id
"""


@dataclass(frozen=True)
class _Entry:
    id: int
    token: str
    sent_at: dt.datetime
    address: str
    provider_id: str
    subject: str
    body: str


@dataclass
class Books:
    """What one worker handed over and has not entered yet."""

    _open: list[_Entry] = field(default_factory=list)
    _entered_at: float = field(default_factory=time.perf_counter)

    def add(self, message: Message, words: Words, receipt: Receipt) -> int:
        """Note that a message is out; how many were entered by that."""
        self._open.append(
            _Entry(
                id=message.pk,
                token=str(message.lease_token),
                sent_at=clock.now(),
                address=receipt.address,
                provider_id=receipt.provider_id,
                subject=words.subject[:200],
                body=words.body,
            )
        )
        is_time = time.perf_counter() - self._entered_at >= _TOGETHER
        return self.enter() if is_time else 0

    def enter(self) -> int:
        """Enter what is open, of messages that are still the worker's; how many those were."""
        done, self._open = self._open, []
        ours = _entered(done) if done else set()
        self._entered_at = time.perf_counter()
        for entry in done:
            if entry.id not in ours:
                log.warning("message_lease_lost", message=entry.id)
        metrics.messages_sent(len(ours))
        return len(ours)


def _entered(done: Sequence[_Entry]) -> set[int]:
    columns = [[getattr(entry, name) for entry in done] for name in _Entry.__dataclass_fields__]
    until = time.perf_counter() + _PATIENCE
    while True:
        try:
            with connection.cursor() as cursor:
                cursor.execute(_SENT, columns)
                return {pk for (pk,) in cursor.fetchall()}
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.perf_counter() > until:
                raise
            log.warning("messages_wait_to_be_entered", count=len(done))
            connection.close()
            time.sleep(_PAUSE)
