"""The equipment desk: what goes out, what is out, each hand-over; photos behind a permission."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import equipment_desk as desk
from bookings.admin.rendering import desk_page
from bookings.equipment_desk import Show
from bookings.equipment_forms import CheckForm, ReturnForm
from bookings.models import Allocation, Booking, Condition, HandOver, Photo, Unit
from bookings.services import lending
from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest

PAGE = 50


@require_safe
def equipment(request: HttpRequest) -> HttpResponse:
    """The four lists of the desk."""
    show, now = Show.of(request.GET.get("show", "")), clock.now()
    page = Paginator(_rows(show, now), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    seen = [row.booking for row in rows if isinstance(row, Allocation | HandOver)]
    access.record(request, action=AccessAction.VIEW, subjects=filter(None, dict.fromkeys(seen)))
    context = {
        "title": _("Equipment"),
        "show": show,
        "rows": rows,
        "page": page,
        "counts": desk.counts(now),
        "now": now,
    }
    return desk_page(request, "desk", context)


def _rows(show: Show, now: Any) -> Any:
    if show == Show.TODAY:
        return desk.going_out(now)
    return desk.in_repair() if show == Show.REPAIR else desk.lent(show, now)


@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: PersonRequest, booking_pk: int, unit_pk: int) -> HttpResponse:
    """The checklist of a device that goes out."""
    booking = get_object_or_404(
        Booking.objects.select_related("merchant", "resource"), pk=booking_pk
    )
    unit = get_object_or_404(Unit.objects.select_related("resource"), pk=unit_pk)
    lines = unit.accessories.all()
    form = _form(request, lines, first={"condition": Condition.GOOD})
    if not form.is_valid():
        return _out_page(request, booking, unit, form)
    try:
        made = lending.hand_out(booking=booking, unit=unit, by=request.user, **_noted(form, "out"))
    except RuleViolation as refusal:
        _refuse(form, refusal)
        return _out_page(request, booking, unit, form, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[made])
    messages.success(request, _("%(device)s has been handed out.") % {"device": unit})
    return redirect("admin:equipment")


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: PersonRequest, pk: int) -> HttpResponse:
    """One hand-over: taken back here, and read later."""
    found = get_object_or_404(
        HandOver.objects.select_related(
            "unit__resource", "booking__merchant", "booking__resource", "out_by", "back_by"
        ),
        pk=pk,
    )
    form = _form(request, found.items.filter(went_out=True), first={}, kind=ReturnForm)
    if not form.is_valid():
        return _back_page(request, found, form)
    try:
        done = lending.take_back(hand_over=found, by=request.user, **_noted(form, "back"))
    except RuleViolation as refusal:
        _refuse(form, refusal)
        return _back_page(request, _fresh(found), form, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[done])
    return _after_return(request, done)


def _fresh(found: HandOver) -> HandOver:
    found.refresh_from_db()
    return found


def _after_return(request: HttpRequest, done: HandOver) -> HttpResponse:
    """On to the damage where there is one."""
    messages.success(request, _("%(device)s is back.") % {"device": done.unit})
    if done.back_condition == Condition.FAULTY:
        address = reverse("admin:equipment_damage", args=[done.unit_id])
        return redirect(f"{address}?hand_over={done.pk}")
    return redirect(f"{reverse('admin:equipment')}?show={Show.OUT}")


def _form(
    request: HttpRequest, lines: Any, first: dict[str, Any], kind: type[CheckForm] = CheckForm
) -> CheckForm:
    """As it was sent; or, where "tick all" was pressed, shown again with every line ticked."""
    if request.method != "POST":
        return kind(lines=lines, initial=first)
    form = kind(request.POST, request.FILES, lines=lines)
    if "tick" not in request.POST:
        return form
    typed = {name: request.POST.get(name, "") for name in ("condition", "notes")}
    return kind(lines=lines, initial={**typed, "there": form.every_line})


def _noted(form: CheckForm, way: str) -> dict[str, Any]:
    """What the service takes."""
    data = form.cleaned_data
    lines = {"accessories" if way == "out" else "items": data["there"]}
    return {**lines, "condition": data["condition"], "notes": data["notes"], "photo": data["photo"]}


def _refuse(form: CheckForm, refusal: RuleViolation) -> None:
    for violation in refusal.violations:
        form.add_error(None, violation.sentence)


def _out_page(
    request: HttpRequest, booking: Booking, unit: Unit, form: CheckForm, status: int = 0
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[booking])
    context = {
        "title": _("Hand out"),
        "booking": booking,
        "unit": unit,
        "form": form,
        "trained": desk.trained_people(booking, unit),
        "changed": form.is_bound and bool(request.FILES),
    }
    return desk_page(request, "hand_out", context, status or (400 if form.is_bound else 200))


def _back_page(
    request: HttpRequest, found: HandOver, form: CheckForm, status: int = 0
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[found])
    context = {
        "title": _("Take the device back") if found.is_out else _("Hand-over"),
        "hand_over": found,
        "booking": found.booking,
        "unit": found.unit,
        "items": list(found.items.all()),
        "damages": found.damages.all(),
        "form": form,
        "overdue": found.is_overdue(clock.now()),
        "changed": form.is_bound and bool(request.FILES),
    }
    return desk_page(request, "hand_over", context, status or (400 if form.is_bound else 200))


@require_safe
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo, as this portal made it anew."""
    found = get_object_or_404(Photo, pk=pk)
    response = HttpResponse(bytes(found.content), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
