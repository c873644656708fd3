"""The cost switch: which kinds may go as text message or 알림톡, and by which template."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center.notifications import channels, kinds, previews, rules, wording
from center.notifications.kinds import Kind
from center.notifications.models import ALIMTALK, SMS, KindRule
from center.notifications.telephone import Size
from center.notifications.wording import Wording


class RuleForm(forms.ModelForm):
    """One line of the page."""

    class Meta:
        model = KindRule
        fields = ["sms_allowed", "alimtalk_allowed", "alimtalk_template"]

    def __init__(self, data: Any, *, kind: Kind, rule: KindRule, worded: Wording) -> None:
        super().__init__(data, instance=rule, prefix=kind.key)
        self.kind = kind
        self._worded = worded
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{kind.name}: {field.label}"

    @property
    def ways(self) -> str:
        return " → ".join(channels.name_of(name) for name in self.kind.channels)

    @property
    def size(self) -> Size:
        """Of the text in Korean, which nearly everybody gets."""
        return previews.size_of(self.kind, "ko", self._worded)


def _forms(data: Any) -> list[RuleForm]:
    known, worded = rules.every(), wording.current()
    return [
        RuleForm(
            data, kind=kind, rule=known.get(kind.key) or KindRule(kind=kind.key), worded=worded
        )
        for kind in _with_a_choice()
    ]


def _with_a_choice() -> Iterable[Kind]:
    """Kinds that go to mobiles at all."""
    return [kind for kind in kinds.every() if {SMS, ALIMTALK} & set(kind.channels)]


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    lines = _forms(request.POST if request.method == "POST" else None)
    wrong = [line for line in lines if not line.is_valid()]  # of all, so that each is marked
    if request.method == "POST" and not wrong:
        for line in filter(RuleForm.has_changed, lines):
            rules.set_rule(kind=line.kind, **line.cleaned_data)
        messages.success(request, _("Saved. It counts for messages not sent yet."))
        return redirect("admin:message_ways")
    context = {**admin.site.each_context(request), "title": _("Ways of messages"), "lines": lines}
    return TemplateResponse(request, "admin/notifications/ways.html", context)
