"""Closing a round: who has completed it, the papers, and what absences lead to."""

import datetime as dt

import pytest

from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from programs import barring
from programs.models import (
    ApplicationState,
    Certificate,
    PaperKind,
    Presence,
    ProgramState,
    SessionKind,
    SessionState,
)
from programs.services import attend, certify, complete
from programs.services.facts import violations_for
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
SELECTED = ApplicationState.SELECTED


@pytest.fixture
def program():
    return factories.program("education")


@pytest.fixture
def sessions(program):
    """Five past ones of two hours, a week apart; the last ended on 16 November at noon."""
    first = kst(19, 10, month=10)
    return [factories.session(program, first + n * 7 * clock.DAY) for n in range(5)]


def taking(program, sessions, came, **fields):
    """A business that was in so many of the sessions."""
    application = factories.application(program, state=SELECTED, **fields)
    for session in sessions[:came]:
        factories.attendance(session, application)
    return application


def told(kind):
    return list(Message.objects.filter(kind=f"programs.{kind}", channel="inbox").order_by("pk"))


def test_close_when_at_the_share_then_completed_with_a_paper(program, sessions):
    just, short = taking(program, sessions, 4), taking(program, sessions, 3)
    closed = complete.close_round(program=program)
    assert (closed.completed, closed.not_completed) == (1, 1)
    just.refresh_from_db()
    short.refresh_from_db()
    assert (just.state, just.ended_at) == (ApplicationState.COMPLETED, NOW)
    assert short.state == ApplicationState.NOT_COMPLETED
    assert "60%" in short.reason
    assert "80%" in short.reason
    paper = Certificate.objects.get()
    assert (paper.application, paper.kind, paper.attended, paper.minutes) == (
        just,
        PaperKind.COMPLETION,
        480,
        600,
    )
    assert [m.context["number"] for m in told("certificate_ready")] == [paper.number]
    assert [m.context["reason"] for m in told("not_completed")] == [short.reason]


def test_judged_again_when_corrected_a_month_later_then_it_ended_when_it_ended(
    program, sessions, at_now
):
    application = taking(program, sessions, 3)
    complete.close_round(program=program)
    at_now.move_to(kst(8, 9, month=12))
    factories.attendance(sessions[3], application)
    application.refresh_from_db()
    complete.judge_again(application=application, by=None)
    application.refresh_from_db()
    assert (application.state, application.ended_at) == (ApplicationState.COMPLETED, NOW)


def test_close_twice_changes_nothing(program, sessions):
    taking(program, sessions, 5)
    for _twice in range(2):
        assert complete.close_round(program=program).completed == 1
    assert Certificate.objects.count() == len(told("certificate_ready")) == 1


def test_close_when_sessions_were_called_off_then_they_count_for_nobody(program, sessions):
    gone = {"state": SessionState.CANCELLED, "reason": "폭설", "cancelled_at": NOW}
    factories.session(program, kst(17, 10), **gone)
    taking(program, sessions, 4)
    assert complete.close_round(program=program).completed == 1


@pytest.mark.parametrize(("minutes", "done"), [(119, False), (120, True)])
def test_close_when_he_left_early_then_minutes_decide(program, sessions, minutes, done):
    application = taking(program, sessions, 3)
    factories.attendance(sessions[3], application, minutes=minutes)
    assert complete.close_round(program=program).completed == done


@pytest.mark.parametrize(("minutes", "code"), [(-1, "round_not_over"), (0, None), (1, None)])
def test_close_from_the_end_of_the_last_session_on(program, sessions, at_now, minutes, code):
    at_now.move_to(sessions[-1].ends + dt.timedelta(minutes=minutes))
    if code is None:
        complete.close_round(program=program)
        return
    with pytest.raises(RuleViolation) as refusal:
        complete.close_round(program=program)
    assert refusal.value.codes == (code,)


def test_close_when_nothing_was_held_then_refused(program):
    with pytest.raises(RuleViolation) as refusal:
        complete.close_round(program=program)
    assert refusal.value.codes == ("nothing_held",)


@pytest.mark.parametrize(("minutes", "closed"), [(-1, 0), (0, 1)])
def test_rounds_close_by_themselves_some_hours_later_and_once(program, sessions, minutes, closed):
    taking(program, sessions, 5)
    now = sessions[-1].ends + dt.timedelta(hours=12, minutes=minutes)
    assert complete.close_rounds(now=now) == closed
    assert complete.close_rounds(now=now) == 0


def test_rounds_when_a_session_is_to_come_or_the_program_called_off_then_wait(program, sessions):
    taking(program, sessions, 5)
    factories.session(program)
    other = factories.program(state=ProgramState.CANCELLED)
    taking(other, [factories.session(other, kst(2, 10))], 1)
    assert complete.close_rounds(now=NOW) == 0


def test_briefing_of_another_kind_of_program_judges_nobody():
    program = factories.program("live_commerce")
    briefing = factories.session(program, kst(2, 10), kind=SessionKind.BRIEFING)
    missed, done = taking(program, [briefing], 0), taking(program, [briefing], 1)
    assert complete.close_rounds(now=NOW) == 0
    with pytest.raises(RuleViolation) as refusal:
        complete.close_round(program=program)
    assert refusal.value.codes == ("nothing_held",)
    done.state = ApplicationState.COMPLETED
    done.save()
    wish = {"session": briefing, "application": done, "by": factories.staff()}
    attend.note(**wish, mark=Presence.ABSENT, reason="오기")
    done.refresh_from_db()
    assert done.state == ApplicationState.COMPLETED
    assert certify.issue(application=missed, kind=PaperKind.PARTICIPATION).pk


