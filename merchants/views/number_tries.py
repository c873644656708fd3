"""How many business numbers one account may try, as each answer says whether one is here."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpRequest

from center import attempts
from center.errors import RuleViolation
from merchants import joining_refusals

_LIMITS = {"number": "20/h/user"}


def count(request: HttpRequest, number: str | None, *, known: str | None = None) -> None:
    """Note that ``number`` is looked up; ``known``, which the business has already, is free.

    Raises RuleViolation ``too_many_numbers``. Where nothing can be counted everybody may:
    nobody can bring that about, and registering must go on.
    """
    if not number or number == known or not attempts.can_be_counted():
        return
    if ratelimit.consume(request, app="merchants", action="number", config=_LIMITS) is None:
        raise RuleViolation(joining_refusals.too_many_numbers())
