"""The pages of the tablet: who may open them, what they say, what they keep to themselves."""

import re

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from bookings.models import Booking, BookingState, DoorDevice
from bookings.services import change, doors
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
DOOR, IN, OUT, ENROL = "/door/", "/door/check-in/", "/door/check-out/", "/door/enrol/"
SHELL, WORKER = "/door/shell/", "/door/worker.js"


@pytest.fixture
def booking(at_now, studio, merchant) -> Booking:
    """Friday 10 to 12; entry from 9:50 to 10:10."""
    return confirm(hold(studio, merchant))


def tablet(resource=None) -> Client:
    """A browser enrolled for a door."""
    device = DoorDevice.objects.create(name="현관", resource=resource)
    client = Client()
    answer = client.post(ENROL, {"code": doors.issue_code(device=device)})
    assert (answer.status_code, answer.url) == (302, DOOR)
    client.device = device
    return client


def code_of(response) -> str:
    found = re.search(r'data-code="(\w+)"', response.content.decode())
    assert found
    return found[1]


def test_addresses_when_reversed_then_as_the_plan_says():
    names = ("door", "door_in", "door_out", "door_enrol", "door_shell", "door_worker")
    assert [reverse(name) for name in names] == [DOOR, IN, OUT, ENROL, SHELL, WORKER]


def test_enrol_when_done_then_a_cookie_for_the_door_alone(at_now):
    cookie = tablet().cookies["door"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", DOOR)
    assert cookie["max-age"] == 365 * 24 * 3600


def test_enrol_when_code_is_wrong_then_says_so_and_keeps_it(at_now, client):
    answer = client.post(ENROL, {"code": "2222-3333"})
    assert answer.status_code == 400
    assert 'value="2222-3333"' in answer.content.decode()
    assert "door" not in client.cookies


def test_enrol_when_tried_too_often_then_even_the_right_code_waits(at_now, client):
    code = doors.issue_code(device=DoorDevice.objects.create(name="현관"))
    statuses = [client.post(ENROL, {"code": "2222-3333"}).status_code for _ in range(11)]
    assert statuses == [400] * 10 + [429]
    assert client.post(ENROL, {"code": code}).status_code == 429


def test_enrol_when_many_doors_are_set_up_then_right_codes_do_not_count(at_now, client):
    for _ in range(11):
        tablet()


@pytest.mark.parametrize("who", ["anonymous", "merchant", "staff"])
def test_door_when_no_tablet_then_asked_for_a_code(booking, owner, who):
    people = {"merchant": owner, "staff": factories.staff()}
    client = logged_in(people[who]) if who in people else Client()
    for answer in (
        client.get(DOOR),
        client.post(IN, {"reference": booking.reference}),
        client.post(OUT, {"reference": booking.reference}),
    ):
        assert (answer.status_code, answer.url) == (302, ENROL)
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED
    assert client.get(ENROL).status_code == 200


def test_door_when_cookie_is_forged_then_asked_for_a_code(at_now, booking):
    device = tablet().device
    for value in (f"{device.pk}.x", f"{device.pk}", "x.y", ""):
        client = Client()
        client.cookies["door"] = signing.get_cookie_signer(salt="doorbookings.door").sign(value)
        assert client.get(DOOR).status_code == 302
    client.cookies["door"] = f"{device.pk}.unsigned"
    assert client.get(DOOR).status_code == 302


def test_door_when_revoked_then_out_at_once(booking):
    client = tablet()
    assert client.get(DOOR).status_code == 200
    doors.revoke(device=client.device, by=factories.staff())
    answer = client.post(IN, {"reference": booking.reference})
    assert (answer.status_code, answer.url) == (302, ENROL)
    assert client.cookies["door"].value == ""


def test_door_when_enrolled_then_it_is_no_user(booking, merchant):
    client = tablet()
    for address in ("/admin/", "/bookings/", f"/bookings/{booking.reference}/"):
        assert client.get(address).status_code == 302
    assert "_auth_user_id" not in client.session


def test_today_when_shown_then_the_least_of_people(at_now, booking, merchant):
    merchant.name = "달구벌 수제청"
    merchant.save()
    confirm(hold(factories.studio(), factories.merchant()))
    at_now.move_to(kst(27, 9))
    page = tablet(booking.resource).get(DOOR)
    (row,) = page.context["rows"]
    assert (row.starts, row.name, row.is_in) == (booking.starts, "달*****청", False)
    text = page.content.decode()
    for secret in (booking.reference, merchant.name, booking.user_name, merchant.representative):
        assert secret not in text
    assert len(tablet().get(DOOR).context["rows"]) == 2


def test_today_when_over_or_given_up_then_not_shown(at_now, booking, house):
    space = factories.studio()
    change.cancel(booking=confirm(hold(space, factories.merchant())))
    client = tablet()
    at_now.move_to(kst(27, 9))
    assert len(client.get(DOOR).context["rows"]) == 1
    at_now.move_to(kst(26, 23, 59))
    assert client.get(DOOR).context["rows"] == []
    at_now.move_to(kst(27, 10))
    client.post(IN, {"reference": booking.reference})
    assert client.get(DOOR).context["rows"][0].is_in
    client.post(OUT, {"reference": booking.reference})
    assert client.get(DOOR).context["rows"] == []


@pytest.mark.parametrize("count", [1, 3])
def test_today_when_rows_grow_then_the_queries_do_not(
    at_now, booking, django_assert_num_queries, count
):
    for _ in range(count - 1):
        confirm(hold(factories.studio(), factories.merchant()))
    client = tablet()
    at_now.move_to(kst(27, 9))
    with django_assert_num_queries(6):
        assert len(client.get(DOOR).context["rows"]) == count


@pytest.mark.parametrize(
    "type_", [str, str.lower, lambda text: text.replace("-", ""), lambda text: f" {text} "]
)
def test_check_in_when_typed_in_some_way_then_in(at_now, booking, type_):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 9, 55))
    answer = client.post(IN, {"reference": type_(booking.reference)})
    booking.refresh_from_db()
    assert (answer.status_code, code_of(answer)) == (200, "in")
    assert (booking.state, booking.checked_in_at) == (BookingState.CHECKED_IN, kst(27, 9, 55))
    assert "12:00" in answer.content.decode()


