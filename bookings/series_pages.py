"""What the pages of a regular use have in common, for businesses and for staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import series_rehearsal, series_seats
from bookings.models import BookingState, DateOutcome, Series, SeriesDate
from bookings.series_form import ChangeForm
from bookings.series_preview import DatePreview, Prospect
from bookings.series_rehearsal import Rehearsal
from bookings.services import series as services
from bookings.services import series_dates
from bookings.services.series_dates import Report
from center import clock, display
from center.errors import Violation
from center.models import User
from center.plain_numbers import plain_number


def all_series() -> QuerySet[Series]:
    """The newest first, with how many dates are still to come and how many could not be had."""
    now = clock.now()
    booked = Q(dates__booking__state__in=frozenset(BookingState) - BookingState.ended)
    open_ones = Q(dates__outcome=DateOutcome.REFUSED, dates__starts__gt=now)
    rows = Series.objects.select_related("merchant", "resource").annotate(
        coming=Count("dates", filter=booked & Q(dates__booking__starts__gt=now)),
        refused=Count("dates", filter=open_ones),
    )
    return rows.order_by("-created_at", "-pk")


def detail(series: Series, form: ChangeForm | None = None) -> dict[str, Any]:
    """What the page of one series shows."""
    now, dates = clock.now(), series_seats.dates_of(series)
    coming = [date for date in dates if date.is_to_come(now)]
    chosen = form["date"].value() if form else None
    seat = series_seats.preferred(series)
    return {
        "series": series,
        "dates": dates,
        "coming": {date.pk for date in coming},
        "weekdays": ", ".join(weekday_names(series.weekdays)),
        "chosen": plain_number(str(chosen or "")),
        "form": form or ChangeForm(),
        "moved": {date.pk for date in dates if _is_moved(date)},
        "elsewhere": {date.pk for date in series_seats.elsewhere(dates, seat)},
        "any_missing": any(not date.is_booked for date in coming),
    }


def _is_moved(date: SeriesDate) -> bool:
    """It has a booking at another time than the plan says."""
    series, (starts, ends) = date.series, date.hours
    planned = [clock.at(date.day, time) for time in (series.starts_at, series.ends_at)]
    return date.is_booked and [starts, ends] != planned


def weekday_names(weekdays: Sequence[int]) -> list[str]:
    monday = clock.monday_of(clock.today())
    return [display.weekday(monday + n * clock.DAY) for n in weekdays]


def ticked(dates: Sequence[DatePreview], *, set_aside: bool) -> list[tuple[DatePreview, bool]]:
    """Each date of a preview and whether it can be chosen."""
    return [
        (date, date.prospect == Prospect.FREE or (set_aside and date.may_be_set_aside))
        for date in dates
    ]


def say_what_was_booked(request: HttpRequest, made: Series) -> None:
    """How many dates were had, how many not, and which have another seat than was wished."""
    dates = series_seats.dates_of(made)
    outcomes = [date.outcome for date in dates]
    booked, missed = outcomes.count(DateOutcome.TAKEN), outcomes.count(DateOutcome.REFUSED)
    said = ngettext("%(n)d date is booked.", "%(n)d dates are booked.", booked) % {"n": booked}
    messages.success(request, said)
    if missed:
        said = ngettext(
            "%(n)d date could not be booked; it can be tried again below.",
            "%(n)d dates could not be booked; they can be tried again below.",
            missed,
        )
        messages.warning(request, said % {"n": missed})
    seat = series_seats.preferred(made)
    if others := series_seats.elsewhere(dates, seat):
        said = _("%(seat)s could not be had on %(days)s; another seat is booked for you then.")
        days = ", ".join(display.short_day(date.day) for date in others)
        messages.warning(request, said % {"seat": seat, "days": days})


def carry_out(
    request: HttpRequest, date: SeriesDate, data: dict[str, Any], by: User, *, by_staff: bool
) -> Rehearsal | None:
    """Do what the form of the page says, and say what came of it. What gives dates up or moves
    them is to be agreed to first: returned is what it would come to, and nothing is done, until
    the form says that this was seen."""
    if data["act"] == ChangeForm.AGAIN:
        again = services.try_again(date=date, by=by, by_staff=by_staff)
        if again.outcome == DateOutcome.TAKEN:
            messages.success(request, _("The date is booked."))
        else:
            messages.warning(request, again.sentence)
        return None
    common: dict[str, Any] = {"date": date, "data": data, "by": by, "by_staff": by_staff}
    foreseen = series_rehearsal.of(**common)
    cancels = data["act"] == ChangeForm.CANCEL
    if cancels and foreseen.is_empty and series_dates.end_if_over(date.series):
        messages.success(request, _("The regular use has ended; no date of it is booked any more."))
        return None
    if not foreseen.changed or foreseen.agreed != data["agreed"]:
        return foreseen
    report = series_rehearsal.act(**common)
    if cancels:
        said = ngettext("%(n)d date cancelled.", "%(n)d dates cancelled.", report.done)
    else:
        said = ngettext("%(n)d date changed.", "%(n)d dates changed.", report.done)
    _say(request, report, said)
    return None


def agreement(form: ChangeForm, foreseen: Rehearsal) -> dict[str, Any]:
    """What the page shows of it in place of the dates."""
    cancels = form.cleaned_data["act"] == ChangeForm.CANCEL
    return {
        "form": form,
        "foreseen": foreseen,
        "cancels": cancels,
        "is_other": bool(form.cleaned_data["agreed"]),
        "sent": [(name, form[name].value()) for name in _SENT_AGAIN if form[name].value()],
    }


_SENT_AGAIN = ("act", "date", "scope", "starts_at", "ends_at")


def _say(request: HttpRequest, report: Report, said: str) -> None:
    if report.done:
        messages.success(request, said % {"n": report.done})
    for date, violation in report.stayed:
        messages.warning(request, _stayed(date, violation))


def _stayed(date: SeriesDate, violation: Violation) -> str:
    return f"{display.short_day(clock.day_of(date.hours[0]))}: {violation.sentence}"
