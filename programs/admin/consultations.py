"""Consultations in the admin: what waits to be arranged, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from bookings.intervals import Interval
from bookings.models import Resource
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite, Errand
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import consultation_pages, consulting, room_choices
from programs.forms.consulting import AssignForm, ReasonForm
from programs.models import Consultation, ConsultationState, ConsultationWay
from programs.services import consulting as services

PAGE = 50


@require_safe
def consultation_list(request: HttpRequest) -> HttpResponse:
    """What waits, what is arranged, what lacks its log, or all."""
    show, now = consultation_pages.Show.of(request.GET.get("show", "")), clock.now()
    page = Paginator(consultation_pages.for_staff(show), PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    access.record(request, action=AccessAction.VIEW, subjects=rows)
    context = {
        "title": _("Consultations"),
        "entries": [consultation_pages.entry(row, now) for row in rows],
        "page": page,
        "show": show,
        "counts": consultation_pages.counts(),
    }
    return _render(request, "list", context)


@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: PersonRequest, pk: int) -> HttpResponse:
    """One of them: proposals, arranging, taking back, calling off."""
    rows = consultation_pages.for_staff(consultation_pages.Show.ALL).prefetch_related("wishes")
    row = get_object_or_404(rows, pk=pk)
    act = request.POST.get("act", "")
    sent = _chosen(request.POST) if act == "assign" else None
    assign = AssignForm(sent, initial=_wanted(request, row))
    reason = ReasonForm(request.POST if act in {"take_back", "call_off"} else None)
    form: forms.Form = assign if act == "assign" else reason
    if not form.is_valid():
        return _page(request, row, assign, reason, status=400 if form.is_bound else 200)
    try:
        _carry_out(request, row, form, act)
    except RuleViolation as refusal:
        spaces = _other_rooms(form, refusal)  # before it loses the field that is refused
        put_on(form, refusal)
        return _page(request, rows.get(pk=pk), assign, reason, spaces=spaces, status=409)
    access.record(request, action=AccessAction.CHANGE, subjects=[row])
    messages.success(request, _("Done. Business and consultant have been told."))
    return redirect("admin:consultations")


def _chosen(posted: QueryDict) -> QueryDict:
    """What was typed, with another room where one of those offered was chosen."""
    data, (what, _colon, value) = posted.copy(), posted.get("choose", "").partition(":")
    if what == "room":
        data["room"] = value
    return data


def _other_rooms(form: forms.Form, refusal: RuleViolation) -> Sequence[Resource]:
    """Rooms free at the very time, where the room is what stands against it. Other times are
    the consultant's to have: those are among the proposals."""
    room = form.place.room if isinstance(form, AssignForm) else None
    if room is None or not set(refusal.codes) <= room_choices.HELPED:
        return ()
    starts = form.cleaned_data["starts"]
    minutes = consulting.rules_on(clock.today()).minutes
    span = Interval(starts, starts + dt.timedelta(minutes=minutes))
    return room_choices.choices_for(room, span, people=services.PEOPLE).spaces


def _carry_out(request: PersonRequest, row: Consultation, form: forms.Form, act: str) -> None:
    if isinstance(form, AssignForm):
        data = form.cleaned_data
        services.assign(
            consultation=row,
            consultant=data["consultant"],
            starts=data["starts"],
            place=form.place,
            override=data["override"],
            by=request.user,
        )
    elif act == "take_back":
        services.take_back(consultation=row, reason=form.cleaned_data["reason"], by=request.user)
    else:
        reason = form.cleaned_data["reason"]
        services.call_off(consultation=row, reason=reason, by=request.user, by_staff=True)


def _wanted(request: HttpRequest, row: Consultation) -> dict[str, Any]:
    """A proposal that was clicked: consultant and time, from the address; for one at the center
    the room of the last one there."""
    clicked: dict[str, Any] = {name: request.GET.get(name, "") for name in ("consultant", "starts")}
    is_here = row.way == ConsultationWay.HERE and row.state == ConsultationState.REQUESTED
    return {**clicked, "room": consultation_pages.usual_room()} if is_here else clicked


def _page(
    request: PersonRequest,
    row: Consultation,
    assign: AssignForm,
    reason: ReasonForm,
    *,
    spaces: Sequence[Resource] = (),
    status: int,
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[row])
    waits = Consultation.objects.waiting().filter(pk=row.pk).exists()
    context = {
        "title": f"{row.merchant} · {row.reference}",
        "row": row,
        "entry": consultation_pages.entry(row, clock.now()),
        "waits": waits,
        "is_live": row.state in ConsultationState.live,
        "proposals": consulting.proposals_for(row) if waits else [],
        "assign": assign,
        "spaces": spaces,
        "reason": reason,
        "form": reason if reason.is_bound else assign,
    }
    return _render(request, "case", context, status)


def _render(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/consultations/{name}.html", whole, status=status)


def _errands() -> Iterator[tuple[str, str]]:
    n, address = consultation_pages.counts(), reverse("admin:consultations")
    if n["waiting"]:
        said = ngettext(
            "%(n)d consultation is to be arranged.",
            "%(n)d consultations are to be arranged.",
            n["waiting"],
        )
        yield said % {"n": n["waiting"]}, address
    if n["log"]:
        said = ngettext(
            "%(n)d consultation lacks its log.", "%(n)d consultations lack their log.", n["log"]
        )
        yield said % {"n": n["log"]}, f"{address}?show=log"


_PERMISSION = "programs.change_consultation"
_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        "consultations/",
        "consultations",
        consultation_list,
        _PERMISSION,
        gettext_lazy("Consultations"),
    )
)
_site.add_page(AdminPage("consultations/<int:pk>/", "consultation", consultation, _PERMISSION))
_site.add_errand(Errand(_PERMISSION, _errands))
