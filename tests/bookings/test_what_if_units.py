"""What longer buffers and a training would have refused last month: units and equipment."""

import datetime as dt

import pytest

from bookings import what_if
from bookings.models import BookingState, Category, Closure, Policy, Training
from bookings.services import closures
from tests import factories
from tests.bookings.past_uses import october, used
from tests.conftest import kst

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(at_now, house):
    """A studio with one unit and no buffers; businesses may come often."""
    factories.policy(buffer_after=0, per_day=9, per_month=9)
    return factories.studio()


@pytest.fixture
def camera(space):
    return factories.resource(Category.EQUIPMENT, used_in=[space])


def rule(**fields):
    kept = {"valid_from": dt.date(2026, 12, 1), "buffer_after": 0, "per_day": 9, "per_month": 9}
    return Policy(**kept | fields)


def codes(policy):
    return {group.code: list(group.bookings) for group in what_if.last_month(policy).groups}


@pytest.mark.parametrize("field", ["buffer_before", "buffer_after"])
def test_buffer_when_two_uses_would_have_met_then_the_one_booked_later(space, merchant, field):
    later = used(space, merchant, october(5), made=kst(29, 9, month=9))
    used(space, merchant, october(5, 12), made=kst(28, 9, month=9))
    used(space, merchant, october(5, 15), made=kst(30, 9, month=9))
    assert codes(rule(**{field: 60})) == {"slot_taken": [later]}
    found = what_if.last_month(rule(**{field: 60}))
    assert (found.judged, found.refused) == (3, 1)


@pytest.mark.parametrize(("minutes", "refused"), [(59, 0), (60, 0), (61, 1)])
def test_buffer_when_it_ends_as_the_next_begins_then_not_met(space, merchant, minutes, refused):
    used(space, merchant, october(5))
    used(space, merchant, october(5, 13))
    assert what_if.last_month(rule(buffer_after=minutes)).refused == refused


@pytest.mark.parametrize(("most", "refused"), [(3, 0), (2, 0), (1, 1), (0, 1)])
def test_companions_when_more_came_along_then_refused(space, merchant, most, refused):
    three = used(space, merchant, october(5), headcount=3)
    used(space, merchant, october(6))
    used(space, None, october(7), headcount=9)  # the house's own use has no limits
    found = codes(rule(companions=most))
    assert found == ({"too_many_companions": [three]} if refused else {})


def test_buffer_when_another_unit_was_free_then_not_met(space, merchant):
    seats = factories.resource(Category.OFFICE_SEAT, units=2)
    first, second = seats.units.all()
    used(seats, merchant, october(5), units=[first], made=kst(21, 9, month=9))
    used(seats, merchant, october(5, 12), units=[first], made=kst(22, 9, month=9))
    assert codes(rule(buffer_after=30)) == {}
    third = used(seats, merchant, october(5, 12), units=[second], made=kst(23, 9, month=9))
    assert codes(rule(buffer_after=30)) == {"slot_taken": [third]}
    second.in_service = False
    second.save()
    assert len(codes(rule(buffer_after=30))["slot_taken"]) == 1  # third kept its own


def test_buffer_when_the_other_was_given_up_before_then_not_met(space, merchant):
    gone = {"state": BookingState.CANCELLED, "reason_code": "other"}
    used(space, merchant, october(5), made=kst(21, month=9), closed_at=kst(22, 9, month=9), **gone)
    late = used(space, merchant, october(5, 12), made=kst(22, 9, 30, month=9))
    assert codes(rule(buffer_after=30)) == {}
    used(
        space,
        merchant,
        october(5),
        made=kst(22, 9, month=9),
        closed_at=kst(22, 10, month=9),
        **gone,
    )
    assert codes(rule(buffer_after=30)) == {"slot_taken": [late]}


def test_buffer_when_the_rule_in_force_meets_them_too_then_not_counted(space, merchant):
    factories.policy(resource=space, buffer_after=15)
    used(space, merchant, october(5))
    used(space, merchant, october(5, 12))
    assert codes(rule(resource=space, buffer_after=60)) == {}


def closed(unit, starts, *, known):
    """An hour in which the unit cannot be used, as was ``known`` from then on."""
    return closures.close(
        closure=Closure(
            unit=unit,
            kind="maintenance",
            reason="점검",
            starts=starts,
            ends=starts + dt.timedelta(hours=1),
            created_at=known,
        )
    )


@pytest.mark.parametrize(("minutes", "refused"), [(59, 0), (60, 0), (61, 1)])
def test_buffer_when_it_reaches_into_a_closure_then_met(space, merchant, minutes, refused):
    closed(space.units.get(), october(5, 13), known=kst(1, 9, month=9))
    booking = used(space, merchant, october(5))
    found = codes(rule(buffer_after=minutes))
    assert found == ({"slot_taken": [booking]} if refused else {})


@pytest.mark.parametrize(("hour", "refused"), [(9, 1), (10, 0)])
def test_buffer_when_the_closure_was_made_after_the_booking_then_not_met(
    space, merchant, hour, refused
):
    used(space, merchant, october(5), made=kst(21, 9, 30, month=9))
    closed(space.units.get(), october(5, 12), known=kst(21, hour, month=9))
    assert what_if.last_month(rule(buffer_after=30)).refused == refused


