import datetime as dt

import pytest

from bookings.models import BookingState, RejectReason, RuleOverride
from bookings.services import change, decide
from bookings.tasks import follow_attendance
from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from merchants.services.suspend import suspend
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_(at_now, studio, merchant):
    factories.policy(needs_approval=True)
    return confirm(hold(studio, merchant))


def test_approve_when_requested_then_confirmed_by_somebody(request_):
    operator = factories.staff()
    done = decide.approve(booking=request_, by=operator)
    assert (done.state, done.confirmed_at, done.decided_by) == ("confirmed", NOW, operator)
    assert done.allocations.count() == 1


def test_reject_when_requested_then_reason_is_kept_and_unit_is_free(request_):
    done = decide.reject(
        booking=request_, by=factories.staff(), reason=RejectReason.PURPOSE, text="종교 행사"
    )
    assert (done.state, done.reason_code, done.reason_text) == ("rejected", "purpose", "종교 행사")
    assert str(done.reason) == "이용 목적이 이 공간과 맞지 않습니다"
    assert not done.allocations.exists()


def test_decide_when_already_decided_then_the_second_hears_so(request_):
    decide.approve(booking=request_, by=factories.staff())
    with pytest.raises(RuleViolation, match="already_decided"):
        decide.reject(booking=request_, by=factories.staff(), reason=RejectReason.OTHER)
    request_.refresh_from_db()
    assert request_.state == BookingState.CONFIRMED


def test_decide_when_a_colleague_was_faster_then_told_in_whole_sentences(request_):
    colleague = factories.staff()
    decide.approve(booking=request_, by=colleague)
    with pytest.raises(RuleViolation) as refusal:
        decide.approve(booking=request_, by=factories.staff())
    assert [violation.sentence for violation in refusal.value.violations] == [
        f"{colleague.name} 님이 이미 처리했습니다. 현재 상태: 예약 확정. "
        "화면을 새로 고쳐 지금 상태를 확인해 주십시오."
    ]


def test_decide_when_own_business_then_a_colleague_does(request_):
    operator = factories.staff()
    request_.merchant.memberships.create(user=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        decide.approve(booking=request_, by=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        decide.reject(booking=request_, by=operator, reason=RejectReason.OTHER)
    request_.refresh_from_db()
    assert request_.state == BookingState.REQUESTED


def told():
    return Message.objects.filter(kind="bookings.rejected", channel="inbox")


@pytest.mark.parametrize(("seconds", "rejected"), [(-1, False), (0, True), (1, True)])
def test_unanswered_when_its_time_begins_then_rejected_and_told(
    request_, at_now, seconds, rejected
):
    at_now.move_to(request_.starts + dt.timedelta(seconds=seconds))
    follow_attendance()
    request_.refresh_from_db()
    assert (request_.state == BookingState.REJECTED) is rejected
    assert request_.allocations.exists() is not rejected
    assert told().count() == rejected
    if rejected:
        assert (request_.reason_code, request_.decided_by) == ("unanswered", None)
        assert (request_.closed_at, request_.decide_until) == (clock.now(), None)


def test_unanswered_when_run_twice_then_rejected_and_told_once(request_, at_now):
    at_now.move_to(request_.starts)
    assert [decide.reject_unanswered(now=clock.now()) for _ in range(2)] == [1, 0]
    (message,) = told()
    assert "이용 한도에는 포함되지 않으니" in message.body
    request_.refresh_from_db()
    assert request_.sequence == 1


def test_unanswered_when_answered_or_moved_since_then_left(request_, at_now, merchant):
    later = confirm(hold(factories.studio(), factories.merchant()))
    decide.approve(booking=request_, by=factories.staff())
    change.move(booking=later, starts=kst(30, 14), ends=kst(30, 16))
    at_now.move_to(request_.starts)
    assert decide.reject_unanswered(now=clock.now()) == 0
    later.refresh_from_db()
    assert later.state == BookingState.REQUESTED


def test_reject_when_by_staff_then_lateness_is_no_reason_to_choose():
    assert RejectReason.UNANSWERED not in dict(RejectReason.of_staff())
    assert len(RejectReason.of_staff()) == len(RejectReason) - 1


@pytest.mark.parametrize("seconds", [-1, 0])
def test_approve_when_the_business_was_suspended_since_then_only_for_a_reason(
    at_now, request_, merchant, seconds
):
    suspend(merchant=merchant, ends=kst(25, 12), reason="노쇼", tell=False)
    at_now.move_to(kst(25, 12) + dt.timedelta(seconds=seconds))
    staff = factories.staff()
    if seconds == 0:  # it has ended by itself
        assert decide.approve(booking=request_, by=staff).state == "confirmed"
        return
    with pytest.raises(RuleViolation, match="suspended") as refusal:
        decide.approve(booking=request_, by=staff)
    assert "이 사업체는" in refusal.value.violations[0].message
    done = decide.approve(booking=request_, by=staff, override="이미 준비한 촬영")
    kept = RuleOverride.objects.get(booking=done)
    assert (kept.codes, kept.reason, kept.by) == (["suspended"], "이미 준비한 촬영", staff)


def test_approve_when_the_business_is_verified_no_more_then_not_even_for_a_reason(
    request_, merchant
):
    type(merchant).objects.filter(pk=merchant.pk).update(verified_until=kst(22).date())
    with pytest.raises(RuleViolation, match="not_verified"):
        decide.approve(booking=request_, by=factories.staff(), override="부탁")
    request_.refresh_from_db()
    assert request_.state == BookingState.REQUESTED
