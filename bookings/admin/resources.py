"""What people choose, and its units."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.admin.settling import SettlingAdmin
from bookings.models import (
    Resource,
    Unit,
)
from bookings.services import closures
from center import clock
from center.errors import RuleViolation


class UnitFormSet(BaseInlineFormSet):
    """Django compares the rows of a table with each other only for constraints without a
    condition; two new units with one asset number would be found by the database alone."""

    def clean(self) -> None:
        super().clean()
        seen: set[str] = set()
        for form in self.forms:
            number = getattr(form, "cleaned_data", {}).get("asset_number", "")
            if number and number in seen:
                form.add_error("asset_number", self.get_unique_error_message(["asset_number"]))
            seen.add(number)


class OutOfServiceFilter(admin.SimpleListFilter):
    """Spaces on offer some unit of which is out of service; devices are on the desk's list."""

    title = _("out of service")
    parameter_name = "out_of_service"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Out of service now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Resource]) -> QuerySet[Resource]:
        if self.value() != "yes":
            return queryset
        out = Unit.objects.spaces_out_of_service().filter(resource=OuterRef("pk"))
        return queryset.filter(Exists(out))


#: noted on the object when it is read
_IS_DEVICE = "was_equipment"


class UnitInline(admin.TabularInline):
    model = Unit
    formset = UnitFormSet
    extra = 0
    can_delete = False
    fields = [
        "name",
        "capacity",
        "asset_number",
        "serial_number",
        "serves_from",
        "in_service",
        "out_of_service_reason",
        "position",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Unit]:
        return super().get_queryset(request).select_related("resource")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Named for screen readers too: the headings of the table are no labels."""
        if db_field.name == "serves_from":
            kwargs["initial"] = clock.today  # of new ones; what was bought long ago says when
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = field.label
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Devices leave service and come back on their page of repair; new ones are in it.

        What it is by the database counts: the form writes into ``obj`` what was sent, before a
        page with errors is drawn for the fields made of it as it was."""
        if obj is not None and obj.pk is not None and vars(obj).get(_IS_DEVICE, obj.is_equipment):
            return ["in_service", "out_of_service_reason"]
        return []


@admin.register(Resource)
class ResourceAdmin(SettlingAdmin, admin.ModelAdmin):
    """What is no longer offered, and a unit taken out of service, ask what becomes of their
    bookings."""

    list_display = [
        "name",
        "category",
        "unit_count",
        "out_of_service",
        "location",
        "is_active",
        "position",
    ]
    list_filter = ["category", "is_active", OutOfServiceFilter]
    search_fields = ["name", "name_en", "units__name", "units__asset_number"]
    prepopulated_fields = {"slug": ["name_en"]}
    formfield_overrides: ClassVar = {
        models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}
    }
    inlines = [UnitInline]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Resource | None:
        found: Resource | None = super().get_object(request, object_id, from_field)
        if found is not None:
            vars(found)[_IS_DEVICE] = found.is_equipment
        return found

    def get_queryset(self, request: HttpRequest) -> QuerySet[Resource]:
        out = ArrayAgg(
            "units__name", filter=Q(units__in_service=False), order_by=["units__position"]
        )
        rows = super().get_queryset(request)
        return rows.annotate(unit_count=Count("units"), names_out=out)

    @admin.display(description=_("units"), ordering="unit_count")
    def unit_count(self, resource: Any) -> int:
        return int(resource.unit_count)

    @admin.display(description=_("out of service"), empty_value="–")
    def out_of_service(self, resource: Any) -> str | None:
        return ", ".join(resource.names_out) if resource.names_out else None

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """New units take part in the closures that are on already."""
        try:
            for unit in formset.save(commit=False):
                closures.add_unit(unit=unit) if unit.pk is None else unit.save()
            formset.save_m2m()
        except RuleViolation as refusal:
            self.message_user(request, refusal.violations[0].message, messages.ERROR)
