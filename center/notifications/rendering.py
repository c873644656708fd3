"""The words of a message in its language, from the templates of its kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.translation import gettext as _

from center import display
from center.notifications import kinds
from center.notifications.models import Message


@dataclass(frozen=True)
class Words:
    """``subject`` is one line; ``body`` the plain text of the message itself; ``short`` what
    fits a text message."""

    subject: str
    short: str
    body: str


def words_of(message: Message) -> Words:
    """Raises LookupError where no app has the message's kind any more."""
    kind = kinds.get(message.kind)
    with translation.override(message.language):
        context = _context(message, kind)
        subject = _line(kind.template("subject.txt"), context)
        return Words(
            subject=_("(Advertisement) %s") % subject if kind.promotional else subject,
            short=_line(kind.template("short.txt"), context),
            body=_plain(kind.template("txt"), context).strip(),
        )


def mail_text(message: Message, words: Words) -> str:
    """The plain text of the mail: the words, where the link leads, who writes."""
    kind = kinds.get(message.kind)
    with translation.override(message.language):
        return _plain("emails/base.txt", _context(message, kind) | {"body": words.body})


def mail_html(message: Message, words: Words) -> str:
    kind = kinds.get(message.kind)
    with translation.override(message.language):
        context = _context(message, kind) | {"subject": words.subject, "short": words.short}
        return get_template(kind.template("html")).render(context)


def text_message(message: Message, words: Words) -> str:
    """What a telephone shows. No link: people are told not to follow any in such messages,
    and the inbox has it."""
    return f"[{_house_name(message.language)}] {words.short}"


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
    return ", ".join(value) if isinstance(value, list) else str(value)


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
    }


def _plain(template: str, context: dict[str, Any]) -> str:
    """As it is typed: nothing is escaped where nobody reads HTML."""
    return get_template(template).template.render(Context(context, autoescape=False))  # type: ignore[attr-defined]


def _line(template: str, context: dict[str, Any]) -> str:
    """On one line, whatever the values hold: a line break must not start another header."""
    return " ".join(_plain(template, context).split())
