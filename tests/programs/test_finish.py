"""The end of a program: what keeps it open, who is told, what the pages say."""

import datetime as dt

import pytest

from center.errors import RuleViolation
from center.notifications.models import Message
from center.permissions import MANAGER
from programs import progress, tasks
from programs.models import (
    CHASES,
    Application,
    ApplicationState,
    Outcome,
    OutcomeStage,
    OutcomeState,
    Program,
    ProgramState,
)
from programs.services import apply
from programs.services.finish import finish
from tests import factories
from tests.conftest import NOW, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
_S = ApplicationState
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TODAY = dt.date(2026, 11, 23)
CLOSED = {"opens_at": NOW - 30 * DAY, "closes_at": NOW - 20 * DAY}


def over(kind="exhibition_online", ended=TODAY - DAY, **fields):
    """Announced, its days behind it."""
    values = {"state": ProgramState.ANNOUNCED, "announced_at": NOW - 10 * DAY, **CLOSED}
    return factories.program(kind, **{**values, "runs_until": ended, **fields})


def state_of(program):
    return Program.objects.values_list("state", flat=True).get(pk=program.pk)


def refused(program, *codes):
    with pytest.raises(RuleViolation) as refusal:
        finish(program=program)
    assert refusal.value.codes == codes
    assert all(v.message and v.remedy for v in refusal.value.violations)
    assert state_of(program) == program.state


def test_finish_then_over_with_its_history_and_twice_once(at_now):
    program = over()
    assert finish(program=program).ended_at == NOW
    at_now.move_to(NOW + HOUR)
    again = finish(program=program)
    assert (again.state, again.ended_at) == (ProgramState.FINISHED, NOW)
    events = Program.pgh_event_model.objects.filter(pgh_obj=program)
    assert list(events.order_by("pgh_id").values_list("state", flat=True)) == [
        "announced",
        "finished",
    ]


@pytest.mark.parametrize("state", sorted(set(ProgramState) - ProgramState.running))
def test_finish_when_it_does_not_run_then_refused_or_nothing(state):
    program = over(state=state)
    if state == ProgramState.FINISHED:
        assert finish(program=program).ended_at is None
    else:
        refused(program, "not_running")


def test_finish_at_the_deadline_and_after_the_last_day(at_now):
    program = over(closes_at=NOW, runs_until=None)
    at_now.move_to(NOW - dt.timedelta(microseconds=1))
    refused(program, "still_taking")
    at_now.move_to(NOW)
    assert finish(program=program).state == ProgramState.FINISHED
    midnight = dt.datetime(2026, 11, 23, 15, tzinfo=dt.UTC)  # the 24th in Korea
    runs = over(ended=TODAY)
    at_now.move_to(midnight - dt.timedelta(microseconds=1))
    refused(runs, "still_runs")
    at_now.move_to(midnight)
    assert finish(program=runs).state == ProgramState.FINISHED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (_S.SUBMITTED, "still_undecided"),
        (_S.SUPPLEMENT, "still_undecided"),
        (_S.OFFERED, "still_offered"),
        (_S.SELECTED, ""),
        (_S.DRAFT, ""),
    ],
)
def test_finish_when_an_application_is_open_then_refused(state, code):
    program = over()
    note = "x" if state == _S.SUPPLEMENT else ""
    factories.application(program, state=state, supplement_note=note)
    if code:
        refused(program, code)
    else:
        assert finish(program=program).state == ProgramState.FINISHED


def test_finish_when_a_session_is_to_come_then_refused_until_it_is_over(at_now):
    program = over()
    session = factories.session(program, NOW - HOUR, ends=NOW + HOUR, state="planned")
    factories.session(program, NOW + DAY, state="cancelled", cancelled_at=NOW, reason="강사의 사정")
    refused(program, "sessions_to_come")
    at_now.move_to(session.ends)
    assert finish(program=program).state == ProgramState.FINISHED


def test_finish_when_a_course_is_not_judged_or_a_consultation_open_then_refused():
    course = over("education")
    factories.application(course, state=_S.SELECTED)
    factories.application(course, state=_S.COMPLETED)
    refused(course, "not_judged")
    consulting = over("consulting")
    factories.consultation(factories.application(consulting, state=_S.SELECTED))
    refused(consulting, "consultations_open")


@pytest.mark.parametrize("kind", ["exhibition_online", "live_commerce", "education"])
def test_finish_when_no_end_is_known_then_refused_until_it_is(kind):
    program = over(kind, runs_until=None)
    rows = [factories.application(program, state=_S.COMPLETED) for _ in range(2)]
    refused(program, "end_unknown")
    own = {"application": rows[0], "merchant": rows[0].merchant, "kind": "broadcast"}
    factories.session(program, NOW - DAY, **own)
    refused(program, "end_unknown")
    program.runs_until = TODAY - DAY
    program.save(update_fields=["runs_until"])
    assert finish(program=program).state == ProgramState.FINISHED


