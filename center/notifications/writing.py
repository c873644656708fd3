"""From news to rows of the outbox: by which ways it goes to a person, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from center.models import User
from center.notifications import channels, courtesy, rendering, routing
from center.notifications.channels import Channel
from center.notifications.kinds import Kind
from center.notifications.models import EMAIL, INBOX, Message, MessageState
from center.notifications.standings import Standing
from center.notifications.wording import Wording


@dataclass
class Writing:
    """The same news of a kind to one or several people, each a ``Message`` without a channel."""

    kind: Kind
    worded: Wording
    #: to whom it is not sent, only put into the inbox, because it was enough for today
    held_back: list[User] = field(default_factory=list)
    _channels: dict[str, Channel] = field(default_factory=dict)
    _words: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def rows(self, news: Message, standing: Standing) -> list[Message]:
        """For the inbox of a person with an account, and for the way that reaches him."""
        inbox = [self._for_inbox(news)] if news.recipient else []
        first = self._way_out(news, standing)
        mail = first_reaching(news, [EMAIL], self._opened) if self.kind.mailed else None
        ways = dict.fromkeys(way for way in (first, mail) if way)
        return inbox + [through(news, self.kind, way) for way in ways]

    def _way_out(self, news: Message, standing: Standing) -> str | None:
        """Besides the inbox; None where nothing reaches the person, or it was enough for today."""
        person, ways = news.recipient, self.kind.channels
        if person is not None:
            ways = routing.in_order(person, self.kind, standing.first)
            left = courtesy.ways_left(self.kind, ways, standing.sent)
            if ways and not left and not self.kind.mailed:  # that one goes by mail all the same
                self.held_back.append(person)
            ways = left
        return first_reaching(news, in_time(news, self.kind, ways), self._opened)

    def _for_inbox(self, news: Message) -> Message:
        """What is due now is there as soon as the change is; no worker is needed for that."""
        row = through(news, self.kind, INBOX)
        if row.due_at <= row.created_at:
            row.subject, row.body = self._said(row)
            row.state, row.sent_at = MessageState.SENT, row.created_at
        return row

    def _said(self, row: Message) -> tuple[str, str]:
        """Put together once for those who read the same."""
        if self.kind.stops_news:  # its link is each one's own
            return rendering.inbox_words(row, self.worded)
        alike = row.language, row.link
        if alike not in self._words:
            self._words[alike] = rendering.inbox_words(row, self.worded)
        return self._words[alike]

    def _opened(self, name: str) -> Channel:
        if name not in self._channels:
            self._channels[name] = channels.opened(name)
        return self._channels[name]


def through(news: Message, kind: Kind, channel: str) -> Message:
    """The same message on its way through a channel, as a row of its own; at night it may
    have to wait."""
    due_at = courtesy.earliest(news.recipient, kind, channel, news.due_at)
    return Message(
        kind=news.kind,
        recipient=news.recipient,
        address=news.address if news.recipient is None else "",
        language=news.language,
        context=news.context,
        link=news.link,
        dedupe_key=news.dedupe_key,
        due_at=due_at,
        first_due_at=due_at,
        useless_after=news.useless_after,
        mass=kind.gives_way,
        channel=channel,
    )


def in_time(news: Message, kind: Kind, ways: Iterable[str]) -> list[str]:
    """Those by which it is out, quiet hours and all, while it is of use."""
    person, at, over = news.recipient, news.due_at, news.useless_after
    return [w for w in ways if over is None or courtesy.earliest(person, kind, w, at) < over]


def first_reaching(
    news: Message, names: Iterable[str], opened: Callable[[str], Channel] = channels.opened
) -> str | None:
    """The first of these channels that knows where to find the person."""
    return next((name for name in names if opened(name).reaches(news)), None)
