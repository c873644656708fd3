"""From the first entry to a submitted registration, and changes of a business later on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from center import clock
from center.errors import RuleViolation, Violation
from center.models import User
from merchants import messages, refusals, selectors, visitor_refusals
from merchants.models import (
    DocumentKind,
    DocumentPage,
    Membership,
    Merchant,
    MerchantKind,
    MerchantState,
)
from merchants.services import papers, review, standing
from merchants.services.locking import lock_merchant

#: what an owner enters
ENTRIES = (
    "kind",
    "number",
    "name",
    "representative",
    "section",
    "district",
    "address",
    "market_area",
    "founded_on",
    "phone",
    "online_shops",
    "women_owned",
    "youth_owned",
    "disabled_owned",
)
#: proven by papers: staff look again when a verified business changes one of these
PROVEN = {
    "kind",
    "number",
    "name",
    "representative",
    "section",
    "district",
    "address",
    "founded_on",
}
#: without these nothing can be submitted
NEEDED = ("name", "representative", "section", "district", "phone")
#: and without these no business that exists already
NEEDED_OF_BUSINESSES = ("number", "founded_on")


@transaction.atomic
def start(*, user: User, entries: Mapping[str, Any]) -> Merchant:
    """A draft of ``user``'s, who becomes its owner; the draft he has already, if any.

    Raises RuleViolation ``number_registered``.
    """
    # One draft a person, also when the form is sent twice at once.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    draft = Merchant.objects.of_user(user.pk).filter(state=MerchantState.DRAFT).first()
    if draft is not None:
        return change(merchant=draft, entries=entries)
    _refuse_registered_number(entries.get("number"), None)
    merchant = Merchant.objects.create(
        **{name: entries[name] for name in ENTRIES if name in entries}
    )
    Membership.objects.create(merchant=merchant, user=user, role=Membership.Role.OWNER)
    return merchant


@transaction.atomic
def register_visitor(*, name: str, phone: str, number: str | None = None) -> Merchant:
    """A draft of nobody's account for somebody who stands at the counter, so that staff can
    book for him once; papers and the rest are asked for afterwards.

    Registered twice with one telephone, the same draft. Raises RuleViolation
    ``number_registered``.
    """
    _refuse_registered_number(number, None)
    known = Merchant.objects.visitors().filter(name=name, phone=phone, number=number).first()
    return known or Merchant.objects.create(
        name=name, phone=phone, number=number, kind=MerchantKind.INDIVIDUAL
    )


@transaction.atomic
def change(*, merchant: Merchant, entries: Mapping[str, Any]) -> Merchant:
    """Write what the owner entered.

    A verified business keeps its number and stays verified; what papers prove is looked at
    again by staff. Raises RuleViolation ``number_fixed`` or ``number_registered``.
    """
    merchant = lock_merchant(merchant.pk)
    changed = [
        name for name in ENTRIES if name in entries and entries[name] != getattr(merchant, name)
    ]
    if not changed:
        return merchant
    if merchant.state == MerchantState.VERIFIED and merchant.number and "number" in changed:
        raise RuleViolation(refusals.number_fixed())
    if "number" in changed:
        _refuse_registered_number(entries["number"], merchant.pk)
        merchant.keeps_number = False  # it was the other one that staff have seen proven
    for name in changed:
        setattr(merchant, name, entries[name])
    if merchant.state == MerchantState.VERIFIED and PROVEN & set(changed):
        review.ask(merchant)
    merchant.revision += 1
    with _registered_number_refused():
        merchant.save(update_fields=[*changed, *review.FIELDS, "keeps_number", "revision"])
    if "number" in changed:
        _number_changed(merchant)
    return merchant


def _number_changed(merchant: Merchant) -> None:
    standing.forget_status(merchant_id=merchant.pk)
    if merchant.state in MerchantState.registered:
        standing.check_soon(merchant_id=merchant.pk)


def what_is_missing(merchant: Merchant, day: dt.date) -> list[Violation]:
    """What stands between a business and submitting, most basic first. 2 queries."""
    exists = merchant.kind != MerchantKind.PRE_FOUNDER
    entries = [
        refusals.missing(name, Merchant.label_of(name))
        for name in ((*NEEDED_OF_BUSINESSES, *NEEDED) if exists else NEEDED)
        if not getattr(merchant, name)
    ]
    return entries + missing_papers(merchant, day)


def missing_papers(merchant: Merchant, day: dt.date) -> list[Violation]:
    """Papers that are needed and not there, or there and run out. 2 queries."""
    handed_in = merchant.documents.current().select_related("kind")
    there = {paper.kind_id: paper for paper in handed_in}
    found = []
    for kind in DocumentKind.objects.asked_of(merchant.kind).filter(is_needed=True):
        paper = there.get(kind.pk)
        if paper is None:
            found.append(refusals.paper_missing(kind.code, kind.display_name))
        elif paper.lacks_entries:
            found.append(refusals.paper_incomplete(kind.code, kind.display_name))
        elif paper.has_run_out(day):
            found.append(refusals.paper_run_out(kind.code, kind.display_name))
    return found


@transaction.atomic
def submit(*, merchant: Merchant) -> Merchant:
    """Hand the registration to the center, which answers within the promised working days.

    Raises RuleViolation with everything that is missing, ``number_registered`` when another
    business took the number meanwhile, or ``already_submitted``.
    """
    merchant = lock_merchant(merchant.pk)
    if merchant.state not in MerchantState.editable:
        raise RuleViolation(refusals.already_submitted())
    now = clock.now()
    if found := what_is_missing(merchant, clock.day_of(now)):
        raise RuleViolation(*found)
    merchant.state = MerchantState.SUBMITTED
    merchant.submitted_at, merchant.decide_until = now, review.decision_due(now)
    merchant.revision += 1
    with _registered_number_refused():
        merchant.save(update_fields=["state", "submitted_at", "decide_until", "revision"])
    messages.submitted(merchant)
    standing.check_soon(merchant_id=merchant.pk)
    return merchant


@transaction.atomic
def discard(*, merchant: Merchant) -> None:
    """Destroy a draft with its papers; a business the center knows is never deleted.

    Raises RuleViolation ``draft_in_use`` where bookings were made for it at the counter.
    """
    merchant = lock_merchant(merchant.pk)
    if merchant.state == MerchantState.DRAFT:
        if not selectors.unused().filter(pk=merchant.pk).exists():
            raise RuleViolation(visitor_refusals.draft_in_use())
        papers.destroy_files(DocumentPage.objects.filter(document__merchant=merchant))
        merchant.delete()


def _refuse_registered_number(number: str | None, own: int | None) -> None:
    holder = Merchant.objects.holding(number).first() if number else None
    if holder is not None and holder.pk != own:
        raise RuleViolation(refusals.number_registered())


@contextmanager
def _registered_number_refused() -> Iterator[None]:
    """The constraint's word, should a rival be faster than the look above."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "merchant_number_once" not in str(error):
            raise
        raise RuleViolation(refusals.number_registered()) from error
