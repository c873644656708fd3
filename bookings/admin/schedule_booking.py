"""One booking from the board: its facts, and everything the board does with it, as forms.

The board's script sends the same forms and asks for JSON in return.
"""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from bookings import selectors, staff_refusals
from bookings.admin.schedule import render_desk
from bookings.admin.schedule_forms import CancelForm, ExpectForm, MoveForm
from bookings.board import Wanted
from bookings.board_actions import allowed_for, in_words, may_override
from bookings.entry_refusals import TO_VISITORS
from bookings.models import Booking
from bookings.services import attendance, change, extend
from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest


@require_safe
def booking(request: HttpRequest, reference: str) -> HttpResponse:
    """Who, when, where, its history, and what can be done now."""
    return _page(request, _found(reference))


@require_POST
def move(request: PersonRequest, reference: str) -> HttpResponse:
    """To another time or unit; a use that has begun may only end at another time."""
    booking = _found(reference)
    form = MoveForm(request.POST, booking=booking, auto_id="move_%s")
    if not form.is_valid():
        return _refused(request, booking, form, status=400)
    try:
        moved = _moved(request, booking, form.cleaned_data)
    except RuleViolation as refusal:
        return _refused(request, booking, form, refusal=refusal)
    return _done(request, moved, _("Now: %(where)s") % {"where": in_words(moved)})


def _moved(request: PersonRequest, booking: Booking, wish: dict[str, Any]) -> Booking:
    by, override = request.user, wish["override"]
    stays = wish["starts"] == booking.starts and wish["unit"] in selectors.units_of(booking)
    if stays and booking.starts <= clock.now():
        return extend.extend(booking=booking, ends=wish["ends"], by=by, override=override)
    return change.move(
        booking=booking,
        starts=wish["starts"],
        ends=wish["ends"],
        to_unit=wish["unit"],
        by_staff=True,
        by=by,
        override=override,
    )


@require_POST
def cancel(request: PersonRequest, reference: str) -> HttpResponse:
    """Give it up for the business, for a reason."""
    booking = _found(reference)
    form = CancelForm(request.POST, auto_id="cancel_%s")
    if not form.is_valid():
        return _refused(request, booking, form, status=400)
    try:
        if booking.merchant_id is None:
            raise RuleViolation(staff_refusals.of_a_session())
        done = change.cancel(booking=booking, by_staff=True, by=request.user, **form.cleaned_data)
    except RuleViolation as refusal:
        return _refused(request, booking, form, refusal=refusal)
    return _done(request, done, _("Cancelled. The time is free for others."))


@require_POST
def check_in(request: PersonRequest, reference: str) -> HttpResponse:
    """Somebody has come."""
    return _door(request, reference, attendance.check_in, _("Checked in."))


@require_POST
def undo_check_in(request: PersonRequest, reference: str) -> HttpResponse:
    """It was another booking's people who came."""
    return _door(request, reference, attendance.undo_check_in, _("The check-in is taken back."))


@require_POST
def expect_late(request: PersonRequest, reference: str) -> HttpResponse:
    """They called: they come by ``until``."""
    _found(reference)
    form = ExpectForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Choose until when the business is expected."))
        return redirect(_back(request))
    act = partial(attendance.expect_late, until=form.cleaned_data["until"])
    return _door(request, reference, act, _("Noted. Until then it is not marked as not used."))


@require_POST
def mark_no_show(request: PersonRequest, reference: str) -> HttpResponse:
    """Nobody came while the door was open for it."""
    said = _("Marked as not used. The rest of its time is free for others.")
    return _door(request, reference, attendance.mark_no_show, said)


@require_POST
def check_out(request: PersonRequest, reference: str) -> HttpResponse:
    """Somebody leaves; the rest of the time is free for others."""
    return _door(request, reference, attendance.check_out, _("Checked out."))


