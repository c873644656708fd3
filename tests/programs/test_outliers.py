"""Which answers stand out, and that they count only once somebody has looked."""

import datetime as dt

import pytest

from center.errors import RuleViolation
from programs import outliers
from programs.models import Outcome, OutcomeFlag
from programs.services import outcomes
from tests import factories
from tests.conftest import NOW
from tests.programs.test_outcomes import GIVEN, answer, asked, took_part

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.mark.parametrize(
    ("sales", "orders", "baseline", "others", "flags"),
    [
        (7_000, 1, 9_000, [], []),  # 700 expected in 7 of 90 days, exactly ten times
        (7_001, 1, 9_000, [], [OutcomeFlag.BASELINE]),
        (7_001, 1, None, [], []),
        (7_001, 1, 0, [], []),
        (1_000, 1, None, [1, 50, 100, 900, 2_000], []),
        (1_001, 1, None, [1, 50, 100, 900, 2_000], [OutcomeFlag.MEDIAN]),
        (1_001, 1, None, [1, 50, 100, 900], []),  # four say nothing
        (1, 1, None, [0, 0, 0, 0, 0], []),
        (1, 0, None, [], [OutcomeFlag.NO_ORDERS]),
        (0, 1, None, [], [OutcomeFlag.NO_SALES]),
        (None, None, 9_000, [1] * 5, []),
        (0, 0, 9_000, [], []),
    ],
)
def test_flags_just_below_at_and_above_ten_times(sales, orders, baseline, others, flags):
    given = {"sales": sales, "orders": orders, "baseline": baseline, "others": others}
    assert outliers.flags_of(stage=7, **given) == flags


def test_answer_when_it_stands_out_then_it_counts_only_when_looked_at():
    row = answer(asked(took_part(baseline_sales=9_000)), sales=7_001, orders=1)
    assert row.flags == ["baseline"]
    assert not Outcome.objects.counted().exists()
    outcomes.look_at(outcome=row, note="전화로 확인", by=factories.staff())
    assert Outcome.objects.counted().get() == row
    with pytest.raises(RuleViolation, match="outcome_taken_down"):
        answer(row, sales=1, orders=1)


def test_answer_when_five_others_answered_then_compared_with_their_median():
    program = factories.program("live_commerce", runs_until=dt.date(2026, 11, 16), quota=9)
    rows = [factories.application(program, state="completed") for _ in range(6)]
    outcomes.ask_due(now=NOW)
    *others, last = Outcome.objects.filter(application__in=rows)
    for other in others:
        answer(other, sales=100, orders=1)
    assert answer(last, sales=1_001, orders=1).flags == ["median"]


def test_look_at_when_it_does_not_stand_out_or_without_a_note_then_refused():
    row = answer(asked(), **GIVEN)
    with pytest.raises(RuleViolation, match="nothing_to_look_at"):
        outcomes.look_at(outcome=row, note="x", by=factories.staff())
    with pytest.raises(RuleViolation, match="note_needed"):
        outcomes.look_at(outcome=row, note=" ", by=factories.staff())
