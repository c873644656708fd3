"""Legal texts for everybody, and what a person decides about his or her own data."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import access, attempts, clock, closing, consents, display, exports, legal, rights
from center.errors import RuleViolation
from center.heavy import heavy_work
from center.middleware import client_address
from center.models import AccessAction, ConsentKind, ConsentText, LegalText, RightsRequest
from center.plain_numbers import row_number
from center.requests import PersonRequest
from center.rights_forms import RightsForm

#: of one person: each reads all of his or her papers
EXPORTS_AN_HOUR = 3
_LIMITS = {"export": f"{EXPORTS_AN_HOUR}/h/user"}


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
@require_http_methods(["GET", "HEAD", "POST"])
def account_privacy(request: PersonRequest) -> HttpResponse:
    """Consents, one's own data, requests and closing the account, on one page."""
    form = RightsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = rights.ask(user=request.user, **form.cleaned_data)
            due = display.full_day(made.due_on)
            received = _("Received. You get an answer here by %(day)s.") % {"day": due}
            messages.success(request, received)
            return redirect("account_privacy")
        except RuleViolation as refusal:
            form.add_error(None, refusal.violations[0].sentence)
    context = {
        "form": form,
        "standings": consents.standings(request.user),
        "requests": RightsRequest.objects.filter(user=request.user)[:50],
    }
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
    text = get_object_or_404(ConsentText, kind=kind, pk=row_number(asked))
    try:
        consents.give(user=request.user, text=text, address=client_address(request))
        messages.success(request, _("Thank you. You can withdraw it here at any time."))
    except RuleViolation as refusal:
        violation = refusal.violations[0]
        messages.warning(request, f"{violation.message} {violation.remedy}")
    return redirect("account_privacy")


@login_required
@require_POST
@reauthentication_required
def account_export(request: PersonRequest) -> HttpResponseBase:
    """One's own data as a ZIP, after the password once more."""
    with heavy_work():
        if not _may_export(request):
            messages.warning(request, _made_often())
            return redirect("account_privacy")
        archive = exports.archive_of(request.user)
    access.record(request, action=AccessAction.EXPORT, subjects=[request.user])
    name = f"my-data-{clock.today():%Y-%m-%d}.zip"
    answer = FileResponse(
        archive, as_attachment=True, filename=name, content_type="application/zip"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _made_often() -> str:
    said = _("A copy of your data was made %(count)d times within an hour. Please try again later.")
    return said % {"count": EXPORTS_AN_HOUR}


def _may_export(request: PersonRequest) -> bool:
    """Where nothing can be counted everybody may: the places of heavy work hold even so."""
    if not attempts.can_be_counted():
        return True
    return ratelimit.consume(request, app="center", action="export", config=_LIMITS) is not None


@login_required
@require_safe
def account_close(request: PersonRequest) -> HttpResponse:
    """What closing means, and what has to be settled before."""
    context = {"obstacles": closing.obstacles(request.user)}
    return render(request, "center/account_close.html", context)


@login_required
@require_POST
@reauthentication_required
def account_close_now(request: PersonRequest) -> HttpResponse:
    """Close it, after the password once more."""
    try:
        closing.close(user=request.user)
    except RuleViolation:
        return redirect("account_close")
    logout(request)
    messages.success(request, _("Your account is closed. Thank you for having been with us."))
    return redirect("front")
