"""What a service refuses after the form was found good."""

import pytest
from django.contrib import admin
from django.contrib.messages.storage.cookie import CookieStorage
from django.test import RequestFactory

from center.admin.people import UserAdmin
from center.admin.texts import VersionedTextAdmin
from center.errors import RuleViolation, Violation
from center.models import Notice, User
from center.refusing_admin import RefusingAdmin

pytestmark = pytest.mark.django_db


class OvertakenAdmin(RefusingAdmin, admin.ModelAdmin):
    fields = ["title"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        raise RuleViolation(Violation("overtaken", "Somebody was faster.", "Look again."))


def test_save_when_the_service_refuses_then_said_on_the_page_and_nothing_written():
    request = RequestFactory().post("/admin/x/?copy=1", {"title": "소식"})
    request.user = User.objects.create_superuser("root@example.com", "x")
    request._messages, request._dont_enforce_csrf_checks = CookieStorage(request), True
    answer = OvertakenAdmin(Notice, admin.site).changeform_view(request)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/x/?copy=1")
    assert [str(message) for message in request._messages] == ["Somebody was faster. Look again."]
    assert not Notice.objects.exists()


@pytest.mark.parametrize("kind", [UserAdmin, VersionedTextAdmin])
def test_admin_when_it_saves_through_a_service_then_refuses_by_the_mixin(kind):
    assert kind.mro()[1] is RefusingAdmin
