"""What happened between applying and the place: support elsewhere, suspensions, papers."""

from __future__ import annotations

import datetime as dt
import re
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.services.suspend import suspend
from programs import basis, policies, selection_check
from programs.models import Application, ApplicationState, CoApplicant
from programs.services import announce, apply, checking, lottery, places, standings
from tests import factories
from tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState
DAY = dt.timedelta(days=1)


def codes(act):
    with pytest.raises(RuleViolation) as refusal:
        act()
    assert all(v.message and v.remedy for v in refusal.value.violations)
    return refusal.value.codes


def owner_of(application):
    return application.merchant.memberships.get().user


def supported(merchant, kind):
    """By another program of the kind, this year."""
    other = factories.program(kind)
    return factories.application(other, merchant, _S.SELECTED, decided_at=NOW - DAY)


def not_verified(merchant):
    merchant.verified_until = NOW.date() - DAY
    merchant.save(update_fields=["verified_until"])


def suspended(merchant):
    suspend(merchant=merchant, ends=NOW + 30 * DAY, reason="미이용", tell=False)


def joint(program, state=_S.SUBMITTED, partner=None):
    """With a partner who confirmed; who is in when it is handed in stays in."""
    partner = partner or factories.merchant()
    draft = factories.application(program, state=_S.DRAFT)
    CoApplicant.objects.create(
        application=draft, merchant=partner, state="confirmed", answered_at=NOW
    )
    if state == _S.DRAFT:
        return draft, partner
    number = 1 if state == _S.RESERVE else None
    values = {"state": state, "submitted_at": NOW, "reserve_number": number}
    Application.objects.filter(pk=draft.pk).update(**values)
    draft.refresh_from_db()
    return draft, partner


AGAINST = {
    "supported_this_year": lambda merchant: supported(merchant, "education"),
    "suspended": suspended,
    "not_verified": not_verified,
}


@pytest.mark.parametrize("code", AGAINST)
def test_fill_when_something_stands_against_the_first_in_line_then_the_next(code):
    program = factories.program("education", quota=1, reserve=5, once_a_year=True)
    first, second = (factories.application(program, state=_S.RESERVE) for _ in range(2))
    AGAINST[code](first.merchant)
    places.fill_now(program=program)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (_S.RESERVE, _S.OFFERED)


@pytest.mark.parametrize("code", AGAINST)
def test_accept_when_something_stands_against_it_by_then_then_refused(code):
    program = factories.program("education", once_a_year=True)
    offered = factories.application(program, state=_S.OFFERED)
    AGAINST[code](offered.merchant)
    act = partial(places.accept, application=offered, by=owner_of(offered))
    assert codes(act) == (code,)
    offered.refresh_from_db()
    assert offered.state == _S.OFFERED


@pytest.mark.parametrize("code", AGAINST)
def test_look_again_first_come_when_something_stands_against_it_then_refused(code):
    program = factories.program("education", quota=1, once_a_year=True)
    rejected = factories.application(program, state=_S.INELIGIBLE, reason="서류 미비")
    AGAINST[code](rejected.merchant)
    act = partial(
        checking.look_again,
        application=rejected,
        revision=rejected.revision,
        by=factories.staff(),
    )
    assert codes(act) == (code,)
    rejected.refresh_from_db()
    assert (rejected.state, rejected.place) == (_S.INELIGIBLE, None)


def test_place_left_empty_by_a_suspension_then_offered_the_instant_it_ends(at_now):
    ends, last = NOW + 30 * DAY, (NOW + 60 * DAY).date()
    program = factories.program("education", quota=1, reserve=5, runs_from=last, runs_until=last)
    waiting = factories.application(program, state=_S.RESERVE)
    suspended(waiting.merchant)
    for moment, state in [
        (NOW, _S.RESERVE),
        (ends - dt.timedelta(microseconds=1), _S.RESERVE),
        (ends, _S.OFFERED),
        (ends, _S.OFFERED),
    ]:
        at_now.move_to(moment)
        assert places.expire_offers() == 0
        waiting.refresh_from_db()
        assert waiting.state == state
    assert Message.objects.filter(kind="programs.offered", channel="inbox").count() == 1


