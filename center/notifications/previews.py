"""How a text will look, before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from center.errors import RuleViolation
from center.notifications import rendering, wording
from center.notifications.kinds import Kind
from center.notifications.models import Message, TextPart


@dataclass(frozen=True)
class Preview:
    """What a person would read, and whether the values are a real message's."""

    subject: str
    text: str
    body: str
    is_real: bool


def latest(kind: Kind, language: str) -> Message | None:
    """The newest message of the kind that still has its values."""
    sent = Message.objects.filter(kind=kind.key, language=language).exclude(context={})
    return sent.select_related("recipient").order_by("-pk").first()


def of(
    *, kind: Kind, language: str, texts: Mapping[TextPart, str], real: Message | None
) -> Preview:
    """Raises RuleViolation for a text that cannot be used."""
    found = [v for part, text in texts.items() if text for v in wording.problems(kind, part, text)]
    if found:
        raise RuleViolation(*found)
    message = real or Message(
        kind=kind.key, language=language, context=kind.encode(kind.example), link="/"
    )
    words = rendering.words_of(message, wording.trial(kind, language, texts))
    text = rendering.text_message(message, words)
    return Preview(words.subject, text, words.body, is_real=real is not None)
