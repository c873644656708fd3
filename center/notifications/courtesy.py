"""When, how often and whether at all people may be written to.

Advertisements need consent, and another one between 21:00 and 08:00 (정보통신망법 §50①③;
domain.md §3); by mail, too, although the law lets mails go at night. Texts that ring a
telephone wait for the morning by the house's own hours, unless they are urgent.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from center import clock
from center.models import Consent, ConsentKind, User
from center.notifications.kinds import Kind
from center.notifications.models import ALIMTALK, INBOX, SMS, Message, MessageState

TEXTS = frozenset({SMS, ALIMTALK})
#: full hours in Korea, from the first to the second; the law's
ADVERTISING_NIGHT = (21, 8)


def agreed(person: User | None) -> frozenset[str]:
    """Which advertising the person has agreed to today; one query."""
    if person is None:
        return frozenset()
    kinds = [ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING]
    given = Consent.objects.to_text_in_force(clock.now()).filter(user=person, kind__in=kinds)
    return frozenset(given.values_list("kind", flat=True))


def wants(person: User | None, kind: Kind) -> bool:
    """Whether the person is to get the kind at all."""
    return not kind.promotional or ConsentKind.MARKETING in agreed(person)


def earliest(person: User | None, kind: Kind, channel: str, at: dt.datetime) -> dt.datetime:
    """``at``, or the end of the quiet hours it falls into."""
    if kind.promotional and channel != INBOX:
        at_night = ConsentKind.NIGHT_MARKETING in agreed(person)
        return at if at_night else after_quiet(at, ADVERTISING_NIGHT)
    if channel in TEXTS and not kind.urgent:
        return after_quiet(at, quiet_hours())
    return at


def quiet_hours() -> tuple[int, int]:
    """The house's own: from and until which full hour in Korea no text rings."""
    return settings.QUIET_FROM, settings.QUIET_UNTIL


def after_quiet(at: dt.datetime, hours: tuple[int, int]) -> dt.datetime:
    """``at`` itself outside of the hours, else the moment they are over; two equal hours are
    none at all."""
    begins, ends = hours
    local = clock.local(at)
    over_midnight = begins > ends
    if over_midnight:
        quiet = local.hour >= begins or local.hour < ends
    else:
        quiet = begins <= local.hour < ends
    if not quiet:
        return at
    tomorrow = over_midnight and local.hour >= begins
    return clock.at(local.date() + clock.DAY * tomorrow, dt.time(ends))


@dataclass(frozen=True)
class Sent:
    """How many messages, and how many texts among them, were written to a person since
    midnight, the inbox and those called off aside."""

    everything: int
    texts: int


def ways_left(kind: Kind, ways: tuple[str, ...], sent: Sent) -> tuple[str, ...]:
    """The ways not used up today: none after so many messages in all, no texts after so many
    texts. Urgent kinds always go. Two at once may pass by one; nobody is locked for that."""
    if kind.urgent:
        return ways
    if 0 < settings.MESSAGE_DAILY_LIMIT <= sent.everything:
        return ()
    return _without_spent_texts(ways, sent.texts)


def limits_of(kind: Kind, now: dt.datetime) -> dict[str, Any]:
    """The same limits for a statement that writes many messages at once: since when it counts,
    how much is enough in all and of texts, none for an urgent kind, and which ways are texts."""
    none = kind.urgent
    return {
        "midnight": clock.at(clock.day_of(now)),
        "most": None if none else settings.MESSAGE_DAILY_LIMIT or None,
        "most_texts": None if none else settings.SMS_DAILY_LIMIT or None,
        "texts": sorted(TEXTS),
    }


def ways_instead(person: User | None, kind: Kind, ways: tuple[str, ...]) -> tuple[str, ...]:
    """The same for a message that could not be delivered: it is counted already, so only the
    texts may be used up."""
    if person is None or kind.urgent:
        return ways
    return _without_spent_texts(ways, _texts_today(person))


def _without_spent_texts(ways: tuple[str, ...], texts: int) -> tuple[str, ...]:
    spent = 0 < settings.SMS_DAILY_LIMIT <= texts
    return tuple(way for way in ways if not (spent and way in TEXTS))


def _texts_today(person: User) -> int:
    written = Message.objects.filter(recipient=person, created_at__gte=clock.at(clock.today()))
    texts = written.filter(channel__in=TEXTS).exclude(state=MessageState.CANCELLED)
    return texts.count()
