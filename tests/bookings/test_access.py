"""Each private address as owner, colleague, other merchant, staff and anonymous."""

import pytest
from django.urls import reverse

from bookings.models import BookingState
from merchants.models import Membership
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import logged_in

pytestmark = pytest.mark.django_db
PAGES = [
    "booking",
    "booking_confirm",
    "booking_cancel",
    "booking_change",
    "booking_calendar",
    "booking_qr",
]


@pytest.fixture
def booking(at_now, studio, merchant):
    return confirm(hold(studio, merchant))


@pytest.mark.parametrize("name", PAGES)
def test_booking_pages_when_owner_or_colleague_then_open(owner_client, booking, merchant, name):
    colleague = factories.user()
    Membership.objects.create(merchant=merchant, user=colleague)
    for client in (owner_client, logged_in(colleague)):
        response = client.get(reverse(name, args=[booking.reference]))
        assert response.status_code == (302 if name == "booking_confirm" else 200)


@pytest.mark.parametrize("name", PAGES)
def test_booking_pages_when_other_merchant_or_staff_then_not_found(
    other_client, staff_client, booking, name
):
    address = reverse(name, args=[booking.reference])
    unknown = reverse(name, args=["2222-2222"])
    for client in (other_client, staff_client, logged_in(factories.user())):
        hidden, missing = client.get(address), client.get(unknown)
        assert hidden.status_code == missing.status_code == 404
        assert booking.reference not in hidden.content.decode().replace(address, "")


@pytest.mark.parametrize("name", PAGES)
def test_booking_pages_when_anonymous_then_log_in(client, booking, name):
    address = reverse(name, args=[booking.reference])
    response = client.get(address)
    assert response.status_code == 302
    assert response.url == f"{reverse('account_login')}?next={address}"


@pytest.mark.parametrize("name", ["booking_cancel", "booking_change", "booking_confirm"])
def test_booking_posts_when_not_its_business_then_nothing_changes(
    client, other_client, staff_client, booking, name
):
    data = {
        "reason": "other",
        "start": "2026-11-30T10:00:00+09:00",
        "end": "2026-11-30T11:00:00+09:00",
        "purpose": "x",
        "headcount": "1",
        "pledge": "on",
    }
    address = reverse(name, args=[booking.reference])
    answers = [c.post(address, data).status_code for c in (client, other_client, staff_client)]
    assert answers == [302, 404, 404]
    before = (booking.state, booking.starts, booking.purpose)
    booking.refresh_from_db()
    assert (booking.state, booking.starts, booking.purpose) == before
    assert booking.state == BookingState.CONFIRMED


def test_booking_list_when_other_merchant_then_only_their_own(
    client, other_client, owner_client, booking
):
    assert booking.reference in owner_client.get(reverse("booking_list")).content.decode()
    assert booking.reference not in other_client.get(reverse("booking_list")).content.decode()
    assert client.get(reverse("booking_list")).status_code == 302


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), ("official", 403), ("operator", 200), ("manager", 200)]
)
@pytest.mark.parametrize("model", ["booking", "policy", "closure", "resource"])
def test_admin_when_role_then_open_or_away(booking, role, status, model):
    person = factories.user() if role is None else factories.staff(role)
    response = logged_in(person).get(reverse(f"admin:bookings_{model}_changelist"))
    assert response.status_code == status


def test_admin_when_anonymous_then_the_one_log_in_of_the_house(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_admin_when_merchant_then_told_whom_it_is_for(owner_client):
    response = owner_client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert "센터 직원이 사용하는 화면입니다" in response.content.decode()


def test_policy_when_operator_then_read_only_and_manager_may_change(db):
    rule = factories.policy(per_day=2)
    address = reverse("admin:bookings_policy_change", args=[rule.pk])
    add = reverse("admin:bookings_policy_add")
    operator, manager = logged_in(factories.staff()), logged_in(factories.staff("manager"))
    assert operator.get(add).status_code == 403
    assert operator.post(address, {"per_day": 9}).status_code == 403
    assert manager.get(add).status_code == 200


def test_admin_index_when_operator_then_lists_what_he_may_open(staff_client):
    page = staff_client.get("/admin/").content.decode()
    assert "/admin/bookings/booking/" in page
    assert "/admin/merchants/merchant/" in page
    assert "/admin/center/user/" not in page


def test_admin_booking_when_saved_by_hand_then_refused(staff_client, booking):
    address = reverse("admin:bookings_booking_change", args=[booking.pk])
    assert staff_client.get(address).status_code == 200
    answer = staff_client.post(address, {"_save": "1", "headcount": "99"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "query",
    ["password__startswith=argon2", "starts__year=9999", "state__exact=%00", "email=%00"],
)
def test_admin_lists_when_asked_slyly_then_400(query):
    client = logged_in(factories.staff("manager"))
    model = "center/user" if "password" in query or "email" in query else "bookings/booking"
    assert client.get(f"/admin/{model}/?{query}").status_code == 400


def test_private_pages_when_shown_then_no_cache_keeps_them(owner_client, client, booking):
    assert "no-store" in owner_client.get(booking.get_absolute_url())["Cache-Control"]
    assert "no-store" in owner_client.get("/")["Cache-Control"]
    assert not client.get("/").has_header("Cache-Control")
