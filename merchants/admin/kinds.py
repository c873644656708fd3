from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest

from merchants.models import DocumentKind, MerchantKind


@admin.register(DocumentKind)
class DocumentKindAdmin(admin.ModelAdmin):
    """The papers the center asks for. One that is no longer asked for stays: papers hang on it."""

    list_display = ["name", "is_needed", "has_number", "has_expiry", "is_active", "position"]
    list_filter = ["is_active", "is_needed"]
    search_fields = ["name", "name_en"]
    prepopulated_fields = {"code": ["name_en"]}

    def formfield_for_dbfield(
        self, db_field: Field[Any, Any], request: HttpRequest, **options: Any
    ) -> forms.Field | None:
        """Of whom it is asked is ticked, not typed."""
        if db_field.name == "asked_of":
            return forms.MultipleChoiceField(
                label=db_field.verbose_name,
                choices=MerchantKind.choices,
                widget=forms.CheckboxSelectMultiple,
            )
        field: forms.Field | None = super().formfield_for_dbfield(db_field, request, **options)
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: object = None) -> list[str]:
        """Code and lists name a kind by its code."""
        return ["code"] if obj is not None else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: object = None
    ) -> dict[str, Sequence[str]]:
        return {} if obj is not None else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
