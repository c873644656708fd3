"""Satisfaction after a use: open to whoever has the link."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bookings.forms import FeedbackForm
from bookings.models import Booking, Feedback
from bookings.services import feedback
from center.errors import RuleViolation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The three questions, or the thanks, or why it is too late."""
    try:
        booking = feedback.booking_of(token)
    except Booking.DoesNotExist:
        raise Http404 from None
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    try:
        feedback.refuse_unless_open(booking)
        if form.is_valid():
            feedback.give(booking=booking, **form.cleaned_data)
            return redirect(request.path)
    except RuleViolation as refusal:
        return _closed(request, booking, refusal)
    status = 400 if form.is_bound else 200
    context = {"booking": booking, "form": form}
    return render(request, "bookings/feedback.html", context, status=status)


def _closed(request: HttpRequest, booking: Booking, refusal: RuleViolation) -> HttpResponse:
    """Somebody who has just answered is thanked; who sends again hears that it is done."""
    given = Feedback.objects.filter(booking=booking).exists()
    status = 200 if request.method != "POST" else 409
    context = {"booking": booking, "violations": refusal.violations, "given": given}
    return render(request, "bookings/feedback_closed.html", context, status=status)
