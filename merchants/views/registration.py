"""The way of a new business: its entries, its papers, a last look, submitted."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import clock
from center.consent_forms import ConsentForm
from center.errors import RuleViolation
from center.middleware import client_address
from center.requests import PersonRequest
from merchants import selectors
from merchants.forms import BusinessForm, JoinForm, put_on
from merchants.models import Merchant
from merchants.services import register as services
from merchants.services import review
from merchants.views import number_tries


@dataclass(frozen=True)
class Step:
    label: str
    style: str


def steps(at: int) -> list[Step]:
    """The way of a registration, its ``at``-th step the present one (the account is 0)."""
    labels = [_("Account"), _("Business"), _("Papers"), _("Submit")]
    return [
        Step(label, "done" if n < at else "now" if n == at else "")
        for n, label in enumerate(labels)
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: PersonRequest) -> HttpResponse:
    """First step: what the center must know of the business."""
    membership = selectors.membership_of(request.user)
    if membership and not (membership.is_owner and membership.merchant.is_editable):
        return redirect("merchant")
    merchant = membership.merchant if membership else None
    form = BusinessForm(request.POST or None, merchant=merchant)
    if form.is_valid():
        try:
            known = merchant.number if merchant else None
            number_tries.count(request, form.cleaned_data["number"], known=known)
            if merchant is None:
                services.start(user=request.user, entries=form.cleaned_data)
            else:
                services.change(merchant=merchant, entries=form.cleaned_data)
            return redirect("papers")
        except RuleViolation as refusal:
            return _refused(request, form, merchant, refusal)
    return _entries_page(request, form, merchant, status=400 if form.is_bound else 200)


def _entries_page(
    request: HttpRequest, form: BusinessForm, merchant: Merchant | None, status: int
) -> HttpResponse:
    context = {
        "form": form,
        "merchant": merchant,
        "reasons": selectors.return_reasons_of(merchant) if merchant else [],
        "steps": steps(1),
    }
    return render(request, "merchants/register.html", context, status=status)


def _refused(
    request: HttpRequest, form: BusinessForm, merchant: Merchant | None, refusal: RuleViolation
) -> HttpResponse:
    """409: a registered number leads to its owner, anything else back to the entries."""
    if "number_registered" in refusal.codes:
        return _already_registered(request, form.cleaned_data["number"])
    put_on(form, refusal)
    return _entries_page(request, form, merchant, status=409)


def _already_registered(request: HttpRequest, number: str | None) -> HttpResponse:
    context = {"form": JoinForm(initial={"number": number}), "registered": True}
    return render(request, "merchants/join.html", context, status=409)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_check(request: PersonRequest) -> HttpResponse:
    """Last step: everything once more, then submit."""
    merchant = selectors.owned_merchant(request.user)
    if not merchant.is_editable:
        return redirect("merchant")
    consents = ConsentForm(request.POST or None)
    if consents.is_valid():
        try:
            with transaction.atomic():
                services.submit(merchant=merchant)
                consents.give_consents(user=request.user, address=client_address(request))
            messages.success(request, _("Your registration has been submitted."))
            return redirect("merchant")
        except RuleViolation as refusal:
            if "number_registered" in refusal.codes:
                return _already_registered(request, merchant.number)
            if "already_submitted" in refusal.codes:  # in another tab
                return redirect("merchant")
            return _check_page(request, merchant, consents, status=409)
    return _check_page(request, merchant, consents, status=400 if consents.is_bound else 200)


def _check_page(
    request: PersonRequest, merchant: Merchant, consents: ConsentForm, status: int
) -> HttpResponse:
    today = clock.today()
    context = {
        "form": consents,
        "merchant": merchant,
        "papers": selectors.papers_of(merchant, today),
        "missing": services.what_is_missing(merchant, today),
        "due": review.decision_due(clock.now()),
        "steps": steps(3),
    }
    return render(request, "merchants/register_check.html", context, status=status)
