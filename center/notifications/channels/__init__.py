"""The ways a message travels. Each is one small class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Protocol

from django.utils.functional import Promise

from center.notifications.channels.email import EmailChannel
from center.notifications.channels.inbox import InboxChannel
from center.notifications.channels.outcomes import (
    Away,
    NotNow,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
    TooLate,
    Unwanted,
)
from center.notifications.channels.text import AlimtalkChannel, SmsChannel
from center.notifications.models import ALIMTALK, EMAIL, INBOX, SMS, Message
from center.notifications.rendering import Words

__all__ = [
    "Away",
    "Channel",
    "NotNow",
    "PermanentFailure",
    "Receipt",
    "TemporaryFailure",
    "TooLate",
    "Unwanted",
    "name_of",
    "names",
    "opened",
]


class Channel(Protocol):
    """Made for one run of a worker, so it may keep a connection from message to message."""

    #: its name for the staff
    label: ClassVar[str | Promise]

    def reaches(self, message: Message) -> bool:
        """Whether it knows where to find the person the message is for."""

    def deliver(self, message: Message, words: Words) -> Receipt:
        """Hand it over. Only for a message it reaches.

        Raises TemporaryFailure if it may work later, Away if it was not even tried because
        nothing gets through, PermanentFailure if it never will.
        """

    def close(self) -> None:
        """Give back what was kept."""


_channels: dict[str, type[Channel]] = {
    INBOX: InboxChannel,
    EMAIL: EmailChannel,
    ALIMTALK: AlimtalkChannel,
    SMS: SmsChannel,
}


def names() -> Iterable[str]:
    return _channels.keys()


def name_of(name: str) -> str:
    """In words; the bare name where there is no such channel any more."""
    return str(_channels[name].label) if name in _channels else name


def opened(name: str) -> Channel:
    """Raises LookupError for a channel there is not."""
    return _channels[name]()
