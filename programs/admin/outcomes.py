"""What programs brought, in the admin: what stands out first, what is missing, the telephone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from center import access
from center.admin_site import AdminPage, CenterAdminSite, Errand
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from programs import outcome_desk
from programs.forms.outcomes import LookForm, TelephoneForm
from programs.models import Outcome, OutcomeStage
from programs.services import outcomes

PAGE = 50


@require_safe
def outcome_list(request: HttpRequest) -> HttpResponse:
    """What stands out, what was asked, what is missing, or all."""
    show = outcome_desk.Show.of(request.GET.get("show", ""))
    page = Paginator(outcome_desk.for_staff(show), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    businesses = list(dict.fromkeys(row.application.merchant for row in rows))
    access.record(request, action=AccessAction.VIEW, subjects=businesses)
    context = {
        "title": _("What programs brought"),
        "rows": [(row, outcome_desk.words_of(row)) for row in rows],
        "page": page,
        "show": show,
        "counts": outcome_desk.counts(),
    }
    return _render(request, "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def outcome(request: PersonRequest, pk: int) -> HttpResponse:
    """One answer: looked at, taken down on the telephone, or corrected."""
    rows = outcome_desk.for_staff(outcome_desk.Show.ALL)
    row = get_object_or_404(rows, pk=pk)
    act = request.POST.get("act", "")
    look = LookForm(request.POST if act == "look" else None)
    kind = row.application.program.the_kind
    call = TelephoneForm(request.POST if act == "call" else None, initial=_known(row), kind=kind)
    form: forms.Form = look if act == "look" else call
    if not form.is_valid():
        return _page(request, row, look, call, status=400 if form.is_bound else 200)
    try:
        _carry_out(request, row, form)
    except RuleViolation as refusal:
        form.add_error(refusal.violations[0].field or None, refusal.violations[0].sentence)
        return _page(request, rows.get(pk=pk), look, call, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[row.application.merchant])
    messages.success(request, _("Kept. The former figures stay in the history."))
    return redirect("admin:outcomes")


def _carry_out(request: PersonRequest, row: Outcome, form: forms.Form) -> None:
    data = form.cleaned_data
    if isinstance(form, TelephoneForm):
        outcomes.enter(
            application=row.application,
            stage=OutcomeStage(data["stage"]),
            said=form.said,
            source_note=data["source_note"],
            by=request.user,
        )
        return
    outcomes.look_at(outcome=row, note=data["note"], by=request.user)


def _known(row: Outcome) -> dict[str, Any]:
    names = ("stage", "use", "sales", "orders", "viewers", "text")
    return {name: getattr(row, name) for name in names}


def _page(
    request: PersonRequest, row: Outcome, look: LookForm, call: TelephoneForm, *, status: int
) -> HttpResponse:
    merchant = row.application.merchant
    access.record(request, action=AccessAction.VIEW, subjects=[merchant])
    context = {
        "title": f"{merchant} · {row.application.program}",
        "row": row,
        "words": outcome_desk.words_of(row),
        "others": row.application.outcomes.exclude(pk=row.pk),
        "history": outcome_desk.history_of(row),
        "look": look,
        "call": call,
        "form": look if look.is_bound else call,
    }
    return _render(request, "case", context, status)


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/outcomes/{name}.html", whole, status=status)


def _errands() -> Iterator[tuple[str, str]]:
    if n := outcome_desk.counts()["look"]:
        said = ngettext(
            "%(n)d answer on what a program brought stands out.",
            "%(n)d answers on what programs brought stand out.",
            n,
        )
        yield said % {"n": n}, reverse("admin:outcomes")


_PERMISSION = "programs.change_outcome"
_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        "outcomes/", "outcomes", outcome_list, _PERMISSION, gettext_lazy("What programs brought")
    )
)
_site.add_page(AdminPage("outcomes/<int:pk>/", "outcome", outcome, _PERMISSION))
_site.add_errand(Errand(_PERMISSION, _errands))
