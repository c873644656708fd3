"""What is asked after a program."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from bookings.models import Mark
from center.line_field import LineField
from programs.kinds import Kind
from programs.models import OutcomeStage, Use
from programs.services.outcomes import Said
from programs.won_field import CountField, WonField


class OutcomeForm(forms.Form):
    """What the kind of a program asks for, and a remark; a minute."""

    use = forms.ChoiceField(
        label=_("Do you use in your business what you learned?"),
        choices=Use,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )

    sales = WonField(
        label=_("Sales, won"),
        help_text=_("What you sold online since the program ended. If nothing: 0."),
    )
    orders = CountField(label=_("Orders"), help_text=_("How many orders it was."))
    viewers = CountField(
        label=_("Viewers"),
        help_text=_("Of the broadcast, or visitors of your product page. Open if you do not know."),
        required=False,
    )
    text = LineField(
        label=_("What should we know about it?"),
        help_text=_("Please write no names and no numbers of people."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unasked = () if kind.asks_use else ("use",)
        for name in (*unasked, *(() if kind.asks_outcome else ("sales", "orders", "viewers"))):
            del self.fields[name]

    @property
    def said(self) -> Said:
        """What a valid form says."""
        names = Said.__dataclass_fields__.keys() & self.cleaned_data.keys()
        return Said(**{name: self.cleaned_data[name] for name in names})


class TelephoneForm(OutcomeForm):
    """The same, taken down by staff."""

    stage = forms.TypedChoiceField(label=_("Stage"), choices=OutcomeStage, coerce=int)
    source_note = LineField(
        label=_("Who gave the figures, and when?"), max_length=200, required=False
    )
    field_order = ["stage", "use", "sales", "orders", "viewers", "text", "source_note"]

    def __init__(self, *args: Any, kind: Kind, **kwargs: Any) -> None:
        super().__init__(*args, kind=kind, **kwargs)
        known = [(stage.value, stage.label) for stage in OutcomeStage if stage in kind.stages]
        cast("forms.ChoiceField", self.fields["stage"]).choices = known


class LookForm(forms.Form):
    note = LineField(
        label=_("What did you find?"),
        help_text=_("For example: asked on the telephone, the figures are right."),
        max_length=200,
        required=False,  # the service asks for it, with its own sentence
    )


def _mark(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=Mark.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )


class SatisfactionForm(forms.Form):
    """Three marks and words."""

    content = _mark(_("How satisfied are you with the content of the program?"))
    conduct = _mark(_("How satisfied are you with how it was run?"))
    usefulness = _mark(_("How useful is it for your business?"))
    text = LineField(
        label=_("What should we keep, what should we improve?"),
        help_text=_("Please write no names and no numbers of people."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
