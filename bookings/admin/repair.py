"""Damages, what becomes of them, and other devices for the bookings they touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bookings.admin.rendering import desk_page
from bookings.equipment_forms import CloseDamageForm, DamageForm, ReplaceForm, TakeOutForm
from bookings.models import Category, Damage, DamageState, Unit
from bookings.services import repair, replace
from center import access
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import row_number
from center.requests import PersonRequest


def _device(pk: int) -> Unit:
    devices = Unit.objects.filter(resource__category=Category.EQUIPMENT)
    return get_object_or_404(devices.select_related("resource", "card"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def damage(request: PersonRequest, unit_pk: int) -> HttpResponse:
    """Say what is wrong with a device, at its return or later."""
    unit = _device(unit_pk)
    came_back = _hand_over(request, unit)
    form = DamageForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        repair.report(unit=unit, by=request.user, hand_over=came_back, **form.cleaned_data)
        messages.success(request, _("The damage has been noted."))
        return redirect("admin:equipment_repair", unit.pk)
    context = {"title": _("Report a damage"), "unit": unit, "form": form, "hand_over": came_back}
    return desk_page(request, "damage", context, 400 if form.is_bound else 200)


def _hand_over(request: HttpRequest, unit: Unit) -> Any:
    """The one of the device whose return led here; nonsense leads to none."""
    asked = row_number(request.GET.get("hand_over", ""))
    return unit.hand_overs.filter(pk=asked).first() if asked else None


@require_http_methods(["GET", "HEAD", "POST"])
def unit_repair(request: PersonRequest, unit_pk: int) -> HttpResponse:
    """The device, its damages, and the bookings that need another one."""
    unit = _device(unit_pk)
    if request.method != "POST":
        return _page(request, unit)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest
    try:
        sent = act(request, unit)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            messages.warning(request, violation.sentence)
        sent = None
    if sent is not None:
        return _page(request, unit, sent)
    return redirect("admin:equipment_repair", unit.pk)


def _page(request: HttpRequest, unit: Unit, sent: forms.Form | None = None) -> HttpResponse:
    is_here = unit.in_service and not unit.hand_overs.out().exists()
    affected = [] if is_here else replace.affected_by(unit)
    access.record(request, action=AccessAction.VIEW, subjects=[row.booking for row in affected])
    damages = list(unit.damages.select_related("reported_by", "closed_by", "hand_over__booking"))
    given = {type(sent): sent}
    context = {
        "title": unit,
        "unit": unit,
        "damages": damages,
        "open_forms": _close_forms(damages, sent),
        "take_out_form": given.get(TakeOutForm) or TakeOutForm(),
        "replace_form": given.get(ReplaceForm) or ReplaceForm(affected=affected),
        "affected": affected,
        "to_call": [row.booking for row in affected if not row.choices],
        "sent": sent,
    }
    return desk_page(request, "repair", context, 400 if sent else 200)


def _close_forms(damages: list[Damage], sent: forms.Form | None) -> list[Any]:
    """A form for each open damage; the one that was sent in its place."""
    found = []
    for row in damages:
        if row.state == DamageState.OPEN:
            mine = isinstance(sent, CloseDamageForm) and sent.data.get("damage") == str(row.pk)
            blank = CloseDamageForm(initial={"damage": row.pk}, auto_id=f"damage_{row.pk}_%s")
            found.append((row, sent if mine else blank))
    return found


def _close(request: PersonRequest, unit: Unit) -> forms.Form | None:
    auto_id = f"damage_{request.POST.get('damage', '')}_%s"
    form = CloseDamageForm(request.POST, auto_id=auto_id)
    if not form.is_valid():
        return form
    row = get_object_or_404(unit.damages, pk=form.cleaned_data["damage"])
    state, note = form.cleaned_data["state"], form.cleaned_data["note"]
    repair.close(damage=row, by=request.user, state=state, note=note)
    messages.success(request, f"{row.description}: {DamageState(state).label}")
    return None


def _take_out(request: PersonRequest, unit: Unit) -> forms.Form | None:
    form = TakeOutForm(request.POST)
    if not form.is_valid():
        return form
    repair.take_out(unit=unit, reason=form.cleaned_data["reason"])
    messages.success(request, _("%(device)s is out of service.") % {"device": unit})
    return None


def _put_back(request: PersonRequest, unit: Unit) -> None:
    repair.put_back(unit=unit)
    messages.success(request, _("%(device)s is in service again.") % {"device": unit})


def _replace(request: PersonRequest, unit: Unit) -> forms.Form | None:
    form = ReplaceForm(request.POST, affected=replace.affected_by(unit))
    if not form.is_valid():
        return form
    outcome = replace.apply(unit=unit, chosen=form.chosen)
    if n := len(outcome.replaced):
        said = ngettext(
            "%(n)d booking has another device now.", "%(n)d bookings have another device now.", n
        )
        messages.success(request, said % {"n": n})
    for booking in outcome.left:
        left = _("%(booking)s keeps what it has: the device chosen was taken meanwhile.")
        messages.warning(request, left % {"booking": booking.reference})
    access.record(request, action=AccessAction.CHANGE, subjects=outcome.replaced)
    return None


_ACTS: dict[str, Callable[[PersonRequest, Unit], forms.Form | None]] = {
    "close": _close,
    "take_out": _take_out,
    "put_back": _put_back,
    "replace": _replace,
}
