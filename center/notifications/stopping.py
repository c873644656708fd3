"""Ending advertisements by the link in each of them."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from center import clock, consents
from center.models import Consent, ConsentKind, User
from center.notifications import services
from center.notifications.messages import NEWS_STOPPED

_KINDS = (ConsentKind.MARKETING, ConsentKind.NIGHT_MARKETING)


@transaction.atomic
def stop(*, person: User) -> None:
    """No advertisements from now on, and a message that says so (시행령 §62의2), the first
    time."""
    agreed = Consent.objects.live().filter(user=person, kind__in=_KINDS).exists()
    for kind in _KINDS:
        consents.withdraw(user=person, kind=kind)
    if agreed:
        services.queue(
            kind=NEWS_STOPPED,
            recipient=person,
            context={"name": person.get_short_name(), "stopped_on": clock.today()},
            dedupe_key=f"news_stopped:{person.pk}:{clock.now():%Y%m%d%H%M%S}",
            link=reverse("account_messages"),
        )
