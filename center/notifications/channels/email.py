from __future__ import annotations

import smtplib
from email.utils import formataddr, parseaddr
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from center.notifications import kinds, rendering, stop_links
from center.notifications.channels.outcomes import (
    Away,
    PermanentFailure,
    Receipt,
    TemporaryFailure,
)
from center.notifications.models import Message
from center.notifications.rendering import Words


class EmailChannel:
    """Mail in plain text and HTML through Django's backend, one connection for many."""

    label: ClassVar[str | Promise] = _("E-mail")

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None
        self._away: Exception | None = None

    def reaches(self, message: Message) -> bool:
        return bool(address_of(message))

    def deliver(self, message: Message, words: Words) -> Receipt:
        address = address_of(message)
        mail = compose(message, words, address)
        connection = self._open()
        try:
            connection.send_messages([mail])
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise _failure(error) from error
        except (BadHeaderError, ValueError) as error:
            raise PermanentFailure(str(error)) from error
        return Receipt(mail.extra_headers["Message-ID"], address)

    def close(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            connection.close()

    def _open(self) -> BaseEmailBackend:
        """A server that is away is asked once in a run, not once for every message: each
        of them would wait for the time-out."""
        if self._away is not None:
            raise Away(_said(self._away))
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except (smtplib.SMTPException, OSError) as error:
                self._away = error
                raise Away(_said(error)) from error
            self._connection = connection
        return self._connection


def address_of(message: Message) -> str:
    """The person's address of today; empty once the account is closed."""
    person = message.recipient
    if person is None:
        return message.address
    return person.email if person.is_active else ""


def compose(message: Message, words: Words, address: str) -> EmailMultiAlternatives:
    """The mail as it leaves. Its Message-ID comes from the row, so that one sent twice after
    an outcome nobody knows is recognised as the same."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise PermanentFailure("not an e-mail address") from error
    name, sender = _sender(message.language)
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=rendering.mail_text(message, words),
        from_email=formataddr((name, sender)),
        to=[address],
        headers=_headers(message, sender),
    )
    mail.attach_alternative(rendering.mail_html(message, words), "text/html")
    return mail


def _sender(language: str) -> tuple[str, str]:
    """Name and address; the center's own name where the setting gives an address alone."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    center = settings.CENTER_NAME if language == "ko" else settings.CENTER_NAME_EN
    return name or center, address


def _headers(message: Message, sender: str) -> dict[str, str]:
    headers = {
        "Message-ID": f"<message-{message.reference}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
        "Content-Language": message.language,
    }
    if kinds.get(message.kind).stops_news and message.recipient is not None:
        # Mail programs show a button that posts there (RFC 8058).
        headers["List-Unsubscribe"] = f"<{stop_links.link_for(message.recipient)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _failure(error: Exception) -> TemporaryFailure | PermanentFailure:
    """5xx about this recipient or this text is final. About us as a sender it says nothing of
    the message: the house can mend that. No answer at all leaves the outcome open."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return Away(_said(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _answer in error.recipients.values()]
        final = bool(codes) and all(code >= 500 for code in codes)
    elif isinstance(error, smtplib.SMTPDataError):
        final = error.smtp_code >= 500
    else:
        final = isinstance(error, smtplib.SMTPNotSupportedError)
    return PermanentFailure(_said(error)) if final else TemporaryFailure(_said(error))


def _said(error: Exception) -> str:
    """What the server answered, for the staff who look for the cause."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(answer)}" for code, answer in error.recipients.values()]
        return "; ".join(answers)
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
