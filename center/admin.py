from django.contrib import admin

from center.models import Notice, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People, for looking up; accounts are made by their owners at sign-up."""

    list_display = ["email", "name", "is_staff", "is_active", "last_login"]
    list_filter = ["is_staff", "is_active", "groups"]
    search_fields = ["email", "name", "phone"]
    fields = ["email", "name", "phone", "is_active", "is_staff", "groups", "last_login"]
    readonly_fields = ["email", "last_login"]


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = ["title", "publish_at", "withdraw_at"]
    search_fields = ["title", "body"]
    date_hierarchy = "publish_at"
