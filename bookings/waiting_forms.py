"""What somebody says who wants to wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings import waiting_list
from bookings.forms import ConfirmForm
from bookings.intervals import Interval
from bookings.models import Category, Resource
from center import clock, display

#: the value of "any space of this kind"
_ANY = "any:"
#: the part of a day that is said in times
_OWN = "own"
_NOON = dt.time(12)


class WaitingForm(forms.Form):
    """A space or a kind of space, a day and a part of it, and for how long."""

    space = forms.ChoiceField(label=_("What do you wait for?"))
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    part = forms.ChoiceField(
        label=_("When on that day?"),
        choices=[
            ("morning", _("In the morning")),
            ("afternoon", _("In the afternoon")),
            ("day", _("At any time")),
            (_OWN, _("Between times of my own")),
        ],
        initial="day",
        required=False,
        widget=forms.RadioSelect,
    )
    since = forms.TimeField(
        label=_("Not before"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    until = forms.TimeField(
        label=_("Finished by"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    minutes = forms.TypedChoiceField(label=_("How long do you need it?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kinds = kinds = waiting_list.spaces_by_kind()
        self._spaces = {space.slug: space for spaces in kinds.values() for space in spaces}
        self.fields["space"].choices = [  # type: ignore[attr-defined]
            (
                kind.label,
                [
                    (f"{_ANY}{kind}", _("Any space: %(kind)s") % {"kind": kind.label}),
                    *((space.slug, space.display_name) for space in spaces),
                ],
            )
            for kind, spaces in kinds.items()
        ]
        self.fields["minutes"].choices = [  # type: ignore[attr-defined]
            (n, display.length(n))
            for n in waiting_list.lengths(self._spaces.values(), clock.today())
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("day") and abs(data["day"] - clock.today()) > 366 * clock.DAY:
            self.add_error("day", _("That year is out of reach."))
        if (data.get("part") or _OWN) == _OWN:
            self._check_times(data)
        else:  # what stands in them does not count
            self.errors.pop("since", None)
            self.errors.pop("until", None)
        return data

    def _check_times(self, data: dict[str, Any]) -> None:
        for name in ("since", "until"):
            if name not in self.errors and data.get(name) is None:
                said = self.fields[name].error_messages["required"]
                self.add_error(name, ValidationError(said, code="required"))
        if not {"since", "until"} & self.errors.keys() and not data["since"] < data["until"]:
            self.add_error(
                "until",
                ValidationError(_("The end is not after the start."), code="end_before_start"),
            )

    def wish(self) -> dict[str, Any]:
        """The cleaned data as the service takes it."""
        data = self.cleaned_data
        space: str = data["space"]
        span = self._span(data["day"], data["part"] or _OWN)
        return {
            "resource": self._spaces.get(space),
            "category": space.removeprefix(_ANY) if space.startswith(_ANY) else "",
            "starts": span.start,
            "ends": span.end,
            "minutes": data["minutes"],
        }

    def _span(self, day: dt.date, part: str) -> Interval[dt.datetime]:
        """A part of a day goes no further than something is open; where nothing is, the service
        says so."""
        (begins, ends), noon = clock.day_bounds(day), clock.at(day, _NOON)
        match part:
            case "morning":
                whole = Interval(begins, noon)
            case "afternoon":
                whole = Interval(noon, ends)
            case "day":
                whole = Interval(begins, ends)
            case _:
                times = self.cleaned_data["since"], self.cleaned_data["until"]
                return Interval(clock.at(day, times[0]), clock.at(day, times[1]))
        return waiting_list.open_within(whole, self._meant(), day) or whole

    def _meant(self) -> list[Resource]:
        space: str = self.cleaned_data["space"]
        if space in self._spaces:
            return [self._spaces[space]]
        return self._kinds[Category(space.removeprefix(_ANY))]

    @staticmethod
    def first_values(space: Resource | None, start: dt.datetime | None, end: dt.datetime | None):  # type: ignore[no-untyped-def]
        """What an address says already: the space, and the time somebody else has."""
        found: dict[str, Any] = {"space": space.slug} if space else {}
        if start is not None:
            found["day"] = clock.day_of(start)
            if end is not None and start < end:
                local = clock.local(start), clock.local(end)
                found["part"], found["since"], found["until"] = _OWN, *(at.time() for at in local)
                found["minutes"] = int((end - start).total_seconds()) // 60
        return found


class AcceptForm(ConfirmForm):
    """What is said to accept an offer; equipment is added afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["equipment"]
