"""Pages of the admin that belong to no model."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.db.models import CharField, TextField
from django.test import RequestFactory
from django.urls import reverse

from bookings.models import DoorDevice
from center import access_review, rights
from center.access_admin import AccessLoggedAdmin
from center.models import AccessRecord, RightsRequest, User
from tests import factories
from tests.conftest import NOW, kst, logged_in

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
    "/admin/socialaccount/socialaccount/",
    "/admin/socialaccount/socialapp/",
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


def errands(person):
    page = BeautifulSoup(logged_in(person).get("/admin/").content, "html.parser")
    return [(link.text, link["href"]) for link in page.select("[aria-labelledby=errands] a")]


def ask(at_now, at):
    at_now.move_to(at)
    rights.ask(user=factories.user(), kind=RightsRequest.Kind.ACCESS, text="x")
    at_now.move_to(NOW)


def test_first_page_when_requests_wait_then_counted_for_those_who_answer(at_now):
    assert errands(factories.staff()) == []
    ask(at_now, kst(12, 23))
    ask(at_now, kst(13, 0))
    ask(at_now, kst(23, 0))
    said = [
        ("기한이 지난 개인정보 요구가 1건 있습니다. 오늘 답변해 주십시오.", "overdue"),
        ("답변할 개인정보 요구가 3건 있습니다.", "open"),
    ]
    waiting = [(text, f"/admin/center/rightsrequest/?state={state}") for text, state in said]
    assert errands(factories.staff()) == waiting
    assert errands(factories.staff("evaluator")) == []


def test_first_page_when_months_are_not_signed_off_then_said_to_managers(at_now):
    AccessRecord.objects.create(
        at=kst(1, month=9), actor_label="x", action="view", subject_kind="user", subject_ids=[1]
    )
    manager = factories.staff("manager")
    review = reverse("admin:center_access_review")
    assert errands(manager) == [
        (
            "점검하지 않은 접속기록이 2개월분 있습니다. 가장 오래된 것은 2026-09입니다. 점검 기한이 지났습니다.",
            review,
        )
    ]
    assert errands(factories.staff()) == []
    for month in (9, 10):
        access_review.sign(month=kst(1, month=month).date(), by=manager, note="x")
    assert errands(manager) == []


@pytest.mark.parametrize("requests", [1, 3])
def test_first_page_when_more_waits_then_the_same_queries(
    at_now, requests, django_assert_num_queries
):
    for _ in range(requests):
        ask(at_now, NOW)
    client = logged_in(factories.staff("manager"))
    with django_assert_num_queries(23):
        client.get("/admin/")


@pytest.mark.parametrize("ticked", ["", "x"])
def test_any_list_when_what_is_ticked_is_no_row_then_refused(ticked):
    """Found by a hostile request: Django's admin asks the database for it as it is."""
    lists = {
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    }
    client = logged_in(factories.user(is_staff=True, is_superuser=True))
    sent = {"action": "delete_selected", "_selected_action": [ticked], "select_across": "0"}
    assert {address: client.post(address, sent).status_code for address in lists} == dict.fromkeys(
        lists, 400
    )


@pytest.mark.parametrize("how", ["get", "post"])
def test_form_when_opened_by_a_field_without_a_name_then_refused(how):
    """Found by a hostile request: Django's admin looks for the field."""
    space = factories.studio()
    address = reverse("admin:bookings_resource_change", args=[space.pk])
    client = logged_in(factories.user(is_staff=True, is_superuser=True))
    answer = (
        client.post(address, {"_to_field": ""})
        if how == "post"
        else client.get(f"{address}?_to_field=")
    )
    assert answer.status_code == 400
    assert client.get(f"{address}?_to_field=id").status_code == 200


def _refused(model, model_admin):
    """Questions about fields of the row that its list does not offer to narrow it by."""
    request = RequestFactory().get("/")
    entries = [e[0] if isinstance(e, tuple) else e for e in model_admin.list_filter]
    offered = {getattr(entry, "parameter_name", entry) for entry in entries}
    texts = [f for f in model._meta.concrete_fields if isinstance(f, CharField | TextField)]
    for field in texts:
        for end in ("", "__startswith", "__regex", "__gte"):
            if field.name not in offered or end in ("__startswith", "__regex"):
                yield not model_admin.lookup_allowed(f"{field.name}{end}", "x", request)


def test_lists_of_personal_data_when_asked_what_they_do_not_offer_then_each_refuses():
    logged = {m: a for m, a in admin.site._registry.items() if isinstance(a, AccessLoggedAdmin)}
    assert len(logged) >= 8
    for model, model_admin in {**logged, DoorDevice: admin.site._registry[DoorDevice]}.items():
        answers = list(_refused(model, model_admin))
        assert answers == [True] * len(answers), model


SLY = [
    "/admin/notifications/message/?id=1&link__startswith=/programs/offers/A",
    "/admin/notifications/message/?body__contains=%2Foffers%2F",
    "/admin/notifications/message/?context__link__startswith=/",
    "/admin/notifications/message/?recipient__password__startswith=argon2",
    "/admin/bookings/doordevice/?token_hash__startswith=a",
    "/admin/merchants/merchant/?phone__startswith=010",
]


@pytest.mark.parametrize("address", SLY)
def test_list_when_asked_letter_by_letter_then_refused(address):
    assert logged_in(factories.staff("manager")).get(address).status_code == 400


OFFERED = [
    "/admin/notifications/message/?state__exact=dead&turn=due&channel=out&kind=programs.offer",
    "/admin/bookings/booking/?state__exact=held&resource__id__exact=1&starts__year=2026",
    "/admin/center/user/?is_staff__exact=1&groups__id__exact=1",
    "/admin/center/consent/?withdrawn_at__isempty=0&given_at__month=11&given_at__year=2026",
    "/admin/programs/application/?program__id__exact=1&waiting=x&state__exact=submitted",
]


@pytest.mark.parametrize("address", OFFERED)
def test_list_when_narrowed_as_it_offers_then_shown(address):
    assert logged_in(factories.staff("manager")).get(address).status_code in (200, 302)
