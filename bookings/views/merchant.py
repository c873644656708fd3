"""What a business does with its bookings: hold, confirm, see, move, cancel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import equipment_desk, feeds, house, house_rules, lookup, refusals, selectors
from bookings.choosing import address_with
from bookings.forms import CancelForm, ConfirmForm, SpanForm, WeekForm
from bookings.intervals import Interval
from bookings.models import Booking, BookingState
from bookings.services import change, reserve
from bookings.services.facts import rules_for
from bookings.steps import steps_of
from bookings.views import typed
from bookings.views.refusal import nonsense, refused
from bookings.views.week import page_of_week
from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.selectors import merchant_of, suspension_of

PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep the chosen time; on to its confirmation. A refusal stands at this address: whoever
    opens it anew, in the other language or on the next day, is led to the timetable."""
    resource = lookup.resource_at(slug)
    if request.method != "POST":
        return redirect(resource)
    form = SpanForm(request.POST)
    if not form.is_valid():
        return nonsense(request, form.errors, resource=resource)
    wanted = Interval(form.cleaned_data["start"], form.cleaned_data["end"])
    if not request.user.is_authenticated:
        return redirect_to_login(address_with(resource.get_absolute_url(), wanted))
    merchant = merchant_of(request.user)
    try:
        booking = reserve.hold(
            user=request.user,
            merchant=merchant,
            resource=resource,
            starts=wanted[0],
            ends=wanted[1],
        )
    except RuleViolation as refusal:
        return refused(request, refusal, resource=resource, wanted=wanted)
    return redirect("booking_confirm", booking.reference)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: PersonRequest, reference: str) -> HttpResponse:
    """Purpose, people, equipment, pledge; then it is a booking."""
    booking = lookup.booking_for(request.user, reference)
    if booking.state in BookingState.booked:
        return redirect(booking)
    if (again := _made_anew(request, booking)) is not None:
        return redirect(again)
    form = ConfirmForm(_sent(request), booking=booking, initial=typed.kept(request))
    if request.method != "POST":
        if _ran_out(booking):
            wanted = Interval(booking.starts, booking.ends)
            refusal = RuleViolation(refusals.hold_expired())
            return refused(request, refusal, resource=booking.resource, wanted=wanted)
        return _confirm_page(request, booking, form)
    if not form.is_valid():
        return _confirm_page(request, booking, form, status=400)
    try:
        booking = reserve.confirm(booking=booking, **_confirmed_data(form))
    except RuleViolation as refusal:
        return _not_confirmed(request, booking, form, refusal)
    typed.forget(request)
    messages.success(request, _thanks(booking))
    return redirect(booking)


def _sent(request: PersonRequest) -> QueryDict | None:
    """What was posted, be it nothing at all; None before anything was."""
    return request.POST if request.method == "POST" else None


def _confirmed_data(form: ConfirmForm) -> dict[str, Any]:
    names = ("purpose", "headcount", "equipment", "user_name")
    return {name: form.cleaned_data[name] for name in names}


def _thanks(booking: Booking) -> str:
    if booking.state == BookingState.REQUESTED:
        return _(
            "We have received your request. You will see our answer here and under My bookings."
        )
    return _("Your booking is confirmed.")


def _ran_out(booking: Booking) -> bool:
    return booking.state != BookingState.HELD or (
        booking.held_until is not None and booking.held_until <= clock.now()
    )


def _made_anew(request: PersonRequest, booking: Booking) -> Booking | None:
    """On the way back to a hold that ran out, what took its place; what is sent from there once
    more still goes on with the new hold."""
    again = selectors.made_anew(booking) if _ran_out(booking) else None
    still_held = again is not None and again.state == BookingState.HELD
    return None if request.method == "POST" and still_held else again


def _not_confirmed(
    request: PersonRequest, booking: Booking, form: ConfirmForm, refusal: RuleViolation
) -> HttpResponse:
    if "hold_expired" in refusal.codes:
        return _ask_again(request, booking, form)
    for violation in refusal.violations:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, f"{violation.message} {violation.remedy}")
    return _confirm_page(request, booking, form, status=409)


def _ask_again(request: PersonRequest, booking: Booking, form: ConfirmForm) -> HttpResponse:
    """The hold ran out: hold the same time anew if it is still free. What was typed is kept,
    be it for another time."""
    try:
        anew = reserve.hold(
            user=request.user,
            merchant=booking.merchant,
            resource=booking.resource,
            starts=booking.starts,
            ends=booking.ends,
        )
    except RuleViolation as refusal:
        typed.keep(request, form)
        wanted = Interval(booking.starts, booking.ends)
        return refused(request, refusal, resource=booking.resource, wanted=wanted)
    return _confirm_page(request, anew, form, status=409, held_anew=True)


def _confirm_page(
    request: PersonRequest,
    booking: Booking,
    form: ConfirmForm,
    *,
    status: int = 200,
    held_anew: bool = False,
) -> HttpResponse:
    settings = house.current()
    rules = rules_for(booking.resource, clock.day_of(booking.starts), settings)
    form.say_most(companions=rules.companions)
    context = {
        "booking": booking,
        "form": form,
        "units": selectors.units_of(booking),
        "equipment": selectors.equipment_for(booking, settings),
        "chosen_equipment": form["equipment"].value() or [],
        "rules": house_rules.sentences(rules, booking.cancellable_until),
        "needs_approval": rules.needs_approval,
        "held_anew": held_anew,
    }
    return render(request, "bookings/booking_confirm.html", context, status=status)


