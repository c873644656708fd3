from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from center.notifications.channels.outcomes import Receipt
from center.notifications.models import Message
from center.notifications.rendering import Words


class InboxChannel:
    """The page of the portal: a message is there as soon as its row says so."""

    label: ClassVar[str | Promise] = _("Inbox")

    def reaches(self, message: Message) -> bool:
        return message.recipient is not None

    def deliver(self, message: Message, words: Words) -> Receipt:
        return Receipt()

    def close(self) -> None:
        pass
