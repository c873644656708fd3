"""Figures of verification, from the history: each step once, in its month, in working days."""

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from center.figures import Wish, registry
from center.periods import of_key
from center.reports.counting import Counting
from merchants.models import Merchant
from tests import factories
from tests.conftest import kst
from tests.reports.oracle_verification import CUTS, Verification
from tests.reports.test_oracle import compare

pytestmark = pytest.mark.django_db
NOVEMBER = of_key("2026-11")
LATER = kst(5, month=1, year=2027)


def counted(name, period=NOVEMBER, cut="", row="", *, as_of=LATER, **filters):
    chosen = {key: frozenset(values) for key, values in filters.items()}
    return Counting(Wish(period, as_of, chosen)).value(f"merchants.{name}", cut, row)


def handed_in(at, **fields):
    """A business that handed its registration in at ``at``."""
    made = factories.merchant(state="draft", verified_until=None, **fields)
    step(made, state="submitted", submitted_at=at, decide_until=at)
    return made


def step(business, **fields):
    """One change, as the services write it; a trigger keeps its history."""
    Merchant.objects.filter(pk=business.pk).update(**fields)


def verified(business, at):
    step(business, state="verified", decided_at=at, verified_until=dt.date(2099, 1, 1))


def returned(business, at):
    step(business, state="returned", decided_at=at, return_reasons=["other"])


def test_submitted_when_returned_and_handed_in_again_then_twice():
    business = handed_in(kst(2, 9))
    returned(business, kst(3, 9))
    step(business, state="submitted", submitted_at=kst(4, 9), decide_until=kst(6))
    verified(business, kst(5, 9))
    assert [counted(name) for name in ("submitted", "returned", "verified")] == [2, 1, 1]


def test_decisions_when_the_business_changes_later_then_still_once():
    business = handed_in(kst(2, 9))
    verified(business, kst(3, 9))
    step(business, phone="053-111-2222")
    step(business, phone="053-111-3333")
    assert [counted(name) for name in ("submitted", "verified")] == [1, 1]


def test_days_when_weekend_and_holiday_between_then_working_days_alone():
    # Handed in on Friday, decided on Monday: one working day. On the same day: none.
    verified(handed_in(kst(6, 17)), kst(9, 9))
    assert counted("days_to_decide") == 1
    verified(handed_in(kst(10, 9)), kst(10, 17))
    assert counted("days_to_decide") * 2 == 1
    assert counted("days_to_decide", of_key("2026-10")) is None


def test_days_when_looked_at_again_then_from_the_asking():
    business = handed_in(kst(2, 9, month=9))
    verified(business, kst(3, 9, month=9))
    step(business, review_asked_at=kst(16, 9))
    step(business, decided_at=kst(18, 9), review_asked_at=None)
    assert (counted("verified"), counted("days_to_decide")) == (1, 2)


def test_steps_when_at_the_edge_of_the_month_then_in_theirs():
    business = handed_in(kst(30, 23, 59))
    verified(business, kst(1, month=12))
    december = of_key("2026-12")
    assert [counted("submitted", p) for p in (NOVEMBER, december)] == [1, 0]
    assert [counted("verified", p) for p in (NOVEMBER, december)] == [0, 1]
    assert counted("submitted", of_key("2026"), "month", "2026-11") == 1


def test_submitted_when_not_yet_then_not_counted():
    handed_in(kst(20, 9))
    assert [counted("submitted", as_of=at) for at in (kst(20, 9), kst(20, 9, 1))] == [0, 1]


def test_verification_when_divided_or_filtered_then_as_the_business_was_then():
    business = handed_in(kst(2, 9), district="27110", kind="corporation")
    verified(business, kst(3, 9))
    step(business, district="27140")
    assert counted("verified", NOVEMBER, "district", "27110") == 1
    assert counted("verified", NOVEMBER, "kind", "corporation") == 1
    assert counted("submitted", district=["27140"]) == 0
    assert counted("submitted", district=["27110"], kind=["corporation"]) == 1


def test_verification_when_many_then_few_statements(django_assert_max_num_queries):
    for day in range(2, 6):
        verified(handed_in(kst(day, 9)), kst(day, 12))
    with django_assert_max_num_queries(8):  # of which the house's settings, once
        found = registry.groups["merchants.verification"].count(Wish(NOVEMBER, LATER), "kind")
    assert found["individual"]["merchants.verified"] == 4


def walk(business, acts):
    """What happens to one business, a few hours apart; what cannot be now is left out."""
    state, at, asked = "draft", kst(20, month=10), False
    for act, hours in acts:
        at += dt.timedelta(hours=hours)
        if act == "submit" and state in ("draft", "returned"):
            state = "submitted"
            step(business, state=state, submitted_at=at, decide_until=at)
        elif act in ("return", "verify") and state == "submitted":
            {"return": returned, "verify": verified}[act](business, at)
            state = {"return": "returned", "verify": "verified"}[act]
        elif act == "review" and state == "verified":
            asked = not asked
            step(business, **{"review_asked_at": at} if asked else DECIDED | {"decided_at": at})
        elif act == "move":
            step(business, district=DISTRICTS[hours % 2])


DECIDED, DISTRICTS = {"review_asked_at": None}, ("27140", "47130")
act = st.sampled_from(["submit", "return", "verify", "submit", "verify", "review", "move"])


def compare_all(period, as_of, filters):
    oracle = Verification(period.starts, period.last, as_of)
    counting = Counting(Wish(period, as_of, {k: frozenset(v) for k, v in filters.items()}))
    for cut in CUTS:
        told = oracle.verification(cut, filters)
        group = "merchants.verification"
        compare(period, as_of, group, cut, told, prefix="merchants.", counting=counting)


@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cases=st.lists(st.lists(st.tuples(act, st.integers(1, 120)), max_size=10), max_size=5),
    key=st.sampled_from(["2026-11", "2026-H2", "to-2026-11-20"]),
    as_of=st.sampled_from([LATER, kst(18, 13, 17)]),
    filters=st.sampled_from([{}, {"district": ["47130"]}, {"kind": ["corporation"]}]),
)
def test_verification_when_anything_happens_then_as_the_oracle_counts(
    db, cases, key, as_of, filters
):
    with transaction.atomic():
        for n, acts in enumerate(cases):
            kind = ("individual", "corporation")[n % 2]
            section = ("G", "I")[n % 2]
            made = factories.merchant(
                state="draft", verified_until=None, kind=kind, section=section
            )
            walk(made, acts)
        compare_all(of_key(key), as_of, filters)
        transaction.set_rollback(True)
