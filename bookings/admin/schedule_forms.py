"""The forms of one booking on the board: another time or unit, its end, giving it up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import selectors
from bookings.models import Booking, StaffCancelReason, Unit
from center import clock
from center.line_field import LineField

_REASON = 200


class _Day(forms.DateInput):
    input_type = "date"


class _Time(forms.TimeInput):
    input_type = "time"


def _day_field() -> forms.DateField:
    return forms.DateField(label=gettext_lazy("Day"), widget=_Day(format="%Y-%m-%d"))


def _time_field(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=_Time(format="%H:%M"))


class MoveForm(forms.Form):
    """When and where a booking is to be; ``starts`` and ``ends`` come out as instants."""

    day = _day_field()
    starts = _time_field(gettext_lazy("from"))
    ends = _time_field(gettext_lazy("until"))
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit"))
    override = LineField(
        label=gettext_lazy("Why a rule is set aside"),
        help_text=gettext_lazy("Only where a rule stands against it. Kept with your name."),
        max_length=_REASON,
        required=False,
    )

    def __init__(self, data: Any = None, *, booking: Booking, **options: Any) -> None:
        super().__init__(data, initial=_as_it_is(booking), **options)
        self.fields["unit"].queryset = units_for(booking)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """An end at midnight is that of the day."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        day, ends = data["day"], data["ends"]
        last = day + clock.DAY if ends == dt.time.min else day
        data["starts"], data["ends"] = clock.at(day, data["starts"]), clock.at(last, ends)
        if data["ends"] <= data["starts"]:
            raise ValidationError(_("The end is not after the start."), code="end_before_start")
        return data

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        if not 2000 <= day.year < 2100:
            raise ValidationError(_("That year is out of reach."), code="year_out_of_reach")
        return day


def units_for(booking: Booking) -> QuerySet[Unit]:
    """Where a booking may be: units of its space and of others of the same kind."""
    alike = Q(resource__category=booking.resource.category, resource__is_active=True)
    return (
        Unit.objects.filter(alike | Q(resource=booking.resource_id), in_service=True)
        .select_related("resource")
        .order_by("resource__position", "resource_id", "position", "pk")
    )


def _as_it_is(booking: Booking) -> dict[str, Any]:
    starts, ends = clock.local(booking.starts), clock.local(booking.ends)
    units = selectors.units_of(booking)
    return {
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "unit": units[0].pk if units else None,
    }


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=[("", "–"), *StaffCancelReason.choices]
    )
    text = LineField(
        label=gettext_lazy("Anything the business should know"),
        help_text=gettext_lazy("It reads this word for word."),
        max_length=_REASON,
        required=False,
    )


class ExpectForm(forms.Form):
    """Until when a business that called is expected, on the Korean clock."""

    until = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M"])
