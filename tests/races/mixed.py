"""Messages by every way at once, a world that takes them, and what became of each."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from center.models import User
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import ALIMTALK, EMAIL, INBOX, SMS, KindRule, Message, MessageState
from tests.conftest import NOW
from tests.notifications import carrier as behaviours
from tests.notifications.carrier import KEY, SECRET, Behaviour, Carrier, carrier_office
from tests.notifications.smtp import Post, post_office

#: in turn; the first is to an address without an account
_WAYS = (EMAIL, EMAIL, SMS, ALIMTALK, INBOX)
#: how a number begins that no telephone has: the provider refuses it, the next way is by mail
_UNKNOWN = "0109"
_UNKNOWN_EACH = 20
_KEY = "chaos:"


@dataclass(frozen=True)
class World:
    """A mail server and a provider of text messages, for which workers wait so long."""

    post: Post
    carrier: Carrier
    patience_seconds: float

    @property
    def environment(self) -> dict[str, str]:
        """What leads workers to them, at every hour."""
        return {
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}",
            "SOLAPI_URL": self.carrier.url,
            "SOLAPI_API_KEY": KEY,
            "SOLAPI_API_SECRET": SECRET,
            "SOLAPI_WEBHOOK_SECRET": "report-secret",
            "SOLAPI_SECONDS": str(self.patience_seconds),
            "SMS_SENDER": "053-803-0114",
            "KAKAO_PF_ID": "KA01PF1",
            "QUIET_FROM": "0",
            "QUIET_UNTIL": "0",
        }

    def arrived(self) -> Counter[str]:
        """How often each message came, by our reference."""
        texts = map(behaviours.reference_of, self.carrier.taken)
        return Counter([*map(_reference_of, self.post.message_ids), *texts])

    def unanswered(self) -> Counter[str]:
        """How often each was taken without an answer: the sender cannot know."""
        mails = map(_reference_of, self.post.unanswered)
        return Counter([*mails, *self.carrier.unanswered])


@contextmanager
def world(
    *, thinking_seconds: float, mishap_each: int = 0, patience_seconds: float = 10
) -> Iterator[World]:
    """One that looks at each message for so long, and of so many, if not 0, has one go wrong."""
    posts = post_office(thinking_seconds=thinking_seconds, hang_up_each=mishap_each)
    with posts as post, carrier_office() as carrier:
        carrier.usual = _moods(thinking_seconds, mishap_each)
        yield World(post, carrier, patience_seconds)


def _moods(thinking_seconds: float, mishap_each: int) -> Behaviour:
    """Of ``mishap_each`` texts one is taken without an answer, one is taken and the sender
    waits until his own time-out, one is turned away because there are too many."""
    busy = behaviours.status(429, Retry_After="1")
    mishaps = (behaviours.takes_and_hangs_up, behaviours.takes_and_hangs, busy)
    turns = {(n + 1) * mishap_each // 3: mishap for n, mishap in enumerate(mishaps) if mishap_each}
    counted, lock = itertools.count(), threading.Lock()

    def behave(handler: behaviours._Handler) -> None:
        time.sleep(thinking_seconds)
        if handler.messages[0]["to"].startswith(_UNKNOWN):
            behaviours.refuses(handler)
            return
        with lock:
            turn = next(counted) % max(mishap_each, 1) + 1
        turns.get(turn, behaviours.takes)(handler)

    return behave


def write(count: int, *, people: int) -> None:
    """So many messages of the house's own kind, by each way in turn, due now and to many at a
    time; nobody is woken."""
    KindRule.objects.update_or_create(
        kind=TEST_MESSAGE.key, defaults={"alimtalk_template": "KA01TP1"}
    )
    told = User.objects.bulk_create(_person(n) for n in range(people))
    context = TEST_MESSAGE.encode({"name": "김운영", "asked_at": NOW})
    Message.objects.bulk_create(
        (
            Message(
                kind=TEST_MESSAGE.key,
                language="ko",
                mass=True,
                channel=_WAYS[n % len(_WAYS)],
                context=context,
                dedupe_key=f"{_KEY}{n}",
                **_to(n, told),
            )
            for n in range(count)
        ),
        batch_size=1000,
    )


def _person(n: int) -> User:
    prefix = 9000 if n % _UNKNOWN_EACH == 0 else 2000 + n
    phone = f"010-{prefix}-{1000 + n}"
    return User(email=f"chaos{n}@example.com", name="김상인", phone=phone, password="!")


def _to(n: int, told: list[User]) -> dict[str, object]:
    turn, way = divmod(n, len(_WAYS))
    if way == 0:
        return {"address": f"somebody{n}@example.com"}
    return {"recipient": told[turn % len(told)]}


def forget() -> None:
    """What ``write`` left behind, once the messages are gone."""
    User.objects.filter(email__startswith="chaos").delete()
    KindRule.objects.all().delete()


def left() -> int:
    """How many of what ``write`` wrote are not over."""
    written = Message.objects.filter(dedupe_key__startswith=_KEY)
    return written.exclude(state__in=MessageState.over).count()


# What became of them ----------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One way: sent by the books, received by the world, and why some were received again:
    taken without an answer, or the worker was killed between handing over and entry."""

    name: str
    sent: int
    received: int
    unanswered: int
    interrupted: int


@dataclass(frozen=True)
class Reckoning:
    ways: list[Way]
    faults: dict[str, int]
    tried_again: int

    def way(self, name: str) -> Way:
        return next(way for way in self.ways if way.name == name)


def reckon(taken: World, *, expected: int, kills: int) -> Reckoning:
    """What the books say of ``expected`` messages against what the world says. A mail handed
    over by a worker that is killed before the entry comes again, at most one a kill; a text
    does not, as the provider is asked first."""
    rows = list(Message.objects.defer("context"))
    sent = {row.reference: row for row in rows if row.state == MessageState.SENT}
    arrived, unanswered = taken.arrived(), taken.unanswered()
    once = Counter(row.dedupe_key for row in sent.values())
    out = [ref for ref, row in sent.items() if row.channel != INBOX]
    ways = [_way(name, sent, arrived, unanswered) for name in (EMAIL, SMS, ALIMTALK)]
    inbox = [row for row in sent.values() if row.channel == INBOX]
    faults = {
        "not sent exactly once by the books": expected - sum(n == 1 for n in once.values()),
        "never received": sum(ref not in arrived for ref in out),
        "received and not sent by the books": len(arrived.keys() - sent.keys()),
        "in an inbox without words": sum(not (row.subject and row.body) for row in inbox),
        "texts received again though the provider could be asked": sum(
            way.unanswered + way.interrupted for way in ways if way.name != EMAIL
        ),
        "mails received again that no kill explains": max(0, ways[0].interrupted - kills),
    }
    ways.append(Way(INBOX, len(inbox), len(inbox), 0, 0))
    return Reckoning(ways, faults, sum(row.attempts > 1 for row in rows))


def _way(
    name: str, sent: dict[str, Message], arrived: Counter[str], unanswered: Counter[str]
) -> Way:
    mine = [ref for ref, row in sent.items() if row.channel == name]
    again = {ref: max(0, arrived[ref] - 1) for ref in mine}
    forced = sum(min(times, unanswered[ref]) for ref, times in again.items())
    received = sum(arrived[ref] for ref in mine)
    return Way(name, len(mine), received, forced, sum(again.values()) - forced)


def _reference_of(message_id: str) -> str:
    """``<message-17.20261123014100@example.com>`` → ``17.20261123014100``."""
    return message_id.removeprefix("<message-").partition("@")[0]
