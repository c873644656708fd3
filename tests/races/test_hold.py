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
from tests.races.clients import Answer, Visitor, open_account, race, to_hold

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
    port, crowd, visitors, figures, units
):
    space, span = factories.studio(units), ledger.slot()
    people = visitors(crowd, port)
    deadlocks = ledger.deadlocks()

    for _ in range(ROUNDS):
        answers = race(to_hold(person, space.slug, span) for person in people)
        figures.add(answers)
        check_round(answers, space, span, units=units)
        ledger.forget_bookings()

    assert ledger.deadlocks() == deadlocks


def test_hold_when_32_connections_wait_for_one_row_then_one_wins(serve, crowd, visitors, figures):
    space, span = factories.studio(), ledger.slot()
    people = visitors(crowd, serve("many_connections"))

    with ledger.Watch() as watch:
        for _ in range(5):
            answers = race(to_hold(person, space.slug, span) for person in people)
            figures.add(answers)
            check_round(answers, space, span, units=1)
            ledger.forget_bookings()

    figures.note(connections=watch.most_connections, at_work=watch.most_at_work)
    assert watch.most_connections >= 32


def test_hold_when_people_log_in_by_the_form_then_one_wins(port, figures):
    space, span = factories.studio(), ledger.slot()
    cache.clear()  # the counts of the log-in limits
    people = [Visitor(port) for _ in range(5)]
    for person in people:
        user = open_account().user
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        answer = person.log_in(user.email, PASSWORD)
        assert (answer.status, answer.location) == (302, "/")

    answers = race(to_hold(person, space.slug, span) for person in people)
    figures.add(answers)
    check_round(answers, space, span, units=1)
    for person in people:
        person.close()


def test_hold_when_nothing_guards_then_slot_is_given_away_twice(unguarded_port, crowd, visitors):
    space, span = factories.studio(), ledger.slot()
    people = visitors(crowd, unguarded_port)

    with ledger.without_constraint():
        answers = race(to_hold(person, space.slug, span) for person in people)

        winners = sum(answer.status == 302 for answer in answers)
        assert winners == ledger.allocated(space, span)
        assert winners > 1
        assert ledger.double_bookings() > 0


def test_hold_when_only_the_lock_guards_then_one_wins(port, crowd, visitors):
    space, span = factories.studio(), ledger.slot()
    people = visitors(crowd, port)

    with ledger.without_constraint():
        for _ in range(5):
            answers = race(to_hold(person, space.slug, span) for person in people)
            check_round(answers, space, span, units=1)
            ledger.forget_bookings()


def test_hold_when_only_the_constraint_guards_then_one_wins(
    unguarded_port, crowd, visitors, figures
):
    space, span = factories.studio(), ledger.slot()
    people = visitors(crowd[:8], unguarded_port)
    deadlocks = ledger.deadlocks()

    for _ in range(2):
        answers = race(to_hold(person, space.slug, span) for person in people)
        figures.add(answers)
        check_round(answers, space, span, units=1)
        ledger.forget_bookings()

    figures.note(deadlocks=ledger.deadlocks() - deadlocks)