def test_correction_after_closing_then_judged_anew_and_the_paper_void(program, sessions):
    by, application = factories.staff(), taking(program, sessions, 4)
    complete.close_round(program=program)
    wish = {"session": sessions[0], "application": application, "by": by}
    attend.note(**wish, mark=Presence.ABSENT, reason="대리 출석")
    application.refresh_from_db()
    assert application.state == ApplicationState.NOT_COMPLETED
    assert not Certificate.objects.get().is_valid
    attend.note(**wish, mark=Presence.PRESENT, reason="확인했습니다")
    application.refresh_from_db()
    assert (application.state, application.reason) == (ApplicationState.COMPLETED, "")
    assert [row.is_valid for row in Certificate.objects.order_by("pk")] == [False, True]


def test_correction_when_the_hours_change_then_a_new_paper(program, sessions):
    by, application = factories.staff(), taking(program, sessions, 4)
    complete.close_round(program=program)
    attend.note(session=sessions[4], application=application, mark=Presence.PRESENT, by=by)
    old, new = Certificate.objects.order_by("pk")
    assert (old.is_valid, old.attended) == (False, 480)
    assert (new.is_valid, new.attended) == (True, 600)


def test_issue_when_not_completed_then_refused_but_participation_is_confirmed(program, sessions):
    came, never = taking(program, sessions, 1), taking(program, sessions, 0)
    complete.close_round(program=program)
    for application, kind in ((came, PaperKind.COMPLETION), (never, PaperKind.PARTICIPATION)):
        with pytest.raises(RuleViolation):
            certify.issue(application=application, kind=kind)
    paper = certify.issue(application=came, kind=PaperKind.PARTICIPATION)
    assert certify.issue(application=came, kind=PaperKind.PARTICIPATION) == paper
    assert (paper.first_day, paper.last_day) == (kst(19, month=10).date(), kst(16).date())


def test_void_then_another_can_be_issued(program, sessions):
    application = taking(program, sessions, 1)
    first = certify.issue(application=application, kind=PaperKind.PARTICIPATION)
    by = factories.staff()
    for _twice in range(2):
        first = certify.void(certificate=first, reason="상호 오기", by=by)
    assert (first.voided_at, first.voided_by, first.is_valid) == (NOW, by, False)
    second = certify.issue(application=application, kind=PaperKind.PARTICIPATION)
    assert second.number != first.number


def barred_round(merchant, **fields):
    """A round of which the business missed two of two sessions, one more than allowed."""
    earlier = {"opens_at": kst(1, month=9), "closes_at": kst(10, month=9)}
    program = factories.program("education", absences_allowed=1, **{**earlier, **fields})
    factories.application(program, merchant, SELECTED)
    for day in (2, 9):
        factories.session(program, kst(day, 10))
    return program


def test_barred_from_the_next_round_of_the_kind_only(merchant):
    missed = barred_round(merchant)
    coming = factories.program("education")
    later = factories.program("education", opens_at=NOW, closes_at=kst(30))
    other = factories.program("consulting")
    bar = barring.barred_from(merchant, coming)
    assert (bar.missed_in, bar.absences, bar.allowed) == (missed, 2, 1)
    assert "1" in bar.violation.sentence
    assert barring.barred_from(merchant, later) is None
    assert barring.barred_from(merchant, other) is None
    assert barring.barred_from(factories.merchant(), coming) is None


def test_barred_business_cannot_apply_and_hears_why(merchant):
    barred_round(merchant)
    coming = factories.program("education")
    assert [v.code for v in violations_for(coming, merchant, NOW)] == ["barred"]
    assert violations_for(coming, factories.merchant(), NOW) == []


def test_barred_when_excused_then_not(merchant):
    missed = barred_round(merchant)
    application = missed.applications.get()
    attend.note(
        session=missed.sessions.first(),
        application=application,
        mark=Presence.EXCUSED,
        by=factories.staff(),
    )
    assert barring.barred_from(merchant, factories.program("education")) is None


def test_barred_when_the_round_between_was_called_off_then_the_next_counts(merchant):
    barred_round(merchant)
    gone = {"opens_at": kst(12), "closes_at": kst(20), "state": ProgramState.CANCELLED}
    factories.program("education", **gone)
    assert barring.barred_from(merchant, factories.program("education")) is not None


def test_bar_is_seen_on_the_round_it_came_from(merchant):
    application = barred_round(merchant).applications.get()
    assert barring.bar_after(application).closed is None
    coming = factories.program("education")
    assert barring.bar_after(application).closed == coming


def test_barred_in_few_queries(merchant, django_assert_max_num_queries):
    for month in (5, 6, 7):
        barred_round(merchant, opens_at=kst(1, month=month), closes_at=kst(9, month=month))
    coming, stranger = factories.program("education"), factories.merchant()
    with django_assert_max_num_queries(4):
        barring.barred_from(merchant, coming)
    with django_assert_max_num_queries(1):
        barring.barred_from(stranger, coming)
