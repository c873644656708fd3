"""Telling people that their request about their own data is answered (PIPA §38: ten days)."""

from __future__ import annotations

from django.urls import reverse

from center import clock
from center.models import RightsRequest
from center.notifications import services
from center.notifications.messages import RIGHTS_ANSWERED


def tell_answered(request: RightsRequest) -> None:
    """That there is an answer, not what it says: that is read after logging in. Whoever has
    left cannot be told."""
    person = request.user
    if person.is_active:
        services.queue(
            kind=RIGHTS_ANSWERED,
            recipient=person,
            context={
                "name": person.get_short_name(),
                "received_on": clock.day_of(request.received_at),
            },
            dedupe_key=f"rights_answered:{request.pk}",
            link=reverse("account_privacy"),
        )
