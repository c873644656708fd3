"""Links that open one object without a log-in: its number, signed.

An application is offered a place once at most: one that left it is out of line for good. So
its receipt number is enough.
"""

from __future__ import annotations

from django.core import signing

from programs.models import Application

_offers = signing.Signer(salt="programs.offer")


def token_of_offer(application: Application) -> str:
    return _offers.sign(application.receipt)


def application_of_offer(token: str) -> Application:
    """The application a link answers for. Raises Application.DoesNotExist for a forged one."""
    try:
        receipt = _offers.unsign(token)
    except signing.BadSignature:
        raise Application.DoesNotExist from None
    return Application.objects.select_related("program", "merchant").get(receipt=receipt)
