"""What was typed to confirm a hold that ran out: kept until another time is confirmed.

It lies in the session, as it is nobody else's business and must not stand in an address.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from bookings.forms import ConfirmForm

_KEY = "typed_to_confirm"


def keep(request: HttpRequest, form: ConfirmForm) -> None:
    """Remember a valid form, but not the pledge: it is given anew for another time."""
    data = form.cleaned_data
    request.session[_KEY] = {
        "purpose": data["purpose"],
        "headcount": data["headcount"],
        "user_name": data["user_name"],
        "equipment": [item.slug for item in data["equipment"]],
    }


def kept(request: HttpRequest) -> dict[str, Any]:
    """The first values of a form; nothing where nothing was kept."""
    return dict(request.session.get(_KEY, {}))


def forget(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)
