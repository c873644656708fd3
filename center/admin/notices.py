from django.contrib import admin

from center.models import Notice
from center.moment_input import MomentsInAdmin


@admin.register(Notice)
class NoticeAdmin(MomentsInAdmin, admin.ModelAdmin):
    list_display = ["title", "publish_at", "withdraw_at"]
    search_fields = ["title", "body"]
    date_hierarchy = "publish_at"
