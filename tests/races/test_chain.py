"""Places change hands: many give theirs back while those in line answer what they are offered,
each from a window of his own, some from two at once."""

from __future__ import annotations

import datetime as dt
import functools
import random
import threading
from collections import Counter
from typing import Any

import pytest

from center import clock
from programs import links
from programs.models import Application, ApplicationState, Program
from programs.services import apply, places
from tests import factories
from tests.races.clients import Account, Answer, Request, Visitor, at_once, outcome

_S = ApplicationState
PLACES, WAITING = 12, 36
ROUNDS, AT_ONCE = 2, 14


def full_house(people: list[Account]) -> Program:
    """The first have the places, everybody else waits in the order of the list."""
    program = factories.program(quota=PLACES, reserve=WAITING)
    for n, person in enumerate(people):
        state = _S.SELECTED if n < PLACES else _S.RESERVE
        factories.application(program, person.merchant, state)
    return program


def acts(rows: list[Application], windows: dict[int, list[Visitor]]) -> list[Request]:
    """What some of them do in the same moment: a place given back, an offer answered, now and
    then both at once by the same person; whoever has been offered something mostly answers."""
    found = []
    for row in rows:
        own = windows[row.merchant_id]
        give_back = Request(own[0], f"/programs/applications/{row.receipt}/withdraw/", {})
        answer = random.choice(["accept", "accept", "decline"])
        says = Request(own[1], _offer(row), {"answer": answer})
        if row.state == _S.OFFERED:
            found += random.choice([[says], [says], [give_back], [says, give_back]])
        else:
            found += [give_back]
    return found


def _offer(row: Application) -> str:
    return f"/programs/offers/{links.token_of_offer(row, row.merchant.memberships.get().user)}/"


def offers(program: Program) -> list[tuple[int, int]]:
    """Application and place of every offer there was, in the order of the commits: the history
    is written under the program's lock."""
    events = Application.pgh_event_model.objects.filter(pgh_obj__program=program, state=_S.OFFERED)
    return list(dict.fromkeys(events.order_by("pgh_id").values_list("pgh_obj_id", "place")))


def check(program: Program, line: dict[int, int]) -> None:
    """``line``: the number in line by application, as it was at first."""
    rows = list(program.applications.all())
    placed = [row.place for row in rows if row.state in _S.placed]
    assert len(placed) == len(set(placed)) <= PLACES
    assert set(placed) <= set(range(1, PLACES + 1))
    waiting = [line[row.pk] for row in rows if row.state == _S.RESERVE]
    assert not waiting or len(placed) == PLACES, "somebody waits while a place is free"
    asked = [line[pk] for pk, _place in offers(program)]
    assert asked == sorted(set(asked)), "offered out of turn, or twice"
    assert not (waiting and asked) or max(asked) < min(waiting), "somebody was passed over"


def expire_some(program: Program) -> int:
    """The time of half the offers is up."""
    open_ones = program.applications.filter(state=_S.OFFERED)
    some = list(open_ones.values_list("pk", flat=True))[::2]
    over = clock.now() - dt.timedelta(seconds=1)
    return Application.objects.filter(pk__in=some).update(offered_until=over)


def wave(program: Program, windows: dict[int, list[Visitor]]) -> list[Answer]:
    """Up to so many at once, while the timetable looks for offers that ran out; none where
    everybody has gone."""
    rows = list(program.applications.filter(state__in=_S.withdrawable).select_related("program"))
    chosen = [row for row in rows if row.state == _S.OFFERED][: AT_ONCE // 2]
    others = [row for row in rows if row not in chosen]
    chosen += random.sample(others, min(len(others), AT_ONCE - len(chosen)))
    requests = acts(chosen, windows)
    for request in requests:
        request.visitor.connect()
    expire_some(program)
    *answers, _ended = at_once(*(r.send for r in requests), places.expire_offers)
    return answers


def test_chain_when_many_withdraw_and_answer_at_once_then_in_turn_and_no_place_idle(
    busy_web, crowd, arrive, figures
):
    people, ended = crowd[: PLACES + WAITING], Counter[str]()
    windows = {
        person.merchant.pk: [first, second]
        for person, first, second in zip(
            people, arrive(busy_web, *people), arrive(busy_web, *people), strict=True
        )
    }
    for _ in range(ROUNDS):
        program = full_house(people)
        line = dict(program.applications.reserve_list().values_list("pk", "reserve_number"))
        while answers := wave(program, windows):
            figures.add(answers)
            assert {answer.status for answer in answers} == {302}
            check(program, line)
            if not program.applications.reserve_list().exists():
                break
        ended.update(program.applications.values_list("state", flat=True))
    figures.note(**{f"ended_{state}": count for state, count in ended.items()})
    assert {_S.SELECTED, _S.DECLINED, _S.WITHDRAWN} <= set(ended)


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the control: both have seen who is next before either offers him anything."""
    both_have_looked, look, own = threading.Barrier(2), places._next_in_line, threading.local()

    def looked(program: Program, now: dt.datetime) -> Any:
        found = look(program, now)
        if not hasattr(own, "looked"):
            own.looked = both_have_looked.wait(10)
        return found

    rows = Application.objects.select_related("program", "merchant")
    monkeypatch.setattr(places, "_next_in_line", looked)
    monkeypatch.setattr(apply, "lock_application", lambda pk: rows.get(pk=pk))
    monkeypatch.setattr(apply, "lock_program", lambda pk: Program.objects.get(pk=pk))


def test_control_without_locks_then_two_places_are_offered_to_one(crowd, unlocked):
    program = full_house(crowd[: PLACES + 3])
    leaving = list(program.applications.placed()[:2])
    at_once(*(functools.partial(outcome, apply.withdraw, application=row) for row in leaving))
    asked = [pk for pk, _place in offers(program)]
    assert len(asked) > len(set(asked))
