"""What staff type to close something: the place, the days, why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Closure, ClosureKind, Resource, Unit
from center import clock
from center.line_field import LineField

#: a kind of the form only: the day becomes a holiday of the house's own
HOLIDAY = "holiday"
_HOUSE = "house"
#: a closure lasts so long at most; longer is a change of the hours
LONGEST_DAYS = 366

REASONS = [
    gettext_lazy("Regular inspection"),
    gettext_lazy("Repair of the facilities"),
    gettext_lazy("Used by a partner"),
    gettext_lazy("Event of the center"),
    gettext_lazy("Temporary public holiday"),
]


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _Time(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class ClosingForm(forms.Form):
    """One closure, or days that become holidays of the house."""

    kind = forms.ChoiceField(label=gettext_lazy("Why it is closed"), widget=forms.RadioSelect)
    place = forms.ChoiceField(
        label=gettext_lazy("What is closed"),
        error_messages={"required": gettext_lazy("Choose what is closed.")},
    )
    first_day = forms.DateField(label=gettext_lazy("First day"), widget=_Day)
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("Empty: the same day."),
        required=False,
        widget=_Day,
    )
    whole_day = forms.BooleanField(label=gettext_lazy("The whole day"), required=False)
    from_time = forms.TimeField(
        label=gettext_lazy("From, on the first day"), required=False, widget=_Time
    )
    until_time = forms.TimeField(
        label=gettext_lazy("Until, on the last day"), required=False, widget=_Time
    )
    reason = LineField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Everybody reads it on the page of the space."),
        max_length=60,
        widget=forms.TextInput(attrs={"list": "reasons", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        holiday = (HOLIDAY, _("Temporary public holiday"))
        self.fields["kind"].choices = [*ClosureKind.choices, holiday]  # type: ignore[attr-defined]
        self.fields["place"].choices = list(_places())  # type: ignore[attr-defined]
        self.fields["place"].required = self["kind"].value() != HOLIDAY

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first = data.get("first_day")
        if first is None or self.errors:
            return data
        data["last_day"] = data.get("last_day") or first
        if data["kind"] == HOLIDAY:
            data["whole_day"], data["place"] = True, _HOUSE
        if not data["whole_day"] and not (data.get("from_time") and data.get("until_time")):
            self.add_error("from_time", _("Enter both times, or tick the whole day."))
            return data
        data["starts"], data["ends"] = _span(data)
        _refuse_nonsense(data)
        return data

    def days(self) -> list[dt.date]:
        """Every day from the first to the last."""
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        return [first + n * clock.DAY for n in range((last - first).days + 1)]

    def closure(self) -> Closure:
        """Not saved yet."""
        data = self.cleaned_data
        scope, _dash, pk = data["place"].partition("-")
        return Closure(
            kind=data["kind"],
            resource_id=int(pk) if scope == "resource" else None,
            unit_id=int(pk) if scope == "unit" else None,
            starts=data["starts"],
            ends=data["ends"],
            reason=data["reason"],
        )


def _span(data: dict[str, Any]) -> tuple[dt.datetime, dt.datetime]:
    if data["whole_day"]:
        return clock.at(data["first_day"]), clock.at(data["last_day"] + clock.DAY)
    return (
        clock.at(data["first_day"], data["from_time"]),
        clock.at(data["last_day"], data["until_time"]),
    )


def _refuse_nonsense(data: dict[str, Any]) -> None:
    if not data["starts"] < data["ends"]:
        raise ValidationError(_("The end is not after the start."), code="end_before_start")
    # What was offered in the past stays as it was: reports divide by it.
    if data["first_day"] < clock.today() or data["ends"] <= clock.now():
        raise ValidationError(_("That time has already passed."), code="past")
    if data["ends"] - data["starts"] > LONGEST_DAYS * clock.DAY:
        raise ValidationError(
            _("A closure lasts a year at most; change the opening hours instead."),
            code="too_long",
        )


def _places() -> Iterator[tuple[Any, Any]]:
    """The house, and each resource with its units. Nothing is chosen at first: whoever passes
    over the field must not close the house. 2 queries."""
    yield "", "–"
    yield _HOUSE, _("The whole house")
    for resource in Resource.objects.prefetch_related("units"):
        whole = (f"resource-{resource.pk}", _("%(name)s: all of it") % {"name": resource})
        units: list[Unit] = list(resource.units.all())
        single = [(f"unit-{unit.pk}", f"{resource} {unit.name}") for unit in units]
        yield str(resource), [whole, *(single if len(single) > 1 else [])]


def _place_of(unit: str) -> str:
    """As ``_places`` names it: where there is only one unit, all of its resource."""
    alone = Unit.objects.filter(resource__units=int(unit[:9])).values_list(
        "resource_id", flat=True
    )[:2]
    return f"resource-{alone[0]}" if len(alone) == 1 else f"unit-{unit}"


def shortcuts() -> dict[str, tuple[str, dict[str, Any]]]:
    """Label and values of each button that fills in the days."""
    today, now = clock.today(), clock.local(clock.now())
    whole = {"whole_day": "on", "from_time": "", "until_time": "", "last_day": ""}
    rest = {"whole_day": "", "from_time": f"{now:%H:%M}", "until_time": "23:59", "last_day": ""}
    sunday = clock.monday_of(today) + 6 * clock.DAY
    return {
        "today": (_("Today"), {"first_day": today.isoformat(), **whole}),
        "rest": (_("The rest of today"), {"first_day": today.isoformat(), **rest}),
        "tomorrow": (_("Tomorrow"), {"first_day": (today + clock.DAY).isoformat(), **whole}),
        "week": (
            _("Until Sunday"),
            {"first_day": today.isoformat(), **whole, "last_day": sunday.isoformat()},
        ),
    }


def initial_from(asked: dict[str, str]) -> dict[str, Any]:
    """What the address of the page says: the board sends a resource or unit and a span."""
    known = {*ClosureKind.values, HOLIDAY}
    initial: dict[str, Any] = {"kind": asked.get("kind") if asked.get("kind") in known else None}
    initial["kind"] = initial["kind"] or ClosureKind.MAINTENANCE
    if initial["kind"] == HOLIDAY:  # the name of the day on the calendar, to be made longer
        initial["reason"] = _("Temporary public holiday")
    if asked.get("resource", "").isdecimal():
        initial["place"] = f"resource-{asked['resource']}"
    if asked.get("unit", "").isdecimal():
        initial["place"] = _place_of(asked["unit"])
    starts, ends = _moment(asked.get("starts", "")), _moment(asked.get("ends", ""))
    if starts is None:
        return {**initial, "whole_day": True}
    return initial | _times(starts, ends)


def _times(starts: dt.datetime, ends: dt.datetime | None) -> dict[str, Any]:
    first = clock.day_of(starts)
    if ends is None or not starts < ends:
        return {"first_day": first, "whole_day": True}
    whole = starts == clock.at(first) and ends == clock.at(clock.day_of(ends))
    last = clock.day_of(ends - clock.DAY) if whole else clock.day_of(ends)
    times = {"from_time": clock.local(starts).time(), "until_time": clock.local(ends).time()}
    return {
        "first_day": first,
        "last_day": last if last != first else None,
        "whole_day": whole,
        **({} if whole else times),
    }


def _moment(text: str) -> dt.datetime | None:
    """``2026-11-27T10:00`` on the Korean clock or with its offset; None if unreadable."""
    try:
        instant = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    if instant is None or not 2000 <= instant.year < 2100:
        return None
    return instant.astimezone(clock.KST) if instant.tzinfo else instant.replace(tzinfo=clock.KST)
