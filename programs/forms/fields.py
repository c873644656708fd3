"""A field for each kind of question staff can ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from center.line_field import LineField, LinesField
from programs import won_field
from programs.models import Question, QuestionKind


class WonField(won_field.WonField):
    """Whole won, or pieces, of one product or business: they fit the column of each."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_value": 2_000_000_000, **kwargs})


class NumberAnswer(forms.DecimalField):
    """A number; thousands may be parted by commas. Kept as text, as it was meant."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=16, decimal_places=4, widget=widget, **kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace(",", "").strip()
        return super().to_python(value)


def _line(question: Question, **given: Any) -> forms.Field:
    return LineField(max_length=200, **given)


def _text(question: Question, **given: Any) -> forms.Field:
    return LinesField(max_length=3000, **given)


def _choice(question: Question, **given: Any) -> forms.Field:
    pairs = [(text, text) for text in question.choices]
    return forms.ChoiceField(choices=pairs, widget=forms.RadioSelect, **given)


def _choices(question: Question, **given: Any) -> forms.Field:
    pairs = [(text, text) for text in question.choices]
    widget = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(choices=pairs, widget=widget, **given)


def _number(question: Question, **given: Any) -> forms.Field:
    return NumberAnswer(**given)


def _date(question: Question, **given: Any) -> forms.Field:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, **given)


_MAKERS: dict[str, Callable[..., forms.Field]] = {
    QuestionKind.LINE: _line,
    QuestionKind.TEXT: _text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.CHOICES: _choices,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
}


def field_for(question: Question) -> forms.Field:
    """The field of a question; files and products are none, they are kept apart."""
    return _MAKERS[question.kind](
        question,
        label=question.display_label,
        help_text=question.help,
        required=question.is_needed,
    )


def as_kept(value: Any) -> Any:
    """A cleaned answer as ``Answer.value`` keeps it: text, an ISO date, or a list."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value


def check_year(day: dt.date | None) -> None:
    """Years no calendar of ours has are slips of the finger. Raises ValidationError."""
    if day is not None and not 1900 <= day.year < 2100:
        raise ValidationError(_("That year is out of reach."), code="year_out_of_reach")
