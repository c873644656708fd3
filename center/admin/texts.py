"""Legal and consent texts: a version in force is for reading, a new one begins as its copy."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from center import clock, legal
from center.access_admin import AccessLoggedAdmin
from center.models import Consent, ConsentText, LegalText, VersionedText
from center.moment_input import MomentsAdmin
from center.plain_numbers import row_number
from center.read_only_admin import ReadOnlyAdmin
from center.refusing_admin import RefusingAdmin

_COPIED = ("kind", "title_ko", "title_en", "body_ko", "body_en")


class VersionForm(forms.ModelForm):
    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            wish = type(self.instance)(pk=self.instance.pk, version=self.instance.version)
            wish.kind = data.get("kind", self.instance.kind)
            wish.in_force_from = data["in_force_from"]
            if violation := legal.too_early(wish):
                sentence = f"{violation.message} {violation.remedy}"
                raise ValidationError({"in_force_from": sentence})
        return data


class VersionedTextAdmin(RefusingAdmin, MomentsAdmin):
    form = VersionForm
    list_display = ["title_ko", "kind", "version", "in_force_from", "is_in_force"]
    list_filter = ["kind"]
    fields = [*_COPIED, "in_force_from"]
    change_form_template = "admin/center/versioned_text.html"
    actions = None

    @admin.display(description=_("in force"), boolean=True)
    def is_in_force(self, text: VersionedText) -> bool:
        return text.in_force_from <= clock.now()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["kind"] if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """``?copy=<id>`` begins with that version's words."""
        asked = row_number(request.GET.get("copy", ""))
        source = self.model.objects.filter(pk=asked).first() if asked else None
        return {name: getattr(source, name) for name in _COPIED} if source else {}

    def save_model(self, request: HttpRequest, obj: VersionedText, form: Any, change: bool) -> None:
        legal.publish(text=obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What people have read is not rewritten."""
        open_ = obj is None or obj.in_force_from > clock.now()
        return open_ and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        open_ = obj is not None and obj.in_force_from > clock.now()
        return open_ and super().has_delete_permission(request)


@admin.register(LegalText)
class LegalTextAdmin(VersionedTextAdmin):
    pass


@admin.register(ConsentText)
class ConsentTextAdmin(VersionedTextAdmin):
    pass


@admin.register(Consent)
class ConsentAdmin(AccessLoggedAdmin, ReadOnlyAdmin, admin.ModelAdmin):
    """Who agreed to what, when, and when it was withdrawn."""

    list_display = ["user", "kind", "given_at", "channel", "withdrawn_at"]
    list_filter = ["kind", "channel", ("withdrawn_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user"]
    search_fields = ["user__email", "user__name"]
    date_hierarchy = "given_at"