def _door(request: PersonRequest, reference: str, act: Any, said: str) -> HttpResponse:
    booking = _found(reference)
    try:
        return _done(request, act(booking=booking, by=request.user), said)
    except RuleViolation as refusal:
        sentences = " ".join(
            row.message if row.code in TO_VISITORS else row.sentence for row in refusal.violations
        )
        messages.warning(request, f"{booking.reference}: {sentences}")
        return redirect(_back(request))


def _found(reference: str) -> Booking:
    bookings = Booking.objects.select_related("resource", "merchant", "booked_by")
    return get_object_or_404(bookings, reference=reference.upper())


def _done(request: PersonRequest, booking: Booking, said: str) -> HttpResponse:
    access.record(request, action=AccessAction.CHANGE, subjects=[booking])
    if _asks_json(request):
        return JsonResponse({"said": said})
    messages.success(request, f"{booking.merchant or _('The house')}, {booking.reference}: {said}")
    return redirect(_back(request))


def _refused(
    request: PersonRequest,
    booking: Booking,
    form: forms.Form,
    *,
    refusal: RuleViolation | None = None,
    status: int = 409,
) -> HttpResponse:
    """Why not and what would help, beside what was typed."""
    overridable = refusal is not None and may_override(refusal, booking)
    for violation in refusal.violations if refusal else ():
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, staff_refusals.on_the_board(violation))
    if _asks_json(request):
        said = [error for errors in form.errors.values() for error in errors]
        return JsonResponse({"refused": said, "overridable": overridable}, status=status)
    return _page(request, booking, form, status=status, overridable=overridable)


def _asks_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _back(request: HttpRequest) -> str:
    """The board as it was left, or the first page."""
    if request.GET.get("back") == "today":
        return reverse("admin:index")
    view = {"view": "table"} if request.GET.get("view") == "table" else {}
    return reverse("admin:schedule") + Wanted.of(request.GET.dict()).query(**view)


def _page(
    request: HttpRequest,
    booking: Booking,
    sent: forms.Form | None = None,
    *,
    status: int = 200,
    overridable: bool = False,
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[booking])
    move_form = sent if isinstance(sent, MoveForm) else MoveForm(booking=booking, auto_id="move_%s")
    context = {
        "booking": booking,
        "units": selectors.units_of(booking),
        "set_aside": selectors.set_aside_for(booking),
        "history": selectors.history_of(booking, for_staff=True),
        "allowed": allowed_for(booking, clock.now()),
        "move_form": move_form,
        "cancel_form": sent if isinstance(sent, CancelForm) else CancelForm(auto_id="cancel_%s"),
        "sent": sent,
        "overridable": overridable or bool(sent and sent.data.get("override")),
        "back": _back(request),
        "query": f"?{request.GET.urlencode()}" if request.GET else "",
        "may_change": request.user.has_perm("bookings.change_booking"),
    }
    return render_desk(request, "booking", booking.reference, context, status)


_site = cast("CenterAdminSite", admin.site)
_PAGES: list[tuple[str, str, Any, str]] = [
    ("", "schedule_booking", booking, "bookings.view_booking"),
    ("move/", "schedule_move", move, "bookings.change_booking"),
    ("cancel/", "schedule_cancel", cancel, "bookings.change_booking"),
    ("check-in/", "schedule_check_in", check_in, "bookings.change_booking"),
    ("undo/", "schedule_undo", undo_check_in, "bookings.change_booking"),
    ("check-out/", "schedule_check_out", check_out, "bookings.change_booking"),
    ("expect/", "schedule_expect", expect_late, "bookings.change_booking"),
    ("no-show/", "schedule_no_show", mark_no_show, "bookings.change_booking"),
]
for _address, _name, _view, _permission in _PAGES:
    _site.add_page(
        AdminPage(
            address=f"schedule/<str:reference>/{_address}",
            name=_name,
            view=_view,
            permission=_permission,
        )
    )
