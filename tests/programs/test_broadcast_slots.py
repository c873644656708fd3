"""Rehearsal and broadcast as their people read them: studio, equipment, crew."""

import pytest

from bookings.models import Category
from programs import event_pages
from tests import factories
from tests.conftest import kst, logged_in
from tests.programs.test_events import participant, slot_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.fixture
def staff():
    return logged_in(factories.staff())


@pytest.fixture
def studio(house):
    return factories.studio(name="1인 스튜디오")


@pytest.fixture
def camera(studio):
    return factories.resource(Category.EQUIPMENT, name="카메라", used_in=[studio])


def plan(staff, row, studio, camera, day, kind="broadcast"):
    sent = slot_in(studio, f"2026-11-{day}T14:00", kind=kind, equipment=camera.slug)
    assert staff.post(f"/admin/events/case/{row.pk}/", sent).status_code == 302


def test_slots_then_the_business_reads_studio_equipment_and_crew(
    staff, studio, camera, merchant, owner
):
    row = participant(merchant=merchant)
    plan(staff, row, studio, camera, 26, "rehearsal")
    plan(staff, row, studio, camera, 27)
    people = {"act": "describe", "platform": "네이버", "host": "김진행", "crew": "음향 이소리"}
    address = f"/admin/events/case/{row.pk}/"
    assert staff.post(address, people).status_code == 302
    for reader, page in ((logged_in(owner), row.get_absolute_url()), (staff, address)):
        shown = reader.get(page).content.decode()
        assert shown.count("1인 스튜디오 · 카메라") == 2
        assert "음향 이소리" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_slots_when_there_are_more_then_two_queries(
    staff, studio, camera, count, django_assert_num_queries
):
    row = participant()
    for day in range(count):
        plan(staff, row, studio, camera, 24 + day)
    with django_assert_num_queries(2):
        assert len(event_pages.slots_of(row)) == count


def test_next_slot_then_the_broadcast_as_the_rehearsal_and_others_as_the_last_of_the_program(
    staff, studio, camera
):
    row = participant()
    other = factories.application(row.program, state="selected")
    assert event_pages.next_slot(row) == {}
    plan(staff, row, studio, camera, 26, "rehearsal")
    same = {"minutes": 60, "room": studio.slug, "equipment": [camera.slug]}
    assert event_pages.next_slot(row) == {"kind": "broadcast", **same}
    assert event_pages.next_slot(other) == {"kind": "rehearsal", **same}
    plan(staff, other, studio, camera, 27, "rehearsal")
    plan(staff, row, studio, camera, 25)
    assert event_pages.next_slot(row)["kind"] == "rehearsal"
    form = staff.get(f"/admin/events/case/{other.pk}/").context["forms"]["slot"]
    assert form["kind"].value() == "broadcast"
    assert form["equipment"].value() == [camera.slug]


def test_next_slot_when_a_later_one_is_for_all_then_still_as_its_own(staff, studio, camera):
    row = participant()
    plan(staff, row, studio, camera, 26, "rehearsal")
    factories.session(row.program, kst(24, 10), kind="rehearsal")
    given = event_pages.next_slot(row)
    assert (given["minutes"], given["room"]) == (60, studio.slug)


@pytest.mark.parametrize("count", [1, 3])
def test_next_slot_when_there_are_more_then_three_queries(
    staff, studio, camera, count, django_assert_num_queries
):
    row = participant()
    for day in range(count):
        plan(staff, row, studio, camera, 24 + day)
    with django_assert_num_queries(3):
        event_pages.next_slot(row)
