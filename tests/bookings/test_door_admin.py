"""Doors in the admin: set up, revoked, and a way past them."""

import re

import pytest
from django.test import Client

from bookings.models import DoorDevice
from tests import factories
from tests.bookings.test_door import DOOR, ENROL, tablet
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10 to 12; entry from 9:50 to 10:10."""
    return confirm(hold(studio, merchant))


def test_admin_when_staff_set_up_a_door_then_the_code_works_once_typed(at_now, staff_client):
    add = "/admin/bookings/doordevice/add/"
    page = staff_client.post(add, {"name": "2층 스튜디오"}, follow=True).content.decode()
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page)[0]
    answer = Client().post(ENROL, {"code": code})
    assert answer.status_code == 302
    device = DoorDevice.objects.get()
    assert (device.name, device.created_by.is_staff) == ("2층 스튜디오", True)


def test_admin_when_a_door_is_revoked_then_its_tablet_is_out(at_now, staff_client):
    client = tablet()
    data = {"action": "revoke", "_selected_action": [client.device.pk]}
    staff_client.post("/admin/bookings/doordevice/", data)
    assert client.get(DOOR).status_code == 302
    assert (
        staff_client.get(f"/admin/bookings/doordevice/{client.device.pk}/change/").status_code
        == 200
    )


def test_admin_when_staff_let_in_and_out_then_in_one_click(at_now, booking):
    at_now.move_to(kst(27, 10, 30))
    client = logged_in(factories.staff())
    for action, state in (("check_in", "checked_in"), ("check_out", "completed")):
        data = {"action": action, "_selected_action": [booking.pk]}
        assert client.post("/admin/bookings/booking/", data).status_code == 302
        booking.refresh_from_db()
        assert booking.state == state


def test_admin_when_staff_mark_then_in_the_ledger(at_now, booking):
    at_now.move_to(kst(27, 10, 30))
    client = logged_in(factories.staff())
    data = {"action": "mark_no_show", "_selected_action": [booking.pk]}
    client.post("/admin/bookings/booking/", data)
    booking.refresh_from_db()
    assert (booking.state, booking.no_show.marked_by.is_staff) == ("no_show", True)
