"""The lock order of programs: business rows by id, program row, applications by id, assignments by id.

Whoever gives or frees a place holds the program's row, so that places are given one after
another; the numbers of the places stay the last word. The business's row comes first where
its own limits are asked. Bookings taken for sessions follow ``bookings.locking`` after these.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.conf import settings

from center import rivals
from merchants.models import Merchant
from merchants.services.locking import lock_merchant
from programs import refusals
from programs.models import Application, Assignment, Program
from programs.parties import parties_of

P = ParamSpec("P")
R = TypeVar("R")

#: what two who give places without seeing each other run into, and what is drawn anew
_DRAWN_ANEW = ("application_place_once", "application_reserve_number_once", "receipt")


def placing(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service that gives places: one transaction, tried again a few times where a rival
    was in the way, then refused.

    Raises RuleViolation ``busy`` when every attempt met one.
    """
    return rivals.tried_again(
        service,
        attempts=settings.PROGRAM_ATTEMPTS,
        wait_ms=settings.PROGRAM_LOCK_TIMEOUT_MS,
        drawn_anew=_DRAWN_ANEW,
        refusal=refusals.busy,
    )


def lock_program(pk: int) -> Program:
    """The row as it is now, locked until the end of the transaction. Raises DoesNotExist."""
    return Program.objects.select_for_update(no_key=True).get(pk=pk)


def lock_parties(application: Application) -> Merchant:
    """Every business that has part in an application, by id; returns the lead. Each is supported
    by a place, so two applications with one business between them are given theirs one after
    another. 1 query for each, one more where the program is joint."""
    involved = sorted(party.merchant_id for party in parties_of([application]))
    return {pk: lock_merchant(pk) for pk in involved}[application.merchant_id]


def lock_application(pk: int) -> Application:
    """One application, locked and fresh; its program's row is locked before it."""
    lock_program(Application.objects.values_list("program_id", flat=True).get(pk=pk))
    return Application.objects.select_for_update(no_key=True).get(pk=pk)


def lock_assignment(pk: int) -> Assignment:
    """One assignment, locked and fresh; whoever needs its program's row locks that before."""
    rows = Assignment.objects.select_related("application__program")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
