"""Damages, service, and other devices for the bookings that are touched."""

import pytest
from django.db import InternalError, transaction

from bookings.models import Allocation, Booking, Category, Closure, Damage, Unit
from bookings.services import closures, repair, replace, trainings
from center.errors import RuleViolation
from center.notifications.models import Message
from tests import factories
from tests.bookings.devices import NOON, booked, camera, hand_out, take_back, unit_of
from tests.bookings.test_lending import refused
from tests.conftest import kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(at_now, house):
    return factories.studio(4)


def broken(space, merchant, units=1):
    """A booking on Friday and its device, which breaks today."""
    booking = booked(space, merchant, camera(space, units=units))
    unit = unit_of(booking)
    repair.report(unit=unit, by=factories.staff(), description="렌즈 깨짐")
    return booking, unit


def choices(unit):
    return {row.booking: list(row.choices) for row in replace.affected_by(unit)}


def test_report_when_it_cannot_be_used_then_out_of_service_with_the_reason(space, merchant):
    booking, unit = broken(space, merchant)
    unit.refresh_from_db()
    assert (unit.in_service, unit.out_of_service_reason) == (False, "렌즈 깨짐")
    assert unit_of(booking) == unit  # until another one is chosen


def test_report_when_it_can_be_used_all_the_same_then_in_service(space):
    unit = camera(space).units.get()
    repair.report(unit=unit, by=factories.staff(), description="긁힘", stays_in_service=True)
    assert Unit.objects.get(pk=unit.pk).in_service


def test_put_back_when_a_damage_is_open_then_refused_until_it_is_closed(space, merchant):
    _booking, unit = broken(space, merchant)
    assert refused(repair.put_back, unit=unit) == ["still_damaged"]
    staff, damage = factories.staff(), Damage.objects.get()
    repair.close(damage=damage, by=staff, state="repaired", note="렌즈 교체")
    assert refused(repair.close, damage=damage, by=staff, state="repaired") == ["damage_closed"]
    repair.put_back(unit=unit)
    assert Unit.objects.get(pk=unit.pk).in_service


def test_close_when_written_off_then_out_of_service_for_good(space, merchant):
    _booking, unit = broken(space, merchant)
    damage = Damage.objects.get()
    repair.close(damage=damage, by=factories.staff(), state="written_off", note="수리 불가")
    unit.refresh_from_db()
    assert (unit.in_service, unit.out_of_service_reason) == (False, "수리 불가")
    assert refused(repair.put_back, unit=unit) == ["written_off"]


def test_damage_when_written_past_the_service_then_the_database_refuses(space, merchant):
    broken(space, merchant)
    damage = Damage.objects.get()
    repair.close(damage=damage, by=factories.staff(), state="repaired")
    with pytest.raises(InternalError, match="damage_state_changes"), transaction.atomic():
        Damage.objects.update(state="open", closed_at=None, closed_by=None)
    with pytest.raises(InternalError, match="keep_damages"), transaction.atomic():
        damage.delete()


def test_choices_when_others_are_free_then_of_the_same_kind_first(space, merchant):
    booking, unit = broken(space, merchant, units=2)
    twin = unit.resource.units.exclude(pk=unit.pk).get()
    other = camera(space, name="보조 카메라").units.get()
    camera(factories.studio(), name="다른 공간 카메라")
    camera(space, name="내놓지 않음", is_active=False)
    assert choices(unit) == {booking: [twin, other]}


@pytest.mark.parametrize("why", ["booked", "closed", "broken", "late"])
def test_choices_when_the_other_cannot_be_had_then_not_proposed(at_now, space, merchant, why):
    booking, unit = broken(space, merchant)
    other = camera(space, name="보조 카메라")
    device = other.units.get()
    if why == "booked":
        booked(space, factories.merchant(), other)
    elif why == "closed":
        span = {"starts": kst(27, 9), "ends": kst(27, 18), "reason": "점검"}
        closures.close(closure=Closure(kind="maintenance", unit=device, **span))
    elif why == "broken":
        repair.take_out(unit=device, reason="점검")
    else:
        factories.policy(notice_days=0)
        lent = booked(space, factories.merchant(), other, start=kst(23, 14), end=kst(23, 15))
        at_now.move_to(kst(23, 14))
        hand_out(lent)
        at_now.move_to(kst(24, 9))
    assert choices(unit) == {booking: []}


