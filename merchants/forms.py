"""The shape of what owners enter; whether it is allowed is for the services to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from center import clock, phones
from center.errors import RuleViolation
from center.line_field import LineField, LinesField
from merchants import business_number, regions
from merchants.models import DocumentKind, Merchant, MerchantKind
from merchants.papers.intake import LAST, CleanFile, clean_upload
from merchants.papers.refusals import refusal as paper_refusal
from merchants.refusals import too_many_pages


def put_on(form: forms.Form, refusal: RuleViolation) -> None:
    """Show a service's refusal where it belongs on the form, or above it."""
    for violation in refusal.violations:
        field = violation.field if violation.field in form.fields else None
        form.add_error(field, violation.sentence)


class NumberField(forms.CharField):
    """A business registration number, with hyphens or without; ten digits come out."""

    # Said by the server, and by business-number.js while it is typed.
    SHORT = _("A business registration number has ten digits, like 220-81-62517.")
    WRONG = _("There is no such number. Please compare it with your certificate, digit by digit.")

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "data-check": "business-number",
            "data-short": self.SHORT,
            "data-wrong": self.WRONG,
            "data-right": _("The number is well formed."),
        }
        super().__init__(max_length=20, widget=forms.TextInput(attrs=attributes), **kwargs)

    def clean(self, value: Any) -> str | None:
        digits = business_number.normalize(super().clean(value))
        if not digits:
            return None
        if not digits.isascii() or not digits.isdigit() or len(digits) != 10:
            raise ValidationError(self.SHORT, code="number_length")
        if not business_number.is_valid(digits):
            raise ValidationError(self.WRONG, code="number_wrong")
        return digits

    def prepare_value(self, value: Any) -> Any:
        digits = business_number.normalize(value or "")
        return business_number.display(digits) if business_number.is_valid(digits) else value


