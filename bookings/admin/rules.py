"""The rules of the house, with the day they come into force and what they would have met."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bookings import policy_pages, what_if
from bookings.models import Policy
from bookings.policies import RULE_NAMES
from bookings.services import rules
from center import access, clock, display
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import plain_number

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
                if isinstance(field.widget, forms.NullBooleanSelect):  # "unknown" is inherited
                    yes_or_no = (("true", _("yes")), ("false", _("no")))
                    field.widget.choices = [("unknown", "–"), *yes_or_no]

    def _scope(self) -> Policy:
        """What was typed so far, for what it inherits."""
        asked = {**self.initial, **(self.data.dict() if self.is_bound else {})}  # type: ignore[attr-defined]
        resource = str(asked.get("resource") or self.instance.resource_id or "")
        return Policy(
            resource_id=plain_number(resource),
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
        day, before = self.cleaned_data["valid_from"], self.initial.get("valid_from")
        if self.instance.pk and before and before <= clock.today() and day != before:
            raise forms.ValidationError(
                _(
                    "It is in force since %(day)s and keeps that day. A change from a later day on is a rule of its own."
                )
                % {"day": display.full_day(before)},
                code="in_force",
            )
        if day < clock.today() and day != before:
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
    change_list_template = "admin/bookings/policies.html"
    delete_confirmation_template = "admin/bookings/policy_withdraw.html"
    actions = None
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
            {
                "fields": [
                    "notice_days",
                    "notice_hours",
                    "horizon_days",
                    "per_day",
                    "per_month",
                    "companions",
                ]
            },
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
        self,
        request: HttpRequest,
        context: Any,
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        """With the history of the rule, and the preview if that was asked for."""
        form = context["adminform"].form
        context["show_delete"] = False  # the template names the way to take it back
        if obj is not None:
            context["changes"] = policy_pages.history_of(obj)
            saved = Policy(valid_from=form.initial.get("valid_from", obj.valid_from))
            stays = rules.is_in_force(saved) or not self.has_delete_permission(request, obj)
            context["may_withdraw"] = not stays
        if getattr(form, "is_preview", False) and not form.errors:
            context["found"] = found = what_if.last_month(form.instance)
            shown = {b.pk for group in found.groups for b in group.bookings}
            access.record(request, action=AccessAction.VIEW, subjects=("booking", sorted(shown)))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and obj.valid_from < clock.today():
            said = _("It has been in force since %(day)s. Bookings made before keep their promise.")
            messages.warning(request, said % {"day": display.full_day(obj.valid_from)})

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Policy | None:
        """Under a lock when something is sent: what was withdrawn meanwhile is not saved anew."""
        found: Policy | None = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return Policy.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()

    @method_decorator(require_safe)
    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Only looked at, so that nothing sent here asks for the lock above."""
        return super().history_view(request, object_id, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """The confirmation; a rule whose day has begun stays, which is said on its page."""
        if not self.has_delete_permission(request):
            raise PermissionDenied
        policy = super().get_object(request, object_id)
        if policy is None:
            return super().delete_view(request, object_id, extra_context)
        try:
            rules.refuse_in_force(policy)
            context = {"title": _("Withdraw a rule"), "says": policy_pages.says(policy)}
            return super().delete_view(request, object_id, context)
        except RuleViolation as refusal:
            messages.warning(request, refusal.violations[0].sentence)
        return redirect("admin:bookings_policy_change", policy.pk)

    def delete_model(self, request: HttpRequest, obj: Policy) -> None:
        rules.withdraw(policy=obj)

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: int) -> HttpResponse:
        messages.success(request, _("Withdrawn: %(rule)s.") % {"rule": obj_display})
        return redirect("admin:bookings_policy_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"withdrawn": policy_pages.withdrawn(), **(extra_context or {})}
        return super().changelist_view(request, context)
