"""From opening to closing: two operators, a tablet at the door, 40 rooms, 60 bookings.

Everybody acts through the addresses they use, and the workers run in the minutes that matter.
What the pages and the database say is compared with what the test itself has done.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from bookings.models import Allocation, Booking, BookingState, DoorDevice, HandOver, Resource
from bookings.services import doors
from bookings.tasks import expire_holds, follow_attendance
from center import clock
from center.notifications.models import Message
from tests import factories
from tests.bookings.devices import camera, unit_of
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 27)
HOURS = (9, 10, 11, 13, 14, 15, 16, 17)
BOOKED, SPACES, ROOMS = 60, 10, 4
MINUTE = dt.timedelta(minutes=1)
#: of the bookings, counted in the order in which they are made
CANCELLED, REJECTED = {7, 23, 41}, {12, 32}
MISSED, BY_STAFF, LENT = {5, 18, 29, 50}, set(range(0, 60, 6)), {3, 20, 45}
STAYING = set(range(0, 60, 4))


@pytest.fixture
def spaces(at_now, house) -> list[Resource]:
    """Ten kinds of rooms of four each; requests for the third kind are decided by staff."""
    made = [factories.studio(ROOMS) for _ in range(SPACES)]
    factories.policy(resource=made[2], needs_approval=True)
    camera(*made, units=3, slug="space-camera")
    return made


@pytest.fixture
def tablet(at_now) -> Client:
    device = DoorDevice.objects.create(name="현관")
    client = Client()
    client.post("/door/enrol/", {"code": doors.issue_code(device=device)})
    return client


def book(number: int, spaces: list[Resource], operator: Client) -> Booking:
    """Number by number another hour and another kind of room; every fifth is by telephone."""
    space, merchant = spaces[number % SPACES], factories.merchant()
    start = clock.at(DAY, dt.time(HOURS[number % len(HOURS)]))
    if number % 5 == 4:
        where = {"space": space.slug, "day": str(DAY), "shown": f"{space.slug} {DAY}"}
        times = {"start": f"{start:%H}:00", "end": f"{start.hour + 1}:00"}
        facts = {"source": "phone", "purpose": "제품 사진", "headcount": 1}
        sent(operator, f"/admin/book/?business={merchant.pk}", {**where, **times, **facts})
        return Booking.objects.latest("pk")
    person = logged_in(merchant.memberships.get().user)
    end = start + dt.timedelta(hours=1)
    wish = {"start": start.isoformat(), "end": end.isoformat()}
    held = person.post(f"/spaces/{space.slug}/hold/", wish)
    assert held.status_code == 302
    lent = {"equipment": ["space-camera"]} if number in LENT else {}
    facts = {"purpose": "제품 사진", "headcount": 1, "pledge": "on", **lent}
    assert person.post(held["location"], facts).status_code == 302
    return Booking.objects.latest("pk")


def decide(operators: list[Client], rejected: list[Booking]) -> None:
    """One operator rejects those, the other approves the rest."""
    first, second = operators
    for_one = [f"{booking.pk}:{booking.sequence}" for booking in rejected]
    no = {"decision": "reject", "reason": "purpose", "chosen": for_one}
    sent(first, "/admin/approvals/", no)
    waiting = Booking.objects.filter(state=BookingState.REQUESTED).values_list("pk", "sequence")
    rest = [f"{pk}:{sequence}" for pk, sequence in waiting]
    sent(second, "/admin/approvals/", {"decision": "approve", "chosen": rest})


def sent(client: Client, address: str, facts: dict[str, Any]) -> None:
    """Somebody at work sends it, and it is done."""
    done = client.post(address, facts)
    assert done.status_code == 302
    assert "/login/" not in done["location"]


def step(client: Client, booking: Booking, name: str) -> None:
    address = reverse(f"admin:schedule_{name}", args=[booking.reference])
    sent(client, address, {})


def let_in(number: int, booking: Booking, tablet: Client, operator: Client) -> None:
    if number in BY_STAFF:
        step(operator, booking, "check_in")
    else:
        came = tablet.post("/door/check-in/", {"reference": booking.reference})
        assert came.status_code in {200, 302}
    if number in LENT:
        unit = unit_of(booking)
        out = reverse("admin:equipment_hand_out", args=[booking.pk, unit.pk])
        things = [item.pk for item in unit.accessories.all()]
        sent(operator, out, {"condition": "good", "there": things})


def take_back(booking: Booking, operator: Client) -> None:
    lent = HandOver.objects.get(booking=booking)
    things = [item.pk for item in lent.items.all()]
    back = reverse("admin:hand_over", args=[lent.pk])
    sent(operator, back, {"condition": "good", "there": things})


def late_on_the_first_page(operator: Client) -> int:
    page = BeautifulSoup(operator.get("/admin/").content, "html.parser")
    found = [panel.h2.b.text for panel in page.select(".panel") if "늦음" in panel.h2.text]
    return int(found[0]) if found else 0


def test_a_day_when_two_operators_and_a_tablet_run_it_then_nothing_is_left_over(
    at_now, spaces, tablet
):
    people = [factories.staff(), factories.staff()]
    first, second = map(logged_in, people)
    made = [book(number, spaces, first) for number in range(BOOKED)]
    decide([first, second], [made[number] for number in sorted(REJECTED)])
    for number in sorted(CANCELLED):
        person = logged_in(made[number].merchant.memberships.get().user)
        cancel = f"/bookings/{made[number].reference}/cancel/"
        assert person.post(cancel, {"reason": "schedule"}).status_code == 302

    coming = {
        number: booking for number, booking in enumerate(made) if number not in CANCELLED | REJECTED
    }
    for hour in HOURS:
        staying = [
            n
            for n, booking in coming.items()
            if n in STAYING - MISSED and clock.local(booking.ends).hour == hour
        ]
        now = {n: b for n, b in coming.items() if clock.local(b.starts).hour == hour}
        expected = {n: b for n, b in now.items() if n not in MISSED}
        at_now.move_to(kst(27, hour) - 5 * MINUTE)
        first, second = map(logged_in, people)  # who does nothing for long is logged out
        for number, booking in list(expected.items())[1:]:
            let_in(number, booking, tablet, first)
        at_now.move_to(kst(27, hour, 6))
        # One comes late each hour, some do not come, some stay beyond the end of theirs.
        assert late_on_the_first_page(second) == len(now) - len(expected) + 1 + len(staying)
        let_in(*next(iter(expected.items())), tablet, second)
        at_now.move_to(kst(27, hour, 11))
        assert tablet.get("/door/").status_code == 200  # it asks each minute
        follow_attendance()
        at_now.move_to(kst(27, hour, 16))  # the time for tidying up is over
        follow_attendance()
        follow_attendance()
        assert late_on_the_first_page(second) == 0
        at_now.move_to(kst(27, hour, 50))
        first, second = map(logged_in, people)
        for number, booking in expected.items():
            if number in LENT:
                take_back(booking, second)
            if number not in STAYING:
                tablet.post("/door/check-out/", {"reference": booking.reference})
    at_now.move_to(kst(27, 18, 30))
    first, second = map(logged_in, people)
    expire_holds()
    follow_attendance()

    states = Counter(Booking.objects.values_list("state", flat=True))
    used = BOOKED - len(CANCELLED | REJECTED | MISSED)
    assert states == {
        BookingState.COMPLETED: used,
        BookingState.NO_SHOW: len(MISSED),
        BookingState.CANCELLED: len(CANCELLED),
        BookingState.REJECTED: len(REJECTED),
    }
    at_work = Allocation.objects.filter(during__contains=clock.now())
    assert not at_work.exclude(booking=None).exists()
    assert not HandOver.objects.filter(back_at=None).exists()
    # Each business has one booking and one member: nobody is told anything twice.
    told = Counter(Message.objects.values_list("kind", "recipient", "channel"))
    assert set(told.values()) == {1}
    kinds = Counter(kind for kind, _who in {message[:2] for message in told})
    assert kinds["bookings.rejected"] == len(REJECTED)
    assert kinds["bookings.cancelled"] == len(CANCELLED)
    assert kinds["bookings.no_show"] == len(MISSED)
    assert kinds["bookings.feedback"] == used
    assert late_on_the_first_page(first) == 0
