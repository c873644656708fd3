"""Broadcasts and exhibitions: what staff and businesses type."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from bookings.house import Span
from bookings.intervals import Interval
from bookings.models import Resource
from center import clock
from center.line_field import LineField, LinesField
from programs.forms.consulting import moment_field
from programs.models import Booth, Product, ReviewState, SessionKind
from programs.services.broadcasts import CueRow
from programs.services.rooms import Room
from programs.won_field import CountField, WonField


class BroadcastForm(forms.Form):
    """Where it is shown and who makes it."""

    platform = LineField(label=_("Platform"), max_length=60, required=False)
    link = forms.URLField(label=_("Link of the broadcast"), required=False, assume_scheme="https")
    host = LineField(label=_("Host"), max_length=60, required=False)
    crew = LineField(label=_("Crew"), max_length=200, required=False)


class SlotForm(forms.Form):
    """A rehearsal or a broadcast in a studio, with equipment."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (SessionKind.REHEARSAL, SessionKind.REHEARSAL.label),
            (SessionKind.BROADCAST, SessionKind.BROADCAST.label),
        ],
    )
    starts = moment_field(_("From"))
    minutes = forms.IntegerField(
        label=_("Length, minutes"), min_value=10, max_value=480, initial=60
    )
    room = forms.ModelChoiceField(
        label=_("Studio"),
        queryset=Resource.objects.active().spaces(),
        to_field_name="slug",
        required=False,
        empty_label=_("no room of the house"),
    )
    equipment = forms.ModelMultipleChoiceField(
        label=_("Equipment"),
        queryset=Resource.objects.active().equipment(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    override = LineField(
        label=_("Outside the opening hours because"),
        help_text=_("It is kept with the booking and your name."),
        max_length=200,
        required=False,
    )

    @property
    def span(self) -> Span:
        starts, minutes = self.cleaned_data["starts"], self.cleaned_data["minutes"]
        return Interval(starts, starts + dt.timedelta(minutes=minutes))

    @property
    def place(self) -> Room | None:
        room = self.cleaned_data["room"]
        return Room(room, tuple(self.cleaned_data["equipment"])) if room else None


def chosen(posted: QueryDict) -> QueryDict:
    """What was typed into a ``SlotForm``, with the way out that was chosen: another time,
    another room, or none."""
    data, (what, _colon, value) = posted.copy(), posted.get("choose", "").partition(":")
    if what == "at" and (start := parse_datetime(value)) is not None and start.tzinfo:
        data["starts"] = f"{clock.local(start):%Y-%m-%dT%H:%M}"
    elif what == "room":
        data["room"] = value
        if not value:
            data.setlist("equipment", [])
    return data


class CueForm(forms.Form):
    """One row of the cue sheet; an empty one is left out."""

    minute = forms.IntegerField(label=_("Minute"), min_value=0, max_value=600, required=False)
    what = LineField(label=_("What"), max_length=200, required=False)
    who = LineField(label=_("Who"), max_length=60, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("what") and data.get("minute") is None:
            self.add_error("minute", _("In which minute?"))
        if data.get("minute") is not None and not data.get("what"):
            self.add_error("what", _("What happens?"))
        return data


CueSheet = forms.formset_factory(CueForm, extra=5, max_num=100)


def cue_rows(sheet: Any) -> list[CueRow]:
    """The rows that say something."""
    filled = [form.cleaned_data for form in sheet.forms if form.cleaned_data.get("what")]
    return [CueRow(row["minute"], row["what"], row["who"]) for row in filled]


class ResultsForm(forms.Form):
    """Viewers and likes; for each chosen product its orders and sales."""

    viewers = CountField(label=_("Viewers"))
    likes = CountField(label=_("Likes"), required=False)

    def __init__(self, *args: Any, products: list[Product], **options: Any) -> None:
        super().__init__(*args, **options)
        self.products = products
        for product in products:
            named = {"name": product.name}
            self.fields[f"orders_{product.pk}"] = CountField(label=_("%(name)s: orders") % named)
            self.fields[f"sales_{product.pk}"] = WonField(label=_("%(name)s: sales, won") % named)


class ReviewForm(forms.Form):
    state = forms.ChoiceField(
        choices=[
            (state, state.label)
            for state in (ReviewState.APPROVED, ReviewState.SUPPLEMENT, ReviewState.REFUSED)
        ]
    )
    reason = LineField(label=_("Reason"), max_length=300, required=False)


class BoothsForm(forms.Form):
    """Several numbers at once, by commas, blanks or lines."""

    numbers = LinesField(
        label=_("Numbers of new booths"),
        help_text=_("For example: A-1, A-2, A-3"),
        max_length=2000,
        rows=2,
    )

    def clean_numbers(self) -> list[str]:
        found = [text for text in re.split(r"[,\s]+", self.cleaned_data["numbers"]) if text]
        if too_long := [text for text in found if len(text) > 10]:
            raise forms.ValidationError(
                _("A number has ten characters at most: %(number)s"),
                params={"number": too_long[0][:20]},
            )
        return found


class BoothForm(forms.Form):
    booth = forms.ModelChoiceField(
        label=_("Booth"), queryset=Booth.objects.none(), required=False, empty_label=_("none")
    )


class SettlementForm(forms.Form):
    sales = WonField(label=_("Sales, won"))
    orders = CountField(label=_("Orders"), required=False)
    fee = WonField(label=_("Fee, won"), initial=0)
    note = LineField(label=_("Remark"), max_length=200, required=False)


class ProductAnswerForm(forms.Form):
    """What a business corrects about a product, in place."""

    name = LineField(label=_("Name of the product"), max_length=100)
    description = LinesField(
        label=_("What makes it good"),
        max_length=1000,
        required=False,
        rows=4,
    )
    origin = LineField(label=_("Origin"), max_length=60, required=False)
    price = WonField(label=_("Price, won"), max_value=2_000_000_000)
    sale_price = WonField(
        label=_("Price in the program, won"), max_value=2_000_000_000, required=False
    )
    stock = CountField(label=_("Stock, pieces"))
    shipping_fee = WonField(label=_("Shipping, won"), max_value=2_000_000_000)
    link = forms.URLField(label=_("Product page"), required=False, assume_scheme="https")

    @classmethod
    def of(cls, product: Product, data: Any = None) -> ProductAnswerForm:
        """With the entries as they are."""
        return cls(data, initial={name: getattr(product, name) for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        price, special = data.get("price"), data.get("sale_price")
        if price is not None and special is not None and special > price:
            self.add_error("sale_price", _("The price in the program is above the usual price."))
        return data
