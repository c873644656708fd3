"""Asking for a consultation, arranging it, writing its log."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Resource
from center import clock
from center.line_field import LineField, LinesField
from programs.models import Consultant, ConsultationWay, ConsultingField
from programs.services.consulting import Place
from programs.services.consulting_log import Log
from programs.services.rooms import Room


def moment_field(label: Any, **options: Any) -> forms.DateTimeField:
    """One input for day and time, on the Korean wall clock."""
    widget = forms.DateTimeInput(
        attrs={"type": "datetime-local", "step": "600"}, format="%Y-%m-%dT%H:%M"
    )
    return forms.DateTimeField(
        label=label, input_formats=["%Y-%m-%dT%H:%M"], widget=widget, **options
    )


def _text(label: Any, rows: int, most: int, **options: Any) -> LinesField:
    return LinesField(label=label, max_length=most, rows=rows, **options)


class RequestForm(forms.Form):
    """The question and three times."""

    field = forms.ChoiceField(label=_("What is it about?"), choices=ConsultingField)
    question = _text(
        _("Your question"),
        6,
        1000,
        help_text=_("Where does your business stand, and what do you want to achieve?"),
    )
    way = forms.ChoiceField(
        label=_("Where?"), choices=ConsultationWay, widget=forms.RadioSelect, initial="here"
    )
    first = moment_field(_("First choice"))
    second = moment_field(_("Second choice"))
    third = moment_field(_("Third choice"))

    @property
    def wishes(self) -> list[dt.datetime]:
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class ReasonForm(forms.Form):
    reason = LineField(
        label=_("Reason"),
        max_length=300,
        required=False,  # the service asks for it, with its own sentence
    )


class AssignForm(forms.Form):
    """Consultant, time and place."""

    consultant = forms.ModelChoiceField(
        label=_("Consultant"),
        queryset=Consultant.objects.filter(is_active=True).select_related("user"),
    )
    starts = moment_field(_("Time"))
    room = forms.ModelChoiceField(
        label=_("Room"),
        queryset=Resource.objects.active().spaces(),
        required=False,
        empty_label=_("no room of the house"),
    )
    place_text = LineField(label=_("Place outside the house"), max_length=200, required=False)
    online_link = forms.URLField(label=_("Online link"), required=False, assume_scheme="https")
    override = LineField(
        label=_("Reason, if the room is used outside the hours"), max_length=200, required=False
    )

    @property
    def place(self) -> Place:
        room = self.cleaned_data["room"]
        return Place(
            room=Room(room) if room else None,
            text=self.cleaned_data["place_text"],
            online_link=self.cleaned_data["online_link"],
        )


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **options)


def _time_field(label: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time", "step": "600"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget)


class AbsenceForm(forms.Form):
    """Days, or hours of them: from the time of the first day until the time of the last."""

    first = _day_field(_("First day"))
    last = _day_field(
        _("Last day"), required=False, help_text=_("Empty: the first day is the only one.")
    )
    from_time = _time_field(_("From what time on the first day"))
    until_time = _time_field(_("Until what time on the last day"))

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """Half open, on the Korean wall clock; whole days where no time is said."""
        data = self.cleaned_data
        last: dt.date = data["last"] or data["first"]
        starts = clock.at(data["first"], data["from_time"] or dt.time.min)
        if data["until_time"] is None:
            return starts, clock.day_bounds(last)[1]
        return starts, clock.at(last, data["until_time"])


class StaffAbsenceForm(AbsenceForm):
    """The same for whoever called."""

    consultant = forms.ModelChoiceField(
        label=_("Consultant"),
        queryset=Consultant.objects.filter(is_active=True).select_related("user"),
    )
    field_order = ("consultant",)


class LogForm(forms.Form):
    """수행일지; every part is needed to close, none to keep."""

    situation = _text(_("Where the business stands"), 5, 2000, required=False)
    advice = _text(_("What was advised"), 8, 4000, required=False)
    next_steps = _text(_("Next steps"), 5, 2000, required=False)

    @property
    def log(self) -> Log:
        return Log(**self.cleaned_data)
