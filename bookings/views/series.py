"""A business's regular use: its series, their dates, and making a new one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from bookings import series_pages
from bookings.models import Category, Resource, Series
from bookings.series_form import ChangeForm, PlanForm, wanted_days
from bookings.series_preview import preview
from bookings.services import series as services
from center.requests import PersonRequest
from merchants.models import Merchant
from merchants.selectors import merchant_of

PAGE = 20


@login_required
@require_safe
def series_list(request: PersonRequest) -> HttpResponse:
    """Every regular use of the business, the newest first."""
    merchant = merchant_of(request.user)
    mine = series_pages.all_series().filter(merchant=merchant)
    seats = Resource.objects.active().filter(category=Category.OFFICE_SEAT)
    context = {
        "merchant": merchant,
        "page": Paginator(mine, PAGE).get_page(request.GET.get("page")),
        "seats": seats if merchant else (),
    }
    return render(request, "bookings/series_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series_detail(request: PersonRequest, pk: int) -> HttpResponse:
    """One regular use: what became of each date, and changing it."""
    series = get_object_or_404(
        Series.objects.select_related("resource", "merchant", "seat__resource").filter(
            merchant__memberships__user=request.user
        ),
        pk=pk,
    )
    if request.method != "POST":
        return render(request, "bookings/series_detail.html", series_pages.detail(series))
    form = ChangeForm(request.POST)
    if not form.is_valid():
        context = series_pages.detail(series, form)
        return render(request, "bookings/series_detail.html", context, status=400)
    date = get_object_or_404(series.dates, pk=form.cleaned_data["date"])
    foreseen = series_pages.carry_out(
        request, date, form.cleaned_data, request.user, by_staff=False
    )
    if foreseen is None:
        return redirect("series", series.pk)
    context = {**series_pages.detail(series), **series_pages.agreement(form, foreseen)}
    return render(request, "bookings/series_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def series_new(request: PersonRequest, slug: str) -> HttpResponse:
    """Plan the regular use of an office seat; nothing is booked before its dates were seen."""
    resource = get_object_or_404(
        Resource.objects.active().filter(category=Category.OFFICE_SEAT), slug=slug
    )
    merchant = merchant_of(request.user)
    if merchant is None:
        raise Http404
    form = PlanForm(request.POST if request.method == "POST" else None, resource=resource)
    if not form.is_bound or "back" in request.POST or not form.is_valid():
        status = 400 if form.is_bound and form.errors else 200
        context = {"resource": resource, "form": form}
        return render(request, "bookings/series_new.html", context, status=status)
    return _take_or_show(request, merchant, resource, form)


def _take_or_show(
    request: PersonRequest, merchant: Merchant, resource: Resource, form: PlanForm
) -> HttpResponse:
    people = form.cleaned_data["headcount"]
    wanted = wanted_days(request.POST.getlist("day")) & set(form.plan.days())
    if "take" not in request.POST or not wanted:
        dates = preview(merchant=merchant, resource=resource, plan=form.plan, headcount=people)
        ticked = series_pages.ticked(dates, set_aside=False)
        context = {"resource": resource, "form": form, "dates": ticked}
        context["nothing_chosen"] = "take" in request.POST
        return render(request, "bookings/series_new.html", context)
    made = services.create(
        by=request.user,
        merchant=merchant,
        resource=resource,
        plan=form.plan,
        wanted=wanted,
        purpose=form.cleaned_data["purpose"],
        headcount=people,
        seat=form.cleaned_data["seat"],
    )
    series_pages.say_what_was_booked(request, made)
    return redirect("series", made.pk)
