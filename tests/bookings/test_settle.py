"""Changing the settings together with the bookings that stand in the way."""

import datetime as dt

import pytest

from bookings import house as the_house
from bookings import stranded
from bookings.intervals import Interval
from bookings.models import (
    Booking,
    BookingState,
    Category,
    Closure,
    HolidayOverride,
    OpeningHours,
    Unit,
)
from bookings.services import closures, holidays, settle
from bookings.services.settle import Act, Choice, HouseChange, Unsettled
from center.errors import RuleViolation
from center.notifications.models import Message
from tests import factories
from tests.bookings.test_closures import closure
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 11, 27)
KEEP, CANCEL = Choice(Act.KEEP), Choice(Act.CANCEL)


def to(start, end):
    return Choice(Act.MOVE, Interval(start, end))


def carry_out(change, choices=(), by=None, **given):
    return settle.carry_out(
        change=change, choices=dict(choices), by=by or factories.staff(), **given
    )


def asked(change, choices=()):
    with pytest.raises(Unsettled) as unsettled:
        carry_out(change, choices)
    return unsettled.value.questions


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12."""
    return confirm(hold(studio, merchant))


def holiday(day=FRIDAY):
    return holidays.declaring(days=[day], name="임시공휴일", is_holiday=True)


def out_of_service(unit):
    def make():
        Unit.objects.filter(pk=unit.pk).update(in_service=False)

    return HouseChange(make=make, resource_ids={unit.resource_id})


def no_fridays():
    return HouseChange(make=OpeningHours.objects.filter(weekday=4).delete)


def test_close_when_a_booking_is_in_the_way_then_asked_with_times_and_nothing_done(booking, studio):
    questions = asked(closures.closing(closure(resource=studio)))
    assert [question.misfit.booking for question in questions] == [booking]
    assert "점검" in questions[0].misfit.because
    assert questions[0].times == [
        Interval(kst(26, 10), kst(26, 12)),
        Interval(kst(25, 10), kst(25, 12)),
        Interval(kst(30, 10), kst(30, 12)),
    ]
    assert not Closure.objects.exists()


def test_close_when_moved_cancelled_and_kept_then_all_in_one_go(at_now, house):
    space = factories.studio(3)
    moved, cancelled, kept = (confirm(hold(space, factories.merchant())) for _ in range(3))
    choices = {moved.pk: to(kst(30, 10), kst(30, 12)), cancelled.pk: CANCEL, kept.pk: KEEP}
    done = carry_out(closures.closing(closure(resource=space)), choices, text="죄송합니다")
    assert (done.moved, done.cancelled, done.kept) == (1, 1, 1)
    for it in (moved, cancelled, kept):
        it.refresh_from_db()
    assert (moved.starts, moved.state) == (kst(30, 10), BookingState.CONFIRMED)
    assert (cancelled.state, cancelled.reason_text) == (BookingState.CANCELLED, "죄송합니다")
    assert cancelled.reason_code == "house_closed"
    assert kept.starts == kst(27, 10)
    spans = [allocation.during for allocation in done.made.allocations.all()]
    told = Message.objects.exclude(kind="bookings.confirmed").values_list("kind", flat=True)
    assert set(told) == {"bookings.moved_by_staff", "bookings.cancelled_by_staff"}
    covered = sum((span.upper - span.lower for span in spans), dt.timedelta())
    # What the moved and the cancelled one left is closed as well.
    assert covered == 3 * dt.timedelta(hours=9) - dt.timedelta(hours=2, minutes=15)


def test_close_when_one_cannot_be_moved_then_nothing_is_done_and_that_one_is_named(at_now, house):
    space = factories.studio(2)
    first, second = (confirm(hold(space, factories.merchant())) for _ in range(2))
    for _ in range(2):
        hold(space, factories.merchant(), kst(30, 10), kst(30, 12))
    choices = {first.pk: CANCEL, second.pk: to(kst(30, 10), kst(30, 12))}
    questions = asked(closures.closing(closure(resource=space)), choices)
    refused = {q.misfit.booking: [v.code for v in q.refused] for q in questions}
    assert refused == {first: [], second: ["slot_taken"]}
    assert Interval(kst(30, 10), kst(30, 12)) not in questions[1].times
    first.refresh_from_db()
    assert (first.state, Closure.objects.count()) == (BookingState.CONFIRMED, 0)
    assert not Message.objects.filter(kind__contains="cancelled").exists()


def test_close_when_another_booking_came_in_then_asked_again(at_now, house):
    space = factories.studio(2)
    seen = confirm(hold(space, factories.merchant()))
    new = confirm(hold(space, factories.merchant()))
    questions = asked(closures.closing(closure(resource=space)), {seen.pk: CANCEL})
    assert [question.misfit.booking for question in questions] == [seen, new]


def test_close_when_a_booking_has_gone_then_its_choice_does_not_matter(booking, studio):
    settle.changing.cancel(booking=booking)
    done = carry_out(closures.closing(closure(resource=studio)), {booking.pk: CANCEL})
    assert (done.cancelled, Closure.objects.count()) == (0, 1)


def test_holiday_when_declared_then_asked_and_the_day_is_shut(booking):
    questions = asked(holiday())
    assert questions[0].misfit.because == "11. 27.(금)은 휴관일입니다(임시공휴일)."
    carry_out(holiday(), {booking.pk: to(kst(26, 10), kst(26, 12))})
    booking.refresh_from_db()
    assert booking.starts == kst(26, 10)  # sooner than the notice: the house caused it
    assert the_house.current().business_days.holiday(FRIDAY) == "임시공휴일"


def test_holiday_when_taken_back_then_the_day_is_open_again(booking):
    carry_out(holiday(), {booking.pk: KEEP})
    carry_out(holidays.as_the_calendar_says(day=FRIDAY))
    assert not HolidayOverride.objects.exists()


def test_holiday_when_kept_before_then_another_change_does_not_ask_again(booking):
    carry_out(holiday(), {booking.pk: KEEP})
    assert carry_out(no_fridays()).kept == 0


def test_hours_when_shortened_then_asked(booking):
    assert [q.misfit.booking for q in asked(no_fridays())] == [booking]
    assert OpeningHours.objects.filter(weekday=4).count() == 2


def test_unit_out_of_service_when_another_is_free_then_the_same_time_there(at_now, house, merchant):
    space = factories.studio(2)
    booking = confirm(hold(space, merchant))
    unit = booking.allocations.get().unit
    questions = asked(out_of_service(unit))
    assert questions[0].times[0] == Interval(kst(27, 10), kst(27, 12))
    assert questions[0].misfit.because == f"{unit}: 지금은 사용할 수 없습니다."
    carry_out(out_of_service(unit), {booking.pk: to(kst(27, 10), kst(27, 12))})
    booking.refresh_from_db()
    assert booking.allocations.get().unit != unit
    assert (booking.starts, booking.sequence) == (kst(27, 10), 1)


def test_equipment_out_of_service_when_lent_then_its_booking_is_asked_about(
    at_now, studio, merchant
):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    booking = confirm(hold(studio, merchant), equipment=[camera])
    questions = asked(out_of_service(camera.units.get()))
    assert [question.misfit.booking for question in questions] == [booking]
    assert questions[0].times == []  # there is no other camera


def test_move_when_limits_of_the_business_are_full_then_not_in_the_way(at_now, house, merchant):
    factories.policy(per_month=1, per_day=1)
    space = factories.studio()
    booking = confirm(hold(space, merchant))
    hold(space, merchant, kst(1, 9, month=12), kst(1, 10, month=12))
    choices = {booking.pk: to(kst(1, 13, month=12), kst(1, 15, month=12))}
    assert carry_out(holiday(), choices).moved == 1


@pytest.mark.parametrize(
    ("start", "end", "code"), [(28, 28, "outside_hours"), (23, 23, "past"), (27, 27, "closed")]
)
def test_move_when_to_where_nobody_can_go_then_refused(booking, studio, start, end, code):
    choice = to(kst(start, 9), kst(end, 11))
    questions = asked(closures.closing(closure(resource=studio)), {booking.pk: choice})
    assert [violation.code for violation in questions[0].refused] == [code]


def test_own_business_when_moved_or_cancelled_then_left_to_a_colleague(at_now, studio):
    person = factories.staff()
    booking = confirm(hold(studio, factories.merchant(owner=person)))
    with pytest.raises(Unsettled) as unsettled:
        carry_out(holiday(), {booking.pk: CANCEL}, by=person)
    assert unsettled.value.questions[0].refused[0].code == "own_business"
    assert carry_out(holiday(), {booking.pk: KEEP}, by=person).kept == 1


def test_carry_out_when_more_than_a_page_then_in_shorter_spans(booking, monkeypatch):
    monkeypatch.setattr(settle, "MOST", 0)
    with pytest.raises(RuleViolation, match="too_many_stranded"):
        carry_out(holiday())


@pytest.mark.parametrize("rows", [1, 3])
def test_proposals_when_more_bookings_then_the_same_queries(
    at_now, house, rows, django_assert_num_queries
):
    space = factories.studio(rows)
    for _ in range(rows):
        confirm(hold(space, factories.merchant()))
    HolidayOverride.objects.create(date=FRIDAY, name="임시공휴일")
    the_house.current()
    with django_assert_num_queries(5):
        found = stranded.misfits()
    with django_assert_num_queries(2):
        times = stranded.proposals(list(found.values()))
    assert len(times) == Booking.objects.count() == rows


def test_proposals_when_two_want_the_same_place_then_each_gets_its_own(at_now, house):
    space = factories.studio(2)
    for _ in range(2):
        confirm(hold(space, factories.merchant()))
    HolidayOverride.objects.create(date=FRIDAY, name="임시공휴일")
    found = list(stranded.misfits().values())
    Unit.objects.filter(resource=space, name="2").update(in_service=False)
    first, second = stranded.proposals(found).values()
    assert not first[0].overlaps(second[0])


@pytest.mark.parametrize(("hour", "lacking"), [(11, "space"), (10, "camera")])
def test_first_proposals_when_all_are_taken_then_none_is_in_the_way_of_another(
    at_now, house, hour, lacking
):
    """One hour after the other with a quarter to tidy up between, or one device for two."""
    space = factories.studio(2)
    camera = factories.resource(Category.EQUIPMENT, 2, used_in=[space])
    for start in (10, hour):
        held = hold(space, factories.merchant(), kst(27, start), kst(27, start + 1))
        confirm(held, equipment=[camera])

    def make():
        HolidayOverride.objects.create(date=FRIDAY, name="임시공휴일")
        broken = {"space": space, "camera": camera}[lacking]
        Unit.objects.filter(resource=broken, name="2").update(in_service=False)

    change = HouseChange(make=make)
    choices = {it.misfit.booking.pk: Choice(Act.MOVE, it.times[0]) for it in asked(change)}
    assert carry_out(change, choices).moved == 2
