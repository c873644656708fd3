"""What is typed for a regular use; whether its dates can be had is for the services to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bookings import series_refusals
from bookings.models import BookingSource, Resource, Unit
from bookings.models.hours import WEEKDAYS
from bookings.recurrence import MOST_DATES, Plan
from bookings.services.series_dates import Scope
from center import clock
from center.line_field import LineField

#: no plan reaches further ahead
REACH_DAYS = 366


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


def _wrong(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields that cannot be meant, with the sentence for each."""
    first, last = data["first_day"], data["last_day"]
    if not data["starts_at"] < data["ends_at"]:
        yield "ends_at", _("The end is not after the start.")
    if first < clock.today():
        yield "first_day", _("That day has already passed.")
    if last < first:
        yield "last_day", _("The last day is before the first.")
    elif last > clock.today() + REACH_DAYS * clock.DAY:
        yield "last_day", _("A regular use is planned a year ahead at most.")


class PlanForm(forms.Form):
    """The weekdays, the span of days and the hours; then the dates wanted of the preview."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"),
        choices=WEEKDAYS,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=DayInput)
    last_day = forms.DateField(label=gettext_lazy("Last day"), widget=DayInput)
    starts_at = forms.TimeField(label=gettext_lazy("From"), widget=TimeInput)
    ends_at = forms.TimeField(label=gettext_lazy("Until"), widget=TimeInput)
    purpose = LineField(label=gettext_lazy("What will you do here?"), max_length=200)
    headcount = forms.IntegerField(
        label=gettext_lazy("How many people will come?"), min_value=1, max_value=500, initial=1
    )
    seat = forms.ModelChoiceField(
        label=gettext_lazy("Which seat or room"),
        help_text=gettext_lazy("The same each time where it is free, else another one."),
        queryset=Unit.objects.none(),
        empty_label=gettext_lazy("Any, but the same each time"),
        required=False,
    )

    def __init__(self, *args: Any, resource: Resource | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Unit.objects.filter(in_service=True, resource=resource)
        self.fields["seat"].queryset = offered.select_related("resource")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        for name, sentence in _wrong(data):
            self.add_error(name, sentence)
        if data["seat"]:
            self._refuse_small_seat(data["seat"], data["headcount"])
        if not self.errors:
            self._refuse_number_of_dates(data)
        return data

    def _refuse_small_seat(self, seat: Unit, headcount: int) -> None:
        n = seat.capacity or seat.resource.capacity
        if headcount > n:
            said = ngettext(
                "This one has room for %(n)d person.", "This one has room for %(n)d people.", n
            )
            then = _("Choose a larger one, or any.")
            self.add_error("seat", f"{said % {'n': n}} {then}")

    def _refuse_number_of_dates(self, data: dict[str, Any]) -> None:
        dates = len(self.plan_of(data).days())
        if not dates:
            raise ValidationError(series_refusals.no_dates().sentence, code="no_dates")
        if dates > MOST_DATES:
            raise ValidationError(
                series_refusals.too_many_dates(MOST_DATES).sentence, code="too_many_dates"
            )

    def plan_of(self, data: dict[str, Any]) -> Plan:
        return Plan(
            weekdays=data["weekdays"],
            first=data["first_day"],
            last=data["last_day"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
        )

    @property
    def plan(self) -> Plan:
        return self.plan_of(self.cleaned_data)


_SOURCES = (BookingSource.STAFF, BookingSource.PHONE)


class StaffPlanForm(PlanForm):
    """For a business found by staff, with the space and a reason for setting limits aside."""

    resource = forms.ModelChoiceField(
        label=gettext_lazy("Space"), queryset=Resource.objects.none(), empty_label=None
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Asked through"), choices=[(s.value, s.label) for s in _SOURCES]
    )
    override = LineField(
        label=gettext_lazy("Reason for setting limits aside"),
        help_text=gettext_lazy(
            "Only if dates beyond the notice, the days ahead or the limits are to be booked."
        ),
        max_length=200,
        required=False,
    )
    field_order = ["resource", "weekdays", "first_day", "last_day", "starts_at", "ends_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = Resource.objects.active().spaces()
        offered = Unit.objects.filter(in_service=True, resource__in=spaces)
        self.fields["resource"].queryset = spaces  # type: ignore[attr-defined]
        self.fields["seat"].queryset = offered.select_related("resource")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        resource, seat = data.get("resource"), data.get("seat")
        if resource and seat and seat.resource_id != resource.pk:
            said = _("It belongs to another space. Choose one of %(space)s.")
            self.add_error("seat", said % {"space": resource})
        return data


class ChangeForm(forms.Form):
    """What becomes of dates of a series that exists."""

    CANCEL, MOVE, AGAIN = "cancel", "move", "again"

    act = forms.ChoiceField(choices=[(act, act) for act in (CANCEL, MOVE, AGAIN)])
    date = forms.IntegerField(label=gettext_lazy("Date"), min_value=1)
    scope = forms.ChoiceField(
        label=gettext_lazy("Which dates"),
        choices=Scope.choices,
        initial=Scope.ONE,
        required=False,
        widget=forms.RadioSelect,
    )
    starts_at = forms.TimeField(label=gettext_lazy("From"), required=False, widget=TimeInput)
    ends_at = forms.TimeField(label=gettext_lazy("Until"), required=False, widget=TimeInput)
    agreed = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("act") == self.MOVE:
            starts_at, ends_at = data.get("starts_at"), data.get("ends_at")
            if not (starts_at and ends_at and starts_at < ends_at):
                self.add_error("starts_at", _("Enter both times, the end after the start."))
        return data

    def clean_scope(self) -> Scope:
        return Scope(self.cleaned_data["scope"] or Scope.ONE)


def wanted_days(values: list[str]) -> set[dt.date]:
    """The ticked dates of a preview; what is no date is left out."""
    found = set()
    for value in values:
        try:
            found.add(dt.date.fromisoformat(value))
        except ValueError:
            continue
    return found
