"""Who acts for a business."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants import selectors
from merchants.forms import InviteForm, JoinForm, put_on
from merchants.models import Invitation, JoinRequest, Membership, Merchant
from merchants.services import members as services
from merchants.views import number_tries


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def members(request: PersonRequest) -> HttpResponse:
    """The people of the business; its owner invites more."""
    merchant = selectors.owned_merchant(request.user)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        try:
            services.invite(merchant=merchant, by=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            address = form.cleaned_data["email"]
            messages.success(request, _("Invited: %(address)s") % {"address": address})
            return redirect("members")
    return _members_page(request, merchant, form)


def _members_page(request: PersonRequest, merchant: Merchant, form: InviteForm) -> HttpResponse:
    context = {
        "merchant": merchant,
        "members": merchant.memberships.select_related("user"),
        "invitations": merchant.invitations.open(clock.now()),
        "join_requests": selectors.join_requests_to(merchant),
        "form": form,
    }
    status = 400 if form.is_bound else 200
    return render(request, "merchants/members.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked once more, then the person no longer acts for the business."""
    merchant = selectors.owned_merchant(request.user)
    membership = get_object_or_404(merchant.memberships.select_related("user"), pk=pk)
    if request.method == "POST":
        return _done(request, services.remove, membership=membership, by=request.user)
    context = {"merchant": merchant, "membership": membership}
    return render(request, "merchants/member_remove.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def member_hand_over(request: PersonRequest, pk: int) -> HttpResponse:
    """Asked once more, then another member owns the business."""
    merchant = selectors.owned_merchant(request.user)
    membership = get_object_or_404(merchant.memberships.select_related("user"), pk=pk)
    if request.method == "POST":
        arguments: dict[str, Any] = {"merchant": merchant, "to": membership, "by": request.user}
        return _done(request, services.hand_over, to_page="merchant", **arguments)
    context = {"merchant": merchant, "membership": membership}
    return render(request, "merchants/member_hand_over.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: PersonRequest) -> HttpResponse:
    """A member gives up acting for the business."""
    membership = selectors.membership_of(request.user)
    if membership is None:
        return redirect("merchant")
    if request.method == "POST":
        return _done(
            request, services.remove, to_page="merchant", membership=membership, by=request.user
        )
    return render(request, "merchants/leave.html", {"membership": membership})


@login_required
@require_POST
def invitation_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    merchant = selectors.owned_merchant(request.user)
    invitation = get_object_or_404(merchant.invitations, pk=pk)
    return _done(request, services.withdraw_invitation, invitation=invitation, by=request.user)


@login_required
@require_POST
def join_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """The owner lets somebody in, or not."""
    merchant = selectors.owned_merchant(request.user)
    asked = get_object_or_404(merchant.join_requests, pk=pk)
    accepted = request.POST.get("answer") == "accept"
    arguments: dict[str, Any] = {"request": asked, "by": request.user, "accepted": accepted}
    return _done(request, services.answer, **arguments)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: PersonRequest) -> HttpResponse:
    """Ask to act for a business that is registered already."""
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            number_tries.count(request, form.cleaned_data["number"])
            asked = services.ask_to_join(user=request.user, **form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _asked_whom(asked))
            return redirect("merchant")
    return render(
        request, "merchants/join.html", {"form": form}, status=400 if form.is_bound else 200
    )


def _asked_whom(asked: JoinRequest) -> str:
    if not asked.merchant.is_proven:
        return _("This business has not been verified yet, so the center answers your request.")
    if asked.merchant.has_owner:
        return _("Your request has been sent to the owner.")
    return _("The business has no owner here yet, so the center answers your request.")


@login_required
@require_POST
def join_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(JoinRequest, pk=pk, user=request.user)
    return _done(request, services.withdraw_request, to_page="merchant", request=asked)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: PersonRequest, token: str) -> HttpResponse:
    """Where the link in an invitation leads: which business, then yes."""
    try:
        invited = services.invitation_of(token)
    except Invitation.DoesNotExist:
        raise Http404 from None
    try:
        services.refuse_unless_acceptable(invited, request.user, clock.now())
        if invited.merchant.memberships.filter(user=request.user).exists():
            return redirect("merchant")
        if request.method == "POST":
            return _accepted(request, services.accept(invitation=invited, user=request.user))
    except RuleViolation as refusal:
        context = {"violations": refusal.violations}
        return render(request, "merchants/invitation_over.html", context, status=409)
    return render(request, "merchants/invitation.html", {"invitation": invited})


def _accepted(request: PersonRequest, membership: Membership) -> HttpResponse:
    """A colleague's business to book for, or a registration of one's own to complete."""
    if membership.merchant.is_editable and membership.is_owner:
        messages.success(request, _("The registration is yours. Please fill in what is missing."))
        return redirect("register")
    sentence = _("You now act for %(business)s.") % {"business": membership.merchant.name}
    messages.success(request, sentence)
    return redirect("merchant")


def _done(
    http_request: PersonRequest, service: Any, *, to_page: str = "members", **arguments: Any
) -> HttpResponse:
    """Call the service and say how it went."""
    try:
        service(**arguments)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            messages.error(http_request, violation.sentence)
    else:
        messages.success(http_request, _("Done."))
    return redirect(to_page)
