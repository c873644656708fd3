"""What somebody says who wants to wait."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings import waiting_list
from bookings.forms import ConfirmForm
from bookings.models import Resource
from center import clock, display

#: the value of "any space of this kind"
_ANY = "any:"


class WaitingForm(forms.Form):
    """A space or a kind of space, a day, between when and when, and for how long."""

    space = forms.ChoiceField(label=_("What do you wait for?"))
    day = forms.DateField(
        label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    since = forms.TimeField(
        label=_("Not before"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    until = forms.TimeField(
        label=_("Finished by"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    minutes = forms.TypedChoiceField(label=_("How long do you need it?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = waiting_list.spaces_by_kind()
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
        if {"since", "until"} <= data.keys() and not data["since"] < data["until"]:
            self.add_error(
                "until",
                ValidationError(_("The end is not after the start."), code="end_before_start"),
            )
        return data

    def wish(self) -> dict[str, Any]:
        """The cleaned data as the service takes it."""
        data = self.cleaned_data
        space: str = data["space"]
        return {
            "resource": self._spaces.get(space),
            "category": space.removeprefix(_ANY) if space.startswith(_ANY) else "",
            "starts": clock.at(data["day"], data["since"]),
            "ends": clock.at(data["day"], data["until"]),
            "minutes": data["minutes"],
        }

    @staticmethod
    def first_values(space: Resource | None, start: dt.datetime | None, end: dt.datetime | None):  # type: ignore[no-untyped-def]
        """What an address says already: the space, and the time somebody else has."""
        found: dict[str, Any] = {"space": space.slug} if space else {}
        if start is not None:
            found["day"] = clock.day_of(start)
            if end is not None and start < end:
                local = clock.local(start), clock.local(end)
                found["since"], found["until"] = local[0].time(), local[1].time()
                found["minutes"] = int((end - start).total_seconds()) // 60
        return found


class AcceptForm(ConfirmForm):
    """What is said to accept an offer; equipment is added afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["equipment"]
