"""Exhibitions: products looked at, booths given, sales settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from center import clock
from center.errors import RuleViolation
from center.models import User
from programs import event_refusals as refusals
from programs import messages
from programs.locking import lock_application, lock_program
from programs.models import (
    Application,
    ApplicationState,
    Booth,
    Product,
    ProductReview,
    Program,
    ReviewState,
    Settlement,
)
from programs.parties import refuse_own


@transaction.atomic
def review(*, product: Product, state: ReviewState, reason: str, by: User) -> ProductReview:
    """Accept a product, ask for something about it, or do not accept it; an accepted one is in
    the program. Its business is told.

    Raises RuleViolation ``reason_needed`` or ``own_business``; ValueError for ``ANSWERED``.
    """
    if state == ReviewState.ANSWERED:
        raise ValueError("only its business answers")
    application = lock_application(product.application_id)
    refuse_own(application, by)
    if state in ReviewState.reasoned and not reason.strip():
        raise RuleViolation(refusals.reason_needed())
    values = {"state": state, "reason": reason.strip(), "decided_at": clock.now()}
    made, _new = ProductReview.objects.update_or_create(
        product=product, defaults={**values, "decided_by": by}
    )
    product.is_chosen = state == ReviewState.APPROVED
    product.save(update_fields=["is_chosen"])
    messages.events.reviewed(made)
    return made


@transaction.atomic
def answer(*, product: Product, entries: Mapping[str, Any]) -> ProductReview:
    """Correct the entries of a product about which something was asked for; it waits to be
    looked at again. Raises RuleViolation ``nothing_asked``."""
    lock_application(product.application_id)
    found = ProductReview.objects.select_for_update().filter(product=product).first()
    if found is None or found.state != ReviewState.SUPPLEMENT:
        raise RuleViolation(refusals.nothing_asked())
    for name, value in entries.items():
        setattr(product, name, value)
    product.save(update_fields=list(entries))
    found.state, found.answered_at = ReviewState.ANSWERED, clock.now()
    found.save(update_fields=["state", "answered_at"])
    return found


@transaction.atomic
def add_booths(*, program: Program, numbers: Sequence[str]) -> list[Booth]:
    """New booths by their numbers. Raises RuleViolation ``booth_numbers_twice``."""
    lock_program(program.pk)
    known = set(program.booths.values_list("number", flat=True))
    twice = sorted({n for n in numbers if n in known or list(numbers).count(n) > 1})
    if twice:
        raise RuleViolation(refusals.numbers_twice(", ".join(twice)))
    return Booth.objects.bulk_create(Booth(program=program, number=n) for n in numbers)


@transaction.atomic
def give_booth(*, application: Application, booth: Booth | None, by: User) -> None:
    """Give a business a booth instead of the one it has, or none; it is told of a new one. From
    one that has left, a booth is taken back all the same.

    Raises RuleViolation ``booth_taken``, ``booth_unknown``, ``not_taking_part`` or
    ``own_business``.
    """
    application = lock_application(application.pk)
    refuse_own(application, by)
    if booth is None:
        Booth.objects.filter(application=application).update(application=None)
        return
    if application.state not in ApplicationState.taking_part:
        raise RuleViolation(refusals.not_taking_part())
    booth = Booth.objects.select_for_update().get(pk=booth.pk)
    if booth.program_id != application.program_id:
        raise RuleViolation(refusals.booth_of_another_program())
    if booth.application_id == application.pk:
        return
    if booth.application_id is not None:
        raise RuleViolation(refusals.number_taken(booth.number))
    Booth.objects.filter(application=application).update(application=None)
    booth.application = application
    try:
        with transaction.atomic():
            booth.save(update_fields=["application"])
    except IntegrityError as error:
        raise RuleViolation(refusals.number_taken(booth.number)) from error
    messages.events.booth_given(booth, application)


@transaction.atomic
def settle(
    *,
    application: Application,
    sales: int,
    orders: int | None,
    fee: int,
    note: str,
    by: User,
) -> Settlement:
    """What a business sold and what is kept of it, in won; settled again it is corrected, and
    the business is told. It counts for the month in which it was settled first; when and by whom
    it was corrected is in its history. Raises RuleViolation ``fee_too_high``, ``not_taking_part`` or
    ``own_business``."""
    application = lock_application(application.pk)
    refuse_own(application, by)
    if application.state not in ApplicationState.taking_part:
        raise RuleViolation(refusals.not_taking_part())
    if fee > sales:
        raise RuleViolation(refusals.fee_too_high())
    values = {"sales": sales, "orders": orders, "fee": fee, "note": note, "settled_by": by}
    made, _new = Settlement.objects.update_or_create(application=application, defaults=values)
    messages.events.settled(made)
    return made