class PhoneField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        super().__init__(max_length=30, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return phones.normalised(text) if text else ""


class DistrictField(forms.ChoiceField):
    """Districts in force today, by province; district.js makes two lists of the groups."""

    def __init__(self, **kwargs: Any) -> None:
        attributes = {
            "data-sido-label": _("Province or city"),
            "data-sido-empty": _("Choose a province or city"),
        }
        widget = forms.Select(attrs=attributes)
        super().__init__(choices=self._offered, widget=widget, **kwargs)

    @staticmethod
    def _offered() -> list[tuple[str, Any]]:
        groups = [
            (sido, [(district.code, district.sigungu) for district in districts])
            for sido, districts in regions.offered(clock.today())
        ]
        return [("", _("Choose a district")), *groups]


_CHOOSE = {"required": _("Please choose one.")}
#: lines of business shown at once; the others unfold
_SECTIONS_SHOWN = 6


class BusinessForm(forms.Form):
    """What the center knows of a business, in the order it stands on the certificate."""

    kind = forms.ChoiceField(
        label=_("Your business"),
        choices=MerchantKind,
        widget=forms.RadioSelect,
        error_messages=_CHOOSE,
    )
    number = NumberField(
        label=_("Business registration number"),
        required=False,
        help_text=_("Ten digits, with or without hyphens. Founders to be leave it empty."),
    )
    name = LineField(label=_("Trade name"), max_length=80)
    representative = LineField(
        label=_("Representative"), max_length=60, help_text=_("As on the certificate.")
    )
    founded_on = forms.DateField(
        label=_("Founded on"),
        required=False,
        help_text=_("The opening date on the certificate. Founders to be leave it empty."),
        widget=forms.DateInput(attrs={"type": "date", "min": "1900-01-01"}, format="%Y-%m-%d"),
    )
    section = forms.ChoiceField(
        label=_("Line of business"), widget=forms.RadioSelect, error_messages=_CHOOSE
    )
    district = DistrictField(
        label=_("District"), help_text=_("Where the business is."), error_messages=_CHOOSE
    )
    phone = PhoneField(
        label=_("Telephone"), help_text=_("For the day of use only. A mobile number is best.")
    )
    address = LineField(label=_("Address"), required=False, max_length=200)
    market_area = LineField(
        label=_("Market or shopping street"),
        required=False,
        max_length=60,
        help_text=_("If the business is in one, such as Seomun Market."),
    )
    online_shops = LinesField(
        rows=2,
        label=_("Where you sell online"),
        required=False,
        max_length=500,
        help_text=_("One address a line."),
    )
    women_owned = forms.BooleanField(label=_("Owned by a woman"), required=False)
    youth_owned = forms.BooleanField(label=_("The owner is 39 or younger"), required=False)
    disabled_owned = forms.BooleanField(
        label=_("Owned by a person with a disability"), required=False
    )
    #: shown apart, as nobody has to say
    TRAITS = ("women_owned", "youth_owned", "disabled_owned")

    def __init__(self, *args: Any, merchant: Merchant | None = None, **kwargs: Any) -> None:
        if merchant is not None:
            kwargs["initial"] = {name: getattr(merchant, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        sections = regions.sections_for_choice()
        self.common, self.further = sections[:_SECTIONS_SHOWN], sections[_SECTIONS_SHOWN:]
        section = self.fields["section"]
        assert isinstance(section, forms.ChoiceField)
        section.choices = [(row.code, row.name) for row in (*self.common, *self.further)]

    @property
    def chosen_section(self) -> str:
        return str(self["section"].value() or "")

    def clean_founded_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["founded_on"]
        if day and not dt.date(1900, 1, 1) <= day <= clock.today():
            raise ValidationError(_("Choose a day up to today."), code="founded_out_of_reach")
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == MerchantKind.PRE_FOUNDER:
            data["number"] = None
            return data
        for name, sentence in (
            ("number", _("Enter the number on your business registration certificate.")),
            ("founded_on", _("Enter the opening date on your certificate.")),
        ):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, ValidationError(sentence, code="required"))
        return data

    @property
    def further_is_chosen(self) -> bool:
        return self.chosen_section in {row.code for row in self.further}

    @property
    def further_entries_given(self) -> bool:
        """Something optional was entered, or is to be corrected."""
        names = ("address", "market_area", "online_shops", *self.TRAITS)
        return any(self[name].value() or self[name].errors for name in names)

    @property
    def traits(self) -> list[forms.BoundField]:
        return [self[name] for name in self.TRAITS]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; clean copies come out. Each one refused is named."""

    widget = FilesInput(attrs={"accept": "image/*,application/pdf", "multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data]
        uploads = [upload for upload in uploads if upload]
        if not uploads and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(uploads) > settings.PAPER_FILES:  # before the work of opening them
            raise ValidationError(too_many_pages(settings.PAPER_FILES).sentence, code="too_many")
        clean: list[CleanFile] = []
        errors: list[ValidationError] = []
        for upload in uploads:
            try:
                if errors and errors[-1].code in LAST:
                    raise paper_refusal("paper_busy", "uploads")
                clean.append(clean_upload(upload))
            except RuleViolation as refusal:
                errors.append(_refused(upload, refusal))
        if errors:
            raise FilesRefused(errors, clean)
        return clean


class FilesRefused(ValidationError):
    """Some of the files were refused; ``accepted`` are the others, which are not lost."""

    def __init__(self, errors: list[ValidationError], accepted: list[CleanFile]) -> None:
        super().__init__(errors)
        self.accepted = accepted


def _refused(upload: UploadedFile, refusal: RuleViolation) -> ValidationError:
    violation = refusal.violations[0]
    return ValidationError(f"{upload.name}: {violation.sentence}", code=violation.code)


class PaperForm(forms.Form):
    """Files of a paper and what is noted of it, as far as its kind has it."""

    uploads = FilesField(
        label=_("Photo or PDF"),
        required=False,
        help_text=_("You can choose several at once. Up to 15 MB each."),
    )
    number = LineField(label=_("Number of the paper"), max_length=40, required=False)
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, kind: DocumentKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.accepted: list[CleanFile] = []  # beside files that were refused
        if not kind.has_number:
            del self.fields["number"]
        if not kind.has_expiry:
            del self.fields["valid_until"]

    @property
    def kept(self) -> list[CleanFile]:
        """Every file that was good, though others or other fields were not."""
        return self.cleaned_data.get("uploads") or self.accepted

    @property
    def entries(self) -> dict[str, Any]:
        """What was noted of the paper, as far as it was good."""
        names = ("number", "valid_until")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def add_error(self, field: str | None, error: Any) -> None:
        if isinstance(error, FilesRefused):
            self.accepted = error.accepted
        super().add_error(field, error)

    def clean_valid_until(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["valid_until"]
        if day and day < clock.today():
            raise ValidationError(
                _("This paper has run out. Please hand in a new one."), code="run_out"
            )
        if day and day.year >= 2100:
            raise ValidationError(_("That year is out of reach."), code="year_out_of_reach")
        return day


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send a link that works for seven days."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class JoinForm(forms.Form):
    number = NumberField(label=_("Business registration number"))
    note = LineField(
        label=_("Message to the owner"),
        required=False,
        max_length=200,
        help_text=_("Say who you are, so that the owner knows you."),
    )
