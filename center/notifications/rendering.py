"""The words of a message in its language, from the templates of its kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from center import display
from center.notifications import kinds, stop_links, telephone, wording
from center.notifications.models import Message, TextPart
from center.notifications.wording import PARTS, Wording

#: in every language: the law gives the very sign (정보통신망법 시행령 별표 6)
_ADVERTISEMENT = "(광고)"


@dataclass(frozen=True)
class Words:
    """``subject`` is one line; ``body`` the plain text of the message itself; ``short`` what
    fits a text message; ``is_reworded`` whether staff wrote the body."""

    subject: str
    short: str
    body: str
    is_reworded: bool = False


def words_of(message: Message, worded: Wording | None = None) -> Words:
    """In the staff's words where there are such: in ``worded``, else in those of this moment.

    Raises LookupError where no app has the message's kind any more.
    """
    kind, worded = kinds.get(message.kind), worded or wording.current()
    texts = _texts(message, kind, worded, tuple(TextPart))
    return Words(
        subject=_heading(kind, texts),
        short=_on_one_line(texts[TextPart.SHORT]),
        body=texts[TextPart.BODY].strip(),
        is_reworded=worded.text(kind, TextPart.BODY, message.language) is not None,
    )


def inbox_words(message: Message, worded: Wording) -> tuple[str, str]:
    """Subject and text: all that the inbox shows, without what goes to telephones."""
    kind = kinds.get(message.kind)
    texts = _texts(message, kind, worded, (TextPart.SUBJECT, TextPart.BODY))
    return _heading(kind, texts), texts[TextPart.BODY].strip()


def _texts(
    message: Message, kind: kinds.Kind, worded: Wording, parts: Sequence[TextPart]
) -> dict[TextPart, str]:
    with translation.override(message.language):
        context = _context(message, kind)
        return {part: _text(message, kind, part, worded, context) for part in parts}


def _heading(kind: kinds.Kind, texts: Mapping[TextPart, str]) -> str:
    subject = _on_one_line(texts[TextPart.SUBJECT])
    return f"{_ADVERTISEMENT} {subject}" if kind.promotional else subject


def _text(
    message: Message, kind: kinds.Kind, part: TextPart, worded: Wording, context: dict[str, Any]
) -> str:
    own = worded.text(kind, part, message.language)
    return wording.filled(own, context) if own else _plain(kind.template(PARTS[part]), context)


def mail_text(message: Message, words: Words) -> str:
    """The plain text of the mail: the words, where the link leads, who writes."""
    kind = kinds.get(message.kind)
    with translation.override(message.language):
        return _plain("emails/base.txt", _context(message, kind) | {"body": words.body})


def mail_html(message: Message, words: Words) -> str:
    """Staff write plain text; nothing they or others typed is markup."""
    kind = kinds.get(message.kind)
    template = "emails/worded.html" if words.is_reworded else kind.template("html")
    with translation.override(message.language):
        context = _context(message, kind) | {"subject": words.subject, "short": words.short}
        return get_template(template).render(context | {"worded": words.body})


def text_message(message: Message, words: Words) -> str:
    """What a telephone shows, in the characters it has. No link: people are told not to follow any in such messages,
    and the inbox has it. Only an advertisement must carry the one that stops it."""
    text = f"[{_house_name(message.language)}] {words.short}"
    if kinds.get(message.kind).promotional:
        text = f"{_ADVERTISEMENT}{text}\n무료수신거부 {_stop_link(message)}"
    return telephone.carried(text)


def variables_of(message: Message) -> dict[str, str]:
    """The values for an approved template, by the names of the placeholders."""
    kind = kinds.get(message.kind)
    with translation.override(message.language):
        values = {name: _said(value) for name, value in kind.decode(message.context).items()}
    return {**values, "house": _house_name(message.language)}


def _said(value: kinds.Value) -> str:
    if isinstance(value, dt.datetime):
        return display.moment(value)
    if isinstance(value, dt.date):
        return display.full_day(value)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _stop_link(message: Message) -> str:
    return stop_links.link_for(message.recipient) if message.recipient else ""


def _house_name(language: str) -> str:
    return settings.CENTER_NAME if language == "ko" else settings.CENTER_NAME_EN


def _context(message: Message, kind: kinds.Kind) -> dict[str, Any]:
    korean = message.language == "ko"
    return {
        **kind.decode(message.context),
        "house": {
            "name": _house_name(message.language),
            "phone": settings.CENTER_PHONE,
            "email": settings.CENTER_EMAIL,
            "address": settings.CENTER_ADDRESS if korean else settings.CENTER_ADDRESS_EN,
        },
        "language": message.language,
        "link": f"{settings.SITE_URL}{message.link}" if message.link else "",
        "promotional": kind.promotional,
        "stop": _stop_link(message) if kind.stops_news else "",
    }


def _plain(template: str, context: dict[str, Any]) -> str:
    """As it is typed: nothing is escaped where nobody reads HTML."""
    return get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]


def _on_one_line(text: str) -> str:
    """Whatever the values hold: a line break must not start another header."""
    return " ".join(text.split())
