"""The link in every advertisement that ends them, without a log-in (정보통신망법 §50④).

Whoever holds it can stop the advertisements of that one person and nothing else.
"""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from center.models import User


def _signer() -> Signer:
    return Signer(salt="center.notifications.stop_links")


def link_for(person: User) -> str:
    path = reverse("news_stop", args=[_signer().sign(str(person.pk))])
    return f"{settings.SITE_URL}{path}"


def person_of(token: str) -> User | None:
    """Whose link it is; None for a false one. Compared in constant time."""
    try:
        return User.objects.filter(pk=int(_signer().unsign(token))).first()
    except (BadSignature, ValueError):
        return None
