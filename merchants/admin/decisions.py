"""What staff decide on a case: the forms, and the service behind each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from center import clock, display
from center.line_field import LineField
from center.models import User
from center.resident_number import refuse_resident_numbers
from merchants.models import BusinessStanding, Document, Merchant, ReturnReason
from merchants.services import standing, suspend, verify


class DecisionForm(forms.Form):
    """``revision`` is that of the case on the page: a decision on an older sight is refused."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def show_again(self, revision: int) -> None:
        """Keep what was typed, for a decision on the case as it is now."""
        typed = cast("QueryDict", self.data).copy()
        typed["revision"] = str(revision)
        self.data = typed


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class VerifyForm(DecisionForm):
    until = forms.DateField(label=gettext_lazy("Verified until"), widget=_DayInput)


class ReturnForm(DecisionForm):
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("What is to be corrected"),
        choices=ReturnReason.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,  # the service asks for one, with its own sentence
    )
    note = forms.CharField(
        label=gettext_lazy("Message to the business"),
        help_text=gettext_lazy("The owner reads it word for word."),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        validators=[refuse_resident_numbers],
    )


LONGEST_SUSPENSION = dt.timedelta(days=5 * 366)


class SuspendForm(DecisionForm):
    ends = forms.DateField(label=gettext_lazy("Last day of the suspension"), widget=_DayInput)
    reason = LineField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The owner reads it word for word."),
        max_length=200,
    )

    def clean_ends(self) -> dt.date:
        day: dt.date = self.cleaned_data["ends"]
        if day > clock.today() + LONGEST_SUSPENSION:
            raise ValidationError(
                _("A suspension lasts five years at most."), code="suspended_too_long"
            )
        return day


@dataclass(frozen=True)
class Decision:
    """A button of the case: its form, and what it does; the words say what was done."""

    name: str
    form: type[DecisionForm]
    carry_out: Callable[[Merchant, dict[str, Any], User], str]

    @property
    def auto_id(self) -> str:
        return f"{self.name}_%s"


def _verify(merchant: Merchant, data: dict[str, Any], by: User) -> str:
    verify.verify(merchant=merchant, by=by, **data)
    return _("Verified until %(day)s.") % {"day": display.full_day(data["until"])}


def _send_back(merchant: Merchant, data: dict[str, Any], by: User) -> str:
    verify.send_back(merchant=merchant, by=by, **data)
    reasons = ", ".join(str(ReturnReason(reason).label) for reason in data["reasons"])
    return _("Returned: %(reasons)s.") % {"reasons": reasons}


def _suspend(merchant: Merchant, data: dict[str, Any], by: User) -> str:
    """The last day counts: the suspension ends with it."""
    day = data.pop("ends")
    suspend.suspend(merchant=merchant, by=by, ends=clock.day_bounds(day)[1], **data)
    return _("Suspended until %(day)s.") % {"day": display.full_day(day)}


def _look_up(merchant: Merchant, data: dict[str, Any], by: User) -> str:
    status = standing.check_status(merchant_id=merchant.pk)
    if status is None or status.standing == BusinessStanding.UNCHECKED:
        return _("The tax office does not answer at the moment. Go by the papers.")
    words = str(BusinessStanding(status.standing).label)
    return _("The tax office says: %(standing)s.") % {"standing": words}


DECISIONS = {
    decision.name: decision
    for decision in (
        Decision("verify", VerifyForm, _verify),
        Decision("return", ReturnForm, _send_back),
        Decision("suspend", SuspendForm, _suspend),
        Decision("look_up", DecisionForm, _look_up),
    )
}


def blank_forms(
    merchant: Merchant, papers: Sequence[Document], sent: DecisionForm | None
) -> dict[str, DecisionForm]:
    """The forms of a case by name; the one that was sent, if any, in its place."""
    today = clock.today()
    initial: dict[str, dict[str, Any]] = {
        "verify": {"until": verify.proposed_until(papers, today)},
        "suspend": {"ends": today + dt.timedelta(days=30)},
    }
    return {
        f"{name}_form": sent
        if sent is not None and type(sent) is decision.form
        else decision.form(
            initial={"revision": merchant.revision, **initial.get(name, {})},
            auto_id=decision.auto_id,
        )
        for name, decision in DECISIONS.items()
    }