def test_affected_when_past_or_had_already_then_not_among_them(at_now, space, merchant):
    booking = booked(space, merchant, camera(space))
    later = booked(
        space, factories.merchant(), unit_of(booking).resource, start=kst(27, 14), end=kst(27, 15)
    )
    at_now.move_to(NOON)
    unit = take_back(hand_out(booking)).unit
    repair.report(unit=unit, by=factories.staff(), description="고장")
    assert list(choices(unit)) == [later]
    at_now.move_to(kst(27, 15))
    assert choices(unit) == {}


def test_apply_when_chosen_then_swapped_and_another_kind_is_told(space, merchant):
    booking, unit = broken(space, merchant)
    other = camera(space, name="보조 카메라").units.get()
    during = Allocation.objects.get(unit=unit).during
    outcome = replace.apply(unit=unit, chosen={booking.pk: other.pk})
    assert (outcome.replaced, outcome.left) == ([booking], [])
    assert unit_of(booking) == other
    assert Allocation.objects.get(unit=other).during == during
    assert Booking.objects.get(pk=booking.pk).sequence == booking.sequence + 1
    message = Message.objects.get(channel="inbox", kind="bookings.equipment_replaced")
    assert message.recipient == merchant.memberships.get().user
    assert "보조 카메라" in message.body


def test_apply_when_of_the_same_kind_then_swapped_and_nobody_is_told(space, merchant):
    booking, unit = broken(space, merchant, units=2)
    twin = unit.resource.units.exclude(pk=unit.pk).get()
    replace.apply(unit=unit, chosen={booking.pk: twin.pk})
    assert unit_of(booking) == twin
    assert not Message.objects.filter(kind="bookings.equipment_replaced").exists()


def test_apply_when_one_was_taken_meanwhile_then_the_others_are_swapped(at_now, space, merchant):
    first, unit = broken(space, merchant)
    repair.close(damage=Damage.objects.get(), by=factories.staff(), state="repaired")
    repair.put_back(unit=unit)
    second = booked(space, factories.merchant(), unit.resource, start=kst(27, 14), end=kst(27, 15))
    repair.take_out(unit=unit, reason="고장")
    spare = camera(space, name="보조 카메라")
    device = spare.units.get()
    chosen = {first.pk: device.pk, second.pk: device.pk}
    booked(space, factories.merchant(), spare)  # takes the morning
    outcome = replace.apply(unit=unit, chosen=chosen)
    assert (outcome.replaced, outcome.left) == ([second], [first])
    assert (unit_of(first), unit_of(second)) == (unit, device)


def test_apply_when_the_choice_is_no_device_of_the_space_then_left(space, merchant):
    booking, unit = broken(space, merchant)
    foreign = camera(factories.studio()).units.get()
    room = factories.resource(Category.CONFERENCE).units.get()
    for chosen in (foreign.pk, room.pk, 0):
        assert replace.apply(unit=unit, chosen={booking.pk: chosen}).left == [booking]


@pytest.mark.parametrize("count", [1, 3])
def test_affected_when_more_bookings_then_the_same_queries(
    space, merchant, count, django_assert_num_queries
):
    factories.policy(buffer_after=0)
    device = camera(space)
    for hour in range(14, 14 + count):
        booked(space, factories.merchant(), device, start=kst(27, hour), end=kst(27, hour + 1))
    camera(space, name="보조 카메라")
    unit = device.units.get()
    repair.take_out(unit=unit, reason="고장")
    with django_assert_num_queries(4):
        assert len(replace.affected_by(unit)) == count


def test_refusals_when_raised_then_each_says_what_to_do(space, merchant):
    _booking, unit = broken(space, merchant)
    with pytest.raises(RuleViolation) as refusal:
        repair.put_back(unit=unit)
    assert all(violation.remedy for violation in refusal.value.violations)


def test_choices_when_another_kind_needs_a_training_then_only_for_who_has_it(
    at_now, studio, merchant
):
    lent, other = camera(studio), camera(studio, name="다른 카메라")
    factories.policy(resource=other, needs_training=True)
    booked(studio, merchant, lent)
    broken, spare = lent.units.get(), other.units.get()
    assert [row.choices for row in replace.affected_by(broken)] == [[]]
    member = merchant.memberships.get().user
    told = {"by": factories.staff(), "trained_on": kst(2).date(), "resource": other}
    trainings.record(user=member, merchant=merchant, **told)
    assert [row.choices for row in replace.affected_by(broken)] == [[spare]]
