"""When the house and its resources are open. Saving goes through the settling of the
bookings that would be left without their room. What was in force stays as it was: the hours
offered in the past are the denominators of reports."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bookings.admin.settling import SettlingAdmin
from bookings.models import (
    HolidayOverride,
    OpeningHours,
    SpecialOpening,
)
from center import clock, display


def _refuse_past(day: dt.date) -> None:
    if day < clock.today():
        said = _("What was offered in the past stays as it was. Choose today or a later day.")
        raise ValidationError(said, code="past")


class HoursForm(forms.ModelForm):
    """From their first day on hours only end; others begin as rows of their own."""

    def clean_valid_from(self) -> dt.date:
        day: dt.date = self.cleaned_data["valid_from"]
        if "valid_from" in self.changed_data and not self._is_in_force:
            _refuse_past(day)
        return day

    def clean_valid_until(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["valid_until"]
        if self._is_in_force and "valid_until" in self.changed_data:
            for end in (self.initial["valid_until"], day):
                if end is not None:
                    _refuse_past(end)
        return day

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self._is_in_force and set(self.changed_data) - {"valid_until"}:
            said = _(
                "These hours are in force since %(day)s and stay as they are. End them with a last day, and add others from the day after."
            )
            raise ValidationError(
                said % {"day": display.full_day(self.initial["valid_from"])}, code="in_force"
            )
        return data

    @property
    def _is_in_force(self) -> bool:
        begun = self.initial.get("valid_from")
        return self.instance.pk is not None and begun is not None and begun <= clock.today()


@admin.register(OpeningHours)
class OpeningHoursAdmin(SettlingAdmin, admin.ModelAdmin):
    form = HoursForm
    list_display = ["weekday", "opens", "closes", "resource", "valid_from", "valid_until"]
    list_filter = ["resource", "weekday"]
    list_select_related = ["resource"]

    def has_delete_permission(self, request: HttpRequest, obj: OpeningHours | None = None) -> bool:
        begun = obj is not None and obj.valid_from <= clock.today()
        return not begun and super().has_delete_permission(request, obj)


class DateForm(forms.ModelForm):
    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        _refuse_past(day)
        return day


class DatedAdmin(SettlingAdmin, admin.ModelAdmin):
    """What is said of one date stays once that is over."""

    form = DateForm
    date_hierarchy = "date"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_over(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_over(obj) and super().has_delete_permission(request, obj)


def _is_over(obj: SpecialOpening | HolidayOverride | None) -> bool:
    return obj is not None and obj.date < clock.today()


@admin.register(SpecialOpening)
class SpecialOpeningAdmin(DatedAdmin):
    list_display = ["date", "opens", "closes", "resource", "reason"]
    list_filter = ["resource"]
    list_select_related = ["resource"]


@admin.register(HolidayOverride)
class HolidayOverrideAdmin(DatedAdmin):
    list_display = ["date", "name", "is_holiday"]
