"""When the house and its resources are open. Saving goes through the settling of the
bookings that would be left without their room."""

from __future__ import annotations

from django.contrib import admin

from bookings.admin.settling import SettlingAdmin
from bookings.models import (
    HolidayOverride,
    OpeningHours,
    SpecialOpening,
)


@admin.register(OpeningHours)
class OpeningHoursAdmin(SettlingAdmin, admin.ModelAdmin):
    list_display = ["weekday", "opens", "closes", "resource", "valid_from", "valid_until"]
    list_filter = ["resource", "weekday"]
    list_select_related = ["resource"]


@admin.register(SpecialOpening)
class SpecialOpeningAdmin(SettlingAdmin, admin.ModelAdmin):
    list_display = ["date", "opens", "closes", "resource", "reason"]
    list_filter = ["resource"]
    list_select_related = ["resource"]
    date_hierarchy = "date"


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(SettlingAdmin, admin.ModelAdmin):
    list_display = ["date", "name", "is_holiday"]
    date_hierarchy = "date"
