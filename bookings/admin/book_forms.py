"""The forms with which staff book for a business, or register a visitor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import BookingSource, Resource, Unit
from bookings.services import on_behalf
from center import clock
from center.line_field import LineField
from merchants.forms import NumberField, PhoneField

_SOURCES = [
    choice for choice in BookingSource.choices if BookingSource(choice[0]) in on_behalf.SOURCES
]


class _TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class _UnitField(forms.ModelChoiceField):
    """Within one space the name of the unit says enough."""

    def label_from_instance(self, obj: Unit) -> str:
        return obj.name


class BookForm(forms.Form):
    """The use itself on the ``day`` chosen; ``start`` and ``end`` come out as instants."""

    source = forms.ChoiceField(
        label=gettext_lazy("How it came"), choices=_SOURCES, widget=forms.RadioSelect
    )
    start = forms.TimeField(label=gettext_lazy("From"), widget=_TimeInput)
    end = forms.TimeField(label=gettext_lazy("Until"), widget=_TimeInput)
    unit = _UnitField(
        Unit.objects.none(),
        label=gettext_lazy("Room or seat"),
        empty_label=gettext_lazy("Any that is free"),
        required=False,
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many people will come?"), min_value=1, max_value=500, initial=1
    )
    purpose = LineField(label=gettext_lazy("What for"), max_length=200)
    user_name = LineField(label=gettext_lazy("Who comes"), max_length=60, required=False)
    equipment = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Equipment to borrow"),
        queryset=Resource.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    set_aside = forms.BooleanField(
        label=gettext_lazy("Set the rules aside for this booking"), required=False
    )
    reason = LineField(
        label=gettext_lazy("Reason for setting them aside"),
        help_text=gettext_lazy("It is kept with the booking and your name."),
        max_length=200,
        required=False,
    )

    def __init__(self, space: Resource, day: dt.date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day
        # Django's type of form fields knows no queryset.
        lent = Resource.objects.active().equipment().filter(used_in=space)
        self.fields["equipment"].queryset = lent  # type: ignore[attr-defined]
        units = space.units.filter(in_service=True).order_by("position", "pk")
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    @classmethod
    def typed(cls, space: Resource, day: dt.date, typed: QueryDict) -> BookForm:
        """What has been typed so far, for another space or day, unchecked: nothing was sent
        yet. A unit or a device the space does not have falls away."""
        names = cls.base_fields
        given: dict[str, Any] = {name: typed[name] for name in names if name in typed}
        given["equipment"] = typed.getlist("equipment")
        return cls(space, day, initial=given)

    def clean(self) -> dict[str, Any]:
        """An end at midnight is that of the day."""
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start is not None and end is not None:
            last = self.day + clock.DAY if end == dt.time.min else self.day
            data["start"], data["end"] = clock.at(self.day, start), clock.at(last, end)
            if data["end"] <= data["start"]:
                self.add_error("end", _("The end is not after the start."))
        if data.get("set_aside") and not data.get("reason"):
            self.add_error("reason", _("Say why the rules are set aside."))
        return data


class VisitorForm(forms.Form):
    """As little as a visitor can be booked with."""

    name = LineField(label=gettext_lazy("Name of the shop"), max_length=80)
    phone = PhoneField(label=gettext_lazy("Telephone"))
    number = NumberField(label=gettext_lazy("Business registration number"), required=False)
