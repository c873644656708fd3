import datetime as dt
import re

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from bookings.models import BookingSource, BookingState, Category, RuleOverride, Unit
from bookings.services import closures, on_behalf
from center.errors import RuleViolation
from merchants.models import Membership, MerchantState
from merchants.services.suspend import suspend
from tests import factories
from tests.bookings.test_closures import closure
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
PHONE, WALK_IN = BookingSource.PHONE, BookingSource.WALK_IN


@pytest.fixture
def operator():
    return factories.staff()


def book(operator, merchant, space, start=None, end=None, **given):
    values = {"source": PHONE, "purpose": "제품 사진", **given}
    return on_behalf.book(
        by=operator,
        merchant=merchant,
        resource=space,
        starts=start or kst(27, 10),
        ends=end or kst(27, 12),
        **values,
    )


def refused(*args, **given):
    with pytest.raises(RuleViolation) as refusal:
        book(*args, **given)
    return list(refusal.value.codes)


def test_book_when_free_then_confirmed_at_once_and_marked(operator, merchant, studio):
    factories.policy(needs_approval=True)
    made = book(operator, merchant, studio, headcount=2, user_name="김대신")
    made.refresh_from_db()
    assert (made.state, made.source, made.booked_by) == ("confirmed", "phone", operator)
    assert (made.confirmed_at, made.decide_until) == (NOW, None)
    assert (made.user_name, made.headcount, made.purpose) == ("김대신", 2, "제품 사진")
    during = made.allocations.get().during
    assert (during.lower, during.upper) == (kst(27, 10), kst(27, 12, 15))
    assert made.cancellable_until == kst(25, 18)
    assert not RuleOverride.objects.exists()


def test_book_when_equipment_then_all_or_nothing(operator, merchant, studio):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    made = book(operator, merchant, studio, equipment=[camera])
    assert {a.unit.resource for a in made.allocations.all()} == {studio, camera}
    other = factories.studio()
    camera.used_in.add(other)
    assert refused(operator, factories.merchant(), other, equipment=[camera]) == ["equipment_taken"]
    assert not other.bookings.exists()


def test_book_when_rules_stand_against_it_then_all_are_named(operator, merchant, studio):
    confirm(hold(studio, merchant, kst(27, 14), kst(27, 15)))
    assert refused(operator, merchant, studio, kst(27, 8, 30), kst(27, 12, 30)) == [
        "day_quota",
        "off_grid",
        "too_long",
        "outside_hours",
    ]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_book_when_refused_then_said_of_the_business_not_to_it(
    operator, merchant, studio, language
):
    for day in (14, 15, 16):
        confirm(hold(studio, merchant, kst(day, 10, month=12), kst(day, 11, month=12)))
    merchant.verified_until = dt.date(2026, 11, 22)
    merchant.save()
    suspend(merchant=merchant, ends=kst(1, month=12), reason="미이용", tell=False)
    with pytest.raises(RuleViolation) as refusal, translation.override(language):
        book(operator, merchant, studio, kst(16, 14, month=12), kst(16, 15, month=12))
    assert refusal.value.codes == ("not_verified", "suspended", "day_quota", "month_quota")
    for violation in refusal.value.violations:
        assert not re.search(r"\b[Yy]ours?\b|내 사업체|저희|취소해", violation.sentence)


def test_book_when_rules_are_set_aside_then_kept_with_reason(operator, merchant, studio):
    made = book(
        operator, merchant, studio, kst(24, 18), kst(24, 22), override="대구시 행사 협조 요청"
    )
    kept = made.overrides.get()
    assert kept.codes == ["too_long", "too_soon", "outside_hours"]
    assert (kept.reason, kept.by, kept.at) == ("대구시 행사 협조 요청", operator, NOW)


def test_book_when_too_far_then_no_other_rule_hides_behind_it(operator, merchant, studio):
    far = (kst(2, 18, year=2027), kst(2, 22, year=2027))
    assert refused(operator, merchant, studio, *far) == ["too_far", "too_long", "outside_hours"]


def test_book_when_suspended_then_only_with_a_reason(operator, merchant, studio):
    suspend(merchant=merchant, ends=kst(30), reason="미이용", by=factories.staff())
    assert refused(operator, merchant, studio) == ["suspended"]
    made = book(operator, merchant, studio, override="전화로 사정을 확인함")
    assert made.overrides.get().codes == ["suspended"]


@pytest.mark.parametrize(
    ("span", "codes"),
    [
        ((kst(23, 10), kst(23, 11)), ["past"]),
        ((kst(20, 10), kst(20, 11)), ["past"]),
    ],
)
def test_book_when_past_then_no_reason_helps(operator, merchant, studio, span, codes):
    assert refused(operator, merchant, studio, *span, override="기록 보완") == codes


