import pytest

from bookings.models import BookingState, RejectReason
from bookings.services import decide
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW

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


def test_decide_when_own_business_then_a_colleague_does(request_):
    operator = factories.staff()
    request_.merchant.memberships.create(user=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        decide.approve(booking=request_, by=operator)
    with pytest.raises(RuleViolation, match="own_business"):
        decide.reject(booking=request_, by=operator, reason=RejectReason.OTHER)
    request_.refresh_from_db()
    assert request_.state == BookingState.REQUESTED
