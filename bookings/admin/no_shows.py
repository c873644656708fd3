"""No-shows in the admin: appeals first, then businesses that missed too often."""

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

from bookings import no_shows
from bookings.models import NoShow, NoShowDecision
from bookings.services import no_shows as services
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite, Errand
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from center.resident_number import refuse_resident_numbers
from merchants.models import Merchant

PAGE = 50


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The business reads it word for word."),
        max_length=300,
        required=False,  # the service asks for it, with its own sentence
        validators=[refuse_resident_numbers],
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    decision = forms.ChoiceField(choices=NoShowDecision)


@require_safe
def no_show_list(request: HttpRequest) -> HttpResponse:
    """What waits, or all of them."""
    show, now = no_shows.Show.of(request.GET.get("show", "")), clock.now()
    page = Paginator(no_shows.for_staff(show), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    businesses = list(dict.fromkeys(map(_business, rows)))
    access.record(request, action=AccessAction.VIEW, subjects=businesses)
    context = {
        "title": _("No-shows"),
        "entries": [no_shows.entry(row, now) for row in rows],
        "page": page,
        "counts": no_shows.counts(),
        "show": show,
    }
    return _render(request, "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def no_show(request: PersonRequest, pk: int) -> HttpResponse:
    """One of them with what its business says, and the decision."""
    row = get_object_or_404(no_shows.for_staff(no_shows.Show.ALL), pk=pk)
    if request.method != "POST":
        return _page(request, row, DecisionForm())
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form, status=400)
    try:
        row = services.decide(
            no_show=row,
            decision=NoShowDecision(form.cleaned_data["decision"]),
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
    except RuleViolation as refusal:
        form.add_error(refusal.violations[0].field or None, refusal.violations[0].sentence)
        fresh = no_shows.for_staff(no_shows.Show.ALL).get(pk=pk)
        return _page(request, fresh, form, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[_business(row)])
    messages.success(request, _done(row))
    return redirect("admin:no_shows")


def _business(row: NoShow) -> Merchant:
    """Uses of the house itself are never entered."""
    assert row.booking.merchant is not None
    return row.booking.merchant


def _done(row: NoShow) -> str:
    said = {"booking": row.booking.reference, "decision": row.get_decision_display()}
    return _("%(booking)s: %(decision)s. The business has been told.") % said


def _page(
    request: PersonRequest, row: NoShow, form: DecisionForm, *, status: int = 200
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[_business(row)])
    context = {
        "title": f"{row.booking.merchant} · {row.booking.reference}",
        "row": row,
        "booking": row.booking,
        "entry": no_shows.entry(row, clock.now()),
        "others": [no_shows.entry(other, clock.now()) for other in no_shows.others_of(row)],
        "form": form,
    }
    return _render(request, "case", context, status)


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/no_shows/{name}.html", whole, status=status)


def _errands() -> Iterator[tuple[str, str]]:
    n, address = no_shows.counts(), reverse("admin:no_shows")
    if n["appeals"]:
        said = ngettext(
            "%(n)d appeal against a no-show is to be decided.",
            "%(n)d appeals against no-shows are to be decided.",
            n["appeals"],
        )
        yield said % {"n": n["appeals"]}, f"{address}?show=appeals"
    if n["reviews"]:
        said = ngettext(
            "%(n)d no-show is to be reviewed: its business missed too often.",
            "%(n)d no-shows are to be reviewed: their businesses missed too often.",
            n["reviews"],
        )
        yield said % {"n": n["reviews"]}, f"{address}?show=reviews"


_PERMISSION = "bookings.change_noshow"
_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage("no-shows/", "no_shows", no_show_list, _PERMISSION, gettext_lazy("No-shows"))
)
_site.add_page(AdminPage("no-shows/<int:pk>/", "no_show", no_show, _PERMISSION))
_site.add_errand(Errand(_PERMISSION, _errands))
