"""The shape of what staff note at the equipment desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bookings.models import Accessory, Condition, DamageState, HandOverItem, Resource
from bookings.models import Category as ResourceCategory
from bookings.photos import PhotoField
from bookings.services.replace import Affected
from center import clock, display
from center.line_field import LineField


class CheckForm(forms.Form):
    """Condition, checklist, remark and photo: the same out and back."""

    condition = forms.ChoiceField(
        label=_("Condition"),
        choices=Condition.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Say in which condition it is.")},
    )
    there = forms.TypedMultipleChoiceField(
        label=_("What is there"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    notes = LineField(label=_("Remark"), max_length=300, required=False)
    photo = PhotoField()

    def __init__(
        self, *args: Any, lines: Iterable[Accessory | HandOverItem], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._lines = [(line.pk, str(line)) for line in lines]
        cast("forms.TypedMultipleChoiceField", self.fields["there"]).choices = self._lines

    @property
    def every_line(self) -> list[int]:
        return [pk for pk, _words in self._lines]

    @property
    def ticked(self) -> set[str]:
        """As the page draws the boxes."""
        return {str(value) for value in self["there"].value() or []}


class ReturnForm(CheckForm):
    """What is not ticked is missing, and the business reads so: not said by passing over it."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.missing and not data.get("notes") and "notes" not in self.errors:
            said = gettext(
                "Did not come back: %(items)s. Tick what is there, or say here what became of it."
            )
            self.add_error("notes", said % {"items": ", ".join(self.missing)})
        return data

    @property
    def missing(self) -> list[str]:
        """In words; nothing where the list itself could not be read."""
        there = self.cleaned_data.get("there", self.every_line)
        return [words for pk, words in self._lines if pk not in there]


class DamageForm(forms.Form):
    description = LineField(label=_("What is wrong?"), max_length=300)
    cost_estimate = forms.IntegerField(
        label=_("Estimated cost, won"),
        min_value=0,
        max_value=1_000_000_000,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    photo = PhotoField()
    stays_in_service = forms.BooleanField(
        label=_("It can be lent all the same"),
        help_text=_("Otherwise it goes out of service, and other devices are proposed."),
        required=False,
    )


class CloseDamageForm(forms.Form):
    """``damage`` is one of the device's that are open."""

    damage = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(
        label=_("What became of it"),
        choices=[(s.value, s.label) for s in (DamageState.REPAIRED, DamageState.WRITTEN_OFF)],
        widget=forms.RadioSelect,
    )
    note = LineField(label=_("What was done"), max_length=300, required=False)


class TakeOutForm(forms.Form):
    reason = LineField(
        label=_("Why is it out of service?"),
        help_text=_("For example: regular service."),
        max_length=200,
    )


class ReplaceForm(forms.Form):
    """For each booking that has a choice: the device it gets, the first one proposed."""

    def __init__(self, *args: Any, affected: Sequence[Affected], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in affected:
            if row.choices:
                self.fields[f"booking_{row.booking.pk}"] = _choice_for(row)

    @property
    def chosen(self) -> dict[int, int]:
        """Ids of bookings and of the devices they get."""
        given = {name.removeprefix("booking_"): unit for name, unit in self.cleaned_data.items()}
        return {int(booking): unit for booking, unit in given.items() if unit}


def _choice_for(row: Affected) -> forms.Field:
    booking = row.booking
    return forms.TypedChoiceField(
        label=f"{display.moment(booking.starts)} {booking.merchant or booking.resource}",
        choices=[*((unit.pk, str(unit)) for unit in row.choices), ("", _("Leave it; we call"))],
        coerce=int,
        empty_value=None,
        required=False,
        initial=row.choices[0].pk,
    )


class TrainingForm(forms.Form):
    """``what`` is a category or one resource, named as ``category:equipment``, ``resource:7``."""

    what = forms.ChoiceField(label=_("Training for"))
    trained_on = forms.DateField(
        label=_("Held on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        help_text=_("Empty: without an end."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trained_on"].initial = clock.today
        resources = Resource.objects.active().order_by("-category", "position", "pk")
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (_("Everything of a category"), [(f"category:{c}", c.label) for c in ResourceCategory]),
            (_("One resource"), [(f"resource:{r.pk}", str(r)) for r in resources]),
        ]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        held, until = data.get("trained_on"), data.get("valid_until")
        if held and until and until < held:
            self.add_error("valid_until", _("That is before the day of the training."))
        return data

    @property
    def scope(self) -> dict[str, Any]:
        """As the service takes it."""
        kind, _colon, value = self.cleaned_data["what"].partition(":")
        if kind == "category":
            return {"category": value}
        return {"resource": Resource.objects.get(pk=value)}
