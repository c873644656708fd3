"""What people choose on the pages of figures; all of it stands in the address."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from center import clock, periods
from center.figures import Cut, Filters, Wish, registry
from center.periods import Period

#: how many periods of each kind a page offers
_MONTHS, _QUARTERS, _HALVES, _YEARS = 14, 5, 3, 3


class WishForm(forms.Form):
    """A period and filters. Whatever is not understood falls back to the present month and is
    named as an error, so that an address that was mistyped still shows a page."""

    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    first = forms.DateField(
        label=gettext_lazy("or from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    last = forms.DateField(
        label=gettext_lazy("until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any, *, starting: Period | None = None, **options: Any) -> None:
        if data is not None and not data.get("period"):
            data = data.copy()
            data["period"] = (starting or periods.month(clock.today())).key
        super().__init__(data, **options)
        self._offer_periods(str((data or {}).get("period", "")))
        for cut in registry.cuts.values():
            if cut.is_filter:
                self.fields[cut.key] = forms.ChoiceField(
                    label=cut.name, required=False, choices=[("", _("All")), *_choices(cut)]
                )

    def _offer_periods(self, asked: str) -> None:
        offered = _offered(clock.today())
        if asked and asked not in {key for _group, rows in offered for key, _label in rows}:
            with contextlib.suppress(ValueError):  # the field says that there is no such choice
                offered = [(_("Chosen"), [(asked, periods.of_key(asked).label)]), *offered]
        field = self.fields["period"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(key, rows) for key, rows in offered]
        self.initial.setdefault("period", periods.month(clock.today()).key)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if (first is None) != (last is None):
            self.add_error(None, _("Choose both days, or neither."))
        elif first and last:
            try:
                given["chosen"] = periods.of_key(periods.span(first, last).key)
            except ValueError:
                sentence = _("Choose a last day that is not before the first, within five years.")
                self.add_error("last", sentence)
        return given

    @property
    def chosen_period(self) -> Period:
        given = self.cleaned_data if self.is_bound and hasattr(self, "cleaned_data") else {}
        if (days := given.get("chosen")) is not None:
            return days
        return periods.of_key(given.get("period") or periods.month(clock.today()).key)

    @property
    def filters(self) -> Filters:
        """What was narrowed, by the key of the cut."""
        given = getattr(self, "cleaned_data", {})
        names = [cut.key for cut in registry.cuts.values() if cut.is_filter]
        return {name: frozenset({given[name]}) for name in names if given.get(name)}

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        return [self[cut.key] for cut in registry.cuts.values() if cut.is_filter]


class TableForm(WishForm):
    """Figures × cut × period, narrowed by filters."""

    figures = forms.MultipleChoiceField(
        label=gettext_lazy("Figures"), widget=forms.CheckboxSelectMultiple
    )
    cut = forms.ChoiceField(label=gettext_lazy("Divided by"))

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        figures, cut = self.fields["figures"], self.fields["cut"]
        assert isinstance(figures, forms.ChoiceField)
        assert isinstance(cut, forms.ChoiceField)
        figures.choices = [(f.key, f.name) for f in registry.figures()]
        cut.choices = [(c.key, c.name) for c in _cuts()]

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        figures, cut = given.get("figures"), given.get("cut")
        if figures and cut and not any(cut in registry.group_of(f).cuts for f in figures):
            self.add_error(
                "cut", _("None of the figures can be divided so. Choose another division.")
            )
        return given


class NameForm(forms.Form):
    """The name a table is kept under."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)


def _cuts() -> list[Cut]:
    """Those first by which most figures can be divided: whoever does not choose has the first."""
    groups = [registry.group_of(figure.key) for figure in registry.figures()]
    return sorted(
        registry.cuts.values(), key=lambda cut: -sum(cut.key in group.cuts for group in groups)
    )


def _choices(cut: Cut) -> list[tuple[str, str]]:
    """What may be filtered by: the rows that are always there and those that can be."""
    wish = Wish(periods.month(clock.today()), clock.now())
    korean = get_language() == "ko"
    return [(row.key, row.ko if korean else row.en) for row in cut.rows(wish, cut.choices())]


def _offered(today: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    def last(first: Period, count: int) -> list[tuple[str, str]]:
        found = [first]
        while len(found) < count:
            found.append(found[-1].previous())
        return [(period.key, period.label) for period in found]

    return [
        (_("Year to date"), last(periods.to_date(today), 1)),
        (_("Months"), last(periods.month(today), _MONTHS)),
        (_("Quarters"), last(periods.quarter(today), _QUARTERS)),
        (_("Half years"), last(periods.half(today), _HALVES)),
        (_("Years"), last(periods.year(today), _YEARS)),
    ]
