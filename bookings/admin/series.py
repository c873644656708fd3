"""Regular use as staff plan and change it for a business."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bookings import series_pages
from bookings.models import BookingSource, Series
from bookings.series_form import ChangeForm, StaffPlanForm, wanted_days
from bookings.series_preview import preview
from bookings.services import series as services
from center import access
from center.admin_site import AdminPage, CenterAdminSite
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.models import Merchant
from merchants.queue import found_by

PAGE = 50
#: so many businesses are shown for a search
BUSINESSES = 20


@require_safe
def series_list(request: HttpRequest) -> HttpResponse:
    """Every regular use, the newest first; and the businesses that fit a search."""
    term = request.GET.get("q", "").strip()[:80]
    rows = series_pages.all_series()
    businesses: list[Merchant] = []
    if term:
        rows = rows.filter(merchant__in=Merchant.objects.registered().filter(found_by(term)))
        found = Merchant.objects.registered().filter(found_by(term)).order_by("name", "pk")
        businesses = list(found[:BUSINESSES])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = {series.merchant_id for series in page} | {it.pk for it in businesses}
    action = AccessAction.SEARCH if term else AccessAction.VIEW
    access.record(request, action=action, subjects=("merchant", sorted(shown)))
    context = {"title": _("Regular use"), "term": term, "businesses": businesses, "page": page}
    return _render(request, "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: PersonRequest, pk: int) -> HttpResponse:
    """Plan a regular use for a business; its dates are seen before they are booked."""
    merchant = get_object_or_404(Merchant.objects.registered(), pk=pk)
    access.record(request, action=AccessAction.VIEW, subjects=[merchant])
    form = StaffPlanForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"title": _("Plan a regular use"), "merchant": merchant, "form": form}
    if not form.is_bound or "back" in request.POST or not form.is_valid():
        return _render(request, "new", context, 400 if form.is_bound and form.errors else 200)
    wanted = wanted_days(request.POST.getlist("day")) & set(form.plan.days())
    if "take" not in request.POST or not wanted:
        return _render(request, "new", {**context, **_dates(request, merchant, form)})
    made = _make(request, merchant, form, wanted)
    series_pages.say_what_was_booked(request, made)
    return redirect("admin:series_one", made.pk)


def _dates(request: HttpRequest, merchant: Merchant, form: StaffPlanForm) -> dict[str, Any]:
    data = form.cleaned_data
    aside = bool(data["override"])
    dates = preview(
        merchant=merchant,
        resource=data["resource"],
        plan=form.plan,
        headcount=data["headcount"],
        set_aside=aside,
    )
    ticked = series_pages.ticked(dates, set_aside=aside)
    return {"dates": ticked, "nothing_chosen": "take" in request.POST}


def _make(
    request: PersonRequest, merchant: Merchant, form: StaffPlanForm, wanted: set[Any]
) -> Series:
    data = form.cleaned_data
    made = services.create(
        by=request.user,
        merchant=merchant,
        resource=data["resource"],
        plan=form.plan,
        wanted=wanted,
        purpose=data["purpose"],
        headcount=data["headcount"],
        source=BookingSource(data["source"]),
        override=data["override"],
        seat=data["seat"],
    )
    access.record(request, action=AccessAction.CHANGE, subjects=[made])
    return made


@require_http_methods(["GET", "HEAD", "POST"])
def series_one(request: PersonRequest, pk: int) -> HttpResponse:
    """What became of each date, and changing it."""
    rows = Series.objects.select_related("merchant", "resource", "seat__resource")
    series = get_object_or_404(rows, pk=pk)
    title = _("Regular use: %(business)s") % {"business": series.merchant.name}
    if request.method != "POST":
        access.record(request, action=AccessAction.VIEW, subjects=[series])
        return _render(request, "one", {"title": title, **series_pages.detail(series)})
    form = ChangeForm(request.POST)
    if not form.is_valid():
        access.record(request, action=AccessAction.VIEW, subjects=[series])
        return _render(request, "one", {"title": title, **series_pages.detail(series, form)}, 400)
    date = get_object_or_404(series.dates, pk=form.cleaned_data["date"])
    foreseen = series_pages.carry_out(request, date, form.cleaned_data, request.user, by_staff=True)
    action = AccessAction.CHANGE if foreseen is None else AccessAction.VIEW
    access.record(request, action=action, subjects=[series])
    if foreseen is None:
        return redirect("admin:series_one", series.pk)
    context = {**series_pages.detail(series), **series_pages.agreement(form, foreseen)}
    return _render(request, "one", {"title": title, **context})


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/series/{name}.html", whole, status=status)


_site = cast("CenterAdminSite", admin.site)
for _address, _name, _view, _title in (
    ("series/", "series", series_list, gettext_lazy("Regular use")),
    ("series/new/<int:pk>/", "series_new", series_new, ""),
    ("series/<int:pk>/", "series_one", series_one, ""),
):
    _site.add_page(
        AdminPage(
            address=_address,
            name=_name,
            view=_view,
            permission="bookings.change_booking",
            title=_title,
        )
    )
