"""Queueing messages, calling them off, trying them again, reading them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from center.notifications import courtesy, kinds, routing, standings, writing
from center.notifications.in_bulk import more_key
from center.notifications.kinds import Kind, Value
from center.notifications.messages import MORE_IN_INBOX
from center.notifications.models import Message, MessageQuerySet, MessageState
from center.notifications.writing import Writing
from center.rows import insert_unless_there

#: In the cache while a worker is woken that has not begun. Not for long: one of the release
#: before, or one that is killed, never says that it begins.
_WOKEN, _WOKEN_SECONDS = "notifications.woken", 1


@dataclass(frozen=True)
class Addressee:
    """Who is told of something that others are told of as well: once for the ``key``, with a
    ``link`` of his own."""

    person: User
    key: str
    link: str


def queue(
    *,
    kind: Kind,
    recipient: User | None = None,
    address: str = "",
    context: Mapping[str, Value],
    dedupe_key: str,
    link: str = "",
    language: str | None = None,
    due_at: dt.datetime | None = None,
    useless_after: dt.datetime | None = None,
) -> None:
    """Tell somebody something, in the transaction of the change it tells of.

    To a ``recipient`` with an account, who finds it in the inbox and gets it by the first way
    that reaches him (``routing``, ``courtesy``); or to the e-mail ``address`` of somebody
    without. Without ``language`` it is in the recipient's. ``link`` is a path of this site. The
    same ``dedupe_key`` is sent once, however often it is queued: ``"accepted:17"``. Without
    ``due_at`` it is due at once; a moment to come waits. What is not out at ``useless_after``
    is not sent any more. A promotional kind is not written to somebody who has not agreed to
    such.

    Raises TransactionManagementError outside a transaction, ValueError for a context unlike
    the kind's example, for a strange address, or for nobody to send it to.
    """
    _refuse_outside_a_transaction()
    if (recipient is None) == (not address) or (kind.promotional and recipient is None):
        raise ValueError("a message goes to a person or to an address, news to a person")
    language = language or (recipient.language if recipient else settings.LANGUAGE_CODE)
    message = Message(
        kind=kind.key,
        recipient=recipient,
        address=_checked(address),
        language=language,
        context=_said(kind, context, language),
        link=link,
        dedupe_key=dedupe_key,
        due_at=due_at or clock.now(),
        useless_after=useless_after,
    )
    _write(kind, [message])


def queue_each(*, kind: Kind, told: Iterable[Addressee], context: Mapping[str, Value]) -> None:
    """The same as ``queue`` for each of those ``told``: however many they are, no more questions
    to the database than for one."""
    _refuse_outside_a_transaction()
    told, now = list(told), clock.now()
    languages = {one.person.language for one in told}
    said = {language: _said(kind, context, language) for language in languages}
    news = [
        Message(
            kind=kind.key,
            recipient=one.person,
            language=one.person.language,
            context=said[one.person.language],
            link=one.link,
            dedupe_key=one.key,
            due_at=now,
        )
        for one in told
    ]
    _write(kind, news)


def _said(kind: Kind, context: Mapping[str, Value], language: str) -> dict[str, Any]:
    with translation.override(language):
        return kind.encode(context)


def _refuse_outside_a_transaction() -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError("a message belongs to the transaction it tells of")


def _write(kind: Kind, news: Sequence[Message]) -> None:
    """To everybody who is to get it and has not got it."""
    wanted = [one for one in news if courtesy.wants(one.recipient, kind)]
    if not wanted:
        return
    standing, worded = standings.of(kind, {one.dedupe_key: one.recipient for one in wanted})
    rows_of = Writing(kind, worded)
    fresh = [one for one in wanted if not standing[one.dedupe_key].is_known]
    rows = [row for one in fresh for row in rows_of.rows(one, standing[one.dedupe_key])]
    insert_unless_there(rows)
    now = clock.now()
    if any(row.state == MessageState.WAITING and row.due_at <= now for row in rows):
        deliver_soon()
    if rows_of.held_back:
        _tell_of_more({person.pk: person for person in rows_of.held_back}.values(), now)


def _tell_of_more(people: Iterable[User], now: dt.datetime) -> None:
    """Once a day, that the inbox has what is not sent any more."""
    news = [
        Message(
            kind=MORE_IN_INBOX.key,
            recipient=person,
            language=person.language,
            context=MORE_IN_INBOX.encode({"name": person.get_short_name()}),
            link=reverse("inbox"),
            dedupe_key=more_key(person.pk, clock.today()),
            due_at=now,
        )
        for person in people
    ]
    _write(MORE_IN_INBOX, news)


def _checked(address: str) -> str:
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise ValueError(f"not an e-mail address: {address!r}") from error
    return address


def queue_next_channel(message: Message) -> bool:
    """Send by the next way to the person what this one could not; whether there is one."""
    tried = Message.objects.filter(dedupe_key=message.dedupe_key).values_list("channel", flat=True)
    kind, used = kinds.get(message.kind), set(tried)
    ways = routing.ways_to(message.recipient, kind)
    ways = courtesy.ways_instead(message.recipient, kind, ways)
    message.due_at = clock.now()
    left = writing.in_time(message, kind, [name for name in ways if name not in used])
    name = writing.first_reaching(message, left)
    if name is None:
        return False
    Message.objects.bulk_create([writing.through(message, kind, name)], ignore_conflicts=True)
    deliver_soon()
    return True


def deliver_soon() -> None:
    """Wake a worker once the transaction is through, however many messages it wrote. A queue
    that is away is no reason to fail: the rows wait and the sweeper brings them home."""
    if wake_worker not in {entry[1] for entry in connection.run_on_commit}:
        transaction.on_commit(wake_worker, robust=True)


def wake_worker() -> None:
    """Ask for the task that delivers, once: nobody waits long for a queue that is away.

    A worker that is woken and has not begun will see what is committed by now, so nobody else is
    woken for it. A cache that is away knows of none (and answers None).
    """
    if cache.add(_WOKEN, True, _WOKEN_SECONDS) is False:
        return
    try:
        current_app.send_task("center.notifications.tasks.deliver", retry=False)
    except Exception:
        cache.delete(_WOKEN)  # nobody was woken
        raise


def worker_begins() -> None:
    """To be called by the task before it looks: what is committed from now on wakes anew."""
    cache.delete(_WOKEN)


def cancel(*, dedupe_key: str) -> int:
    """Call off what was queued under the key and is not on its way; how many rows it were."""
    return cancel_all(dedupe_keys=[dedupe_key])


def cancel_all(*, dedupe_keys: Sequence[str]) -> int:
    """The same for several keys at once."""
    rows = Message.objects.claimable().filter(dedupe_key__in=dedupe_keys)
    return rows.update(state=MessageState.CANCELLED)


@transaction.atomic
def retry(*, message: Message) -> Message:
    """Try a message again that was given up, with all its attempts anew.

    Raises RuleViolation("not_dead") unless it is given up and nobody was told another way.
    """
    if not retry_all(messages=Message.objects.filter(pk=message.pk)):
        raise RuleViolation(
            Violation(
                "not_dead",
                _("This message is not among those given up."),
                _("Load the page again to see where it stands."),
            )
        )
    message.refresh_from_db()
    return message


@transaction.atomic
def retry_all(*, messages: MessageQuerySet) -> int:
    """The same for all of them that are ``lost``, in one statement; how many those were: nobody
    is told twice. Many at once let what answers somebody go before."""
    dead, now = messages.lost(), clock.now()
    anew: dict[str, Any] = {"due_at": now, "first_due_at": now, "given_up_at": None}
    if dead.count() > 1:
        anew["mass"] = True
    again = dead.update(state=MessageState.WAITING, attempts=0, **anew)
    if again:
        deliver_soon()
    return again


def mark_read(*, message: Message) -> None:
    """The person has opened it; the first time counts."""
    Message.objects.unread().filter(pk=message.pk).update(read_at=clock.now())


def mark_all_read(*, user: User) -> int:
    """Everything the person has in the inbox by now; how many were unread."""
    return Message.objects.inbox_of(user.pk).unread().update(read_at=clock.now())
