"""Settings other than closures that leave bookings stranded: holidays, hours, units, spaces."""

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse

from bookings.models import (
    HolidayOverride,
    OpeningHours,
    Unit,
)
from center import clock
from tests import factories
from tests.bookings.test_closing import radio
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
FRIDAY = "2026-11-27"
LATER = f"move {kst(30, 10).isoformat()}/{kst(30, 12).isoformat()}"


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12."""
    return confirm(hold(studio, merchant))


def override(**data):
    return reverse("admin:bookings_holidayoverride_add"), {
        "date": FRIDAY,
        "name": "임시공휴일",
        "is_holiday": "on",
        **data,
    }


def test_admin_of_holidays_when_saved_over_bookings_then_asked_first(staff_client, booking):
    address, data = override()
    asked = staff_client.post(address, data)
    page = asked.content.decode()
    assert booking.reference in page
    assert "성공적으로" not in page, "nothing has been done yet"
    assert 'name="name" value="임시공휴일"' in page
    assert not HolidayOverride.objects.exists()
    chosen = {"settling": "1", f"choice_{booking.pk}": LATER}
    done = staff_client.post(address, data | chosen, follow=True)
    said = [str(message) for message in done.context["messages"]]
    assert len(said) == 2  # Django's and ours, each once
    booking.refresh_from_db()
    assert (booking.starts, HolidayOverride.objects.count()) == (kst(30, 10), 1)


def hours_page(row, **changes):
    page = {
        "weekday": row.weekday,
        "opens": f"{row.opens:%H:%M}",
        "closes": f"{row.closes:%H:%M}",
        "valid_from": row.valid_from,
        "valid_until": row.valid_until or "",
        **changes,
    }
    return {name: str(value) for name, value in page.items()}


def test_admin_of_hours_when_ended_under_bookings_then_asked_first(booking):
    manager = logged_in(factories.staff("manager"))
    morning = OpeningHours.objects.get(weekday=4, opens=dt.time(9))
    address = reverse("admin:bookings_openinghours_change", args=[morning.pk])
    data = hours_page(morning, valid_until="2026-11-26")
    asked = manager.post(address, data)
    assert booking.reference in asked.content.decode()
    manager.post(address, data | {"settling": "1", f"choice_{booking.pk}": "keep"})
    morning.refresh_from_db()
    assert morning.valid_until == dt.date(2026, 11, 26)
    kept = apps.get_model("bookings", "OpeningHoursEvent").objects.filter(pgh_obj_id=morning.pk)
    ends = kept.order_by("pgh_id").values_list("valid_until", flat=True)
    assert list(ends) == [None, morning.valid_until]


@pytest.mark.parametrize(
    ("first", "last", "changes", "field"),
    [
        (-1, None, {"opens": "08:00"}, "__all__"),
        (0, None, {"valid_from": "2020-01-02"}, "__all__"),
        (0, None, {"valid_until": "2026-11-22"}, "valid_until"),
        (0, -1, {"valid_until": ""}, "valid_until"),
        (1, None, {"valid_from": "2026-11-22"}, "valid_from"),
        (0, None, {"valid_until": "2026-11-23"}, None),
        (1, None, {"opens": "08:00", "valid_from": "2026-11-23"}, None),
    ],
)
def test_admin_of_hours_when_the_past_would_change_then_refused(
    at_now, first, last, changes, field
):
    day = {"valid_from": clock.today() + first * clock.DAY}
    if last is not None:
        day = {"valid_from": dt.date(2026, 1, 1), "valid_until": clock.today() + last * clock.DAY}
    row = OpeningHours.objects.create(weekday=6, opens=dt.time(10), closes=dt.time(12), **day)
    manager = logged_in(factories.staff("manager"))
    address = reverse("admin:bookings_openinghours_change", args=[row.pk])
    answer = manager.post(address, hours_page(row, **changes))
    if field is None:
        assert answer.status_code == 302
        return
    assert list(answer.context["adminform"].form.errors) == [field]
    assert answer.status_code == 200
    removed = manager.post(reverse("admin:bookings_openinghours_delete", args=[row.pk]))
    assert removed.status_code == (403 if first < 1 else 200)


@pytest.mark.parametrize(("days", "status"), [(-1, 403), (0, 302), (1, 302)])
def test_admin_of_single_dates_when_they_are_over_then_they_stay(
    at_now, staff_client, days, status
):
    day = clock.today() + days * clock.DAY
    row = HolidayOverride.objects.create(date=day, name="임시")
    address = reverse("admin:bookings_holidayoverride_change", args=[row.pk])
    assert staff_client.post(address, {"date": day, "name": "다른 이름"}).status_code == status
    gone = reverse("admin:bookings_holidayoverride_delete", args=[row.pk])
    assert staff_client.post(gone, {"post": "yes"}).status_code == status
    add = reverse("admin:bookings_specialopening_add")
    special = {"date": day, "opens": "10:00", "closes": "12:00", "reason": "행사"}
    assert staff_client.post(add, special).status_code == (200 if days < 0 else 302)


def resource_page(space, *units, **changes):
    page = {
        "slug": space.slug,
        "category": space.category,
        "name": space.name,
        "name_en": "x",
        "capacity": "4",
        "position": "0",
        "is_active": "on",
        "units-TOTAL_FORMS": str(len(units)),
        "units-INITIAL_FORMS": str(len(units)),
    }
    for n, unit in enumerate(units):
        row = {"id": unit.pk, "resource": space.pk, "name": unit.name, "position": unit.position}
        page |= {f"units-{n}-{name}": value for name, value in row.items()}
    return page | changes


def test_admin_of_units_when_taken_out_of_service_then_another_is_proposed(
    at_now, house, staff_client, merchant
):
    space = factories.studio(2)
    booking = confirm(hold(space, merchant))
    broken = booking.allocations.get().unit
    other = space.units.exclude(pk=broken.pk).get()
    address = reverse("admin:bookings_resource_change", args=[space.pk])
    data = resource_page(space, broken, other, **{"units-1-in_service": "on"})
    page = staff_client.post(address, data).content.decode()
    values, proposed = radio(page)
    assert proposed == values[:1]
    assert "같은 시간" in page
    assert Unit.objects.get(pk=broken.pk).in_service
    staff_client.post(address, data | {"settling": "1", f"choice_{booking.pk}": proposed[0]})
    assert not Unit.objects.get(pk=broken.pk).in_service
    assert booking.allocations.get().unit == other


def test_admin_of_spaces_when_no_longer_offered_then_bookings_are_asked_about(
    at_now, studio, staff_client, merchant
):
    booking = confirm(hold(studio, merchant))
    address = reverse("admin:bookings_resource_change", args=[studio.pk])
    data = resource_page(studio, studio.units.get(), **{"units-0-in_service": "on"})
    del data["is_active"]
    page = staff_client.post(address, data).content.decode()
    assert radio(page)[0] == ["cancel", "keep"]  # it can go nowhere else
    assert "더 이상 제공하지 않습니다" in page
    studio.refresh_from_db()
    assert studio.is_active
    staff_client.post(address, data | {"settling": "1", f"choice_{booking.pk}": "cancel"})
    studio.refresh_from_db()
    booking.refresh_from_db()
    assert (studio.is_active, booking.state) == (False, "cancelled")
