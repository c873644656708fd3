"""What staff decide on a business: verified until a date, returned with reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import transaction

from center import clock, display
from center.errors import RuleViolation
from center.models import User
from merchants import messages, refusals
from merchants.models import Document, Merchant, MerchantState, ReturnReason
from merchants.services import members, papers, review
from merchants.services.locking import lock_merchant
from merchants.services.register import missing_papers


@transaction.atomic
def verify(*, merchant: Merchant, revision: int, until: dt.date, by: User) -> Merchant:
    """Let the business book until and including ``until``.

    Serves a submitted registration, and a verified business that changed, renewed its papers
    or was flagged by the tax office. ``revision`` is that of the case as the operator saw it.
    Raises RuleViolation ``changed_meanwhile``, ``not_waiting``, ``until_past``,
    ``until_too_far``, ``own_business`` or ``papers_missing``.
    """
    merchant, now = _case(merchant, revision, by), clock.now()
    if until < clock.day_of(now):
        raise RuleViolation(refusals.verified_too_short())
    if until > (last := latest_until(clock.day_of(now))):
        raise RuleViolation(refusals.verified_too_long(display.full_day(last)))
    if missing := missing_papers(merchant, clock.day_of(now)):
        raise RuleViolation(refusals.papers_still_missing([row.message for row in missing]))
    was_proven = merchant.is_proven
    merchant.state, merchant.verified_until = MerchantState.VERIFIED, until
    merchant.return_reasons, merchant.return_note = [], ""
    papers.mark_checked(merchant, now)
    merchant = _decided(merchant, by, now)
    messages.verified(merchant)
    if not was_proven:  # until now these were for staff to answer
        for request in merchant.join_requests.open():
            messages.join_asked(request)
    return merchant


@transaction.atomic
def send_back(
    *, merchant: Merchant, revision: int, reasons: Sequence[str], note: str, by: User
) -> Merchant:
    """Return the registration: its owner reads the reasons, mends and submits again.

    A verified business that is returned cannot book until it is verified again. Raises
    RuleViolation ``changed_meanwhile``, ``not_waiting``, ``reason_needed`` or ``note_needed``.
    """
    merchant = _case(merchant, revision, by)
    if not reasons:
        raise RuleViolation(refusals.reason_needed())
    if ReturnReason.OTHER in reasons and not note.strip():
        raise RuleViolation(refusals.note_needed())
    merchant.keeps_number |= merchant.state == MerchantState.VERIFIED
    merchant.state, merchant.verified_until = MerchantState.RETURNED, None
    merchant.return_reasons, merchant.return_note = list(reasons), note.strip()
    merchant = _decided(merchant, by, clock.now())
    messages.returned(merchant)
    return merchant


def latest_until(day: dt.date) -> dt.date:
    """The last day a verification made on ``day`` may reach."""
    return day + settings.VERIFICATION_MAX_DAYS * clock.DAY


def proposed_until(papers: Iterable[Document], day: dt.date) -> dt.date:
    """Until when to verify: the first expiry among the papers; where none runs out, the 31
    March of next year, on which certificates of small merchants end (domain.md §1)."""
    expiries = [p.valid_until for p in papers if p.valid_until and p.valid_until >= day]
    return min(min(expiries, default=dt.date(day.year + 1, 3, 31)), latest_until(day))


def _case(merchant: Merchant, revision: int, by: User) -> Merchant:
    """The case under its lock, if it still is what the operator saw and not his own."""
    merchant = lock_merchant(merchant.pk)
    members.refuse_own_business(merchant, by)
    waiting = merchant.awaits_decision
    if merchant.revision != revision:
        raise RuleViolation(
            refusals.changed_meanwhile() if waiting else refusals.no_answer_expected()
        )
    if not waiting:
        raise RuleViolation(refusals.no_answer_expected())
    return merchant


def _decided(merchant: Merchant, by: User, now: dt.datetime) -> Merchant:
    merchant.decided_at, merchant.decided_by = now, by
    merchant.review_asked_at = merchant.decide_until = None  # the promise is kept
    merchant.revision += 1
    merchant.save(
        update_fields=[
            "state",
            "keeps_number",
            "verified_until",
            "return_reasons",
            "return_note",
            "decided_at",
            "decided_by",
            *review.FIELDS,
            "revision",
        ]
    )
    return merchant
