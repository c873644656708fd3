"""How many may come along: a rule of its own beside the places of the space."""

import pytest

from bookings import house_rules
from bookings.models import BookingState
from bookings.policies import Rules, companion_violations
from center.errors import RuleViolation
from tests import factories
from tests.bookings.test_on_behalf import book, refused
from tests.bookings.test_reserve import confirm, hold

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


@pytest.mark.parametrize(
    ("most", "headcount", "allowed"),
    [(None, 400, True), (3, 3, True), (3, 4, True), (3, 5, False), (0, 1, True), (0, 2, False)],
)
def test_companions_when_counted_then_the_one_who_comes_is_none(most, headcount, allowed):
    found = companion_violations(headcount, Rules(companions=most))
    assert [violation.code for violation in found] == ([] if allowed else ["too_many_companions"])


def test_confirm_when_more_come_along_then_refused_in_words_and_still_held(house, merchant):
    factories.policy(companions=2)
    space = factories.studio(capacity=30)
    booking = hold(space, merchant)
    with pytest.raises(RuleViolation, match="too_many_companions") as refusal:
        confirm(booking, headcount=4)
    violation = refusal.value.violations[0]
    assert violation.sentence.startswith("함께 오실 수 있는 사람은 최대 2명입니다. 3명 이하로")
    assert violation.field == "headcount"
    booking.refresh_from_db()
    assert booking.state == BookingState.HELD
    assert confirm(booking, headcount=3).headcount == 3


def test_book_when_staff_set_it_aside_then_kept_with_the_reason(house, merchant):
    factories.policy(companions=0)
    operator, space = factories.staff(), factories.studio(capacity=30)
    assert refused(operator, merchant, space, headcount=2) == ["too_many_companions"]
    made = book(operator, merchant, space, headcount=2, override="촬영팀과 함께 오는 방송")
    assert made.overrides.get().codes == ["too_many_companions"]


def test_rules_when_companions_are_limited_then_said_before(house):
    said = house_rules.sentences(Rules(companions=0))
    assert "함께 오실 수 있는 사람이 없습니다." in said
    assert len(house_rules.sentences(Rules())) == len(said) - 1
