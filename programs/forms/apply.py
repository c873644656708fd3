"""The form of an application, built from the questions of its call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from center import clock
from center.errors import Violation
from center.line_field import LineField
from merchants import regions
from merchants.forms import PhoneField
from programs.forms.fields import WonField, as_kept, check_year, field_for
from programs.forms.products import ProductForm
from programs.kinds import Applicant
from programs.models import (
    Answer,
    AnswerFile,
    Application,
    Draft,
    Program,
    Question,
    QuestionKind,
)
from programs.services.apply import Entries

_FIXED = ("contact_phone", "applied_for", "applied_for_address", "district", "baseline_sales")


@dataclass(frozen=True)
class Asked:
    """A question as the page shows it: with a field, or with the files kept for it."""

    question: Question
    field: forms.BoundField | None
    files: list[AnswerFile]
    error: str = ""

    @property
    def name(self) -> str:
        """Under which its files are sent."""
        return f"f{self.question.pk}"


class ApplyForm(forms.Form):
    """What every application says; the questions of the call and its products follow.

    What was typed before comes from the draft, right or wrong; without one from the rows.
    """

    contact_phone = PhoneField(label=_("Telephone"), help_text=_("On which we reach you."))
    applied_for = LineField(max_length=80)
    applied_for_address = LineField(label=_("Its address"), max_length=200)
    district = forms.ChoiceField(label=_("District it lies in"))
    baseline_sales = WonField(
        label=_("Online sales of the last three months, in won"),
        help_text=_(
            "With them we see later what the program brought. 0 if you do not sell online yet."
        ),
        max_value=10**12,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        application: Application,
        refused: Mapping[str, str] | None = None,
    ) -> None:
        """``refused`` says what was wrong with files sent, by the name they came under."""
        self.application = application
        self.refused = dict(refused or {})
        #: what a service said against it; shown above the form with its codes
        self.violations: tuple[Violation, ...] = ()
        self.kind = application.program.the_kind
        self.questions = list(application.program.questions.all())
        self._for_products = [q for q in self.questions if q.kind == QuestionKind.PRODUCTS]
        draft = _draft(application)
        self._typed: dict[str, list[str]] = draft.typed if draft else {}
        #: when what the form shows was written; empty for one nobody has written in
        self.saved_at = _moment(draft.saved_at if draft else application.changed_at)
        super().__init__(data, initial=self._first_values())
        self._shape()
        self.products = self._products(data)

    def _first_values(self) -> dict[str, Any]:
        if self._typed:
            return _scalars(self._typed, self.questions)
        values = {name: getattr(self.application, name) for name in _FIXED}
        rows = Answer.objects.filter(application=self.application) if self._is_begun else ()
        answers = {f"q{row.question_id}": row.value for row in rows}
        return values | answers

    @property
    def _is_begun(self) -> bool:
        """There is a row; a look at the form alone makes none."""
        return self.application.pk is not None

    def _shape(self) -> None:
        """Only what the kind of program asks for, and its questions."""
        if self.kind.applicant == Applicant.BUSINESS:
            del self.fields["applied_for"], self.fields["applied_for_address"]
            del self.fields["district"]
        else:
            market = self.kind.applicant == Applicant.MARKET
            self.fields["applied_for"].label = _("Market or street") if market else _("Shop")
            district = cast(forms.ChoiceField, self.fields["district"])
            district.choices = _places(self.application.program)
        if not self.kind.asks_outcome:
            del self.fields["baseline_sales"]
        for question in self.questions:
            if question.kind not in QuestionKind.apart:
                self.fields[f"q{question.pk}"] = field_for(question)

    @property
    def products_last(self) -> bool:
        """The kind of program lists products, and no question says where."""
        return self.kind.has_products and not self._for_products

    @property
    def products_optional(self) -> bool:
        return not self.kind.has_products and not any(q.is_needed for q in self._for_products)

    def _products(self, data: QueryDict | None) -> list[ProductForm]:
        lists_products = self.kind.has_products or self._for_products
        if not lists_products or not self._is_begun:
            return []
        rows = self.application.products.prefetch_related("photos")
        return [
            ProductForm(data, product=row, typed=self._typed, refused=self.refused) for row in rows
        ]

    @cached_property
    def _files(self) -> dict[int, list[AnswerFile]]:
        kept: dict[int, list[AnswerFile]] = {}
        for file in self.application.answer_files.all() if self._is_begun else ():
            kept.setdefault(file.question_id, []).append(file)
        return kept

    @property
    def asked(self) -> Iterator[Asked]:
        """The questions in order."""
        for question in self.questions:
            name = f"q{question.pk}"
            field = self[name] if name in self.fields else None
            files = self._files.get(question.pk, [])
            yield Asked(question, field, files, self.refused.get(f"f{question.pk}", ""))

    def is_valid(self) -> bool:
        """All of it: the form, every product, the files that are needed."""
        # Every part is asked, so that all that is wrong is said at once.
        files = self._has_its_files()
        products = [product.is_valid() for product in self.products]
        return super().is_valid() and files and all(products)

    def _has_its_files(self) -> bool:
        for question in self.questions:
            needed = question.kind == QuestionKind.FILE and question.is_needed
            if needed and not self._files.get(question.pk):
                self.refused.setdefault(f"f{question.pk}", str(_("Please add a file.")))
        return not self.refused

    @property
    def has_errors(self) -> bool:
        """Anywhere on the page."""
        products = any(form.errors or form.photo_error for form in self.products)
        return bool(self.errors or self.refused or self.violations or products)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for question in self.questions:
            if question.kind == QuestionKind.DATE:
                self._check_year(f"q{question.pk}", data)
        return data

    def _check_year(self, name: str, data: dict[str, Any]) -> None:
        try:
            check_year(data.get(name))
        except ValidationError as error:
            self.add_error(name, error)

    def entries(self) -> Entries:
        """For the service; only of a form in order."""
        data = self.cleaned_data
        answered = {q.pk: as_kept(data[f"q{q.pk}"]) for q in self.questions if f"q{q.pk}" in data}
        return Entries(
            **{name: data[name] for name in _FIXED if name in data},
            answers={pk: value for pk, value in answered.items() if value not in (None, "", [])},
            products={form.product.pk: form.cleaned_data for form in self.products},
        )


def _places(program: Program) -> list[tuple[str, Any]]:
    """The districts a market or shop of the call may lie in, by province."""
    within = tuple(program.districts)
    groups = [
        (sido, [(d.code, d.name) for d in group if not within or d.code.startswith(within)])
        for sido, group in regions.offered(clock.today())
    ]
    return [("", _("Choose a district")), *((sido, group) for sido, group in groups if group)]


def _draft(application: Application) -> Draft | None:
    if application.pk is None:
        return None
    return Draft.objects.filter(application=application).first()


def _moment(at: dt.datetime | None) -> str:
    """To the microsecond, for the script that keeps what is typed."""
    return at.isoformat() if at else ""


def _scalars(typed: Mapping[str, list[str]], questions: list[Question]) -> dict[str, Any]:
    """A list for questions with several answers, else the last text typed."""
    several = {f"q{q.pk}" for q in questions if q.kind == QuestionKind.CHOICES}
    return {
        name: texts if name in several else (texts[-1] if texts else "")
        for name, texts in typed.items()
    }
