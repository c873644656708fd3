"""The line in Redis: who is let in, what is lost with it and what comes back with the tickets."""

from __future__ import annotations

import random

import pytest
from django_redis import get_redis_connection

from center.waiting_room import policy, rooms
from tests.waiting_room.test_policy import OPENS, SECOND, gate

SESSION = "a-session"


@pytest.fixture(autouse=True)
def _empty_redis():
    get_redis_connection("default").flushdb()


class House:
    """People before one gate, each with the cookie of his browser."""

    def __init__(self, clock, **limits):
        self.clock, self.gate = clock, gate(**limits)
        self.tickets = {}

    def at(self, after):
        self.clock.move_to(OPENS + after * SECOND)

    def come(self, account):
        held = self.tickets.get(account)
        stand = rooms.come(self.gate, account, SESSION, held)
        self.tickets[account] = stand.ticket
        return stand

    def inside(self, accounts):
        return {account for account in accounts if self.come(account).is_inside}

    def drawn(self, accounts):
        return sorted(accounts, key=lambda account: self.tickets[account].number)


@pytest.fixture
def house(at_now):
    def build(**limits):
        built = House(at_now, **limits)
        built.at(-60)
        return built

    return build


def wait_for_breath():
    """The next may let others in at once: the pause between two is real time."""
    for key in get_redis_connection("default").scan_iter("*breath"):
        get_redis_connection("default").delete(key)


def test_come_before_the_opening_then_nobody_is_inside(house):
    room = house(inside=3)
    assert room.inside(range(1, 9)) == set()
    assert rooms.look(room.gate, room.tickets[1]).waiting == 8


def test_come_at_the_opening_then_the_first_drawn_are_inside_whoever_looks_first(house):
    room = house(inside=3)
    room.inside(range(1, 9))
    room.at(0)
    last = room.drawn(range(1, 9))[-1]
    assert not room.come(last).is_inside
    assert room.inside(range(1, 9)) == set(room.drawn(range(1, 9))[:3])


def test_come_after_the_opening_then_by_arrival_behind_those_who_waited(house):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(1)
    assert room.come(8).ahead == 1  # this look gave one of the two the turn
    room.at(1.5)
    assert room.come(7).ahead == 2


def test_look_when_somebody_leaves_then_the_next_goes_in(house):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    first, second = room.drawn([1, 2])
    assert room.inside([1, 2]) == {first}
    rooms.leave(room.gate, first)
    wait_for_breath()
    assert room.come(second).is_inside


@pytest.mark.parametrize(("seconds", "is_inside"), [(59, False), (60, True)])
def test_turn_nobody_comes_for_then_the_next_goes_in_at_its_end(house, seconds, is_inside):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    _absent, present = room.drawn([1, 2])
    room.come(present)  # this look calls the one who does not come
    wait_for_breath()
    room.at(seconds)
    assert room.come(present).is_inside is is_inside


def test_turn_missed_then_the_old_number_counts_again(house):
    room = house(inside=1)
    room.inside([1, 2, 3])
    room.at(0)
    first, second, _third = room.drawn([1, 2, 3])
    room.come(second)
    wait_for_breath()
    room.at(61)
    assert room.come(second).is_inside
    assert room.come(first).ahead == 0


@pytest.mark.parametrize(("minutes", "is_inside"), [(9.99, True), (10, False)])
def test_turn_without_a_sign_then_it_ends_after_the_minutes(house, minutes, is_inside):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    first, second = room.drawn([1, 2])
    assert room.come(first).is_inside
    room.at(minutes * 60)
    room.come(second)
    wait_for_breath()
    assert room.come(second).is_inside is not is_inside


def test_come_with_several_windows_or_without_the_cookie_then_one_number(house):
    room = house(inside=1)
    room.inside([1, 2])
    number = room.tickets[1].number
    room.at(-30)
    stands = [rooms.come(room.gate, 1, f"browser-{n}", None) for n in range(3)]
    assert {(stand.waiting, stand.ticket.number) for stand in stands} == {(2, number)}


def test_come_again_after_the_opening_without_the_cookie_then_the_number_in_line_stays(house):
    room = house(inside=1)
    room.inside([1, 2, 3])
    room.at(5)
    room.come(4)
    last = room.drawn([1, 2, 3])[-1]
    assert rooms.come(room.gate, last, "another-browser", None).ahead == 1


def test_come_with_the_ticket_of_another_account_then_it_counts_for_nothing(house):
    room = house(inside=1)
    room.at(1)
    room.inside([1, 2])
    theirs = room.tickets[1]
    room.at(9)
    stand = rooms.come(room.gate, 3, SESSION, theirs)
    assert (stand.ticket.account, stand.ticket.number) == (3, 10)


def test_redis_lost_then_the_tickets_bring_back_line_and_inside(house):
    room, people = house(inside=3), range(1, 21)
    room.inside(people)
    room.at(0)
    room.come(1)
    wait_for_breath()
    within = room.inside(people)
    line = [n for n in room.drawn(people) if n not in within]
    get_redis_connection("default").flushdb()
    room.at(10)
    newcomer = 99
    assert not room.come(newcomer).is_inside
    back = list(people)
    random.Random(1).shuffle(back)
    assert room.inside(back) == within
    room.at(10 + policy.SETTLE.total_seconds())
    rooms.leave(room.gate, min(within))
    wait_for_breath()
    assert room.inside([*line, newcomer]) == {line[0]}


def test_redis_lost_before_the_opening_then_the_same_order_is_drawn(house):
    room, people = house(inside=2), range(1, 11)
    room.inside(people)
    before = room.drawn(people)
    get_redis_connection("default").flushdb()
    room.tickets.clear()
    room.inside(people)
    assert room.drawn(people) == before


def test_left_then_an_old_cookie_does_not_bring_the_turn_back(house):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    first, second = room.drawn([1, 2])
    room.come(first)
    rooms.leave(room.gate, first)
    wait_for_breath()
    assert room.come(second).is_inside
    assert not room.come(first).is_inside


def test_redis_away_then_those_inside_go_on_and_the_others_keep_their_ticket(house, settings):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    first, second = room.drawn([1, 2])
    assert room.come(first).is_inside
    settings.CACHES = _away(settings)
    ticket = room.tickets[second]
    stand = room.come(second)
    assert (stand.is_inside, stand.is_away, stand.ticket) == (False, True, ticket)
    assert room.come(first).is_inside
    room.at(601)
    assert room.come(first).is_away


def _away(settings):
    """A port on which nobody listens."""
    here = settings.CACHES["default"]
    options = {**here["OPTIONS"], "SOCKET_CONNECT_TIMEOUT": 0.2}
    away = {**here, "LOCATION": "redis://127.0.0.1:1/0", "OPTIONS": options}
    return {**settings.CACHES, "default": away}


def test_keys_then_each_has_an_end(house):
    room = house(inside=1)
    room.inside([1, 2])
    room.at(0)
    room.inside([1, 2])
    redis = get_redis_connection("default")
    ends = {key: redis.ttl(key) for key in redis.scan_iter("waiting:*")}
    assert len(ends) >= 4
    assert all(end > 0 for key, end in ends.items() if b"breath" not in key)


def test_turns_per_minute_then_no_more_than_that(house):
    room, people = house(inside=None, per_minute=6), range(1, 6)
    room.inside(people)
    within = []
    for second in (0, 9, 10, 20):
        room.at(second)
        wait_for_breath()
        within.append(len(room.inside(people)))
    assert within == [1, 1, 2, 3]
