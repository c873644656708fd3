"""Who acts for a business: invitations, requests to join, roles, leaving."""

from __future__ import annotations

import datetime as dt

from django.core import signing
from django.db import transaction
from django.urls import reverse

from center import clock
from center.errors import RuleViolation
from center.models import User
from merchants import joining_refusals, messages, refusals, visitor_refusals
from merchants.models import Invitation, JoinRequest, Membership, Merchant, MerchantState
from merchants.models.members import INVITATION_DAYS, INVITATIONS_A_DAY, JOIN_REQUESTS_A_DAY
from merchants.services import emptying
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

    Only for businesses the center knows, and a few a day: the center's mail is not for
    strangers to send. Raises RuleViolation ``owner_only``, ``not_submitted``,
    ``already_member``, ``already_invited`` or ``too_many_invitations``.
    """
    merchant = lock_merchant(merchant.pk)
    refuse_unless_owner(merchant, by)
    now, email = clock.now(), email.strip().lower()
    if merchant.state not in MerchantState.registered:
        raise RuleViolation(refusals.not_submitted())
    if merchant.invitations.filter(created_at__gt=now - clock.DAY).count() >= INVITATIONS_A_DAY:
        raise RuleViolation(refusals.too_many_invitations(INVITATIONS_A_DAY))
    if merchant.memberships.filter(user__email__iexact=email).exists():
        raise RuleViolation(refusals.already_member())
    if merchant.invitations.open(now).filter(email=email).exists():
        raise RuleViolation(refusals.already_invited())
    if merchant.invitations.filter(email=email, created_at__gt=now - clock.DAY).exists():
        raise RuleViolation(refusals.invited_lately())
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
    """Become a member. Accepting twice changes nothing; who was removed needs a new invitation.

    The link alone is not enough: it has to be opened by the account of the address it was
    sent to. Who takes over a visitor of the counter owns it. Raises RuleViolation
    ``other_address``, ``invitation_over``, ``own_draft`` or ``own_registration``.
    """
    merchant = lock_merchant(invitation.merchant_id)
    invitation.refresh_from_db()
    refuse_unless_acceptable(invitation, user, clock.now())
    is_visitor = merchant.is_visitor
    if invitation.accepted_by_id != user.pk:
        invitation.accepted_at, invitation.accepted_by = clock.now(), user
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    asked = merchant.join_requests.filter(user=user, state=JoinRequest.State.OPEN)
    asked.update(state=JoinRequest.State.ACCEPTED, decided_at=clock.now(), decided_by=user)
    return _let_in(merchant, user, Membership.Role.OWNER if is_visitor else Membership.Role.MEMBER)


def refuse_unless_acceptable(invitation: Invitation, user: User, now: dt.datetime) -> None:
    """Raise ``other_address``, ``invitation_over``, ``own_draft`` or ``own_registration``
    unless ``user`` may accept now, or has and is a member still."""
    if invitation.email != user.email.lower():
        raise RuleViolation(refusals.other_address())
    if invitation.merchant.memberships.filter(user=user).exists():
        return
    if not Invitation.objects.open(now).filter(pk=invitation.pk).exists():
        raise RuleViolation(refusals.invitation_over())
    if invitation.merchant.is_visitor:
        _refuse_a_second_business(user)


def _refuse_a_second_business(user: User) -> None:
    """A person registers one business: a second draft would never be seen."""
    own = Merchant.objects.of_user(user.pk).first()
    if own is not None and own.state == MerchantState.DRAFT:
        raise RuleViolation(visitor_refusals.own_draft(own.name))
    if own is not None:
        raise RuleViolation(visitor_refusals.own_registration(own.name))


def _let_in(merchant: Merchant, user: User, role: Membership.Role) -> Membership:
    made, _is_new = Membership.objects.get_or_create(
        merchant=merchant, user=user, defaults={"role": role}
    )
    return made


@transaction.atomic
def ask_to_join(*, number: str, user: User, note: str) -> JoinRequest:
    """Ask the owner of a registered business to be let in. Asking twice changes nothing.

    Staff see the request where the business has no owner, and they alone where it was never
    verified. Raises RuleViolation ``unknown_number``, ``already_member``, ``too_many_requests``
    or, within a day of the last request, ``asked_lately``.
    """
    # One person's requests one after another, so that they can be counted.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    merchant = Merchant.objects.holding(number).first()
    if merchant is None:
        raise RuleViolation(refusals.unknown_number())
    merchant = lock_merchant(merchant.pk)
    if merchant.memberships.filter(user=user).exists():
        raise RuleViolation(refusals.already_member())
    before = merchant.join_requests.filter(user=user).order_by("created_at").last()
    if before and before.state == JoinRequest.State.OPEN:
        return before
    if before and before.created_at > clock.now() - clock.DAY:
        raise RuleViolation(joining_refusals.asked_lately())
    asked_today = user.join_requests.filter(created_at__gt=clock.now() - clock.DAY)
    if asked_today.count() >= JOIN_REQUESTS_A_DAY:
        raise RuleViolation(joining_refusals.too_many_requests(JOIN_REQUESTS_A_DAY))
    request = JoinRequest.objects.create(merchant=merchant, user=user, note=note)
    messages.join_asked(request)
    return request


@transaction.atomic
def answer(
    *, request: JoinRequest, by: User, accepted: bool, by_staff: bool = False
) -> JoinRequest:
    """Let somebody in or not; staff may answer when an owner cannot be reached, and whom they
    let into a business without an owner owns it.

    Raises RuleViolation ``owner_only``, ``not_proven``, ``own_business`` or
    ``request_over``.
    """
    merchant = lock_merchant(request.merchant_id)
    if by_staff:
        refuse_own_business(merchant, by, also=request.user)
    else:
        refuse_unless_owner(merchant, by)
        if not merchant.is_proven:
            raise RuleViolation(joining_refusals.not_proven())
    state = JoinRequest.State.ACCEPTED if accepted else JoinRequest.State.DECLINED
    _end_request(request, state, by)
    if accepted:
        owned = merchant.memberships.filter(role=Membership.Role.OWNER).exists()
        owner = by_staff and not owned
        _let_in(merchant, request.user, Membership.Role.OWNER if owner else Membership.Role.MEMBER)
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

    Raises RuleViolation ``owner_only``, ``own_business``, or ``member_gone`` for somebody who left meanwhile.
    """
    merchant = lock_merchant(merchant.pk)
    if by_staff:
        refuse_own_business(merchant, by, also=to.user)
    else:
        refuse_unless_owner(merchant, by)
    heir = merchant.memberships.filter(pk=to.pk).first()
    if heir is None:
        raise RuleViolation(refusals.member_gone())
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


