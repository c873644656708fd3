"""One application as staff see it: everything it says, what stands against it, the decisions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import plain_number
from center.requests import PersonRequest
from merchants import regions
from merchants.forms import put_on
from programs import papers, progress, selection_check
from programs.forms.decisions import ReasonForm, SupplementForm
from programs.models import Application, ApplicationState
from programs.services import checking

_PREFIXES: dict[str, type[Form]] = {"ask": SupplementForm, "reject": ReasonForm}


@require_http_methods(["GET", "HEAD", "POST"])
def application_case(request: PersonRequest, pk: int) -> HttpResponse:
    """The page; sent, one of the decisions on it."""
    rows = Application.objects.handed_in().select_related("program", "merchant", "applied_by")
    found = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return _page(request, found, {})
    if not request.user.has_perm("programs.change_application"):
        raise PermissionDenied
    return _decide(request, found)


def _decide(request: PersonRequest, found: Application) -> HttpResponse:
    do = request.POST.get("do", "")
    revision = plain_number(request.POST.get("revision", ""))
    if do not in {"ask", "reject", "again"} or revision is None:
        raise BadRequest
    form = _PREFIXES[do](request.POST, prefix=do) if do in _PREFIXES else Form(request.POST)
    if not form.is_valid():
        return _page(request, found, {do: form}, 400)
    try:
        _services(request)[do](
            application=found, revision=revision, by=request.user, **form.cleaned_data
        )
    except RuleViolation as refusal:
        put_on(form, refusal)
        if do == "again":
            messages.warning(request, refusal.violations[0].sentence)
        return _page(request, found, {do: form}, 409)
    access.record(request, action=AccessAction.CHANGE, subjects=[found.merchant])
    messages.success(request, _said(do))
    return redirect("admin:application_case", found.pk)


def _services(request: PersonRequest) -> dict[str, Callable[..., object]]:
    return {"ask": checking.ask_for, "reject": checking.reject, "again": checking.look_again}


def _said(do: str) -> str:
    return {
        "ask": _("The applicant has been asked."),
        "reject": _("The applicant has been told the reason."),
        "again": _("The application counts again."),
    }[do]


def _page(
    request: PersonRequest, found: Application, forms: dict[str, Form], status: int = 200
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[found.merchant])
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": found.receipt,
        **_shown(found),
        "ask": forms.get("ask") or SupplementForm(prefix="ask"),
        "reject": forms.get("reject") or ReasonForm(prefix="reject"),
        "may_decide": request.user.has_perm("programs.change_application"),
    }
    return render(request, "admin/programs/application.html", context, status=status)


def _shown(found: Application) -> dict[str, Any]:
    now, is_open = clock.now(), checking.is_decided_on(found.program)
    return {
        **progress.page_of(found, now),
        "district": regions.place_name(found.district),
        "violations": selection_check.against(found),
        "needs": papers.needs(found.program, found.merchant, clock.day_of(now)),
        "history": progress.history(found),
        "may_ask": is_open and found.state in ApplicationState.undecided,
        "may_reject": checking.may_be_rejected(found),
        "may_look_again": is_open and found.state == ApplicationState.INELIGIBLE,
    }