@pytest.mark.parametrize(("minutes", "works"), [(59, True), (60, False)])
def test_book_when_walk_in_then_the_slot_under_way(
    at_now, operator, merchant, studio, minutes, works
):
    at_now.move_to(kst(23, 10) + dt.timedelta(minutes=minutes))
    given = {"source": WALK_IN, "override": "현장 방문"}
    if works:
        made = book(operator, merchant, studio, kst(23, 10), kst(23, 12), **given)
        assert made.overrides.get().codes == ["too_soon"]
    else:
        assert refused(operator, merchant, studio, kst(23, 10), kst(23, 12), **given) == ["past"]


def test_book_when_not_verified_then_only_a_walk_in_with_reason(operator, studio):
    visitor = factories.merchant(state=MerchantState.DRAFT, verified_until=None)
    assert refused(operator, visitor, studio, override="급함") == ["not_verified"]
    made = book(operator, visitor, studio, source=WALK_IN, override="처음 방문")
    assert made.overrides.get().codes == ["not_verified"]


def test_book_when_closed_then_no_reason_helps(operator, merchant, studio):
    shut = closure(resource=studio, starts=kst(27, 11), ends=kst(27, 19))
    closures.close(closure=shut)
    assert refused(operator, merchant, studio, override="급함") == ["closed"]
    late = (kst(27, 18), kst(27, 19))
    assert refused(operator, merchant, studio, *late, override="급함") == [
        "outside_hours",
        "closed",
    ]


def test_book_when_taken_then_no_reason_helps(operator, merchant, studio):
    hold(studio, factories.merchant())
    assert refused(operator, merchant, studio, override="급함") == ["slot_taken"]


def test_book_when_a_hold_ran_out_then_its_unit_is_free(at_now, operator, merchant, studio):
    held = hold(studio, factories.merchant())
    at_now.move_to(held.held_until)
    assert book(operator, merchant, studio).state == BookingState.CONFIRMED


def test_book_when_a_unit_is_wished_for_then_that_one_or_none(operator, merchant, house):
    space = factories.studio(3)
    third = Unit.objects.get(resource=space, name="3")
    assert book(operator, merchant, space, unit=third).allocations.get().unit == third
    assert refused(operator, factories.merchant(), space, unit=third) == ["slot_taken"]


def test_book_when_many_people_then_a_larger_unit_or_named(operator, merchant, house):
    space = factories.studio(2, capacity=2)
    large = Unit.objects.get(resource=space, name="2")
    large.capacity = 6
    large.save()
    assert book(operator, merchant, space, headcount=5).allocations.get().unit == large
    assert refused(operator, factories.merchant(), space, headcount=3) == ["too_many_people"]


def test_book_when_own_business_then_a_colleague_does(operator, merchant, studio):
    Membership.objects.create(merchant=merchant, user=operator)
    assert refused(operator, merchant, studio) == ["own_business"]


def test_book_when_source_is_not_staffs_then_an_error_of_ours(operator, merchant, studio):
    with pytest.raises(ValueError, match="web"):
        book(operator, merchant, studio, source=BookingSource.WEB)


def test_override_when_kept_then_nobody_changes_or_deletes_it(operator, merchant, studio):
    kept = book(operator, merchant, studio, kst(24, 10), override="급함").overrides.get()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        RuleOverride.objects.filter(pk=kept.pk).update(reason="다른 이유")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        kept.delete()


PROGRAM = BookingSource.PROGRAM


def test_book_for_the_house_itself_then_no_limits_and_nobody_is_told(operator, studio):
    factories.policy(horizon_days=7, max_minutes=60, needs_training=True, per_month=1)
    for day in (26, 27):
        made = book(operator, None, studio, kst(day, 13), kst(day, 18), source=PROGRAM)
        assert (made.merchant, made.state) == (None, BookingState.CONFIRMED)
    assert not RuleOverride.objects.exists()


def test_book_for_the_house_itself_when_closed_or_past_then_refused(operator, studio):
    wish = {"source": PROGRAM}
    assert refused(operator, None, studio, kst(27, 18), kst(27, 20), **wish) == ["outside_hours"]
    assert refused(operator, None, studio, kst(23, 10), kst(23, 12), **wish) == ["past"]
    closures.close(closure=closure(resource=studio))
    assert "closed" in refused(operator, None, studio, override="행사", **wish)


def test_book_for_the_house_itself_when_taken_then_refused(operator, merchant, studio):
    book(operator, merchant, studio)
    assert refused(operator, None, studio, source=PROGRAM) == ["slot_taken"]


@pytest.mark.parametrize("source", [PHONE, WALK_IN])
def test_book_for_nobody_through_staffs_sources_is_a_mistake(operator, studio, source):
    with pytest.raises(ValueError, match="do not book through"):
        book(operator, None, studio, source=source)
