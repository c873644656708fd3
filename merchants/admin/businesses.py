from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from center.access_admin import AccessLoggedAdmin
from center.models import User
from merchants import business_number, cards, dossiers
from merchants.admin import acts
from merchants.models import Merchant


@admin.register(Merchant)
class MerchantAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """Businesses to look up; they change through registration, verification and the acts
    linked from their page, each asked once more before it is done."""

    view_on_site = False  # that page is the owner's
    change_form_template = "admin/merchants/business.html"
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
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "state",
                    "verified_until",
                    "decided_at",
                    "decided_by",
                    "return_reasons",
                    "return_note",
                    "business_status",
                    "status_checked_at",
                    "business_ended_on",
                ]
            },
        ),
        (
            _("Entries"),
            {
                "fields": [
                    "number_shown",
                    "name",
                    "representative",
                    "founded_on",
                    "address",
                    "section_shown",
                    "kind",
                    "district_shown",
                    "phone",
                    "market_area",
                    "online_shops",
                    "women_owned",
                    "youth_owned",
                    "disabled_owned",
                ]
            },
        ),
    ]

    @admin.display(description=_("business registration number"), ordering="number")
    def number_shown(self, merchant: Merchant) -> str:
        return merchant.display_number

    @admin.display(description=_("district"), ordering="district")
    def district_shown(self, merchant: Merchant) -> str:
        return merchant.district_name

    @admin.display(description=_("KSIC section"))
    def section_shown(self, merchant: Merchant) -> str:
        return f"{merchant.section} {merchant.section_name}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merchant]:
        """What somebody is still writing is nobody else's, its papers neither."""
        return Merchant.objects.known_to_staff()

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        return ["number_shown", "district_shown", "section_shown"]

    def get_urls(self) -> list[Any]:
        own = [
            path(address, self.admin_site.admin_view(view), name=f"merchants_merchant_{name}")
            for name, (address, view) in acts.ADDRESSES.items()
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, obj: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """With what the house did for it, papers, members, requests to join and suspensions."""
        if obj is not None:
            context["card"] = cards.parts_for(cast("User", request.user), obj)
            context["dossier"] = dossiers.dossier_of(obj)
        return super().render_change_form(request, context, *args, obj=obj, **kwargs)

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
