"""Consultants with their fields and working hours, and the rules of consulting."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center.line_field import LineField
from center.models import User
from center.permissions import EVALUATOR
from programs.models import Consultant, ConsultantHours, ConsultingField, ConsultingRule


class ConsultantForm(forms.ModelForm):
    class Meta:
        model = Consultant
        fields = ("user", "fields", "introduction", "is_active")
        field_classes: ClassVar = {"introduction": LineField}


class HoursInline(admin.TabularInline):
    model = ConsultantHours
    extra = 1


@admin.register(Consultant)
class ConsultantAdmin(admin.ModelAdmin):
    """Out of use instead of deleted: consultations name the person."""

    form = ConsultantForm
    fields = ("user", "fields", "introduction", "is_active")
    inlines = (HoursInline,)
    list_display = ("user", "named_fields", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("user",)

    @admin.display(description=_("fields"))
    def named_fields(self, consultant: Consultant) -> str:
        return ", ".join(str(ConsultingField(field).label) for field in consultant.fields)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Fields to tick, and only persons with the role."""
        if db_field.name == "fields":
            return forms.MultipleChoiceField(
                label=_("Fields"), choices=ConsultingField, widget=forms.CheckboxSelectMultiple
            )
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(groups__name=EVALUATOR).order_by("name")
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(ConsultingRule)
class ConsultingRuleAdmin(admin.ModelAdmin):
    """Numbers from a day on; what was in force stays to be read."""

    list_display = ("valid_from", "per_year", "minutes", "notice_days")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
