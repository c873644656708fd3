from __future__ import annotations

import datetime as dt

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants import regions
from programs import kinds
from programs.models import Program, ProgramState

_STAGES = [
    ("", _("All")),
    ("open", _("Taking applications")),
    ("ahead", _("Opening soon")),
    ("closed", _("Applications closed")),
]


def _districts() -> list[tuple[str, str]]:
    """Those of the home regions; everybody else leaves it open."""
    home = [
        (district.code, district.name)
        for _sido, group in regions.offered(clock.today())
        for district in group
        if regions.is_home(district.code)
    ]
    return [("", str(_("All"))), *home]


class FilterForm(forms.Form):
    """The filter above the list; what makes no sense filters nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    stage = forms.ChoiceField(label=_("Applications"), choices=_STAGES, required=False)
    district = forms.ChoiceField(label=_("My district"), choices=_districts, required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All")), *kinds.choices()]

    def filtered(self, rows: QuerySet[Program], now: dt.datetime) -> QuerySet[Program]:
        self.is_valid()
        said = self.cleaned_data
        if kind := said.get("kind"):
            rows = rows.filter(kind=kind)
        if district := said.get("district"):
            open_to = Q(districts=[]) | Q(districts__overlap=[district, district[:2]])
            rows = rows.filter(open_to)
        return _at_stage(rows, said.get("stage", ""), now)


def _at_stage(rows: QuerySet[Program], stage: str, now: dt.datetime) -> QuerySet[Program]:
    published = Q(state=ProgramState.PUBLISHED)
    is_open = published & Q(opens_at__lte=now, closes_at__gt=now)
    is_ahead = published & Q(opens_at__gt=now)
    match stage:
        case "open":
            return rows.filter(is_open)
        case "ahead":
            return rows.filter(is_ahead)
        case "closed":
            return rows.exclude(is_open | is_ahead)
    return rows
