"""What the provider of text messages reports after it took a message.

Reports come late, twice, in any order, or never. Each is safe to take again.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction

from center import clock
from center.notifications import services
from center.notifications.channels import provider
from center.notifications.models import ALIMTALK, SMS, Message, MessageState
from center.plain_numbers import row_number

log = structlog.get_logger(__name__)


class Taken(enum.Enum):
    """What became of a report."""

    DONE = "done"
    #: of no message of ours, or of one whose end is known
    IGNORED = "ignored"
    #: a worker has the message in its hands and has not written down that it was taken
    TOO_EARLY = "too early"


@dataclass(frozen=True)
class Report:
    """One line: the provider's number, our reference, its code and words."""

    provider_id: str
    reference: str
    code: str
    said: str


def read(entries: Any) -> list[Report]:
    """The readable lines of what was sent: ``[{"data": {…}}, …]``, or the same without frame."""
    lines = [_data_of(entry) for entry in entries] if isinstance(entries, list) else []
    return [_report(line) for line in lines if line]


def _report(line: dict[str, Any]) -> Report:
    fields = line.get("customFields")
    return Report(
        provider_id=str(line.get("messageId") or ""),
        reference=str(fields.get("reference") or "") if isinstance(fields, dict) else "",
        code=str(line.get("statusCode") or ""),
        said=str(line.get("statusMessage") or ""),
    )


def _data_of(entry: Any) -> dict[str, Any]:
    line = entry.get("data", entry) if isinstance(entry, dict) else None
    return line if isinstance(line, dict) else {}


@transaction.atomic
def take(report: Report) -> Taken:
    """Enter that a message has arrived, or that it has not and goes the next way."""
    message = _message_of(report)
    if message is None or not report.code or report.code in provider.UNDER_WAY:
        return Taken.IGNORED
    if message.state == MessageState.LEASED:
        return Taken.TOO_EARLY
    # One that is to be tried again is looked up there first, which tells the same.
    if message.state != MessageState.SENT or message.delivered_at is not None:
        return Taken.IGNORED
    if message.provider_id != report.provider_id:
        return Taken.IGNORED
    if report.code == provider.DELIVERED:
        Message.objects.filter(pk=message.pk).update(delivered_at=clock.now())
    else:
        _undelivered(message, f"{report.code} {report.said}".strip())
    return Taken.DONE


def _message_of(report: Report) -> Message | None:
    number = row_number(report.reference.partition(".")[0])
    if not number:
        return None
    texts = Message.objects.filter(channel__in=[SMS, ALIMTALK]).select_related("recipient")
    locked = texts.select_for_update(no_key=True, of=("self",))
    message = locked.filter(pk=number).first()
    return message if message and message.reference == report.reference else None


def _undelivered(message: Message, error: str) -> None:
    now = clock.now()
    Message.objects.filter(pk=message.pk).update(
        state=MessageState.DEAD, sent_at=None, given_up_at=now, last_error=error[:300]
    )
    instead = services.queue_next_channel(message)
    log.warning("message_undelivered", message=message.pk, kind=message.kind, instead=instead)
