"""Links that open one object without a log-in: its number and whose link it is, signed.

An application is offered a place once at most: one that left it is out of line for good. So
its receipt number and the person are enough; whether that person still acts for the business
is asked when the link is used.
"""

from __future__ import annotations

from django.core import signing

from center.models import User
from programs.models import Application

_offers = signing.Signer(salt="programs.offer")


def token_of_offer(application: Application, person: User) -> str:
    return _offers.sign(f"{application.receipt}:{person.pk}")


def offer_of(token: str) -> tuple[Application, User | None]:
    """The application a link answers for, and for whom: nobody for a link that was sent before
    each person had one of his own. Raises Application.DoesNotExist for a forged one."""
    try:
        receipt, _colon, pk = _offers.unsign(token).partition(":")
    except signing.BadSignature:
        raise Application.DoesNotExist from None
    application = Application.objects.select_related("program", "merchant").get(receipt=receipt)
    if not pk:
        return application, None
    person = User.objects.filter(pk=int(pk)).first()
    if person is None:
        raise Application.DoesNotExist
    return application, person
