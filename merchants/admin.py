from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center.access_admin import AccessLoggedAdmin
from merchants import business_number
from merchants.models import Membership, Merchant, Suspension


class MembershipInline(admin.TabularInline):
    model = Membership
    extra = 0
    can_delete = False
    fields = ("user", "role", "joined_at")
    readonly_fields = ("user", "role", "joined_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("merchants.view_merchant")


class SuspensionInline(admin.TabularInline):
    model = Suspension
    extra = 0
    can_delete = False
    fields = ("starts", "ends", "reason", "lifted_at")
    readonly_fields = ("starts", "ends", "reason", "lifted_at")

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return request.user.has_perm("merchants.view_merchant")


@admin.register(Merchant)
class MerchantAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """Businesses to look up; they change through registration and verification alone."""

    list_display = [
        "name",
        "number_shown",
        "representative",
        "district_shown",
        "state",
        "business_status",
    ]
    list_filter = ["state", "business_status", "kind", "section"]
    search_fields = ["name", "number", "representative", "phone"]
    search_help_text = _("Trade name, number with or without hyphens, representative, telephone")
    inlines = [MembershipInline, SuspensionInline]

    @admin.display(description=_("business registration number"), ordering="number")
    def number_shown(self, merchant: Merchant) -> str:
        return merchant.display_number

    @admin.display(description=_("district"), ordering="district")
    def district_shown(self, merchant: Merchant) -> str:
        return merchant.district_name

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """``220-81-62517`` finds the number stored without hyphens."""
        if business_number.is_valid(digits := business_number.normalize(search_term)):
            search_term = digits
        return super().get_search_results(request, queryset, search_term)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
