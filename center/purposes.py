"""Taking personal data out of the portal: staff say what for, the log keeps it.

안전성 확보조치 기준 wants the reason of a download checked, so it is asked before and
written beside whose data it was. Usage::

    @purpose_required
    def member_list(request: HttpRequest) -> TakenOut:
        return TakenOut(csv_file.response(...), subjects=members)

Opened, the address shows the form; sent with a purpose, it runs the view, writes one access
record with the ids and hands out the view's response.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from center import access
from center.models import AccessAction
from center.resident_number import refuse_resident_numbers


class Purpose(models.TextChoices):
    REPORT = "report", _("A report to the city, the ministry or their agency")
    INQUIRY = "inquiry", _("To answer the person whose data it is")
    OPERATION = "operation", _("To run a program or a booking")
    INSPECTION = "inspection", _("An inspection or an audit")
    OTHER = "other", _("Something else")


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What is it for?"), choices=Purpose.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("In a few words"),
        help_text=_("For example which report, or the number of the official letter."),
        max_length=200,
        required=False,
        validators=[refuse_resident_numbers],
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].strip()
        if self.cleaned_data.get("purpose") == Purpose.OTHER and not text:
            raise ValidationError(_("Please say what it is for."))
        return text

    @property
    def sentence(self) -> str:
        """As the access log keeps it: the purpose, then the words."""
        label = str(Purpose(self.cleaned_data["purpose"]).label)
        return ": ".join(filter(None, (label, self.cleaned_data["text"])))


@dataclass(frozen=True)
class TakenOut:
    """What a view hands out under a purpose: the response, and whose data is in it."""

    response: HttpResponseBase
    subjects: access.Subjects
    what: str = ""
    action: AccessAction = AccessAction.DOWNLOAD


def purpose_required(view: Callable[..., TakenOut]) -> Callable[..., HttpResponseBase]:
    """Ask the purpose, then run ``view`` and record it. Who may is the view's own matter:
    put ``permission_required`` or the like outside of this."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @functools.wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = PurposeForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return render(request, "center/purpose.html", {"form": form})
        taken = view(request, *args, **kwargs)
        access.record(
            request,
            action=taken.action,
            subjects=taken.subjects,
            what=taken.what,
            purpose=form.sentence,
        )
        return taken.response

    return asked