def test_check_in_when_a_character_looks_alike_then_found_today_at_this_door(at_now, booking):
    Booking.objects.filter(pk=booking.pk).update(reference="B7K2-9QXM")
    client = tablet(booking.resource)
    other = tablet(factories.studio())
    at_now.move_to(kst(27, 10))
    assert code_of(other.post(IN, {"reference": "87KZ-90XM"})) == "unknown"
    assert code_of(client.post(IN, {"reference": "87KZ-90XM"})) == "in"


def test_check_in_when_two_look_alike_then_neither(at_now, booking, house):
    Booking.objects.filter(pk=booking.pk).update(reference="B7K2-9QXM")
    second = confirm(hold(factories.studio(), factories.merchant()))
    Booking.objects.filter(pk=second.pk).update(reference="87K2-9QXM")
    client = tablet()
    at_now.move_to(kst(27, 10))
    assert code_of(client.post(IN, {"reference": "B7KZ-9QXM"})) == "unknown"
    assert code_of(client.post(IN, {"reference": "87K2-9QXM"})) == "in"
    second.refresh_from_db()
    assert second.state == BookingState.CHECKED_IN


@pytest.mark.parametrize(
    ("at", "code"),
    [
        (kst(26, 10), "wrong_day"),
        (kst(27, 9, 49), "too_early"),
        (kst(27, 10, 11), "too_late"),
    ],
)
def test_check_in_when_not_now_then_a_screen_says_what_to_do(at_now, booking, at, code):
    client = tablet(booking.resource)
    at_now.move_to(at)
    answer = client.post(IN, {"reference": booking.reference})
    assert (answer.status_code, code_of(answer)) == (409, code)


def test_check_in_when_at_another_door_or_unknown_then_so(at_now, booking):
    client = tablet(factories.studio())
    at_now.move_to(kst(27, 10))
    answer = client.post(IN, {"reference": booking.reference})
    assert (code_of(answer), booking.resource.name in answer.content.decode()) == (
        "wrong_space",
        True,
    )
    for typed in ("2222-2222", "", "x" * 50, "<script>alert(1)</script>"):
        answer = client.post(IN, {"reference": typed})
        assert (answer.status_code, code_of(answer)) == (404, "unknown")
        assert "<script>alert" not in answer.content.decode()


def test_check_in_when_in_already_then_leaving_is_offered(at_now, booking):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 10))
    client.post(IN, {"reference": booking.reference})
    answer = client.post(IN, {"reference": booking.reference})
    assert (answer.status_code, code_of(answer)) == (409, "already_in")
    assert f'action="{OUT}"' in answer.content.decode()
    answer = client.post(OUT, {"reference": booking.reference})
    assert (answer.status_code, code_of(answer)) == (200, "out")
    booking.refresh_from_db()
    assert booking.state == BookingState.COMPLETED


def test_check_in_when_numbers_are_guessed_then_the_door_stops_answering(at_now, booking):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 10))
    codes = [code_of(client.post(IN, {"reference": f"2222-2{n:03}"})) for n in range(60)]
    assert set(codes) == {"unknown"}
    answer = client.post(IN, {"reference": booking.reference})
    assert (answer.status_code, code_of(answer)) == (429, "too_many_tries")
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


def test_check_in_when_many_come_at_once_then_right_numbers_are_no_tries(at_now, booking):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 10))
    codes = [code_of(client.post(IN, {"reference": booking.reference})) for _ in range(62)]
    assert codes == ["in"] + ["already_in"] * 61


def test_check_in_when_told_after_a_silence_then_as_of_then(at_now, booking):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 9, 45))
    client.get(DOOR)
    at_now.move_to(kst(27, 10, 45))
    data = {"reference": booking.reference, "waited": "2400"}
    assert code_of(client.post(IN, data)) == "in"
    booking.refresh_from_db()
    assert booking.checked_in_at == kst(27, 10, 5)


def test_check_in_when_a_tablet_in_touch_says_it_waited_then_not_believed(at_now, booking):
    client = tablet(booking.resource)
    for minute in range(46):
        at_now.move_to(kst(27, 10, minute))
        client.get(DOOR)
    data = {"reference": booking.reference, "waited": "2400"}
    assert code_of(client.post(IN, data)) == "too_late"


def test_check_in_when_done_then_the_history_names_the_door(at_now, booking):
    client = tablet(booking.resource)
    at_now.move_to(kst(27, 10))
    client.post(IN, {"reference": booking.reference})
    event = Booking.pgh_event_model.objects.filter(state="checked_in").latest("pgh_id")
    assert event.pgh_context.metadata["door"] == client.device.pk


def test_pages_when_camera_is_needed_then_only_here(at_now, booking, client):
    allowed = tablet().get(DOOR)["Permissions-Policy"]
    assert allowed.startswith("camera=(self)")
    for address in ("/", f"/bookings/{booking.reference}/"):
        assert client.get(address)["Permissions-Policy"].startswith("camera=()")


def test_door_when_answered_then_nobody_keeps_it(at_now):
    assert "no-store" in tablet().get(DOOR)["Cache-Control"]
