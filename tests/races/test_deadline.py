"""A call closes while everybody presses the button: who came in time is in, and nobody else;
whatever was typed is still there."""

from __future__ import annotations

import datetime as dt
import time
from statistics import median

from center import clock
from programs.models import ApplicationState, Draft, Program, Question
from tests import factories
from tests.races.clients import TRIES, Account, Answer, Request, Visitor, race

_S = ApplicationState
PEOPLE = 40
FIRST, LAST = "처음 적은 글", "마지막에 고친 글"


def sending(visitor: Visitor, question: Question, text: str, do: str) -> Request:
    fields = {"contact_phone": "010-1234-5678", "baseline_sales": "0", f"q{question.pk}": text}
    return Request(visitor, f"/programs/{question.program.slug}/apply/", {**fields, "do": do})


def a_call() -> Question:
    """Scored, so that nothing but the deadline keeps anybody out; with one question."""
    program = factories.program("social_media", quota=5)
    return program.questions.create(position=1, kind="text", label="까닭")


def close_in(program: Program, seconds: float) -> dt.datetime:
    closes_at = clock.now() + dt.timedelta(seconds=seconds)
    Program.objects.filter(pk=program.pk).update(closes_at=closes_at)
    return closes_at


def on_the_clock(moment: float) -> dt.datetime:
    """The time of ``perf_counter`` on the clock, which is the server's: it is the same machine."""
    return clock.now() - dt.timedelta(seconds=time.perf_counter() - moment)


def check_in_time(answer: Answer, question: Question, person: Account, deadline: dt.datetime):
    row = question.program.applications.get(merchant=person.merchant)
    assert answer.location == row.get_absolute_url()
    assert row.state == _S.SUBMITTED
    assert row.submitted_at < deadline
    assert row.answers.get().value == LAST
    assert not Draft.objects.filter(application=row).exists()
    assert on_the_clock(answer.sent) < deadline


def check_late(answer: Answer, question: Question, person: Account, deadline: dt.datetime):
    """Refused for the deadline alone, not before it, and with the draft as it was."""
    assert (answer.status, answer.codes) == (409, ["closed"])
    assert on_the_clock(answer.received) >= deadline
    row = question.program.applications.get(merchant=person.merchant)
    assert (row.state, row.submitted_at, row.answers.count()) == (_S.DRAFT, None, 0)
    (kept,) = row.draft.typed[f"q{question.pk}"]
    assert kept in {FIRST, LAST}  # the last if it came in time to be kept, though not to count


def test_hand_in_when_the_deadline_passes_under_load_then_in_time_or_the_draft_is_kept(
    busy_web, crowd, arrive, figures
):
    people = crowd[:PEOPLE]
    visitors = arrive(busy_web, *people)
    for _ in range(TRIES):
        question = a_call()
        saved = race(sending(visitor, question, FIRST, "auto") for visitor in visitors)
        assert {answer.status for answer in saved} == {200}
        # Half of them are through by then, as far as what they just did tells.
        deadline = close_in(question.program, median(answer.seconds for answer in saved))
        answers = race(sending(visitor, question, LAST, "hand_in") for visitor in visitors)
        figures.add(answers)
        in_time = sum(answer.status == 302 for answer in answers)
        for answer, person in zip(answers, people, strict=True):
            check = check_in_time if answer.status == 302 else check_late
            check(answer, question, person, deadline)
        assert question.program.applications.handed_in().count() == in_time
        if 0 < in_time < PEOPLE:
            figures.note(in_time=in_time, late=PEOPLE - in_time)
            return
    raise AssertionError("the deadline never fell among the applications")
