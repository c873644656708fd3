"""Closing goes through the service, which names the bookings in the way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from bookings.models import (
    Booking,
    Closure,
    Unit,
)
from bookings.services import closures
from center import clock, display
from center.errors import RuleViolation
from center.refusing_admin import RefusingAdmin

_CLOSURE_FIELDS = ["kind", "resource", "unit", "starts", "ends", "reason"]


def _in_the_way(bookings: list[Booking]) -> list[str]:
    """The bookings a closure meets, for the person who closes."""
    listed = [
        f"{display.moment(b.starts)} {b.resource} – {b.merchant or ''} ({b.reference})"
        for b in bookings
    ]
    return [str(_("These bookings are in the way:")), *listed]


class ClosureForm(forms.ModelForm):
    keep_bookings = forms.BooleanField(
        label=_("Keep the bookings in the way"),
        help_text=_("The closure then leaves their time out."),
        required=False,
    )

    class Meta:
        model = Closure
        fields = _CLOSURE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].queryset = Unit.objects.select_related("resource")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Name the bookings in the way before anything is saved."""
        data: dict[str, Any] = super().clean() or {}
        if self.errors or data.get("keep_bookings") or not self._is_whole(data):
            return data
        wish = Closure(**{name: data[name] for name in _CLOSURE_FIELDS})
        if affected := closures.affected_bookings(wish):
            raise ValidationError(_in_the_way(affected))
        return data

    def _is_whole(self, data: dict[str, Any]) -> bool:
        return bool(data.get("starts") and data.get("ends") and data["starts"] < data["ends"])


@admin.register(Closure)
class ClosureAdmin(RefusingAdmin, admin.ModelAdmin):
    """Closing goes through the service; a closure is taken back by deleting it."""

    form = ClosureForm
    # Somebody may book between the check of the form and the closing.
    refused_by = (RuleViolation, closures.BookingsAffected)
    list_display = ["starts", "ends", "kind", "resource", "unit", "reason"]
    list_filter = ["kind", "resource"]
    list_select_related = ["resource", "unit__resource"]
    date_hierarchy = "starts"
    search_fields = ["reason"]

    def save_model(self, request: HttpRequest, obj: Closure, form: Any, change: bool) -> None:
        obj.created_by = request.user  # type: ignore[assignment]
        closures.close(closure=obj, keep_bookings=form.cleaned_data["keep_bookings"])

    def sentences_of(self, refusal: Exception) -> list[str]:
        if isinstance(refusal, closures.BookingsAffected):
            return _in_the_way(refusal.bookings)
        return super().sentences_of(refusal)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is over stays for the reports."""
        over = obj is not None and obj.ends <= clock.now()
        return not over and super().has_delete_permission(request)

    def delete_model(self, request: HttpRequest, obj: Closure) -> None:
        closures.reopen(closure=obj)
