"""Many want the same hour at the same moment."""

from __future__ import annotations

from collections import Counter

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache

from bookings.models import Booking, BookingState, Resource
from tests import factories
from tests.factories.people import PASSWORD
from tests.races import ledger
from tests.races.clients import TRIES, Answer, open_account, race, to_hold

ROUNDS = 20


def check_round(answers: list[Answer], space: Resource, span, *, units: int) -> None:
    """As many won as units were free, all others were told so, and the database agrees."""
    assert Counter(a.status for a in answers) == {302: units, 409: len(answers) - units}
    assert {tuple(a.codes) for a in answers if a.status == 409} == {("slot_taken",)}
    held = Booking.objects.filter(resource=space, state=BookingState.HELD)
    pages = {f"/bookings/{booking.reference}/confirm/" for booking in held}
    assert sorted(a.location for a in answers if a.status == 302) == sorted(pages)
    assert Booking.objects.count() == ledger.allocated(space, span) == units
    assert ledger.double_bookings() == 0


@pytest.mark.parametrize("units", [1, 4])
def test_hold_when_64_want_one_slot_then_as_many_win_as_units_are_free(
    web, crowd, arrive, figures, units
):
    space, span = factories.studio(units), ledger.slot()
    people = arrive(web, *crowd)
    deadlocks = ledger.deadlocks()

    with ledger.Watch() as watch:
        for _ in range(ROUNDS):
            answers = race(to_hold(person, space.slug, span) for person in people)
            figures.add(answers)
            check_round(answers, space, span, units=units)
            ledger.forget_bookings()

    figures.note(connections=watch.most_connections, at_work=watch.most_at_work)
    assert watch.most_connections >= web.shape.connections
    assert ledger.deadlocks() == deadlocks


def test_hold_when_people_log_in_by_the_form_then_one_wins(web, arrive, figures):
    space, span = factories.studio(), ledger.slot()
    accounts = [open_account() for _ in range(5)]
    people = arrive(web, *accounts)
    cache.clear()  # the counts of the log-in limits
    for person, account in zip(people, accounts, strict=True):
        person.cookies.clear()
        email = account.user.email
        EmailAddress.objects.create(user=account.user, email=email, verified=True, primary=True)
        answer = person.log_in(email, PASSWORD)
        assert (answer.status, answer.location) == (302, "/")

    answers = race(to_hold(person, space.slug, span) for person in people)
    figures.add(answers)
    check_round(answers, space, span, units=1)


def test_hold_when_sent_eight_times_then_one_hold_and_all_led_to_it(web, crowd, arrive, figures):
    space, span = factories.studio(units=4), ledger.slot()
    windows = arrive(web, *[crowd[0]] * 8)

    for _ in range(5):
        answers = race(to_hold(window, space.slug, span) for window in windows)
        figures.add(answers)

        booking = Booking.objects.get()
        expected = (302, f"/bookings/{booking.reference}/confirm/")
        assert {(a.status, a.location) for a in answers} == {expected}
        assert ledger.allocated(space, span) == 1
        ledger.forget_bookings()


def test_hold_when_nothing_guards_then_slot_is_given_away_twice(unguarded_web, crowd, arrive):
    space, span = factories.studio(), ledger.slot()
    people = arrive(unguarded_web, *crowd)

    with ledger.without_constraint():
        for _ in range(TRIES):
            answers = race(to_hold(person, space.slug, span) for person in people)
            winners = sum(answer.status == 302 for answer in answers)
            taken, doubled = ledger.allocated(space, span), ledger.double_bookings()
            ledger.forget_bookings()
            if doubled:
                break

    assert winners == taken > 1
    assert doubled == winners * (winners - 1) // 2


def test_hold_when_only_the_lock_guards_then_one_wins(busy_web, crowd, arrive):
    space, span = factories.studio(), ledger.slot()
    people = arrive(busy_web, *crowd)

    with ledger.without_constraint():
        for _ in range(3):
            answers = race(to_hold(person, space.slug, span) for person in people)
            check_round(answers, space, span, units=1)
            ledger.forget_bookings()


def test_hold_when_only_the_constraint_guards_then_one_wins(unguarded_web, crowd, arrive, figures):
    space, span = factories.studio(), ledger.slot()
    people = arrive(unguarded_web, *crowd[:16])
    deadlocks = ledger.deadlocks()

    for _ in range(3):
        answers = race(to_hold(person, space.slug, span) for person in people)
        figures.add(answers)
        check_round(answers, space, span, units=1)
        ledger.forget_bookings()

    figures.note(deadlocks=ledger.deadlocks() - deadlocks)


def test_hold_when_sent_eight_times_and_nothing_guards_then_several_holds(
    unguarded_web, crowd, arrive
):
    space, span = factories.studio(units=4), ledger.slot()
    windows = arrive(unguarded_web, *[crowd[0]] * 8)

    with ledger.without_constraint():
        for _ in range(TRIES):
            race(to_hold(window, space.slug, span) for window in windows)
            bookings = Booking.objects.count()
            ledger.forget_bookings()
            if bookings > 1:
                break

    assert bookings > 1
