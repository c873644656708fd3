"""The tablet at the door. Who opens these pages is a device, never a person: it can show
today, let in and let out, and nothing else."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any

import pghistory
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import door, entry_refusals
from bookings.forms import DoorForm, EnrolForm
from bookings.models import Booking, BookingState, DoorDevice
from bookings.services import attendance, doors
from center import attempts, clock
from center.errors import RuleViolation, Violation

COOKIE, _SALT = "door", "bookings.door"
_YEAR = 365 * 24 * 3600
_LIMITS = {
    "door_enrol": "10/15m/ip",
    # What an hour without network kept is sent at once; strangers guess among 30^8 numbers.
    # Only numbers that are none of the door's count.
    "door_number": "60/10m/key",
}
DoorView = Callable[..., HttpResponse]


def for_doors(view: DoorView) -> Callable[..., HttpResponse]:
    """Only for an enrolled tablet; anybody else is asked for a code. Notes that it is in
    touch, and writes beside the history which door it was."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = _device(request)
        if device is None:
            response: HttpResponse = redirect("door_enrol")
            response.delete_cookie(COOKIE, path="/door/", samesite="Strict")
            return response
        doors.hear(device=device)
        with pghistory.context(door=device.pk):
            return _private(view(request, device, *args, **kwargs))

    return guarded


def _device(request: HttpRequest) -> DoorDevice | None:
    held = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=_YEAR) or ""
    pk, _dot, token = held.partition(".")
    return doors.device_of(int(pk), token) if pk.isdecimal() and token else None


def _remember(response: HttpResponse, device: DoorDevice, token: str) -> None:
    response.set_signed_cookie(
        COOKIE,
        f"{device.pk}.{token}",
        salt=_SALT,
        max_age=_YEAR,
        path="/door/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _private(response: HttpResponse) -> HttpResponse:
    add_never_cache_headers(response)
    response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
    return response


@for_doors
@require_safe
def today(request: HttpRequest, device: DoorDevice) -> HttpResponse:
    """Who is expected today, and the field for a number."""
    now = clock.now()
    context = {"device": device, "rows": door.rows(device, now), "now": now, "form": DoorForm()}
    response = render(request, "door/today.html", context)
    _remember(response, device, _token(request))  # for another year
    return response


def _token(request: HttpRequest) -> str:
    held = request.get_signed_cookie(COOKIE, salt=_SALT)
    return str(held).partition(".")[2]


@require_safe
def shell(request: HttpRequest) -> HttpResponse:
    """The page of a tablet without network, as its service worker keeps it: the same for
    every door and nobody's, so anybody may read it."""
    return _private(render(request, "door/shell.html", {"form": DoorForm()}))


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, here and not among the static files because of its scope. Browsers
    ask for it anew with each page, so that other files are known at once."""
    return _private(render(request, "door/worker.js", content_type="text/javascript"))


@for_doors
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, device: DoorDevice) -> HttpResponse:
    return _act(request, device, _let_in)


@for_doors
@require_http_methods(["GET", "HEAD", "POST"])
def check_out(request: HttpRequest, device: DoorDevice) -> HttpResponse:
    return _act(request, device, _let_out)


def _let_in(booking: Booking, device: DoorDevice, waited: dt.timedelta) -> Booking:
    arrived = doors.arrival(device, waited) if waited else None
    return attendance.check_in(booking=booking, by=None, device=device, arrived_at=arrived)


def _let_out(booking: Booking, device: DoorDevice, waited: dt.timedelta) -> Booking:
    return attendance.check_out(booking=booking, by=None, device=device)


Act = Callable[[Booking, DoorDevice, dt.timedelta], Booking]


def _act(request: HttpRequest, device: DoorDevice, act: Act) -> HttpResponse:
    """Find the booking and do it, or say why not and what to do."""
    if request.method != "POST":
        return redirect("door")
    form = DoorForm(request.POST)
    tried = _try(request, "door_number", str(device.pk))
    if tried is None:
        return _refused(request, device, entry_refusals.too_many_tries(), status=429)
    if not form.is_valid():
        return _refused(request, device, entry_refusals.unknown(), status=404)
    booking = door.find(device, form.cleaned_data["reference"], clock.now())
    if booking is None:
        return _refused(request, device, entry_refusals.unknown(), status=404)
    tried.rollback()
    try:
        booking = act(booking, device, form.waited_for)
    except RuleViolation as refusal:
        return _refused(request, device, refusal.violations[0], booking=booking)
    return _done(request, device, booking)


def _try(request: HttpRequest, action: str, key: str = "") -> ratelimit.RateLimitUsage | None:
    """A try, counted; None after too many. Where nothing can be counted nobody tries."""
    if not attempts.can_be_counted():
        return None
    return ratelimit.consume(
        request, app="bookings", action=action, config=_LIMITS, key=key or None
    )


def _done(request: HttpRequest, device: DoorDevice, booking: Booking) -> HttpResponse:
    came = booking.state == BookingState.CHECKED_IN
    context = {
        "device": device,
        "style": "success",
        "code": "in" if came else "out",
        "word": _("Come in") if came else _("Thank you"),
        "booking": booking,
        "place": door.place_of(booking),
    }
    return render(request, "door/result.html", context)


_STYLES = {"too_early": "warning", "already_in": "info", "already_left": "info"}


def _refused(
    request: HttpRequest,
    device: DoorDevice,
    violation: Violation,
    *,
    booking: Booking | None = None,
    status: int = 409,
) -> HttpResponse:
    context = {
        "device": device,
        "style": _STYLES.get(violation.code, "error"),
        "code": violation.code,
        "word": _word(violation.code),
        "violation": violation,
        "leaving": booking if violation.code == "already_in" else None,
    }
    return render(request, "door/result.html", context, status=status)


def _word(code: str) -> str:
    """The one word that can be read from two metres away."""
    words = {
        "too_early": _("Too early"),
        "too_late": _("Too late"),
        "wrong_day": _("Another day"),
        "wrong_space": _("Another space"),
        "already_in": _("Already in"),
        "already_left": _("Already over"),
        "unknown": _("Not found"),
        "too_many_tries": _("Please wait"),
    }
    return words.get(code, _("Please ask us"))


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Make this browser the tablet of a door, with the code staff made for it."""
    if request.method != "POST" and _device(request) is not None:
        return redirect("door")
    form = EnrolForm(request.POST if request.method == "POST" else None)
    tried = _try(request, "door_enrol") if form.is_bound else None
    if form.is_bound and tried is None:
        form.add_error(None, entry_refusals.too_many_tries().sentence)
        return _private(render(request, "door/enrol.html", {"form": form}, status=429))
    if form.is_valid():
        try:
            device, token = doors.enrol(code=form.cleaned_data["code"])
        except RuleViolation as refusal:
            form.add_error("code", refusal.violations[0].sentence)
        else:
            return _set_up(device, token, tried)
    status = 400 if form.is_bound else 200
    return _private(render(request, "door/enrol.html", {"form": form}, status=status))


def _set_up(device: DoorDevice, token: str, tried: ratelimit.RateLimitUsage | None) -> HttpResponse:
    """Only wrong codes count as tries: a house may have many doors."""
    if tried is not None:
        tried.rollback()
    response = redirect("door")
    _remember(response, device, token)
    return response