@transaction.atomic
def leave_all(*, user: User) -> None:
    """End every membership of somebody who closes the account; businesses stay.

    What such a person began ends too: open invitations and requests, and a registration that was
    never handed in, with its papers. Raises RuleViolation ``owns_business`` where colleagues
    would be left without an owner.
    """
    mine = Membership.objects.filter(user=user).order_by("merchant_id")
    for merchant_id in list(mine.values_list("merchant_id", flat=True)):
        merchant = lock_merchant(merchant_id)
        membership = merchant.memberships.get(user=user)
        if membership.is_owner:
            if merchant.memberships.count() > 1:
                raise RuleViolation(refusals.owns_business(merchant.name))
            _end_invitations_and_requests(merchant, user)
        membership.delete()
        if membership.is_owner and merchant.state == MerchantState.DRAFT:
            emptying.give_up(merchant=merchant)
    for request in user.join_requests.filter(state=JoinRequest.State.OPEN):
        withdraw_request(request=request)


def _end_invitations_and_requests(merchant: Merchant, by: User) -> None:
    now = clock.now()
    merchant.invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    for request in merchant.join_requests.filter(state=JoinRequest.State.OPEN):
        messages.join_answered(_end_request(request, JoinRequest.State.DECLINED, by))


def refuse_unless_owner(merchant: Merchant, user: User) -> None:
    """Raise ``owner_only`` unless ``user`` owns the business now, under its lock."""
    if not merchant.memberships.filter(user=user, role=Membership.Role.OWNER).exists():
        raise RuleViolation(refusals.owner_only())


def refuse_own_business(merchant: Merchant, staff: User, *, also: User | None = None) -> None:
    """Raise ``own_business`` where a member of staff would decide in his own matter."""
    if staff == also or merchant.memberships.filter(user=staff).exists():
        raise RuleViolation(refusals.own_business())
