"""The waiting list: joining, seeing one's place, leaving, answering an offer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings import house_rules, links, waiting_list
from bookings.forms import WeekForm
from bookings.models import Offer, Resource, Waiting, WaitingState
from bookings.services import waiting
from bookings.services.facts import rules_for
from bookings.waiting_forms import AcceptForm, WaitingForm
from center import clock, display
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.selectors import merchant_of


@login_required
@require_safe
def entries(request: PersonRequest) -> HttpResponse:
    """What the business waits for, and its place in each line."""
    merchant = merchant_of(request.user)
    context = {
        "merchant": merchant,
        "entries": waiting_list.entries_of(merchant) if merchant else [],
        "ended": waiting_list.ended_of(merchant) if merchant else [],
    }
    return render(request, "bookings/waiting.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: PersonRequest) -> HttpResponse:
    if request.method != "POST":
        return _join_page(request, WaitingForm(initial=_first_values(request)))
    form = WaitingForm(request.POST)
    if not form.is_valid():
        return _join_page(request, form, status=400)
    try:
        merchant = merchant_of(request.user)
        entry = waiting.join(user=request.user, merchant=merchant, **form.wish())
    except RuleViolation as refusal:
        _put(form, refusal)
        return _join_page(request, form, status=409)
    messages.success(request, _said_of(entry))
    return redirect("waiting")


def _said_of(entry: Waiting) -> str:
    if entry.length_before is None:
        return _("You are on the waiting list. We write to you when a time is free.")
    return _("You wait for this already. You keep your place; the length is now %(length)s.") % {
        "length": display.length(entry.minutes)
    }


@login_required
@require_POST
def leave(request: PersonRequest, pk: int) -> HttpResponse:
    mine = Waiting.objects.filter(merchant__memberships__user=request.user)
    waiting.leave(entry=get_object_or_404(mine, pk=pk))
    messages.success(request, _("You have left the waiting list."))
    return redirect("waiting")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, token: str) -> HttpResponse:
    """The offer the link stands for, and its answer; the link is the key, no log-in is asked."""
    found = _offer_of(token)
    if request.method != "POST":
        return _offer_page(request, found, AcceptForm(booking=found.booking))
    if request.POST.get("answer") == "accept":
        return _accept(request, found, token)
    try:
        _decline(request, found)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            messages.error(request, f"{violation.message} {violation.remedy}")
    return redirect("offer", token)


def _decline(request: HttpRequest, found: Offer) -> None:
    """This time, or the waiting altogether; an answer that is neither says nothing."""
    match request.POST.get("answer"):
        case "decline":
            stays = waiting.decline(offer=found).waiting.state == WaitingState.WAITING
            messages.success(request, _said_of_declining(stays=stays))
        case "leave":
            waiting.leave(entry=found.waiting, by=found)
            messages.success(request, _("You have left the waiting list."))


def _said_of_declining(*, stays: bool) -> str:
    if stays:
        return _("The time goes to the next in line. You stay on the list.")
    return _("The time goes to the next in line. You waited for this one alone: that is over.")


def _accept(request: HttpRequest, found: Offer, token: str) -> HttpResponse:
    form = AcceptForm(request.POST, booking=found.booking)
    if not form.is_valid():
        return _offer_page(request, found, form, status=400)
    said = {name: form.cleaned_data[name] for name in ("purpose", "headcount", "user_name")}
    try:
        waiting.accept(offer=found, **said)
    except RuleViolation as refusal:
        _put(form, refusal)
        return _offer_page(request, _offer_of(token), form, status=409)
    return redirect("offer", token)


def _offer_of(token: str) -> Offer:
    try:
        return links.offer_of(token)
    except Offer.DoesNotExist:
        raise Http404 from None


def _offer_page(
    request: HttpRequest, found: Offer, form: AcceptForm, status: int = 200
) -> HttpResponse:
    booking = found.booking
    rules = rules_for(booking.resource, clock.day_of(booking.starts))
    context = {
        "offer": found,
        "booking": booking,
        "waits": found.waiting.state == "waiting",
        "is_open": found.is_open(clock.now()),
        "form": form,
        "rules": house_rules.sentences(rules, booking.cancellable_until),
        "needs_approval": rules.needs_approval,
    }
    return render(request, "bookings/offer.html", context, status=status)


def _join_page(request: PersonRequest, form: WaitingForm, status: int = 200) -> HttpResponse:
    return render(request, "bookings/waiting_join.html", {"form": form}, status=status)


def _first_values(request: PersonRequest) -> dict[str, Any]:
    """The space and time the person came from; an address that says nonsense says nothing."""
    slug = request.GET.get("space", "").replace("\0", "")  # which PostgreSQL cannot be asked for
    space = Resource.objects.active().spaces().filter(slug=slug).first()
    asked = WeekForm(request.GET)
    data = asked.cleaned_data if asked.is_valid() else {}
    first = WaitingForm.first_values(space, data.get("start"), data.get("end"))
    return {"day": data.get("day"), **first}


def _put(form: Any, refusal: RuleViolation) -> None:
    for violation in refusal.violations:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, f"{violation.message} {violation.remedy}")
