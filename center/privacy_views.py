"""Legal texts for everybody, and what a person decides about his or her own data."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from center import clock, consents, legal
from center.errors import RuleViolation
from center.middleware import client_address
from center.models import ConsentKind, ConsentText, LegalText
from center.requests import PersonRequest


@require_safe
def legal_text(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """The policy or the terms: the version in force, or the one asked for."""
    versions = list(LegalText.objects.filter(kind=kind))
    current = legal.current(kind)
    shown = (
        next((v for v in versions if v.version == version), None)
        if version is not None
        else current
    )
    if shown is None:
        raise Http404
    context = {"text": shown, "current": current, "versions": versions, "now": clock.now()}
    return render(request, "center/legal_text.html", context)


@login_required
@require_safe
def account_privacy(request: PersonRequest) -> HttpResponse:
    """Consents, one's own data, requests and closing the account, on one page."""
    context = {"standings": consents.standings(request.user)}
    return render(request, "center/account_privacy.html", context)


@login_required
@require_POST
def account_consent(request: PersonRequest, kind: str) -> HttpResponse:
    """Give or withdraw one consent: one button either way."""
    if kind not in ConsentKind.optional:
        raise Http404
    if "withdraw" in request.POST:
        consents.withdraw(user=request.user, kind=ConsentKind(kind))
        messages.success(request, _("Withdrawn. Thank you for telling us."))
        return redirect("account_privacy")
    asked = request.POST.get("text", "")
    text = get_object_or_404(ConsentText, kind=kind, pk=asked if asked.isdecimal() else 0)
    try:
        consents.give(user=request.user, text=text, address=client_address(request))
        messages.success(request, _("Thank you. You can withdraw it here at any time."))
    except RuleViolation as refusal:
        violation = refusal.violations[0]
        messages.warning(request, f"{violation.message} {violation.remedy}")
    return redirect("account_privacy")
