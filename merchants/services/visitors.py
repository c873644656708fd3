"""Visitors staff registered at the counter: handed to the person by e-mail, or ended because
the person's business is registered by itself."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants import messages, refusals, visitor_refusals
from merchants.models import Invitation, Merchant
from merchants.models.members import INVITATION_DAYS, INVITATIONS_A_DAY
from merchants.services import members, register
from merchants.services.locking import lock_merchant


@transaction.atomic
def invite(*, visitor: Merchant, email: str, by: User) -> Invitation:
    """Send the person a link with which the draft becomes theirs, to be completed by them.

    A link sent before becomes worthless, so that a wrong address can be put right at once.
    Raises RuleViolation ``not_visitor``, ``own_business`` or ``too_many_invitations``.
    """
    visitor, now, email = lock_merchant(visitor.pk), clock.now(), email.strip().lower()
    refuse_unless_visitor(visitor)
    if email == by.email.lower():
        raise RuleViolation(refusals.own_business())
    if visitor.invitations.filter(created_at__gt=now - clock.DAY).count() >= INVITATIONS_A_DAY:
        raise RuleViolation(refusals.too_many_invitations(INVITATIONS_A_DAY))
    _withdraw(visitor)
    invitation = Invitation.objects.create(
        merchant=visitor, email=email, invited_by=by, expires_at=now + INVITATION_DAYS * clock.DAY
    )
    messages.visitor_invited(invitation, reverse("invitation", args=[members.token_of(invitation)]))
    return invitation


@transaction.atomic
def end(*, visitor: Merchant, into: Merchant) -> None:
    """Destroy the draft of somebody whose business is registered by itself; what the caller
    has not handed on yet keeps it.

    Suspensions go along, so that nobody gets rid of one by registering. Raises RuleViolation
    ``not_visitor`` or ``draft_in_use``.
    """
    visitor = lock_merchant(visitor.pk)
    refuse_unless_visitor(visitor)
    visitor.suspensions.update(merchant=into)
    register.discard(merchant=visitor)


def refuse_unless_visitor(merchant: Merchant) -> None:
    """Raise ``not_visitor`` where somebody acts for the business by now."""
    if not merchant.is_visitor:
        raise RuleViolation(visitor_refusals.not_visitor())


def _withdraw(visitor: Merchant) -> None:
    unanswered = visitor.invitations.filter(accepted_at=None, withdrawn_at=None)
    unanswered.update(withdrawn_at=clock.now())
