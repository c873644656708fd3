"""hello, week, book: each the least that does the job."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from tests.bench.yardstick.models import Booking, Business, Message, Resource

HALF_HOUR = dt.timedelta(minutes=30)


def hello(request: HttpRequest) -> HttpResponse:
    return HttpResponse("hello", content_type="text/plain")


def week(request: HttpRequest, resource_id: int) -> HttpResponse:
    """One query, 7 × 18 cells, as one would write it at first."""
    monday = timezone.make_aware(dt.datetime.fromisoformat(request.GET["from"]))
    days = [monday + dt.timedelta(days=n) for n in range(7)]
    end = monday + dt.timedelta(days=7)
    taken = {
        during.lower
        for during in Booking.objects.filter(
            resource_id=resource_id, during__overlap=DateTimeTZRange(monday, end)
        ).values_list("during", flat=True)
    }
    rows = [
        [
            {"start": start, "taken": start in taken}
            for start in (day + dt.timedelta(hours=9) + n * HALF_HOUR for day in days)
        ]
        for n in range(18)
    ]
    return render(request, "week.html", {"days": days, "rows": rows})


@login_required
@require_POST
def book(request: HttpRequest, resource_id: int) -> HttpResponse:
    """Lock the business, then the resource, insert under the constraint, leave a message."""
    start = dt.datetime.fromisoformat(request.POST["start"])
    try:
        with transaction.atomic():
            business = Business.objects.select_for_update(no_key=True).get(user=request.user)
            resource = Resource.objects.select_for_update(no_key=True).get(pk=resource_id)
            booking = Booking.objects.create(
                business=business,
                resource=resource,
                during=DateTimeTZRange(start, start + HALF_HOUR),
            )
            Message.objects.create(business=business, text=f"Booked: {booking.pk}")
    except IntegrityError:
        return HttpResponse("taken", status=409, content_type="text/plain")
    return HttpResponseRedirect(f"/booked/{booking.pk}")
