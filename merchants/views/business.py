"""A business as its own people see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants import selectors
from merchants.forms import BusinessForm, put_on
from merchants.models import MerchantState
from merchants.services import register as services
from merchants.views import number_tries


@login_required
@require_safe
def merchant(request: PersonRequest) -> HttpResponse:
    """Where the business stands, what is to be done, everything the center knows of it."""
    membership = selectors.membership_of(request.user)
    if membership is None:
        asked = {"requests": selectors.open_requests_of(request.user)}
        return render(request, "merchants/no_business.html", asked)
    business, now = membership.merchant, clock.now()
    cards = selectors.papers_of(business, clock.day_of(now)) if membership.is_owner else []
    context: dict[str, Any] = {
        "merchant": business,
        "membership": membership,
        "wanted": [card for card in cards if card.is_wanted],
        "papers": cards,
        "suspension": selectors.suspension_of(business, now),
        "join_requests": selectors.join_requests_to(business) if membership.is_owner else [],
        "reasons": selectors.return_reasons_of(business),
        "is_verified": business.is_verified_on(clock.day_of(now)),
        "is_overdue": selectors.is_overdue(business, now),
    }
    return render(request, "merchants/merchant.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merchant_edit(request: PersonRequest) -> HttpResponse:
    """Change what the center knows; what papers prove is looked at again."""
    business = selectors.owned_merchant(request.user)
    if business.is_editable:
        return redirect("register")
    form = BusinessForm(request.POST or None, merchant=business)
    if form.is_valid():
        try:
            number_tries.count(request, form.cleaned_data.get("number"), known=business.number)
            business = services.change(merchant=business, entries=form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _saved(business.state, business.review_asked_at is not None))
            return redirect("merchant")
    context = {"form": form, "merchant": business}
    status = 400 if form.is_bound else 200
    return render(request, "merchants/merchant_edit.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def merchant_discard(request: PersonRequest) -> HttpResponse:
    """Asked once more, then a registration that was never submitted is gone."""
    business = selectors.owned_merchant(request.user)
    if business.state != MerchantState.DRAFT:
        return redirect("merchant")
    if request.method == "POST":
        try:
            services.discard(merchant=business)
            messages.success(request, _("The registration has been deleted."))
        except RuleViolation as refusal:
            messages.warning(request, refusal.violations[0].sentence)
        return redirect("merchant")
    return render(request, "merchants/merchant_discard.html", {"merchant": business})


def _saved(state: str, is_looked_at: bool) -> str:
    if state == MerchantState.VERIFIED and is_looked_at:
        return _("Saved. We compare it with your papers; you can book meanwhile.")
    return _("Saved.")
