"""A program that is over or called off: nothing of it is decided, promised or waited for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection

from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from programs import consulting as rules
from programs import progress
from programs.models import (
    Application,
    ApplicationState,
    ConsultationState,
    Program,
    ProgramState,
    SelectionMode,
    SessionState,
)
from programs.services import calls, checking, complete, consulting, finish, lottery, places
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

_S = ApplicationState
DAY = dt.timedelta(days=1)


def owner_of(application):
    return application.merchant.memberships.get().user


def told(person, kind):
    rows = Message.objects.filter(recipient=person, channel="inbox")
    return rows.filter(kind=f"programs.{kind}").count()


def over(program, state):
    """As if it had been announced on its way there."""
    rows = Program.objects.filter(pk=program.pk)
    if state != ProgramState.PUBLISHED:
        rows.update(state=state, announced_at=NOW, ended_at=NOW, ended_because="공사")
    program.refresh_from_db()


DECISIONS = [
    ("ask", _S.SUBMITTED, {"note": "사진", "until": NOW + DAY}),
    ("reject", _S.SUBMITTED, {"reason": "다른 지역"}),
    ("again", _S.INELIGIBLE, {}),
]
DO = {"ask": checking.ask_for, "reject": checking.reject, "again": checking.look_again}


@pytest.mark.parametrize(("do", "state", "fields"), DECISIONS)
@pytest.mark.parametrize(
    ("selection", "program_state", "is_decided_on"),
    [
        (SelectionMode.SCORED, "published", True),
        (SelectionMode.SCORED, "announced", False),
        (SelectionMode.SCORED, "finished", False),
        (SelectionMode.SCORED, "cancelled", False),
        (SelectionMode.FIRST_COME, "published", True),
        (SelectionMode.FIRST_COME, "finished", False),
    ],
)
def test_decide_once_it_is_over_then_refused_and_not_offered(
    do, state, fields, selection, program_state, is_decided_on
):
    program = factories.program("social_media", selection=selection)
    found = factories.application(program, state=state, reason="서류 미비")
    over(program, program_state)
    by, case = factories.staff(), {"application": found, "revision": found.revision}
    page = logged_in(by).get(f"/admin/applications/{found.pk}/").content.decode()
    assert (f'name="do" value="{do}"' in page) is is_decided_on
    if is_decided_on:
        DO[do](**case, by=by, **fields)
        return
    with pytest.raises(RuleViolation) as refusal:
        DO[do](**case, by=by, **fields)
    assert refusal.value.codes == ("decided_already",)
    found.refresh_from_db()
    assert found.state == state


def test_call_off_then_an_offer_can_not_be_taken_nor_is_it_said_to_have_run_out(at_now):
    program, by = factories.program(), factories.staff()
    offered = factories.application(program, state=_S.OFFERED)
    owner = owner_of(offered)
    assert progress.page_of(offered, NOW, reader=owner)["offer_token"]
    calls.call_off(program=program, reason="공사", by=by)
    with pytest.raises(RuleViolation) as refusal:
        places.accept(application=offered, by=owner)
    assert refusal.value.codes == ("called_off",)
    offered = Application.objects.get(pk=offered.pk)
    assert not progress.page_of(offered, NOW, reader=owner)["offer_token"]
    at_now.move_to(offered.offered_until)
    assert places.expire_offers() == 0
    assert told(owner, "expired") == 0


def test_call_off_then_consultations_end_and_count_no_more_and_consultants_hear():
    by, consultant = factories.staff(), factories.consultant()
    program = factories.program("consulting")
    arranged, waiting = (
        factories.consultation(factories.application(program, state=_S.SELECTED)) for _ in range(2)
    )
    consulting.assign(
        consultation=arranged,
        consultant=consultant,
        starts=arranged.wishes.first().starts,
        place=consulting.Place(text="상담실"),
        by=by,
    )
    calls.call_off(program=program, reason="공사", by=by)
    for row in (arranged, waiting):
        row.refresh_from_db()
        assert (row.state, row.cancel_reason) == (ConsultationState.CANCELLED, "공사")
        year, business = clock.today().year, row.merchant_id
        assert rules.used_in(year, [business])[business] == 0
    arranged.session.refresh_from_db()
    assert arranged.session.state == SessionState.CANCELLED
    assert told(consultant.user, "consultation_taken_back") == 1
    lead = owner_of(arranged.application)
    assert (told(lead, "called_off"), told(lead, "session_called_off")) == (1, 0)


def test_consultation_at_the_desk_of_sessions_then_led_to_its_own_page(staff_client):
    asked = factories.consultation()
    consulting.assign(
        consultation=asked,
        consultant=factories.consultant(),
        starts=asked.wishes.first().starts,
        place=consulting.Place(text="상담실"),
        by=factories.staff(),
    )
    asked.refresh_from_db()
    pk, its_page = asked.session_id, f"/admin/consultations/{asked.pk}/"
    for answer in (
        staff_client.get(f"/admin/sessions/{pk}/"),
        staff_client.post(f"/admin/sessions/{pk}/", {"title": "다른 제목"}),
        staff_client.post(f"/admin/sessions/{pk}/call-off/", {"off-reason": "사정"}),
    ):
        assert (answer.status_code, answer.url) == (302, its_page)
    asked.session.refresh_from_db()
    assert asked.session.state == SessionState.PLANNED


# One that breaks keeps no other from its turn.


def broken(program, when="UPDATE ON programs_application"):
    """The database refuses what would be written of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION breaks() RETURNS trigger AS $$ BEGIN"
            f" IF NEW.program_id = {program.pk} THEN RAISE EXCEPTION 'broken'; END IF;"
            " RETURN NEW; END $$ LANGUAGE plpgsql;"
            f" CREATE TRIGGER breaks BEFORE {when} FOR EACH ROW EXECUTE FUNCTION breaks();"
        )


def test_expire_offers_when_one_program_breaks_then_the_others_go_on(at_now):
    first, second = (factories.program(quota=1, reserve=1) for _ in range(2))
    rows = [factories.application(program, state=_S.OFFERED) for program in (first, second)]
    broken(first)
    at_now.move_to(rows[0].offered_until)
    assert places.expire_offers() == 1
    states = [Application.objects.get(pk=row.pk).state for row in rows]
    assert states == [_S.OFFERED, _S.DECLINED]


def test_close_rounds_when_one_breaks_then_the_others_are_closed():
    first, second = (factories.program("education") for _ in range(2))
    for program in (first, second):
        factories.application(program, state=_S.SELECTED)
        factories.session(program, NOW - 10 * DAY)
    broken(first)
    assert complete.close_rounds(now=NOW) == 1
    assert not Application.objects.filter(program=second, state=_S.SELECTED).exists()


def test_finish_all_when_one_breaks_then_the_others_are_finished():
    days = {"runs_from": NOW.date() - 200 * DAY, "runs_until": NOW.date() - 190 * DAY}
    times = {"opens_at": NOW - 220 * DAY, "closes_at": NOW - 210 * DAY}
    first, second = (factories.program("social_media", **days, **times) for _ in range(2))
    factories.application(first, state=_S.RESERVE)
    broken(first)
    assert finish.finish_all(now=NOW) == 1
    second.refresh_from_db()
    assert second.state == ProgramState.FINISHED


def test_commit_seeds_when_one_breaks_then_the_others_have_theirs():
    first, second = (factories.lottery_program(closes_at=NOW + DAY / 2) for _ in range(2))
    broken(first, "INSERT ON programs_draw")
    assert lottery.commit_missing_seeds() == 1
    assert second.draw is not None
