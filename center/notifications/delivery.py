"""Bringing due messages home: claim a batch, hand each over, write down what became of it.

A claim leases rows to one worker, by ``FOR UPDATE SKIP LOCKED``, in a short transaction of its
own; nothing is locked while a message travels. The outcome is written only if the lease is
still that worker's: compare and set on its token. A worker that is killed leaves a lease that
runs out, and its rows are tried again: each message reaches "sent" once, and what was under
way at that moment (``books``) may arrive twice, under the same number.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F

from center import clock
from center.notifications import channels, courtesy, kinds, rendering, services, wording
from center.notifications.books import Books
from center.notifications.channels import (
    Away,
    Channel,
    NotNow,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
    TooLate,
    Unwanted,
)
from center.notifications.models import Message, MessageState
from center.notifications.rendering import Words
from center.notifications.wording import Wording

log = structlog.get_logger(__name__)

BATCH = 50
#: a run takes no further batch after this; with the batch in hand it stays within the time
#: limit of tasks, also where every mail runs into a time-out
LONGEST_RUN = dt.timedelta(minutes=4)
LONGEST_PAUSE = dt.timedelta(hours=1)
#: how long a server that is away is left alone at most: who is back is soon found again
LONGEST_ABSENCE = dt.timedelta(minutes=10)
_NO_LEASE: dict[str, Any] = {"lease_until": None, "lease_token": None}


@dataclass
class Run:
    """What one worker does until nothing is due: its open channels and its tally."""

    sent: int = 0
    failed: int = 0
    #: the staff's words, as they stood when the batch was begun
    worded: Wording | None = None
    channels: dict[str, Channel] = field(default_factory=dict)
    #: what is out and not entered yet
    books: Books = field(default_factory=Books)

    def channel(self, name: str) -> Channel:
        if name not in self.channels:
            self.channels[name] = channels.opened(name)
        return self.channels[name]

    def close(self) -> None:
        for channel in self.channels.values():
            channel.close()


def deliver_due(*, limit: int) -> int:
    """Deliver what is due, at most ``limit`` messages and for a few minutes; how many were
    taken in hand.

    Safe to run any number of times side by side. Not inside a transaction.
    """
    recover_expired_leases(now=clock.now())
    run, taken, until = Run(), 0, clock.now() + LONGEST_RUN
    try:
        while taken < limit and clock.now() < until:
            batch = claim(size=min(BATCH, limit - taken))
            if not batch:
                break
            taken += len(batch)
            _deliver_batch(run, batch)
    finally:
        run.close()
    if taken:
        log.info("messages_delivered", sent=run.sent, failed=run.failed)
    return taken


@transaction.atomic
def claim(*, size: int) -> list[Message]:
    """Lease the longest due messages to the caller, those to many at a time after the others;
    nobody else gets them meanwhile."""
    now = clock.now()
    due = Message.objects.due(now).select_for_update(skip_locked=True, no_key=True, of=("self",))
    batch = list(due.select_related("recipient").order_by("mass", "due_at", "pk")[:size])
    token, until = uuid.uuid4(), now + _lease()
    Message.objects.filter(pk__in=[message.pk for message in batch]).update(
        state=MessageState.LEASED,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=until,
    )
    for message in batch:
        message.attempts += 1
        message.state, message.lease_token, message.lease_until = MessageState.LEASED, token, until
    return batch


def recover_expired_leases(*, now: dt.datetime) -> int:
    """Take back what workers were given who never came back; how many messages it were.

    The attempt counts: a message that kills its workers must come to an end, too.
    """
    expired, error = Message.objects.lease_expired(now), "the worker did not come back"
    last = list(expired.filter(attempts__gte=settings.MESSAGE_ATTEMPTS).select_related("recipient"))
    for message in last:
        _give_up(message, error)
    again = expired.update(state=MessageState.FAILED, due_at=now, last_error=error, **_NO_LEASE)
    if again:
        log.warning("message_leases_expired", again=again)
    return len(last) + again


def pause_before_retry(attempts: int) -> dt.timedelta:
    """How long to wait after so many attempts: doubling, up to an hour, give or take a fifth
    so that what failed together does not come back together."""
    seconds = settings.MESSAGE_RETRY_SECONDS * 2 ** min(attempts - 1, 16)
    return _spread(min(dt.timedelta(seconds=seconds), LONGEST_PAUSE))


def pause_while_away(waited: dt.timedelta) -> dt.timedelta:
    """How long a message is put off that has waited so long for a server that is away: as
    long again, from the first pause of a retry up to ``LONGEST_ABSENCE``."""
    shortest = dt.timedelta(seconds=settings.MESSAGE_RETRY_SECONDS)
    return _spread(min(max(waited, shortest), LONGEST_ABSENCE))


def _spread(pause: dt.timedelta) -> dt.timedelta:
    return pause * random.uniform(0.8, 1.2)  # noqa: S311


def _lease() -> dt.timedelta:
    return dt.timedelta(seconds=settings.MESSAGE_LEASE_SECONDS)


def _deliver_batch(run: Run, batch: Sequence[Message]) -> None:
    run.worded = wording.current()
    try:
        for message in batch:
            # Half the lease is kept for the message under way; the rest goes to somebody else.
            if message.lease_until is None or clock.now() > message.lease_until - _lease() / 2:
                run.sent += run.books.enter()  # or they were given back as well
                _give_back(message)
                return
            _deliver(run, message)
    finally:
        run.sent += run.books.enter()


def _give_back(message: Message) -> None:
    """Everything of the batch that was not touched; it costs those messages no attempt."""
    Message.objects.filter(state=MessageState.LEASED, lease_token=message.lease_token).update(
        state=MessageState.WAITING, attempts=F("attempts") - 1, **_NO_LEASE
    )


def _deliver(run: Run, message: Message) -> None:
    try:
        words, receipt = _hand_over(run, message)
    except Unwanted:
        _settle(message, state=MessageState.CANCELLED)
    except TooLate:
        _end_late(message)
    except NotNow as night:
        _wait(message, night.until)
    except PermanentFailure as failure:
        _give_up(message, str(failure))
    except Away as failure:
        _put_off(message, failure)
    except TemporaryFailure as failure:
        _try_later(message, str(failure))
    except Exception as error:  # a fault of ours must not stop those behind it
        log.exception("message_failed", message=message.pk, kind=message.kind)
        _try_later(message, f"{type(error).__name__}: {error}")
    else:
        run.sent += run.books.add(message, words, receipt)
        return
    run.failed += 1


def _hand_over(run: Run, message: Message) -> tuple[Words, Receipt]:
    if _is_useless(message, clock.now()):
        raise TooLate
    channel = run.channel(message.channel)
    if not channel.reaches(message):
        raise PermanentFailure("the person cannot be reached this way any more")
    _keep_courtesy(message)
    words = rendering.words_of(message, run.worded)
    return words, channel.deliver(message, words)


def _keep_courtesy(message: Message) -> None:
    """Once more, as a message may wait, or be tried again, until the night or beyond a consent."""
    kind = kinds.get(message.kind)
    if not courtesy.wants(message.recipient, kind):
        raise Unwanted
    now = clock.now()
    until = courtesy.earliest(message.recipient, kind, message.channel, now)
    if until > now:
        raise TooLate if _is_useless(message, until) else NotNow(until)


def _is_useless(message: Message, at: dt.datetime) -> bool:
    return message.useless_after is not None and message.useless_after <= at


def _end_late(message: Message) -> None:
    """Called off, with the cause for staff to see. Where only this way is too late, because it
    rests at night, the next one of the kind may be in time."""
    with transaction.atomic():
        cause = f"not out while it was of use ({message.last_error or 'waited too long'})"
        if _settle(message, state=MessageState.CANCELLED, last_error=cause[:300]):
            instead = services.queue_next_channel(message)
            log.warning("message_too_late", message=message.pk, kind=message.kind, instead=instead)


def _try_later(message: Message, error: str) -> None:
    if message.attempts >= settings.MESSAGE_ATTEMPTS:
        _give_up(message, error)
        return
    due_at = clock.now() + pause_before_retry(message.attempts)
    _settle(message, state=MessageState.FAILED, due_at=due_at, last_error=_cause(message, error))


def _put_off(message: Message, away: Away) -> None:
    """It was not tried: the attempt is given back, so an outage never kills a message. Where
    the server said when it is back, an answer to somebody comes then, and those to many at a
    time take turns."""
    now = clock.now()
    pause = pause_while_away(now - message.first_due_at)
    if away.pause is not None:
        pause = max(pause, away.pause) if message.mass else away.pause
    due_at = now + pause
    cause = _cause(message, str(away))
    attempts = F("attempts") - 1
    _settle(message, state=MessageState.FAILED, due_at=due_at, attempts=attempts, last_error=cause)


def _wait(message: Message, until: dt.datetime) -> None:
    """It was not tried, and nobody calls it late before then."""
    attempts = F("attempts") - 1
    moments = {"due_at": until, "first_due_at": until}
    _settle(message, state=MessageState.WAITING, attempts=attempts, **moments)


def _give_up(message: Message, error: str) -> None:
    """Dead for staff to see, unless the kind knows another way to the person."""
    with transaction.atomic():
        dead = {"state": MessageState.DEAD, "given_up_at": clock.now()}
        if _settle(message, **dead, last_error=_cause(message, error)):
            instead = services.queue_next_channel(message)
            log.warning("message_given_up", message=message.pk, kind=message.kind, instead=instead)


def _cause(message: Message, error: str) -> str:
    """What went wrong, without repeating the address: the row knows it already."""
    person = message.recipient
    known = [message.address, *([person.email, person.phone] if person else [])]
    for address in filter(None, known):
        error = error.replace(address, "…")
    return " ".join(error.split())[:300] or "no reason given"


def _settle(message: Message, **outcome: Any) -> int:
    """Write down what became of the message, if it is still ours; 1 if it was."""
    ours = Message.objects.filter(
        pk=message.pk, state=MessageState.LEASED, lease_token=message.lease_token
    )
    settled = ours.update(**outcome, **_NO_LEASE)
    if not settled:
        log.warning("message_lease_lost", message=message.pk)
    return settled
