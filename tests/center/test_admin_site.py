"""Pages of the admin that belong to no model."""

import pytest
from django.urls import reverse

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


def test_page_when_staff_without_its_permission_then_forbidden():
    client = logged_in(factories.staff("evaluator"))
    assert client.get(reverse("admin:verifications")).status_code == 403
