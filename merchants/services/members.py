"""Who acts for a business: invitations, requests to join, roles, leaving."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants import messages, refusals
from merchants.models import Invitation, JoinRequest, Membership, Merchant
from merchants.models.members import INVITATION_DAYS
from merchants.services.locking import lock_merchant

_signer = signing.Signer(salt="merchants.invitation")


def token_of(invitation: Invitation) -> str:
    """What the link of an invitation carries: its number, signed; opens no other."""
    return _signer.sign(str(invitation.pk))


def invitation_of(token: str) -> Invitation:
    """The invitation a link stands for. Raises Invitation.DoesNotExist for a forged one."""
    try:
        pk = _signer.unsign(token)  # compared in constant time
    except signing.BadSignature:
        raise Invitation.DoesNotExist from None
    return Invitation.objects.select_related("merchant", "invited_by").get(pk=pk)


@transaction.atomic
def invite(*, merchant: Merchant, email: str, by: User) -> Invitation:
    """Ask somebody by e-mail to act for the business.

    Raises RuleViolation ``owner_only``, ``already_member`` or ``already_invited``.
    """
    merchant = lock_merchant(merchant.pk)
    refuse_unless_owner(merchant, by)
    now, email = clock.now(), email.strip().lower()
    if merchant.memberships.filter(user__email__iexact=email).exists():
        raise RuleViolation(refusals.already_member())
    if merchant.invitations.open(now).filter(email=email).exists():
        raise RuleViolation(refusals.already_invited())
    # One that ran out unanswered makes room for the new one.
    merchant.invitations.filter(email=email, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )
    invitation = Invitation.objects.create(
        merchant=merchant,
        email=email,
        invited_by=by,
        expires_at=now + INVITATION_DAYS * clock.DAY,
    )
    messages.invited(invitation, reverse("invitation", args=[token_of(invitation)]))
    return invitation


@transaction.atomic
def withdraw_invitation(*, invitation: Invitation, by: User) -> None:
    """Make the link worthless. Twice changes nothing. Raises ``owner_only``."""
    refuse_unless_owner(lock_merchant(invitation.merchant_id), by)
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None).update(
        withdrawn_at=clock.now()
    )


@transaction.atomic
def accept(*, invitation: Invitation, user: User) -> Membership:
    """Become a member. Accepting twice changes nothing.

    The link alone is not enough: it has to be opened by the account of the address it was
    sent to. Raises RuleViolation ``other_address`` or ``invitation_over``.
    """
    merchant = lock_merchant(invitation.merchant_id)
    invitation.refresh_from_db()
    refuse_unless_acceptable(invitation, user, clock.now())
    if invitation.accepted_by_id != user.pk:
        invitation.accepted_at, invitation.accepted_by = clock.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return _member(merchant, user)


def refuse_unless_acceptable(invitation: Invitation, user: User, now: dt.datetime) -> None:
    """Raise ``other_address`` or ``invitation_over`` unless ``user`` may accept now, or has."""
    if invitation.email != user.email.lower():
        raise RuleViolation(refusals.other_address())
    if invitation.accepted_by_id == user.pk:
        return
    if not Invitation.objects.open(now).filter(pk=invitation.pk).exists():
        raise RuleViolation(refusals.invitation_over())


def _member(merchant: Merchant, user: User) -> Membership:
    """Let somebody in; the first person of a business taken over from a register owns it."""
    owned = merchant.memberships.filter(role=Membership.Role.OWNER).exists()
    role = Membership.Role.MEMBER if owned else Membership.Role.OWNER
    return Membership.objects.get_or_create(merchant=merchant, user=user, defaults={"role": role})[
        0
    ]


@transaction.atomic
def ask_to_join(*, number: str, user: User, note: str) -> JoinRequest:
    """Ask the owner of a registered business to be let in. Asking twice changes nothing.

    Raises RuleViolation ``unknown_number`` or ``already_member``.
    """
    merchant = Merchant.objects.registered().filter(number=number).first()
    if merchant is None:
        raise RuleViolation(refusals.unknown_number())
    merchant = lock_merchant(merchant.pk)
    if merchant.memberships.filter(user=user).exists():
        raise RuleViolation(refusals.already_member())
    request, is_new = JoinRequest.objects.get_or_create(
        merchant=merchant, user=user, state=JoinRequest.State.OPEN, defaults={"note": note}
    )
    if is_new:
        messages.join_asked(request)
    return request


@transaction.atomic
def answer(
    *, request: JoinRequest, by: User, accepted: bool, by_staff: bool = False
) -> JoinRequest:
    """Let somebody in or not; staff may answer when an owner cannot be reached.

    Raises RuleViolation ``owner_only`` or ``request_over``.
    """
    merchant = lock_merchant(request.merchant_id)
    if not by_staff:
        refuse_unless_owner(merchant, by)
    state = JoinRequest.State.ACCEPTED if accepted else JoinRequest.State.DECLINED
    _end_request(request, state, by)
    if accepted:
        _member(merchant, request.user)
    messages.join_answered(request)
    return request


@transaction.atomic
def withdraw_request(*, request: JoinRequest) -> JoinRequest:
    """The person no longer wants to join. Raises RuleViolation ``request_over``."""
    lock_merchant(request.merchant_id)
    return _end_request(request, JoinRequest.State.WITHDRAWN, request.user)


def _end_request(request: JoinRequest, state: JoinRequest.State, by: User) -> JoinRequest:
    ended = JoinRequest.objects.filter(pk=request.pk, state=JoinRequest.State.OPEN).update(
        state=state, decided_at=clock.now(), decided_by=by
    )
    if not ended:
        raise RuleViolation(refusals.request_over())
    request.refresh_from_db()
    return request


@transaction.atomic
def hand_over(*, merchant: Merchant, to: Membership, by: User, by_staff: bool = False) -> None:
    """Make another member the owner; the owner before stays a member.

    Raises RuleViolation ``owner_only``, Membership.DoesNotExist for somebody else's member.
    """
    merchant = lock_merchant(merchant.pk)
    if not by_staff:
        refuse_unless_owner(merchant, by)
    heir = merchant.memberships.get(pk=to.pk)
    merchant.memberships.filter(role=Membership.Role.OWNER).update(role=Membership.Role.MEMBER)
    heir.role = Membership.Role.OWNER
    heir.save(update_fields=["role"])


@transaction.atomic
def remove(*, membership: Membership, by: User) -> None:
    """Take a member's right to act for the business, or give up one's own.

    Raises RuleViolation ``owner_only`` or ``owner_stays``.
    """
    merchant = lock_merchant(membership.merchant_id)
    if membership.user_id != by.pk:
        refuse_unless_owner(merchant, by)
    current = merchant.memberships.filter(pk=membership.pk).first()
    if current is None:
        return
    if current.is_owner:
        raise RuleViolation(refusals.owner_stays())
    current.delete()


def refuse_unless_owner(merchant: Merchant, user: User) -> None:
    """Raise ``owner_only`` unless ``user`` owns the business now, under its lock."""
    if not merchant.memberships.filter(user=user, role=Membership.Role.OWNER).exists():
        raise RuleViolation(refusals.owner_only())
