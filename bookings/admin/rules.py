"""The rules of the house, with the day they come into force and what they would have met."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings import policy_pages, what_if
from bookings.models import Policy
from bookings.policies import RULE_NAMES
from center import access, clock, display
from center.models import AccessAction

PREVIEW = "_preview"


class PolicyForm(forms.ModelForm):
    """A preview is checked like a saving and then shown instead."""

    class Meta:
        model = Policy
        fields = ["resource", "category", "valid_from", *RULE_NAMES]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = policy_pages.inherited(self._scope())
        for name in RULE_NAMES:
            if name in self.fields:
                field = self.fields[name]
                field.help_text = f"{field.help_text} {found[name]}".strip()

    def _scope(self) -> Policy:
        """What was typed so far, for what it inherits."""
        asked = {**self.initial, **(self.data.dict() if self.is_bound else {})}  # type: ignore[attr-defined]
        resource = str(asked.get("resource") or self.instance.resource_id or "")
        return Policy(
            resource_id=int(resource) if resource.isdecimal() else None,
            category=str(asked.get("category") or self.instance.category),
            valid_from=self.instance.valid_from or clock.today(),
        )

    @property
    def is_preview(self) -> bool:
        return self.is_bound and PREVIEW in self.data

    def is_valid(self) -> bool:
        return super().is_valid() and not self.is_preview

    def clean_valid_from(self) -> Any:
        """A rule does not come into force yesterday; one that is in force keeps its day."""
        day = self.cleaned_data["valid_from"]
        if day < clock.today() and day != self.initial.get("valid_from"):
            raise forms.ValidationError(
                _("A rule comes into force today at the earliest (%(day)s).")
                % {"day": display.full_day(clock.today())},
                code="past",
            )
        return day


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):
    form = PolicyForm
    change_form_template = "admin/bookings/policy.html"
    list_display = ["scope", "valid_from", "notice_days", "horizon_days", "per_day", "per_month"]
    list_filter = ["category", "resource"]
    list_select_related = ["resource"]
    date_hierarchy = "valid_from"
    fieldsets = [
        (
            gettext_lazy("For what, and from when"),
            {
                "fields": ["resource", "category", "valid_from"],
                "description": gettext_lazy(
                    "Neither resource nor category: the whole house. The day that counts is the day of use."
                ),
            },
        ),
        (
            gettext_lazy("Times"),
            {
                "fields": [
                    "slot_minutes",
                    "min_minutes",
                    "max_minutes",
                    "buffer_before",
                    "buffer_after",
                ]
            },
        ),
        (
            gettext_lazy("How early, and how often"),
            {"fields": ["notice_days", "notice_hours", "horizon_days", "per_day", "per_month"]},
        ),
        (
            gettext_lazy("Approval, holding and cancelling"),
            {
                "fields": [
                    "needs_approval",
                    "approval_days",
                    "hold_minutes",
                    "offer_minutes",
                    "cancel_days",
                    "cancel_time",
                ]
            },
        ),
        (
            gettext_lazy("Coming, and not coming"),
            {
                "fields": [
                    "grace_before",
                    "grace_after",
                    "no_show_days",
                    "no_show_review",
                    "no_show_months",
                    "appeal_days",
                ]
            },
        ),
        (gettext_lazy("Equipment"), {"fields": ["needs_training", "overdue_factor"]}),
    ]

    @admin.display(description=gettext_lazy("applies to"))
    def scope(self, policy: Policy) -> str:
        return policy.scope_name

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """With the history of the rule, and the preview if that was asked for."""
        form = context["adminform"].form
        if obj is not None:
            context["changes"] = policy_pages.history_of(obj)
        if getattr(form, "is_preview", False) and not form.errors:
            context["found"] = found = what_if.last_month(form.instance)
            shown = {b.pk for group in found.groups for b in group.bookings}
            access.record(request, action=AccessAction.VIEW, subjects=("booking", sorted(shown)))
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and obj.valid_from < clock.today():
            said = _("It has been in force since %(day)s. Bookings made before keep their promise.")
            messages.warning(request, said % {"day": display.full_day(obj.valid_from)})
