"""Tablets at doors: set up, given a new code, revoked."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import DoorDevice
from bookings.services import doors
from center import clock
from center.errors import RuleViolation
from center.named_lookups import NamedLookups


@admin.register(DoorDevice)
class DoorDeviceAdmin(NamedLookups, admin.ModelAdmin):
    """The code of a door is shown once, when it is made."""

    list_display = ["name", "resource", "standing", "last_seen", "enrolled_at"]
    list_select_related = ["resource"]
    fields = ["name", "resource", "standing", "enrolled_at", "last_seen", "created_by"]
    readonly_fields = ["standing", "enrolled_at", "last_seen", "created_by"]
    actions = ["new_code", "revoke"]

    @admin.display(description=gettext_lazy("state"))
    def standing(self, device: DoorDevice) -> str:
        if device.revoked_at is not None:
            return _("Revoked")
        if device.is_enrolled and device.last_seen is not None:
            silent = clock.now() - device.last_seen > doors.SILENT
            return _("Out of touch") if silent else _("In touch")
        return _("Not enrolled yet")

    def save_model(self, request: HttpRequest, obj: DoorDevice, form: Any, change: bool) -> None:
        if not change:
            obj.created_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
        if not change:
            self._issue(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        revoked = obj is not None and obj.revoked_at is not None
        return not revoked and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Revoked, never deleted: the history names the door."""
        return False

    @admin.action(description=gettext_lazy("Make a new code"), permissions=["change"])
    def new_code(self, request: HttpRequest, queryset: QuerySet[DoorDevice]) -> None:
        for device in queryset:
            self._issue(request, device)

    def _issue(self, request: HttpRequest, device: DoorDevice) -> None:
        try:
            code = doors.issue_code(device=device)
        except RuleViolation as refusal:
            self.message_user(request, refusal.violations[0].sentence, messages.WARNING)
            return
        said = _("%(door)s: open %(address)s on the tablet within %(n)d minutes and type %(code)s.")
        where = request.build_absolute_uri(reverse("door_enrol"))
        words = {"door": device, "address": where, "n": doors.CODE_MINUTES, "code": code}
        self.message_user(request, said % words, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Revoke at once"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[DoorDevice]) -> None:
        for device in queryset:
            doors.revoke(device=device, by=request.user)  # type: ignore[arg-type]
            self.message_user(request, _("%(door)s has been revoked.") % {"door": device})
