"""The shape of what people send; whether it is allowed is for the services to say."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from bookings import lookup, refusals
from bookings.models import Booking, CancelReason, Mark, Resource
from center import clock
from center.line_field import LineField, LinesField

#: A plus that was not escaped in an address or a form arrives as a blank.
_LOST_PLUS = re.compile(r"^(.+[T ].+) (\d\d:?\d\d)$")


def _instant(text: str) -> dt.datetime | None:
    """None where it is no date and time; raises ValueError where there is no such."""
    return parse_datetime(_LOST_PLUS.sub(r"\1+\2", text))


class InstantField(forms.CharField):
    """An ISO 8601 date and time with its offset, between 2000 and 2100."""

    def __init__(self, **kwargs: Any) -> None:
        said = {
            "required": _("No time was chosen."),
            "max_length": _("The time could not be read."),
            "null_characters_not_allowed": _("The time could not be read."),
        }
        hidden = forms.HiddenInput
        super().__init__(max_length=40, widget=hidden, error_messages=said, **kwargs)

    def clean(self, value: Any) -> dt.datetime:
        text = super().clean(value)
        try:
            instant = _instant(text)
        except ValueError:
            raise ValidationError(
                _("There is no such date or time."), code="no_such_time"
            ) from None
        if instant is None:
            raise ValidationError(_("The time could not be read."), code="unreadable_time")
        if instant.tzinfo is None:
            raise ValidationError(_("The time lacks its offset from UTC."), code="no_offset")
        if not 2000 <= instant.year < 2100:
            raise ValidationError(_("That year is out of reach."), code="year_out_of_reach")
        return instant.astimezone(clock.KST)  # PostgreSQL reads no offsets beyond ±15:59


class SpanForm(forms.Form):
    """A start and an end."""

    start = InstantField()
    end = InstantField()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        start, end = data.get("start"), data.get("end")
        if start and end and not start < end:
            raise ValidationError(_("The end is not after the start."), code="end_before_start")
        return data


class EquipmentField(forms.Field):
    """Equipment by its slugs, of what is lent with a space: ``lent_with`` is its number.

    One query, none where nothing is chosen."""

    widget = forms.CheckboxSelectMultiple
    lent_with: int
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": _("This equipment is not lent with this space.")
    }

    def clean(self, value: Any) -> list[Resource]:
        slugs = set(super().clean(value) or [])
        found = lookup.equipment_lent(self.lent_with, slugs) if slugs else []
        if len(found) < len(slugs):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


class ConfirmForm(forms.Form):
    """Purpose, people, equipment and the pledge."""

    purpose = LineField(
        label=_("What will you do here?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Write in a few words what you will do, such as “photos of gift sets”."),
            "max_length": _("Use at most %(limit_value)d characters; you wrote %(show_value)d."),
        },
    )
    headcount = forms.IntegerField(
        label=_("How many people will come?"),
        min_value=1,
        max_value=500,
        initial=1,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    user_name = LineField(
        label=_("Who will come? (if it is somebody else)"), max_length=60, required=False
    )
    equipment = EquipmentField(label=_("Equipment to borrow"), required=False)
    pledge = forms.BooleanField(
        label=_("We will keep the house rules above."),
        error_messages={"required": _("Read the house rules and tick the box to go on.")},
    )

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("EquipmentField", self.fields["equipment"]).lent_with = booking.resource_id
        self._capacity = booking.resource.capacity
        self.say_most(companions=None)

    def say_most(self, *, companions: int | None) -> None:
        """Say beside the field how many may come: what the space holds, or the rule about
        ``companions`` where that is less."""
        most, said = self._capacity, refusals.too_many_people(self._capacity)
        if companions is not None and companions + 1 < most:
            most, said = companions + 1, refusals.too_many_companions(companions)
        self.fields["headcount"].help_text = said.message
        self.fields["headcount"].widget.attrs["max"] = most


def _with_a_reason_of_the_list(data: QueryDict) -> QueryDict:
    """A program that knows no list sends its reason in words: another reason, with its text."""
    reason = data.get("reason", "")
    if not reason or reason in CancelReason.values:
        return data
    said = data.copy()
    said["reason"] = CancelReason.OTHER
    said["text"] = " ".join(filter(None, (reason, data.get("text", ""))))
    return said


class CancelForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why are you cancelling?"),
        choices=CancelReason,
        initial=CancelReason.UNSAID,
        required=False,
        widget=forms.RadioSelect,
    )
    text = LinesField(
        rows=3, label=_("Anything you want to tell us"), max_length=200, required=False
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(_with_a_reason_of_the_list(data) if data else data)

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or CancelReason.UNSAID


class AppealForm(forms.Form):
    text = LinesField(
        rows=5,
        label=_("What happened?"),
        help_text=_("A few sentences are enough; our staff read them."),
        min_length=5,
        max_length=1000,
    )


_TYPED = {
    "autocomplete": "off",
    "autocapitalize": "characters",
    "spellcheck": "false",
    "lang": "en",
}


class DoorForm(forms.Form):
    """A booking number, typed or scanned; ``waited``: for so many seconds a tablet without
    network kept it."""

    reference = LineField(
        label=_("Booking number"),
        max_length=40,
        widget=forms.TextInput(attrs={**_TYPED, "autofocus": True}),
    )
    waited = forms.IntegerField(
        min_value=0, max_value=24 * 3600, required=False, widget=forms.HiddenInput
    )

    @property
    def waited_for(self) -> dt.timedelta:
        return dt.timedelta(seconds=self.cleaned_data["waited"] or 0)


class EnrolForm(forms.Form):
    code = LineField(
        label=_("Code of this door"),
        help_text=_("Staff make it in the administration, under door devices."),
        max_length=40,
        widget=forms.TextInput(attrs={**_TYPED, "autofocus": True}),
    )


class WeekForm(forms.Form):
    """What the address of a timetable says: the week, the day on a phone, the choice."""

    day = forms.DateField(required=False)
    start = forms.CharField(required=False, max_length=40)
    end = forms.CharField(required=False, max_length=40)
    view = forms.ChoiceField(choices=[("", ""), ("list", "list")], required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["from"] = forms.DateField(required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        reach = 366 * clock.DAY
        for name in ("from", "day"):
            if data.get(name) and abs(data[name] - clock.today()) > reach:
                raise ValidationError(
                    _("The timetable shows one year back and one year ahead."), code="out_of_reach"
                )
        return data

    def clean_start(self) -> dt.datetime | None:
        return _wall_clock(self.cleaned_data["start"])

    def clean_end(self) -> dt.datetime | None:
        return _wall_clock(self.cleaned_data["end"])


class SpaceForm(WeekForm):
    """What the address of a space says: its timetable may be a month as well."""

    view = forms.ChoiceField(
        choices=[("", ""), ("list", "list"), ("month", "month")], required=False
    )


def _wall_clock(text: str) -> dt.datetime | None:
    """``2026-11-27T10:00`` on the Korean wall clock, or with its offset."""
    if not text:
        return None
    try:
        instant = _instant(text)
    except ValueError:
        instant = None
    if instant is None or not 2000 <= instant.year < 2100:
        raise ValidationError(_("The time could not be read."), code="unreadable_time")
    return instant.astimezone(clock.KST) if instant.tzinfo else instant.replace(tzinfo=clock.KST)


def _mark(label: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=Mark.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
        **options,
    )


class FeedbackForm(forms.Form):
    """Three marks and words."""

    space = _mark(_("How satisfied are you with the space?"))
    equipment = _mark(
        _("How satisfied are you with the equipment?"),
        required=False,
        help_text=_("Leave it open if you used none."),
    )
    help = _mark(_("How satisfied are you with the help of our staff?"))
    text = LineField(
        label=_("What should we keep, what should we improve?"),
        help_text=_("Please write no names and no numbers of people."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