def test_places_left_empty_when_nobody_may_have_them_then_no_program_is_locked():
    full, barred, scored = (
        factories.program("education", quota=1, reserve=5),
        factories.program("education", quota=1, reserve=5),
        factories.scored_program(100, quota=1, reserve=5),
    )
    factories.application(full, state=_S.SELECTED)
    for program in (full, barred, scored):
        waiting = factories.application(program, state=_S.RESERVE)
        if program == barred:
            suspended(waiting.merchant)
    with CaptureQueriesContext(connection) as queries:
        assert places.expire_offers() == 0
    assert not [query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"]]


def test_fill_when_a_partner_is_suspended_then_the_next():
    program = factories.program("education", quota=1, reserve=5, is_joint=True)
    first, partner = joint(program, _S.RESERVE)
    second = factories.application(program, state=_S.RESERVE)
    suspended(partner)
    places.fill_now(program=program)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (_S.RESERVE, _S.OFFERED)
    assert [v.code for v in selection_check.against(first)] == ["partner_not_verified"]


def businesses_locked(queries):
    """Their ids in the order of the locks, those before the program's row."""
    found = []
    for query in queries:
        sql = query["sql"]
        if "FOR NO KEY UPDATE" in sql and 'FROM "programs_program"' in sql:
            break
        if "FOR NO KEY UPDATE" in sql and 'FROM "merchants_merchant"' in sql:
            found += re.findall(r'WHERE "merchants_merchant"."id" = (\d+)', sql)
    return [int(pk) for pk in found]


@pytest.mark.parametrize("act", ["accept", "hand_in"])
def test_place_of_a_joint_application_then_all_its_businesses_wait_for_it_by_id(act):
    program = factories.program("education", is_joint=True, once_a_year=True)
    partner = factories.merchant()
    row, _same = joint(program, _S.RESERVE if act == "accept" else _S.DRAFT, partner)
    assert partner.pk < row.merchant_id
    if act == "accept":
        places.fill_now(program=program)
    with CaptureQueriesContext(connection) as queries:
        if act == "accept":
            places.accept(application=row, by=owner_of(row))
        else:
            apply.hand_in(application=row, entries=apply.Entries(), by=owner_of(row))
    assert businesses_locked(queries) == [partner.pk, row.merchant_id]


def test_accept_when_a_partner_took_a_place_alone_just_before_then_one_support():
    first = factories.program("education", is_joint=True, once_a_year=True)
    row, partner = joint(first, _S.RESERVE)
    own = factories.application(factories.program("education"), partner, _S.OFFERED)
    places.fill_now(program=first)
    row.refresh_from_db()
    places.accept(application=own, by=partner.memberships.get().user)
    assert codes(lambda: places.accept(application=row, by=owner_of(row))) == ("partner_supported",)


def test_against_a_handed_in_joint_application_then_its_own_partners_are_nothing_against_it():
    program = factories.program("education", is_joint=True)
    application, _partner = joint(program)
    assert selection_check.against(application) == []


@pytest.mark.parametrize(("once_a_year", "refused"), [(True, True), (False, False)])
def test_announce_when_a_candidate_was_supported_meanwhile_then_named(once_a_year, refused):
    program = factories.scored_program(100, quota=2, once_a_year=once_a_year)
    by, application = factories.staff(), factories.application(program)
    factories.sheet(factories.assignment(application, factories.evaluator()), 5)
    supported(application.merchant, "live_commerce")

    def out():
        seen = basis.digest(basis.of_program(program))
        return announce.announce(program=program, seen=seen, by=by)

    if not refused:
        assert out().results.count() == 1
        return
    with pytest.raises(RuleViolation) as refusal:
        out()
    assert refusal.value.codes == ("supported_meanwhile",)
    assert application.merchant.name in refusal.value.violations[0].message


def test_list_of_a_draw_when_one_was_supported_meanwhile_then_after_the_rejection(at_now):
    by, program = factories.staff(), factories.lottery_program(once_a_year=True)
    application, _other = (factories.application(program) for _ in range(2))
    supported(application.merchant, "smart_shop")
    lottery.commit_seed(program=program, by=by)
    at_now.move_to(program.closes_at)
    act = partial(lottery.freeze_list, program=program, by=by)
    assert codes(act) == ("supported_meanwhile",)
    checking.reject(
        application=application, revision=application.revision, reason="올해 지원", by=by
    )
    assert len(act().receipts) == 1


def test_standings_whatever_their_number_then_the_same_queries():
    program = factories.program("education", once_a_year=True, is_joint=True)

    def asked(n):
        for _ in range(n):
            joint(program)
        rows = list(program.applications.select_related("merchant"))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            known = standings.of_applications(program, rows, NOW)
        assert all(policies.against_a_place(program, facts) == [] for facts in known.values())
        return len(queries)

    assert asked(1) == asked(3) == 3
