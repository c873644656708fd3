"""Pages of the admin that belong to no model."""

import pytest
from django.contrib import admin
from django.urls import reverse

from center.models import User
from tests import factories
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db


def menu(person):
    return logged_in(person).get("/admin/").context["app_list"]


def test_menu_when_somebody_may_open_a_page_then_it_comes_before_the_models():
    first = menu(factories.staff())[0]
    assert first["app_label"] == "work"
    assert reverse("admin:verifications") in [entry["admin_url"] for entry in first["models"]]


def test_menu_when_role_may_open_no_page_then_no_work():
    assert "work" not in [app["app_label"] for app in menu(factories.staff("evaluator"))]


CLOSED = [
    "/admin/account/emailaddress/",
    "/admin/auth/group/",
    "/admin/mfa/authenticator/",
    "/admin/usersessions/usersession/",
    "/admin/autocomplete/?app_label=bookings&model_name=booking&field_name=merchant&term=053",
]


@pytest.mark.parametrize("address", CLOSED)
def test_closed_pages_when_a_superuser_asks_then_not_there(address):
    superuser = User.objects.create_superuser("root@example.com", "x")
    assert logged_in(superuser).get(address).status_code == 404


def test_forms_when_registered_then_none_asks_the_closed_autocomplete():
    assert [a for a in admin.site._registry.values() if a.autocomplete_fields] == []


def test_password_change_when_from_the_admin_then_the_way_of_everybody():
    client = logged_in(factories.staff())
    for answer in (client.get("/admin/password_change/"), client.post("/admin/password_change/")):
        assert (answer.status_code, answer["Location"]) == (302, "/account/password/change/")


def test_page_when_staff_without_its_permission_then_forbidden():
    client = logged_in(factories.staff("evaluator"))
    assert client.get(reverse("admin:verifications")).status_code == 403
