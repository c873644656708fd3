"""The reserve list: offers, answers, silence, and the chain as a whole."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from center.errors import RuleViolation
from center.notifications.models import Message
from programs.models import ApplicationState, DistrictQuota
from programs.services import apply, calls, places
from tests import factories
from tests.conftest import NOW

pytestmark = pytest.mark.django_db

_S = ApplicationState
_HOUR = dt.timedelta(hours=1)


def line(quota=1, waiting=2, **fields):
    """A full program with some in line; who has a place, then who waits."""
    program = factories.program(quota=quota, reserve=10, **fields)
    placed = [factories.application(program, state=_S.SELECTED) for _ in range(quota)]
    return (
        program,
        placed,
        [factories.application(program, state=_S.RESERVE) for _ in range(waiting)],
    )


def offered(at_now, **fields):
    program, placed, waiting = line(**fields)
    apply.withdraw(application=placed[0])
    waiting[0].refresh_from_db()
    return program, waiting


@pytest.mark.parametrize(
    ("offset", "accepted"),
    [(-dt.timedelta(microseconds=1), True), (dt.timedelta(0), False), (_HOUR, False)],
)
def test_accept_at_the_end_of_the_offer_then_the_instant_before_counts(at_now, offset, accepted):
    _program, (first, _second) = offered(at_now, offer_hours=24)
    assert first.offered_until == NOW + 24 * _HOUR
    at_now.move_to(first.offered_until + offset)
    if accepted:
        assert places.accept(application=first).state == _S.SELECTED
        return
    with pytest.raises(RuleViolation) as refused:
        places.accept(application=first)
    assert refused.value.codes == ("offer_over",)


def test_decline_then_the_next_in_line_is_offered_it_and_told(at_now):
    _program, (first, second) = offered(at_now)
    places.decline(application=first)
    second.refresh_from_db()
    assert (second.state, second.place) == (_S.OFFERED, 1)
    told = Message.objects.filter(kind="programs.offered", channel="inbox")
    assert [row.context["receipt"] for row in told.order_by("pk")] == [
        first.receipt,
        second.receipt,
    ]


def test_expire_offers_when_time_is_up_then_declined_told_and_passed_on(at_now):
    _program, (first, second) = offered(at_now)
    at_now.move_to(first.offered_until)
    assert places.expire_offers() == 1
    assert places.expire_offers() == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (_S.DECLINED, _S.OFFERED)
    kinds = Message.objects.filter(context__receipt=first.receipt, channel="inbox")
    assert sorted(kinds.values_list("kind", flat=True)) == ["programs.expired", "programs.offered"]


def test_offer_when_the_program_ends_earlier_then_it_ends_with_it(at_now):
    day = NOW.date()
    _program, (first, _second) = offered(at_now, runs_from=day, runs_until=day)
    assert first.offered_until.astimezone(NOW.tzinfo).isoformat() == "2026-11-24T00:00:00+09:00"


def test_offer_when_the_program_is_over_then_nobody_is_offered_anything(at_now):
    day = NOW.date() - dt.timedelta(days=1)
    _program, (first, _second) = offered(at_now, runs_from=day, runs_until=day)
    assert first.state == _S.RESERVE


def test_fill_when_the_free_place_belongs_to_a_district_then_the_first_of_it(at_now):
    program = factories.program(quota=1, reserve=5)
    DistrictQuota.objects.create(program=program, district="27260", places=1)
    here, there = factories.merchant(district="27230"), factories.merchant(district="27260")
    waiting = factories.application(program, here, state=_S.RESERVE)
    chosen = factories.application(program, there, state=_S.RESERVE)
    places.fill_now(program=program)
    waiting.refresh_from_db()
    chosen.refresh_from_db()
    assert (waiting.state, chosen.state) == (_S.RESERVE, _S.OFFERED)


def test_after_change_when_there_are_more_places_then_those_in_line_are_offered_them(at_now):
    program, _placed, waiting = line(quota=1, waiting=3)
    program.quota = 3
    program.save(update_fields=["quota"])
    calls.after_change(program=program)
    for row in waiting:
        row.refresh_from_db()
    assert [row.state for row in waiting] == [_S.OFFERED, _S.OFFERED, _S.RESERVE]


ACTS = st.lists(
    st.tuples(st.sampled_from(["withdraw", "decline", "accept", "expire"]), st.integers(0, 7)),
    max_size=10,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(quota=st.integers(1, 3), acts=ACTS)
def test_chain_whatever_people_do_then_quota_kept_in_order_and_nobody_skipped(db, quota, acts):
    with time_machine.travel(NOW, tick=False) as traveller:
        program, placed, waiting = line(quota=quota, waiting=4)
        everybody = [*placed, *waiting]
        offers = []
        for what, n in acts:
            traveller.shift(_HOUR)
            _act(what, everybody[n % len(everybody)], traveller)
            rows = {row.pk: row for row in program.applications.all()}
            now_placed = [row for row in rows.values() if row.state in _S.placed]
            assert len(now_placed) <= quota
            still = [rows[row.pk] for row in waiting if rows[row.pk].state == _S.RESERVE]
            # Nobody waits while a place is free, and whoever waits came after those served.
            assert not still or len(now_placed) == quota
            served = [n for n, row in enumerate(waiting) if rows[row.pk].state != _S.RESERVE]
            offers += [n for n in served if n not in offers]
        left = [n for n, row in enumerate(waiting) if _withdrew(row, acts, everybody)]
        in_order = [n for n in offers if n not in left]
        assert in_order == sorted(in_order)


def _withdrew(row, acts, everybody):
    return any(what == "withdraw" and everybody[n % len(everybody)] is row for what, n in acts)


def _act(what, application, traveller):
    try:
        if what == "withdraw":
            apply.withdraw(application=application)
        elif what == "decline":
            places.decline(application=application)
        elif what == "accept":
            places.accept(application=application)
        else:
            traveller.shift(25 * _HOUR)
            places.expire_offers()
    except RuleViolation:
        pass
