"""The rules of the house, with the day they come into force."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from bookings.models import (
    Policy,
)


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):
    list_display = ["scope", "valid_from", "notice_days", "horizon_days", "per_day", "per_month"]
    list_filter = ["category", "resource"]
    list_select_related = ["resource"]
    date_hierarchy = "valid_from"

    @admin.display(description=_("applies to"))
    def scope(self, policy: Policy) -> str:
        return policy.scope_name