@login_required
@require_safe
def booking_list(request: PersonRequest) -> HttpResponse:
    """Everything the business booked: what is to come, then what was."""
    merchant = merchant_of(request.user)
    upcoming, earlier = selectors.bookings_of(merchant)
    now = clock.now()
    context = {
        "merchant": merchant,
        "is_verified": merchant is not None and merchant.is_verified_on(clock.day_of(now)),
        "suspension": suspension_of(merchant, now) if merchant else None,
        "upcoming": upcoming,
        "page": Paginator(earlier, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "bookings/booking_list.html", context)


@login_required
@require_safe
def booking_detail(request: PersonRequest, reference: str) -> HttpResponse:
    booking = lookup.booking_for(request.user, reference)
    if booking.state in {BookingState.HELD, BookingState.EXPIRED}:
        return redirect("booking_confirm", booking.reference)
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    now, lent = clock.now(), equipment_desk.lent_with(booking)
    context = {
        "booking": booking,
        "units": selectors.units_of(booking),
        "lent": lent,
        "overdue": {row.pk for row in lent if row.is_overdue(now)},
        "history": selectors.history_of(booking),
        "steps": steps_of(booking),
        "entry": selectors.entry_window(booking, rules),
        "changeable": change.is_changeable(booking, now),
        "is_to_come": booking.ends > now,
    }
    return render(request, "bookings/booking_detail.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booking_cancel(request: PersonRequest, reference: str) -> HttpResponse:
    """Ask for the reason, then give the booking up."""
    booking = lookup.booking_for(request.user, reference)
    if booking.state == BookingState.CANCELLED:  # the button pressed twice, or the way back
        return redirect(booking)
    was_held = booking.state == BookingState.HELD
    form = CancelForm(_sent(request))
    try:
        change.refuse_unless_changeable(booking, clock.now(), by_staff=False)
        if form.is_valid():
            booking = change.cancel(booking=booking, **form.cleaned_data)
    except RuleViolation as refusal:
        back = booking.get_absolute_url()
        return refused(request, refusal, resource=booking.resource, back=back)
    if form.is_bound and form.is_valid():
        messages.success(request, _("The time is free again.") if was_held else _("Cancelled."))
        return redirect(booking.resource if was_held else booking)
    status = 400 if form.is_bound else 200
    context = {"booking": booking, "form": form, "units": selectors.units_of(booking)}
    return render(request, "bookings/booking_cancel.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def booking_change(request: PersonRequest, reference: str) -> HttpResponse:
    """Choose another time for a booking; the old one is kept until the new one is certain."""
    booking = lookup.booking_for(request.user, reference)
    if request.method == "POST":
        return _move(request, booking)
    form = WeekForm(request.GET)
    if not form.is_valid():
        return nonsense(request, form.errors, resource=booking.resource, back=request.path)
    try:
        change.refuse_unless_changeable(booking, clock.now(), by_staff=False)
    except RuleViolation as refusal:
        back = booking.get_absolute_url()
        return refused(request, refusal, resource=booking.resource, back=back)
    asked = form.cleaned_data
    if not (asked["from"] or asked["day"] or asked["start"]):
        asked["day"] = clock.day_of(booking.starts)
    context = page_of_week(booking.resource, booking.merchant, asked, moving=booking)
    template = "_timetable.html" if request.htmx else "booking_change.html"  # type: ignore[attr-defined]
    return render(request, f"bookings/{template}", {**context, "booking": booking})


def _move(request: PersonRequest, booking: Booking) -> HttpResponse:
    form = SpanForm(request.POST)
    if not form.is_valid():
        return nonsense(request, form.errors, resource=booking.resource, back=request.path)
    wanted = Interval(form.cleaned_data["start"], form.cleaned_data["end"])
    stays = (booking.starts, booking.ends) == (wanted.start, wanted.end)
    try:
        booking = change.move(booking=booking, starts=wanted.start, ends=wanted.end)
    except RuleViolation as refusal:
        return refused(
            request, refusal, resource=booking.resource, wanted=wanted, back=request.path
        )
    if stays:
        messages.info(request, _("That is the time you have already. Nothing was changed."))
    else:
        messages.success(request, _("The booking has been moved."))
    return redirect(booking)


@login_required
@require_safe
def booking_calendar(request: PersonRequest, reference: str) -> HttpResponse:
    """The booking as a calendar file."""
    booking = lookup.booking_for(request.user, reference)
    entry = feeds.entry_of(booking, selectors.units_of(booking))
    response = HttpResponse(
        feeds.calendar_of([entry], stamp=clock.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{booking.reference}.ics"'
    return response


@login_required
@require_safe
def booking_qr(request: PersonRequest, reference: str) -> HttpResponse:
    """The booking number as a QR code for the door."""
    booking = lookup.booking_for(request.user, reference)
    return HttpResponse(feeds.qr_of(booking), content_type="image/svg+xml")
