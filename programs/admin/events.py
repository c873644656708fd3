"""Broadcasts and exhibitions in the admin: who takes part, booths, settlements to take out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from center import access, csv_file
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.models import AccessAction
from center.purposes import TakenOut, purpose_required
from merchants.forms import put_on
from programs import event_pages
from programs.forms.events import BoothsForm
from programs.models import Settlement
from programs.services import exhibitions

PAGE = 30


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Programs with broadcasts or products, the latest first."""
    page = Paginator(event_pages.programs_with_events(), PAGE).get_page(request.GET.get("page"))
    context = {"title": _("Broadcasts and exhibitions"), "page": page}
    return shown(request, "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One program: its participants, its booths as a list."""
    program = get_object_or_404(event_pages.programs_with_events(), pk=pk)
    form = BoothsForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            exhibitions.add_booths(program=program, numbers=form.cleaned_data["numbers"])
        except RuleViolation as refusal:
            put_on(form, refusal)
            status = 409
        else:
            messages.success(request, _("The booths are in the list."))
            return redirect("admin:event", pk)
    rows = list(event_pages.participants(program))
    access.record(request, action=AccessAction.VIEW, subjects=[row.merchant for row in rows])
    booths = program.booths.select_related("application__merchant")
    context = {"title": program.title, "program": program, "rows": rows, "booths": booths}
    return shown(request, "program", {**context, "form": form}, status)


@purpose_required
def settlement_file(request: HttpRequest, pk: int) -> TakenOut:
    """What each business sold, as a CSV; formulas in names come out harmless."""
    program = get_object_or_404(event_pages.programs_with_events(), pk=pk)
    rows = list(event_pages.settlements(program))
    header = [
        _("Business"),
        _("Business registration number"),
        _("Booth"),
        _("Orders"),
        _("Sales, won"),
        _("Fee, won"),
        _("Paid out, won"),
        _("Remark"),
    ]
    response = csv_file.response(f"정산_{program.slug}.csv", header, map(_cells, rows))
    return TakenOut(response, subjects=[row.application.merchant for row in rows])


def _cells(row: Settlement) -> list[Any]:
    application = row.application
    booth = getattr(application, "booth", None)
    return [
        application.merchant.name,
        application.merchant.number,
        booth.number if booth else "",
        row.orders,
        row.sales,
        row.fee,
        row.paid_out,
        row.note,
    ]


def shown(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/events/{name}.html", whole, status=status)


PERMISSION = "programs.change_broadcast"
_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        "events/", "events", event_list, PERMISSION, gettext_lazy("Broadcasts and exhibitions")
    )
)
_site.add_page(AdminPage("events/<int:pk>/", "event", event, PERMISSION))
_site.add_page(
    AdminPage("events/<int:pk>/settlements.csv", "settlements", settlement_file, PERMISSION)
)