def test_finish_page_when_no_end_is_known_then_says_so_and_promises_no_asking(staff_client):
    program = over(runs_until=None)
    factories.application(program, state=_S.SELECTED)
    page = staff_client.get(f"/admin/programs/{program.pk}/finish/").content.decode()
    assert 'data-code="end_unknown"' in page
    assert "참여 업체 1곳은 프로그램이 언제 끝났는지 알 수 없어" in page
    assert 'data-code="figures_open"' not in page


def test_finish_then_who_waits_in_line_is_told_and_nobody_else():
    program = over()
    taking = factories.application(program, state=_S.SELECTED)
    owner = factories.user()
    waiting = factories.application(program, factories.merchant(owner=owner), _S.RESERVE)
    finish(program=program)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.reserve_number) == (_S.NOT_SELECTED, None)
    assert waiting.reason == "프로그램이 끝날 때까지 빈자리가 나지 않았습니다."
    told = Message.objects.filter(channel="inbox")
    assert [(row.kind, row.recipient) for row in told] == [("programs.ended_in_line", owner)]
    taking.refresh_from_db()
    last = progress.steps(taking)[-1]
    assert (last.style, last.at) == ("now", NOW)
    with pytest.raises(RuleViolation, match="not_withdrawable"):
        apply.withdraw(application=taking)


# The clock


def answered(application, stage, state=OutcomeState.ANSWERED, ended=TODAY - 100 * DAY):
    values = {"answered_at": NOW} if state == OutcomeState.ANSWERED else {}
    return Outcome.objects.create(
        application=application,
        stage=stage,
        state=state,
        ended_on=ended,
        asked_at=NOW - DAY,
        told_at=NOW - DAY,
        **values,
        **({"sales": 1, "orders": 1, "source": "form"} if values else {}),
    )


def test_clock_when_figures_are_to_come_then_waits_and_staff_need_not(at_now):
    program = over(ended=TODAY - 100 * DAY)
    application = factories.application(program, state=_S.SELECTED)
    assert tasks.finish_programs() == 0  # the last stage can still be asked for
    row = answered(application, OutcomeStage.values[-1], OutcomeState.ASKED)
    assert tasks.finish_programs() == 0
    Outcome.objects.filter(pk=row.pk).update(state=OutcomeState.MISSING, chases=CHASES)
    assert tasks.finish_programs() == 1
    assert tasks.finish_programs() == 0
    assert state_of(program) == ProgramState.FINISHED
    early = over()
    factories.application(early, state=_S.SELECTED)
    assert finish(program=early).state == ProgramState.FINISHED


def test_clock_when_the_last_stage_was_never_asked_then_finishes_once_it_never_will(at_now):
    program = over(ended=TODAY - 103 * DAY)
    factories.application(program, state=_S.SELECTED)
    assert tasks.finish_programs() == 0
    at_now.move_to(NOW + DAY)
    assert tasks.finish_programs() == 1


def test_clock_when_nothing_says_that_it_is_over_then_left_to_staff():
    program = over(runs_until=None)
    assert tasks.finish_programs() == 0
    factories.session(program, NOW - DAY)
    assert tasks.finish_programs() == 1


# Pages


def test_page_for_staff_says_what_is_open_then_finishes(staff_client):
    program = over()
    row = factories.application(program)
    address = f"/admin/programs/{program.pk}/finish/"
    assert 'data-code="still_undecided"' in staff_client.get(address).content.decode()
    assert staff_client.post(address).status_code == 409
    Application.objects.filter(pk=row.pk).update(state=_S.SELECTED, place=1)
    page = staff_client.get(address).content.decode()
    assert 'data-code="figures_open"' in page
    assert staff_client.post(address).status_code == 302
    assert state_of(program) == ProgramState.FINISHED
    assert "not_running" in staff_client.get(address).content.decode()


def test_page_as_merchant_official_manager_and_anonymous(client, owner_client):
    program = over()
    address = f"/admin/programs/{program.pk}/finish/"
    for visitor in (client, owner_client, logged_in(factories.evaluator())):
        assert visitor.post(address).status_code in {302, 403}
    assert state_of(program) == ProgramState.ANNOUNCED
    assert logged_in(factories.staff(MANAGER)).get(address).status_code == 200


def test_public_page_when_finished_then_says_so(client):
    program = over(state=ProgramState.FINISHED)
    page = client.get(program.get_absolute_url()).content.decode()
    assert '<span class="badge ">마침</span>' in page
