"""Spaces, their timetables and free slots: open to everybody."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings import availability, house_rules, selectors
from bookings.forms import SpaceForm
from bookings.models import Resource
from bookings.month import page_of_month
from bookings.services.facts import rules_for
from bookings.views.refusal import nonsense
from bookings.views.week import page_of_week
from center import clock
from merchants.selectors import merchant_of

MAX_DAYS = 31


@require_safe
def space_list(request: HttpRequest) -> HttpResponse:
    """All spaces with their next free time, and the equipment lent with them."""
    context = {"cards": selectors.space_cards(), "equipment": selectors.equipment_list()}
    return render(request, "bookings/space_list.html", context)


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """A space and its week or month; the choice made so far is part of the address."""
    resource = get_object_or_404(Resource.objects.active(), slug=slug)
    if resource.is_equipment:
        needed = rules_for(resource, clock.today()).needs_training
        context = {"resource": resource, "training": house_rules.training() if needed else ""}
        return render(request, "bookings/equipment.html", context)
    form = SpaceForm(request.GET)
    if not form.is_valid():
        return nonsense(request, form.errors, resource=resource)
    if form.cleaned_data["view"] == "month":
        return render(request, "bookings/space.html", page_of_month(resource, form.cleaned_data))
    merchant = merchant_of(request.user)
    held = selectors.current_hold(request.user)
    signed_in = request.user.is_authenticated
    context = page_of_week(resource, merchant, form.cleaned_data, held=held, signed_in=signed_in)
    template = "bookings/_timetable.html" if request.htmx else "bookings/space.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_safe
def slots_json(request: HttpRequest, slug: str) -> HttpResponse:
    """Free slots as JSON: ``?from=YYYY-MM-DD&days=N``, at most 31 days."""
    try:
        resource = get_object_or_404(Resource.objects.active(), slug=slug)
    except Http404:
        return JsonResponse({"error": _("There is no such space.")}, status=404)
    try:
        first = dt.date.fromisoformat(request.GET.get("from") or clock.today().isoformat())
        days = int(request.GET.get("days", "7"))
    except ValueError:
        return JsonResponse({"error": _("from is a date, days a number.")}, status=400)
    if not 1 <= days <= MAX_DAYS or abs(first - clock.today()) > 366 * clock.DAY:
        return JsonResponse({"error": _("Ask for 1 to 31 days within a year.")}, status=400)
    slots = availability.free_slots(resource, first, days)
    listed = [
        {
            "start": slot.start.isoformat(),
            "end": slot.end.isoformat(),
            "free_units": slot.free_units,
        }
        for slot in slots
    ]
    return JsonResponse({"resource": resource.slug, "slots": listed})
