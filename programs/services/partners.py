"""The directory of partners: in it and out again by one's own will, and writing to others."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from bookings.locking import lock_merchant
from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants.models import Merchant
from programs import messages
from programs import partner_refusals as refusals
from programs.models import Partner, PartnerLetter


@transaction.atomic
def join(*, merchant: Merchant, offers: str, looks_for: str, by: User) -> Partner:
    """Put a business into the directory with what it wrote, or change the words. Raises
    RuleViolation ``not_verified``."""
    merchant = lock_merchant(merchant.pk)
    if not merchant.is_verified_on(clock.today()):
        raise RuleViolation(refusals.not_verified())
    entry, _new = Partner.objects.get_or_create(merchant=merchant)
    entry.offers, entry.looks_for = offers, looks_for
    entry.joined_at, entry.joined_by = entry.joined_at or clock.now(), by
    entry.save()
    return entry


@transaction.atomic
def leave(*, merchant: Merchant) -> None:
    """Take a business out; its words are gone from the directory at once."""
    gone = {"offers": "", "looks_for": "", "joined_at": None, "joined_by": None}
    Partner.objects.filter(merchant=merchant).update(**gone)


@transaction.atomic
def write(*, sender: Merchant, partner: Partner, text: str, by: User) -> PartnerLetter:
    """Write to a business of the directory; its owners get it as a message with the name of the
    sender and an answer through the portal, no telephone and no address.

    Raises RuleViolation ``not_verified``, ``not_listed``, ``partner_gone`` or
    ``too_many_letters``.
    """
    sender = lock_merchant(sender.pk)
    if not sender.is_verified_on(clock.today()):
        raise RuleViolation(refusals.not_verified())
    own = Partner.objects.filter(merchant=sender, joined_at__isnull=False).first()
    if own is None:
        raise RuleViolation(refusals.not_listed())
    other = Partner.objects.filter(pk=partner.pk, joined_at__isnull=False).first()
    if other is None or other.pk == own.pk:
        raise RuleViolation(refusals.gone())
    start, end = clock.day_bounds(clock.today())
    today = PartnerLetter.objects.filter(sender=sender, at__gte=start, at__lt=end)
    if today.count() >= settings.PARTNER_LETTERS:
        raise RuleViolation(refusals.too_many_letters(settings.PARTNER_LETTERS))
    letter = PartnerLetter.objects.create(
        sender=sender, receiver=other.merchant, written_by=by, text=text
    )
    messages.partners.letter(letter, answer_to=own)
    return letter
