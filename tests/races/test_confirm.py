"""Two rooms want the last camera; one person presses the button many times."""

from __future__ import annotations

from collections import Counter

import pytest
from django.utils import translation

from bookings import equipment_refusals
from bookings.models import BookingState, Category, Resource
from bookings.services import reserve
from tests import factories
from tests.races import ledger
from tests.races.clients import TRIES, Account, Answer, Visitor, race, to_confirm

ROUNDS = 20


@pytest.fixture
def rooms() -> list[Resource]:
    return [factories.studio(), factories.resource(Category.RECORDING)]


@pytest.fixture
def camera(rooms: list[Resource]) -> Resource:
    return factories.resource(Category.EQUIPMENT, used_in=rooms)


def hold(account: Account, space: Resource):
    span = ledger.slot()
    return reserve.hold(
        user=account.user,
        merchant=account.merchant,
        resource=space,
        starts=span.start,
        ends=span.end,
    )


def race_for_the_camera(
    people: list[Visitor], accounts: list[Account], rooms: list[Resource], camera: Resource
) -> list[tuple[Answer, BookingState, int]]:
    """Each confirms a room of his own with the camera; the answers, and what is booked then."""
    held = [hold(account, room) for account, room in zip(accounts, rooms, strict=True)]
    answers = race(
        to_confirm(person, booking.reference, camera.slug)
        for person, booking in zip(people, held, strict=True)
    )
    for booking in held:
        booking.refresh_from_db()
    return [
        (answer, booking.state, booking.allocations.count())
        for answer, booking in zip(answers, held, strict=True)
    ]


def test_confirm_when_two_rooms_want_last_camera_then_one_has_it_and_other_keeps_its_room(
    web, crowd, arrive, figures, rooms, camera
):
    accounts = crowd[:2]
    people = arrive(web, *accounts)
    with translation.override("ko"):
        sentence = equipment_refusals.equipment_taken([camera.display_name]).message
    deadlocks = ledger.deadlocks()

    for _ in range(ROUNDS):
        ends = race_for_the_camera(people, accounts, rooms, camera)
        figures.add([answer for answer, *_ in ends])

        told = {(answer.status, *booked) for answer, *booked in ends}
        assert told == {(302, BookingState.CONFIRMED, 2), (409, BookingState.HELD, 1)}
        (loser,) = (answer for answer, *_ in ends if answer.status == 409)
        assert sentence in loser.text
        assert ledger.allocated(camera, ledger.slot()) == 1
        ledger.forget_bookings()

    assert ledger.deadlocks() == deadlocks


def test_confirm_when_nothing_guards_then_last_camera_is_lent_twice(
    unguarded_web, crowd, arrive, rooms, camera
):
    accounts = crowd[:2]
    people = arrive(unguarded_web, *accounts)

    with ledger.without_constraint():
        for _ in range(TRIES):
            ends = race_for_the_camera(people, accounts, rooms, camera)
            lent, doubled = ledger.allocated(camera, ledger.slot()), ledger.double_bookings()
            ledger.forget_bookings()
            if doubled:
                break

    assert [answer.status for answer, *_ in ends] == [302, 302]
    assert (lent, doubled) == (2, 1)


def test_confirm_when_only_the_constraint_guards_then_camera_is_lent_once(
    unguarded_web, crowd, arrive, rooms, camera
):
    accounts = crowd[:2]
    people = arrive(unguarded_web, *accounts)

    ends = race_for_the_camera(people, accounts, rooms, camera)

    assert Counter(answer.status for answer, *_ in ends) == {302: 1, 409: 1}
    assert ledger.allocated(camera, ledger.slot()) == 1


def test_confirm_when_sent_eight_times_then_confirmed_once_and_all_led_to_it(
    web, crowd, arrive, figures, rooms
):
    camera = factories.resource(Category.EQUIPMENT, units=8, used_in=rooms)
    windows = arrive(web, *[crowd[0]] * 8)

    for _ in range(5):
        booking = hold(crowd[0], rooms[0])
        answers = race(to_confirm(window, booking.reference, camera.slug) for window in windows)
        figures.add(answers)

        detail = f"/bookings/{booking.reference}/"
        assert {(a.status, a.location) for a in answers} == {(302, detail)}
        assert ledger.times_recorded(booking, BookingState.CONFIRMED) == 1
        assert ledger.allocated(camera, ledger.slot()) == 1
        ledger.forget_bookings()


def test_confirm_when_sent_eight_times_and_nothing_guards_then_many_cameras_go_with_it(
    unguarded_web, crowd, arrive, rooms
):
    camera = factories.resource(Category.EQUIPMENT, units=8, used_in=rooms)
    windows = arrive(unguarded_web, *[crowd[0]] * 8)

    with ledger.without_constraint():
        for _ in range(TRIES):
            booking = hold(crowd[0], rooms[0])
            race(to_confirm(window, booking.reference, camera.slug) for window in windows)
            lent = ledger.allocated(camera, ledger.slot())
            ledger.forget_bookings()
            if lent > 1:
                break

    assert lent > 1
