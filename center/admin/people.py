from django.contrib import admin
from django.http import HttpRequest

from center.access_admin import AccessLoggedAdmin
from center.models import User


@admin.register(User)
class UserAdmin(AccessLoggedAdmin, admin.ModelAdmin):
    """People, for looking up; accounts are made by their owners at sign-up."""

    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name", "phone"]
    fields = ["email", "name", "phone", "is_active", "is_staff", "groups", "last_login"]
    readonly_fields = ["email", "last_login"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Nobody may ask, letter by letter, how a password's hash begins."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)
