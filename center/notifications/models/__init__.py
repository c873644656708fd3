"""The outbox, and how each kind of message may travel; a module per noun."""

from center.notifications.models.choices import ChannelChoice
from center.notifications.models.outbox import (
    ALIMTALK,
    EMAIL,
    INBOX,
    SMS,
    Message,
    MessageQuerySet,
    MessageState,
)
from center.notifications.models.rules import KindRule
from center.notifications.models.texts import MessageText, TextPart

__all__ = [
    "ALIMTALK",
    "EMAIL",
    "INBOX",
    "SMS",
    "ChannelChoice",
    "KindRule",
    "Message",
    "MessageQuerySet",
    "MessageState",
    "MessageText",
    "TextPart",
]
