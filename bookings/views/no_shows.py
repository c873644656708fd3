"""What a business missed, what followed, and its one appeal."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import no_shows
from bookings.forms import AppealForm
from bookings.models import NoShow
from bookings.services import no_shows as services
from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.selectors import merchant_of

PAGE = 20


@login_required
@require_safe
def no_show_list(request: PersonRequest) -> HttpResponse:
    """The history, newest first, with the end of a ban."""
    merchant, now = merchant_of(request.user), clock.now()
    rows = no_shows.of_merchant(merchant) if merchant else NoShow.objects.none()
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "merchant": merchant,
        "entries": [no_shows.entry(row, now) for row in page.object_list],
        "page": page,
    }
    return render(request, "bookings/no_show_list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def no_show(request: PersonRequest, reference: str) -> HttpResponse:
    """One of them: why, what followed, the appeal and its answer."""
    row = no_shows.of_person(request.user, reference)
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.appeal(no_show=row, text=form.cleaned_data["text"], by=request.user)
        except RuleViolation as refusal:
            form.add_error(None, refusal.violations[0].sentence)
            return _page(request, row, form, status=409)
        messages.success(request, _("We have your appeal and answer here and by message."))
        return redirect("no_show", row.booking.reference)
    return _page(request, row, form, status=400 if form.is_bound else 200)


def _page(request: PersonRequest, row: NoShow, form: AppealForm, *, status: int) -> HttpResponse:
    context = {
        "row": row,
        "booking": row.booking,
        "entry": no_shows.entry(row, clock.now()),
        "form": form,
    }
    return render(request, "bookings/no_show.html", context, status=status)
