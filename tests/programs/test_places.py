"""The reserve list: offers, answers, silence, and the chain as a whole."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from center.errors import RuleViolation
from center.notifications.models import Message
from programs.models import ApplicationState, DistrictQuota
from programs.services import apply, calls, checking, places
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


def owner_of(application):
    return application.merchant.memberships.get().user


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
        assert places.accept(application=first, by=owner_of(first)).state == _S.SELECTED
        return
    with pytest.raises(RuleViolation) as refused:
        places.accept(application=first, by=owner_of(first))
    assert refused.value.codes == ("offer_over",)


def test_decline_then_the_next_in_line_is_offered_it_and_told(at_now):
    _program, (first, second) = offered(at_now)
    places.decline(application=first, by=owner_of(first))
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


def supported_before(program, **fields):
    """A business with a place of last year's round."""
    business = factories.merchant(**fields)
    round_before = factories.program(program.kind, title="지난해")
    factories.application(round_before, business, _S.COMPLETED, decided_at=NOW - dt.timedelta(365))
    return business


def test_fill_when_those_supported_before_have_their_share_then_passed_over(at_now):
    program = factories.program(quota=2, reserve=5, repeat_percent=50)
    placed = factories.application(program, supported_before(program), _S.SELECTED)
    leaving = factories.application(program, state=_S.SELECTED)
    again = factories.application(program, supported_before(program), _S.RESERVE)
    new = factories.application(program, state=_S.RESERVE)
    apply.withdraw(application=leaving)
    again.refresh_from_db()
    new.refresh_from_db()
    assert (again.state, new.state) == (_S.RESERVE, _S.OFFERED)
    apply.withdraw(application=placed)
    again.refresh_from_db()
    assert again.state == _S.OFFERED


def test_look_again_when_the_share_is_taken_meanwhile_then_in_line(at_now):
    program = factories.program(quota=4, reserve=5, repeat_percent=25)
    factories.application(program, supported_before(program), _S.SELECTED)
    again = supported_before(program)
    rejected = factories.application(program, again, _S.INELIGIBLE, reason="서류 미비")
    checking.look_again(application=rejected, revision=rejected.revision, by=factories.staff())
    rejected.refresh_from_db()
    assert (rejected.state, rejected.place) == (_S.RESERVE, None)


@pytest.mark.parametrize("percent", [None, 50])
def test_fill_when_many_wait_then_the_queries_are_as_many_for_each_place(at_now, percent):
    def asked(waiting):
        program = factories.program(quota=1, reserve=10, repeat_percent=percent)
        for _ in range(waiting):
            factories.application(program, state=_S.RESERVE)
        with CaptureQueriesContext(connection) as queries:
            assert len(places.fill_now(program=program)) == 1
        return len(queries)

    assert asked(1) == asked(3)


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
            places.decline(application=application, by=owner_of(application))
        elif what == "accept":
            places.accept(application=application, by=owner_of(application))
        else:
            traveller.shift(25 * _HOUR)
            places.expire_offers()
    except RuleViolation:
        pass


#: of each who waits: whether supported before, and where
WAITING = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["27230", "27260"])), min_size=2, max_size=5
)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(quota=st.integers(2, 3), percent=st.sampled_from([0, 34, 50]), who=WAITING, acts=ACTS)
def test_chain_with_repeats_and_districts_then_both_shares_kept(db, quota, percent, who, acts):
    """Beside the quota: never more repeats than their share, a district's own place never given
    to another, and nobody waits for whom a free place is open."""
    with time_machine.travel(NOW, tick=False) as traveller:
        program = factories.program(quota=quota, reserve=10, repeat_percent=percent)
        DistrictQuota.objects.create(program=program, district="27260", places=1)
        repeats, most = set(), quota * percent // 100
        everybody = [factories.application(program, state=_S.SELECTED) for _ in range(quota - 1)]
        for is_repeat, district in who:
            make = supported_before if is_repeat else _new
            business = make(program, district=district)
            row = factories.application(program, business, _S.RESERVE)
            everybody.append(row)
            repeats |= {row.pk} if is_repeat else set()
        for what, n in [("expire", 0), *acts]:
            traveller.shift(_HOUR)
            _act(what, everybody[n % len(everybody)], traveller)
            places.fill_now(program=program)
            rows = list(program.applications.all())
            given_to = [row for row in rows if row.state in _S.placed]
            there = sum(row.district == "27260" for row in given_to)
            again = sum(row.pk in repeats for row in given_to)
            assert again <= most
            assert len(given_to) - there <= quota - 1
            assert len(given_to) <= quota
            for row in rows:
                if row.state != _S.RESERVE or (row.pk in repeats and again >= most):
                    continue
                others = len(given_to) - there
                assert len(given_to) == quota or (
                    row.district != "27260" and others >= quota - 1
                ), "somebody waits while a place is open to him"


def _new(_program, **fields):
    return factories.merchant(**fields)
