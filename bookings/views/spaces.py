"""Spaces, their timetables and free slots: open to everybody."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bookings import availability, house, house_rules, selectors, timetable
from bookings.availability import Outlook
from bookings.forms import WeekForm
from bookings.intervals import Interval
from bookings.models import Booking, Resource
from bookings.policies import Facts, Rules, Standing, business_violations, rules_on, violations
from bookings.services.facts import standing_of
from bookings.timetable import Week
from bookings.views.refusal import nonsense
from center import clock
from center.errors import Violation
from merchants.models import Merchant
from merchants.selectors import merchant_of

MAX_DAYS = 31


@require_safe
def space_list(request: HttpRequest) -> HttpResponse:
    """All spaces with their next free time, and the equipment lent with them."""
    context = {"cards": selectors.space_cards(), "equipment": selectors.equipment_list()}
    return render(request, "bookings/space_list.html", context)


@require_safe
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """A space and its week; the choice made so far is part of the address."""
    resource = get_object_or_404(Resource.objects.active(), slug=slug)
    if resource.is_equipment:
        return render(request, "bookings/equipment.html", {"resource": resource})
    form = WeekForm(request.GET)
    if not form.is_valid():
        return nonsense(request, form.errors, resource=resource)
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


@dataclass(frozen=True)
class Quota:
    used: int
    limit: int
    month: str


def page_of_week(
    resource: Resource,
    merchant: Merchant | None,
    asked: dict[str, object],
    *,
    moving: Booking | None = None,
    held: Booking | None = None,
    signed_in: bool = True,
) -> dict[str, object]:
    """Everything the timetable prints, for choosing a first time or, ``moving``, another.

    What the person ``held`` so far is not in his way: a new choice takes its place.
    """
    chosen = _chosen(asked)
    monday = _monday(asked, chosen) or _first_open_week(resource)
    without = [booking for booking in (moving, held) if booking]
    outlook = availability.load([resource], monday, monday + 6 * clock.DAY, without=without)[
        resource.pk
    ]
    own = selectors.live_bookings_in_week(merchant, resource, monday) if merchant else []
    week = timetable.build(
        outlook,
        monday,
        mine=[booking for booking in own if booking not in without],
        moving=moving,
        chosen=chosen,
        shown_day=asked.get("day"),  # type: ignore[arg-type]
        view=str(asked.get("view") or ""),
    )
    shown = dt.date.fromisoformat(week.shown_day.date)
    day = clock.day_of(chosen.start) if chosen else max(shown, clock.today())
    rules = outlook.rules(day)
    standing = standing_of(merchant, resource, day, outlook.now, without=without)
    return {
        "resource": resource,
        "week": week,
        "monday": monday,
        "view": asked.get("view") or "",
        "merchant": merchant,
        "moving": moving,
        "held": held,
        "quota": _quota(standing, rules, day) if merchant else None,
        "rules": house_rules.sentences(
            rules, rules.cancellable_until(chosen.start) if chosen else None
        ),
        "hold_minutes": rules.hold_minutes,
        "problems": _problems(outlook, week, rules, standing if signed_in else None),
    }


def _chosen(asked: dict[str, object]) -> Interval[dt.datetime] | None:
    start, end = asked.get("start"), asked.get("end")
    if not isinstance(start, dt.datetime):
        return None
    if not isinstance(end, dt.datetime):
        end = start + dt.timedelta(hours=1)
    return Interval(start, end) if start < end else None


def _monday(asked: dict[str, object], chosen: Interval[dt.datetime] | None) -> dt.date | None:
    for day in (asked.get("from"), asked.get("day")):
        if isinstance(day, dt.date):
            return clock.monday_of(day)
    return clock.monday_of(clock.day_of(chosen.start)) if chosen else None


def _first_open_week(resource: Resource) -> dt.date:
    """The week of the first day that the notice still allows: nothing before can be booked."""
    now, today, settings = clock.now(), clock.today(), house.current()
    rules = rules_on(today, settings.policies_for(resource))
    earliest = rules.earliest(now, settings.business_days)
    return clock.monday_of(max(clock.day_of(earliest), today))


def _quota(standing: Standing, rules: Rules, day: dt.date) -> Quota:
    this_month = (day.year, day.month) == (clock.today().year, clock.today().month)
    month = _("this month") if this_month else _("month %(n)d") % {"n": day.month}
    return Quota(standing.used_month, rules.per_month, month)


def _problems(
    outlook: Outlook, week: Week, rules: Rules, standing: Standing | None
) -> list[Violation]:
    """What would be refused: said before anybody presses the button. Nobody's standing is
    asked before he has logged in."""
    if week.choice is not None:
        facts = Facts(now=outlook.now, calendar=outlook.calendar, standing=standing)
        return violations(week.choice.span, rules, facts)
    if standing is None:
        return []
    return business_violations(rules, replace(standing, used_day=0, used_month=0), outlook.now)
