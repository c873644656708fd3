"""The form with which staff build a call."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bookings.photos import PhotoField
from center import clock
from center.errors import RuleViolation
from center.line_field import LineField
from merchants import regions
from merchants.models import DocumentKind, MerchantKind
from programs import kinds, richtext
from programs.models import (
    Criterion,
    Picture,
    Program,
    Question,
    QuestionKind,
    SelectionMode,
    TieRule,
)
from programs.models.call_parts import PRODUCTS_ONCE
from programs.services import calls, lottery

#: words of one part below /programs/
RESERVED = {
    *("feed", "mine", "offers", "files", "materials", "photos", "applications"),
    *("check", "certificates"),
}


def _districts() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each province as a whole, then its districts."""
    return [
        (sido, [(group[0].code[:2], _whole(sido)), *((d.code, d.name) for d in group)])
        for sido, group in regions.offered(clock.today())
    ]


def _whole(sido: str) -> str:
    return str(_("All of %(place)s") % {"place": sido})


def _moment(label: Any, **options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **options)


class CallForm(forms.ModelForm):
    """Lists as boxes to tick, rich text cleaned, the poster made anew."""

    kind = forms.ChoiceField(label=_("Kind"), choices=kinds.choices)
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        required=False,
        help_text=_("Empty: made from the kind and the month."),
    )
    opens_at = _moment(_("Applications from"))
    closes_at = _moment(_("Applications until"), help_text=_("Not included."))
    districts = forms.MultipleChoiceField(
        label=_("Districts"),
        required=False,
        choices=_districts,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("None chosen: all. Several with Ctrl."),
    )
    sections = forms.MultipleChoiceField(
        label=_("KSIC sections"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )
    merchant_kinds = forms.MultipleChoiceField(
        label=_("Kinds of businesses"),
        required=False,
        choices=MerchantKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    tie_rules = forms.MultipleChoiceField(
        label=_("At equal scores, in this order"),
        required=False,
        choices=TieRule.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    papers = forms.ModelMultipleChoiceField(
        label=_("Papers needed"),
        required=False,
        queryset=DocumentKind.objects.filter(is_active=True),
        widget=forms.CheckboxSelectMultiple,
    )
    new_poster = PhotoField(
        label=_("Poster"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        help_text=_("A picture; it is made anew, up to 1,600 pixels wide."),
    )

    class Meta:
        model = Program
        exclude = ["poster"]  # noqa: DJ006
        field_classes = dict.fromkeys(
            ("title", "title_en", "summary", "summary_en", "poster_alt", "partner", "contact"),
            LineField,
        )
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "data-rich": "on"}),
            "body_en": forms.Textarea(attrs={"rows": 8, "data-rich": "on"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("sections")
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [(row.code, row.name) for row in regions.sections_for_choice()]
        way = self.fields.get("selection")
        if isinstance(way, forms.TypedChoiceField) and self.instance.pk is None:
            way.required = False
            way.choices = [("", _("As is usual for the kind")), *SelectionMode.choices]

    def clean_selection(self) -> str:
        """As the kind gives its places, where nothing was chosen."""
        kind = kinds.KINDS.get(self.cleaned_data.get("kind", ""))
        return self.cleaned_data["selection"] or (kind.selection if kind else "")

    def clean_body(self) -> str:
        return richtext.clean(self.cleaned_data["body"])

    def clean_body_en(self) -> str:
        return richtext.clean(self.cleaned_data["body_en"])

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED:
            raise ValidationError(_("This word has another meaning here. Choose another one."))
        if slug or self.instance.slug:
            return slug or self.instance.slug
        return calls.new_slug(self.cleaned_data.get("kind") or "program", clock.now())

    def clean_quota(self) -> int:
        quota: int = self.cleaned_data["quota"]
        try:
            if self.instance.pk:
                calls.refuse_too_small(self.instance, quota)
        except RuleViolation as refusal:
            raise ValidationError(refusal.violations[0].sentence) from refusal
        return quota

    def clean_closes_at(self) -> dt.datetime:
        closes_at: dt.datetime = self.cleaned_data["closes_at"]
        try:
            if self.instance.pk:
                lottery.refuse_closing_without_seed(self.instance, closes_at)
        except RuleViolation as refusal:
            raise ValidationError(refusal.violations[0].sentence) from refusal
        return closes_at

    def _post_clean(self) -> None:
        """The poster as a row, before the instance is checked."""
        super()._post_clean()  # type: ignore[misc]
        content = self.cleaned_data.get("new_poster")
        if content and not self.errors:
            self.instance.poster = Picture.of(content)


class QuestionForm(forms.ModelForm):
    """A question as every applicant reads it: its words are lines, nothing in them unseen."""

    class Meta:
        model = Question
        exclude: list[str] = []
        field_classes = dict.fromkeys(("label", "label_en", "help"), LineField)

    def clean_choices(self) -> list[str]:
        kept = map(LineField().to_python, self.cleaned_data["choices"] or [])
        return [text for text in kept if text]

    def _update_errors(self, errors: ValidationError) -> None:
        """Not that products are asked for once: compared with the rows of before, it refuses
        what takes the question out elsewhere in the form. The set of all of them says it."""
        if not hasattr(errors, "error_dict"):
            super()._update_errors(errors)  # type: ignore[misc]
            return
        left = {
            name: kept
            for name, found in errors.error_dict.items()
            if (kept := [error for error in found if error.code != PRODUCTS_ONCE])
        }
        if left:
            super()._update_errors(ValidationError(left))  # type: ignore[misc]


class QuestionFormSet(forms.BaseInlineFormSet):
    """The questions of a call; the database keeps the one for products single, this says so."""

    def clean(self) -> None:
        super().clean()
        for form in [form for form in self.forms if self._asks_for_products(form)][1:]:
            form.add_error("kind", _("A call asks for a list of products once."))

    def _asks_for_products(self, form: forms.ModelForm) -> bool:
        """Once it is saved."""
        given = form.cleaned_data
        return given.get("kind") == QuestionKind.PRODUCTS and not given.get("DELETE")

    def save_existing_objects(self, commit: bool = True) -> list[Any]:
        """The one for products last, once the row that was it is gone or another kind."""
        as_sent = self.forms
        existing = sorted(self.initial_forms, key=self._asks_for_products)
        self.forms = [*existing, *self.extra_forms]
        try:
            return super().save_existing_objects(commit)
        finally:
            self.forms = as_sent


class CriterionForm(forms.ModelForm):
    """A criterion as applicants and evaluators read it."""

    class Meta:
        model = Criterion
        exclude: list[str] = []
        field_classes = dict.fromkeys(("name", "name_en", "explanation"), LineField)
