from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from solapi.model.kakao.kakao_option import KakaoOption
from solapi.model.message_type import MessageType
from solapi.model.request.message import Message as Letter

from center import phones
from center.notifications import kinds, rendering, rules, telephone
from center.notifications.channels import provider
from center.notifications.channels.outcomes import Receipt
from center.notifications.models import KindRule, Message
from center.notifications.rendering import Words


class _MobileChannel:
    """What both ways to a mobile telephone have in common."""

    def __init__(self) -> None:
        self._provider = provider.Provider()

    @cached_property
    def _rules(self) -> dict[str, KindRule]:
        """Of every kind that has one, as they stand when a run begins."""
        return rules.every()

    def reaches(self, message: Message) -> bool:
        return provider.is_on() and bool(mobile_of(message)) and self._may(message)

    def deliver(self, message: Message, words: Words) -> Receipt:
        number = mobile_of(message)
        # After an attempt whose end nobody knows the provider is asked before it gets it again.
        tried = message.attempts > 1 or message.last_error
        taken = tried and self._provider.find(
            reference=message.reference, to=number, since=message.created_at
        )
        return Receipt(taken or self._provider.send(self._letter(message, words, number)), number)

    def close(self) -> None:
        self._provider.close()

    def _may(self, message: Message) -> bool:
        raise NotImplementedError

    def _letter(self, message: Message, words: Words, number: str) -> Letter:
        raise NotImplementedError


class SmsChannel(_MobileChannel):
    """The short text, as SMS or, if it is too long for one, as LMS."""

    label: ClassVar[str | Promise] = _("Text message")

    def _may(self, message: Message) -> bool:
        rule = self._rules.get(message.kind)
        return rule is None or rule.sms_allowed

    def _letter(self, message: Message, words: Words, number: str) -> Letter:
        text = rendering.text_message(message, words)
        is_long = telephone.size_of(text).is_long
        return Letter(
            to=number,
            from_=settings.SMS_SENDER,
            text=text,
            type=MessageType.LMS if is_long else MessageType.SMS,
            subject=telephone.shortened(words.subject) if is_long else None,
            auto_type_detect=False,
            custom_fields={"reference": message.reference},
        )


class AlimtalkChannel(_MobileChannel):
    """카카오 알림톡: the words are the approved template's, ours are its variables."""

    label: ClassVar[str | Promise] = _("알림톡")

    def _may(self, message: Message) -> bool:
        """Templates are approved in Korean; who reads English gets another channel's words.
        Advertising is forbidden here."""
        if message.language != "ko" or kinds.get(message.kind).promotional:
            return False
        rule = self._rules.get(message.kind)
        ready = rule is not None and rule.alimtalk_allowed and bool(rule.alimtalk_template)
        return ready and bool(settings.KAKAO_PF_ID)

    def _letter(self, message: Message, words: Words, number: str) -> Letter:
        return Letter(
            to=number,
            from_=settings.SMS_SENDER,
            type=MessageType.ATA,
            auto_type_detect=False,
            kakao_options=KakaoOption(
                pf_id=settings.KAKAO_PF_ID,
                template_id=self._rules[message.kind].alimtalk_template,
                variables=rendering.variables_of(message),
                disable_sms=True,  # the next channel is ours to choose
            ),
            custom_fields={"reference": message.reference},
        )


def mobile_of(message: Message) -> str:
    """The digits of the person's mobile of today; empty without one or once the account is
    closed."""
    person = message.recipient
    return phones.mobile(person.phone) if person and person.is_active and person.phone else ""
