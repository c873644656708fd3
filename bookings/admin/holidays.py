"""The public holidays of this and next year, each to be overridden in one click."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bookings import holiday_calendar
from bookings.admin import settling
from bookings.services import holidays
from bookings.services.settle import HouseChange, Settled
from center import clock, display
from center.admin_site import AdminPage, CenterAdminSite

OPEN, CALENDAR = "open", "calendar"


class DecisionForm(forms.Form):
    day = forms.DateField()
    decision = forms.ChoiceField(choices=[(OPEN, OPEN), (CALENDAR, CALENDAR)])


@require_http_methods(["GET", "HEAD", "POST"])
def holiday_list(request: HttpRequest) -> HttpResponse:
    """What the calendar knows, with what the house decided otherwise."""
    if request.method == "POST":
        return _decide(request)
    today = clock.today()
    rows = holiday_calendar.holidays_of([today.year, today.year + 1])
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Public holidays"),
        "rows": [row for row in rows if row.day >= today],
        "past": [row for row in rows if row.day < today],
    }
    return render(request, "admin/bookings/holidays.html", context)


def _decide(request: HttpRequest) -> HttpResponse:
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    day, back = form.cleaned_data["day"], reverse("admin:holidays")
    if day < clock.today():  # as on a page left open over midnight
        messages.error(
            request,
            _("What was offered in the past stays as it was. Choose today or a later day."),
        )
        return redirect(back)
    title = display.full_day(day)
    change = _change(form.cleaned_data)
    done = settling.carry_out(request, change, what=title, back=back)
    if not isinstance(done, Settled):
        return done
    messages.success(request, _("Changed: %(day)s.") % {"day": title})
    return redirect(back)


def _change(data: dict[str, Any]) -> HouseChange[None]:
    """Open on a holiday under its own name, or as the calendar says."""
    day = data["day"]
    if data["decision"] == CALENDAR:
        return holidays.as_the_calendar_says(day=day)
    rows = {row.day: row for row in holiday_calendar.holidays_of([day.year])}
    if day not in rows:
        raise BadRequest
    return holidays.declaring(days=[day], name=rows[day].name, is_holiday=False)


cast("CenterAdminSite", admin.site).add_page(
    AdminPage(
        address="holidays/",
        name="holidays",
        view=holiday_list,
        permission="bookings.change_holidayoverride",
        title=gettext_lazy("Public holidays"),
    )
)
