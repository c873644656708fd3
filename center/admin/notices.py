from django.contrib import admin

from center.models import Notice
from center.moment_input import MomentsAdmin


@admin.register(Notice)
class NoticeAdmin(MomentsAdmin):
    list_display = ["title", "publish_at", "withdraw_at"]
    search_fields = ["title", "body"]
    date_hierarchy = "publish_at"
