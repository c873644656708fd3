"""How long messages are kept once nothing more comes of them (PIPA §21)."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Q, QuerySet

from center import clock, retention
from center.notifications.models import Message, MessageState


def _over(at: dt.datetime) -> QuerySet[Message]:
    """Sent, given up or called off ``MESSAGE_KEEP_DAYS`` ago, in any channel."""
    until = at - settings.MESSAGE_KEEP_DAYS * clock.DAY
    called_off = Q(state=MessageState.CANCELLED, created_at__lt=until)
    return Message.objects.filter(Q(sent_at__lt=until) | Q(given_up_at__lt=until) | called_off)


retention.register(
    retention.Rule("messages", "message", "개인정보 보호법 제21조 (알림 보관 기간 경과)", _over)
)
