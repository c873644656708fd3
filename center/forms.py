from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center import phones
from center.line_field import LineField
from center.models import User
from center.resident_number import refuse_resident_numbers


class SignupForm(forms.Form):
    """What we ask at sign-up besides e-mail and password: one name field, as Koreans write it."""

    name = LineField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: Any) -> None:
        """Required by allauth; the adapter has stored the name already."""


class ProfileCleaning:
    """Mixin before a form with ``name`` and ``phone``: the person's own, and the staff's.

    A number that stands there already is left as it is, so that an old one blocks no change.
    """

    cleaned_data: dict[str, Any]
    changed_data: list[str]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        refuse_resident_numbers(name)
        return name

    def clean_phone(self) -> str:
        given: str = self.cleaned_data["phone"]
        return phones.normalised(given) if given and "phone" in self.changed_data else given


class ProfileForm(ProfileCleaning, forms.Form):
    """Who a person is, beyond the e-mail address."""

    name = LineField(
        label=_("Name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Telephone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
        help_text=_(
            "We call only about your bookings. A mobile number also gets what the portal has to tell you as a text message, where you want that."
        ),
    )

    def __init__(self, data: Any = None, *, person: User) -> None:
        super().__init__(data, initial={"name": person.name, "phone": person.phone})
