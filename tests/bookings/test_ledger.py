"""The ledger of devices: the admin of units of equipment, its filters, its CSV, old photos."""

import csv
import io

import pytest
from django.urls import reverse

from bookings.models import Closure, DeviceCard, Photo, Unit
from bookings.services import closures, repair
from center import clock, retention
from center.csv_file import BOM
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out, take_back, unit_of
from tests.conftest import kst, logged_in
from tests.merchants.papers import uploads

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LIST = "/admin/bookings/unit/"


def names(client, **asked):
    return [str(unit) for unit in client.get(LIST, asked).context["cl"].result_list]


def form_data(resource, **given):
    """The page of a new device as it is sent."""
    return {
        "resource": resource.pk,
        "name": "#9",
        "asset_number": "DG-900",
        "serial_number": "SN900",
        "position": "9",
        "card-TOTAL_FORMS": "1",
        "card-INITIAL_FORMS": "0",
        "card-0-value": "1250000",
        "card-0-purchased_on": "2025-03-02",
        "accessories-TOTAL_FORMS": "1",
        "accessories-INITIAL_FORMS": "0",
        "accessories-0-name": "배터리",
        "accessories-0-quantity": "2",
        "accessories-0-position": "1",
        **given,
    }


def test_ledger_when_searched_by_asset_or_serial_number_then_the_device(staff_client, studio):
    unit = camera(studio, units=2).units.first()
    Unit.objects.filter(pk=unit.pk).update(asset_number="DG-777", serial_number="SN777")
    assert names(staff_client, q="DG-777") == names(staff_client, q="SN777") == ["카메라 1"]
    assert len(names(staff_client)) == 2  # rooms are not in it


def test_ledger_when_filtered_then_where_each_device_is(at_now, house, merchant):
    space = factories.studio(4)
    lent = booked(space, merchant, camera(space, name="빌린 것"))
    repair.take_out(unit=camera(space, name="고칠 것").units.get(), reason="고장")
    due = camera(space, name="점검할 것").units.get()
    DeviceCard.objects.create(unit=due, next_service_on=NOON.date())
    at_now.move_to(NOON)
    made = hand_out(lent)
    client = logged_in(factories.staff())
    assert names(client, where="out") == ["빌린 것 1"]
    assert names(client, where="repair") == ["고칠 것 1"]
    assert names(client, where="service") == ["점검할 것 1"]
    assert names(client, where="overdue") == []
    assert len(names(client, where="in")) == 2
    at_now.move_to(kst(27, 12, 1))
    assert names(logged_in(factories.staff()), where="overdue") == [str(made.unit)]


def test_device_when_added_then_with_card_accessories_and_photo_and_closed_with_the_house(
    staff_client, studio
):
    device = camera(studio)
    span = {"starts": kst(27, 9), "ends": kst(27, 18), "reason": "휴관"}
    closures.close(closure=Closure(kind="house", **span))
    photo = {"card-0-new_photo": uploads.upload(uploads.jpeg())}
    answer = staff_client.post(f"{LIST}add/", form_data(device, **photo))
    assert answer.status_code == 302
    unit = Unit.objects.get(asset_number="DG-900")
    assert (unit.card.value, [str(a) for a in unit.accessories.all()]) == (
        1_250_000,
        ["배터리 × 2"],
    )
    assert unit.card.photo == Photo.objects.get()
    assert unit.allocations.count() == 1


@pytest.mark.parametrize(
    ("days", "said", "urgent"),
    [
        ([1], None, False),
        ([0], "점검할 때가 된 장비가 1대 있습니다.", False),
        ([-1, 0, 1], "점검할 때가 된 장비가 2대 있습니다.", True),
    ],
)
def test_first_page_when_a_service_is_due_then_a_number_that_leads_to_the_list(
    staff_client, studio, days, said, urgent
):
    units = camera(studio, units=len(days)).units.all()
    for unit, day in zip(units, days, strict=True):
        service = clock.today() + day * clock.DAY
        DeviceCard.objects.create(unit=unit, next_service_on=service)
    errands = staff_client.get("/admin/").context["errands"]
    found = [line for line in errands if "where=service" in line.address]
    assert [(line.said, line.urgent) for line in found] == ([(said, urgent)] if said else [])
    for line in found:
        listed = staff_client.get(line.address).context["cl"].result_list
        assert f"{len(listed)}대" in said


def test_device_when_saved_by_hand_then_its_service_cannot_be_typed(staff_client, studio):
    unit = camera(studio, accessories=()).units.get()
    address = reverse("admin:bookings_unit_change", args=[unit.pk])
    data = form_data(unit.resource, name="#1", in_service="", out_of_service_reason="x")
    data.pop("accessories-0-name")
    answer = staff_client.post(address, {**data, "accessories-TOTAL_FORMS": "0"})
    assert answer.status_code == 302
    unit.refresh_from_db()
    assert (unit.name, unit.in_service, unit.out_of_service_reason) == ("#1", True, "")
    assert staff_client.post(f"{LIST}{unit.pk}/delete/").status_code == 403


def test_device_when_the_photo_is_none_then_the_form_says_so(staff_client, studio):
    photo = {"card-0-new_photo": uploads.upload(uploads.HTML)}
    answer = staff_client.post(f"{LIST}add/", form_data(camera(studio), **photo))
    assert "사진 파일이 아닙니다" in answer.content.decode()
    assert not Photo.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_ledger_when_more_rows_then_the_same_queries(
    staff_client, studio, count, django_assert_num_queries
):
    camera(studio, units=count)
    with django_assert_num_queries(7):
        staff_client.get(LIST)


def test_csv_when_taken_then_every_device_and_no_formula(staff_client, studio):
    unit = camera(studio, units=2).units.first()
    Unit.objects.filter(pk=unit.pk).update(serial_number="=1+1")
    answer = staff_client.get(f"{LIST}ledger.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith(BOM)
    header, first, _second = csv.reader(io.StringIO(text.removeprefix(BOM)))
    row = dict(zip(header, first, strict=True))
    assert (row["자산번호"], row["제조번호"]) == (f"DG-{unit.pk}", "'=1+1")
    assert (row["부속품"], row["대여 중"]) == ("배터리, 충전기", "아니요")


def test_photos_when_old_then_destroyed_unless_still_needed(at_now, studio, merchant):
    """A year after it was taken; while the device is out, or in the ledger, it stays."""
    booking = booked(studio, merchant, camera(studio))
    card = Photo.of(b"card")
    card.save()
    DeviceCard.objects.create(unit=unit_of(booking), photo=card)
    at_now.move_to(NOON)
    made = hand_out(booking, photo=b"out")
    at_now.move_to(kst(30, 9, year=2027))
    retention.run(destroy=True)
    assert Photo.objects.count() == 2
    take_back(made, photo=b"back")
    retention.run(destroy=True)
    assert {bytes(photo.content) for photo in Photo.objects.all()} == {b"card", b"back"}
    made.refresh_from_db()
    assert made.out_photo is None
