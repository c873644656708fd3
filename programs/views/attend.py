"""Being there: the screen in the room with its codes, and the participant's own page."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import segno
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bookings.models import DoorDevice
from bookings.views.door import for_doors
from center import attempts, clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from programs import attend_codes, attend_refusals, own_sessions, rolls
from programs.attend_forms import PinForm
from programs.models import NotedBy, Presence, Session
from programs.services import attend as services

#: a code that was fresh when it was scanned counts so long, for whoever has to log in first
_SCAN_COUNTS = dt.timedelta(minutes=10)
_SCANNED = "attend_scanned"
_LIMITS = {"attend_pin": "10/5m/user"}


@never_cache
@require_safe
def scan(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """Where the QR code leads: what was scanned is remembered, then the person logs in if he
    has not and confirms with one button. Reading the address changes nothing, and says nothing
    of which sessions there are: none is answered as an old code is."""
    session = Session.objects.filter(pk=pk).first()
    if session and attend_codes.is_fresh(session, token, clock.now()):
        request.session[_SCANNED] = (session.pk, clock.now().isoformat())
    else:
        messages.warning(request, attend_refusals.old_code().sentence)
    return redirect("attend")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attend(request: PersonRequest) -> HttpResponse:
    """Say that one is there: by what was scanned, or by the number on the screen."""
    if request.method != "POST":
        return _page(request, PinForm())
    if "pin" in request.POST:
        return _by_pin(request)
    session = _scanned(request)
    if session is None:
        messages.warning(request, attend_refusals.old_code().sentence)
        return redirect("attend")
    return _arrive(request, session, NotedBy.QR)


def _by_pin(request: PersonRequest) -> HttpResponse:
    form = PinForm(request.POST)
    tried = _try(request)
    if tried is None:
        form.add_error("pin", attend_refusals.too_many_tries().sentence)
        return _page(request, form, status=429)
    if not form.is_valid():
        return _page(request, form, status=400)
    now, pin = clock.now(), form.cleaned_data["pin"]
    mine = own_sessions.open_now(request.user, now)
    meant = [session for session in mine if attend_codes.is_pin(session, pin, now)]
    if not meant:
        form.add_error("pin", attend_refusals.unknown_pin().sentence)
        return _page(request, form, status=409)
    tried.rollback()  # only wrong numbers count
    return _arrive(request, meant[0], NotedBy.PIN)


def _try(request: HttpRequest) -> ratelimit.RateLimitUsage | None:
    """A try, counted; None after too many, or where none can be counted."""
    if not attempts.can_be_counted():
        return None
    return ratelimit.consume(request, app="programs", action="attend_pin", config=_LIMITS)


def _arrive(request: PersonRequest, session: Session, method: NotedBy) -> HttpResponse:
    try:
        services.arrive(session=session, by=request.user, method=method)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    else:
        said = _("You are noted as present: %(title)s.") % {"title": session.title}
        messages.success(request, said)
    request.session.pop(_SCANNED, None)
    return redirect("attend")


def _scanned(request: HttpRequest) -> Session | None:
    """What this browser scanned while the code was fresh, not long ago."""
    pk, at = request.session.get(_SCANNED, (None, ""))
    if pk is None or clock.now() - dt.datetime.fromisoformat(at) >= _SCAN_COUNTS:
        return None
    return Session.objects.select_related("program").filter(pk=pk).first()


def _page(request: PersonRequest, form: PinForm, *, status: int = 200) -> HttpResponse:
    sessions = own_sessions.open_now(request.user, clock.now())
    mine = own_sessions.present_of(request.user, sessions)
    context = {
        "form": form,
        "scanned": _scanned(request),
        "sessions": sessions,
        "present": mine,
    }
    return render(request, "programs/attend.html", context, status=status)


@never_cache
@login_required
@permission_required("programs.change_attendance", raise_exception=True)
@require_safe
def screen(request: HttpRequest, pk: int) -> HttpResponse:
    """For the screen in the room: the codes, and how many are there; no names."""
    session = get_object_or_404(Session.objects.select_related("program"), pk=pk)
    return _screen(request, session, reverse("attend_code", args=[pk]))


@never_cache
@login_required
@permission_required("programs.change_attendance", raise_exception=True)
@require_safe
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the screen that changes."""
    session = get_object_or_404(Session, pk=pk)
    return render(request, "programs/_attend_code.html", _codes(request, session))


@for_doors
@require_safe
def door_screen(request: HttpRequest, device: DoorDevice) -> HttpResponse:
    """The same on the tablet of a door, for the session that its room has now."""
    session = _of_door(device)
    if session is None:
        return render(request, "programs/attend_door.html", {"device": device})
    return _screen(request, session, reverse("attend_door_code"))


@for_doors
@require_safe
def door_code(request: HttpRequest, device: DoorDevice) -> HttpResponse:
    session = _of_door(device)
    context = _codes(request, session) if session else {}
    return render(request, "programs/_attend_code.html", context)


def _of_door(device: DoorDevice) -> Session | None:
    now = clock.now()
    opens = dt.timedelta(minutes=settings.ATTENDANCE_OPENS_MINUTES)
    rows = Session.objects.attended().filter(starts__lte=now + opens, ends__gt=now)
    rows = rows.filter(booking__isnull=False)
    if device.resource_id:
        rows = rows.filter(booking__resource=device.resource_id)
    return rows.select_related("program").order_by("starts", "pk").first()


def _screen(request: HttpRequest, session: Session, source: str) -> HttpResponse:
    context = {
        "session": session,
        "source": source,
        "every": settings.ATTENDANCE_QR_SECONDS,
        **_codes(request, session),
    }
    return render(request, "programs/attend_screen.html", context)


def _codes(request: HttpRequest, session: Session) -> dict[str, Any]:
    now = clock.now()
    token = attend_codes.token(session, now)
    address = request.build_absolute_uri(reverse("attend_scan", args=[session.pk, token]))
    number = attend_codes.pin(session, now)
    return {
        "is_open": services.opens_at(session) <= now < session.ends,
        "opens": services.opens_at(session),
        "session": session,
        "qr": _qr(address),
        "pin": f"{number[:3]} {number[3:]}",
        "address": request.build_absolute_uri(reverse("attend")),
        "present": session.attendance.filter(mark=Presence.PRESENT).count(),
        "expected": len(rolls.participants(session)),
    }


def _qr(address: str) -> str:
    """As SVG for the page, drawn of our own numbers alone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=8, border=2, xmldecl=False, svgns=False, omitsize=True
    )
    return mark_safe(out.getvalue().decode())  # noqa: S308  (segno's own drawing)
