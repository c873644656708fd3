from django.contrib import admin

from center.models import Notice


@admin.register(Notice)
class NoticeAdmin(admin.ModelAdmin):
    list_display = ["title", "publish_at", "withdraw_at"]
    search_fields = ["title", "body"]
    date_hierarchy = "publish_at"