def test_buffer_when_another_unit_was_open_then_not_met(space, merchant):
    seats = factories.resource(Category.OFFICE_SEAT, units=2)
    closed(seats.units.first(), october(5, 12), known=kst(1, 9, month=9))
    used(seats, merchant, october(5))
    assert codes(rule(buffer_after=30)) == {}


def test_buffer_when_its_equipment_was_closed_then_said_of_the_equipment(space, camera, merchant):
    closed(camera.units.get(), october(5, 12), known=kst(1, 9, month=9))
    booking = used(space, merchant, october(5), units=[space.units.get(), camera.units.get()])
    assert codes(rule(buffer_after=30)) == {"equipment_taken": [booking]}


def test_buffer_when_the_other_use_is_of_the_month_beside_then_met(space, merchant):
    """Each month's uses are judged, whoever they meet."""
    used(space, merchant, kst(30, 22, month=9), made=kst(1, 9, month=9))
    first = used(space, merchant, october(1, 0), made=kst(2, 9, month=9))
    last = used(space, merchant, october(31, 22), made=kst(4, 9, month=9))
    used(space, merchant, kst(1, 0), made=kst(3, 9, month=9))
    used(space, merchant, kst(1, 2), made=kst(5, 9, month=9))
    found = what_if.last_month(rule(buffer_after=30))
    assert codes(rule(buffer_after=30)) == {"slot_taken": [first, last]}
    assert (found.judged, found.refused) == (2, 2)


@pytest.mark.parametrize("rows", [1, 3])
def test_buffer_when_more_closures_then_the_same_queries(
    space, merchant, rows, django_assert_num_queries
):
    for n in range(rows):
        closed(space.units.get(), october(5 + n, 12), known=kst(1, 9, month=9))
        used(space, merchant, october(5 + n))
    what_if.last_month(rule())  # the settings are read once
    with django_assert_num_queries(7):
        assert what_if.last_month(rule(buffer_after=30)).refused == rows


def test_buffer_when_equipment_was_shared_then_also_the_use_of_another_space(
    space, camera, merchant
):
    other = factories.resource(Category.RECORDING)
    unit = camera.units.get()
    used(space, merchant, october(5), units=[space.units.get(), unit], made=kst(21, 9, month=9))
    with_it = used(
        other, merchant, october(5, 12), units=[other.units.get(), unit], made=kst(22, 9, month=9)
    )
    policy = rule(resource=space, buffer_after=30)
    assert codes(policy) == {"equipment_taken": [with_it]}
    assert what_if.last_month(policy).judged == 2


def trained(camera, merchant, owner, **fields):
    by = factories.staff()
    values = {"trained_on": dt.date(2026, 9, 1), "recorded_at": kst(1, 12, month=9), **fields}
    return Training.objects.create(
        user=owner, merchant=merchant, resource=camera, recorded_by=by, **values
    )


def test_training_when_equipment_needs_it_then_those_that_took_it_untrained(
    space, camera, merchant, owner
):
    untrained = factories.merchant()
    units = [space.units.get(), camera.units.get()]
    trained(camera, merchant, owner)
    used(space, merchant, october(5), units=units)
    lacking = used(space, untrained, october(6), units=units)
    used(space, untrained, october(7))
    policy = rule(category=Category.EQUIPMENT, needs_training=True)
    found = what_if.last_month(policy)
    assert (found.judged, found.refused) == (2, 1)
    assert codes(policy) == {"training_needed": [lacking]}
    factories.policy(resource=camera, needs_training=True)
    assert codes(rule(category=Category.EQUIPMENT, needs_training=True)) == {}


@pytest.mark.parametrize(
    ("fields", "refused"),
    [
        ({"recorded_at": kst(21, 9, month=9)}, 0),
        ({"recorded_at": kst(21, 10, month=9)}, 1),
        ({"valid_until": dt.date(2026, 10, 5)}, 0),
        ({"valid_until": dt.date(2026, 10, 4)}, 1),
        ({"trained_on": dt.date(2026, 10, 5)}, 0),
        ({"trained_on": dt.date(2026, 10, 6)}, 1),
        ({"revoked_at": kst(21, 9, month=9)}, 1),
        ({"revoked_at": kst(21, 10, month=9)}, 0),
    ],
)
def test_training_when_of_another_time_then_as_it_was_known(
    space, merchant, owner, fields, refused
):
    if "revoked_at" in fields:
        fields = fields | {"revoked_by": owner}
    trained(space, merchant, owner, **fields)
    used(space, merchant, october(5), made=kst(21, 9, month=9))
    found = what_if.last_month(rule(resource=space, needs_training=True))
    assert found.refused == refused


def test_training_when_the_house_itself_uses_it_then_needs_none(space, camera):
    used(space, None, october(5), units=[space.units.get(), camera.units.get()])
    assert codes(rule(needs_training=True)) == {}
