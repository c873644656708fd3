"""How a text will look, before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from center.errors import RuleViolation
from center.notifications import rendering, telephone, wording
from center.notifications.kinds import Kind
from center.notifications.models import Message, TextPart
from center.notifications.wording import Wording


@dataclass(frozen=True)
class Preview:
    """What a person would read, and whether the values are a real message's."""

    subject: str
    text: str
    body: str
    is_real: bool

    @property
    def size(self) -> telephone.Size:
        """Of the text message."""
        return telephone.size_of(self.text)


def latest(kind: Kind, language: str) -> Message | None:
    """The newest message of the kind that still has its values."""
    sent = Message.objects.filter(kind=kind.key, language=language).exclude(context={})
    return sent.select_related("recipient").order_by("-pk").first()


def size_of(kind: Kind, language: str, worded: Wording) -> telephone.Size:
    """How long the kind's text message is, with the values of its example."""
    message = _example_of(kind, language)
    words = rendering.words_of(message, worded)
    return telephone.size_of(rendering.text_message(message, words))


def of(
    *, kind: Kind, language: str, texts: Mapping[TextPart, str], real: Message | None
) -> Preview:
    """Raises RuleViolation for a text that cannot be used."""
    found = [v for part, text in texts.items() if text for v in wording.problems(kind, part, text)]
    if found:
        raise RuleViolation(*found)
    message = real or _example_of(kind, language)
    words = rendering.words_of(message, wording.trial(kind, language, texts))
    text = rendering.text_message(message, words)
    return Preview(words.subject, text, words.body, is_real=real is not None)


def _example_of(kind: Kind, language: str) -> Message:
    return Message(kind=kind.key, language=language, context=kind.encode(kind.example), link="/")
