"""The waiting list: who is offered what, in which order, and until when."""

from __future__ import annotations

import datetime as dt

import pytest

from bookings.models import Allocation, Booking, BookingState, Offer, Waiting
from bookings.services import change, expire, offers, reserve, waiting
from center import clock
from center.errors import RuleViolation
from center.notifications.models import Message
from tests import factories
from tests.conftest import NOW, kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "studio")]

START, END = kst(30, 14), kst(30, 16)
_MINUTE = dt.timedelta(minutes=1)


def somebody(**fields):
    """The owner of a verified business of its own."""
    person = factories.user()
    factories.merchant(owner=person, **fields)
    return person


def business_of(person):
    return person.memberships.get().merchant


def booked(studio, start=START, end=END):
    person = somebody()
    held = reserve.hold(
        user=person, merchant=business_of(person), resource=studio, starts=start, ends=end
    )
    return reserve.confirm(booking=held, purpose="촬영", headcount=1)


def waits(studio, *, person=None, start=START, end=END, minutes=120, **wish):
    person = person or somebody()
    wish = wish or {"resource": studio}
    return waiting.join(
        user=person,
        merchant=business_of(person),
        starts=start,
        ends=end,
        minutes=minutes,
        **wish,
    )


def open_offer(entry):
    return Offer.objects.open(clock.now()).filter(waiting=entry).first()


def test_offers_when_nothing_is_free_then_none(studio):
    booked(studio)
    waits(studio)
    assert offers.make_offers() == 0


def test_offers_when_somebody_cancels_then_the_first_in_line_gets_it(studio, at_now):
    gone = booked(studio)
    first = waits(studio)
    at_now.shift(1)
    second = waits(studio)
    change.cancel(booking=gone)
    assert offers.make_offers() == 1
    offer = open_offer(first)
    assert (offer.booking.starts, offer.booking.ends) == (START, END)
    assert offer.booking.held_until == clock.now() + 30 * _MINUTE
    assert open_offer(second) is None
    assert Allocation.objects.get().booking == offer.booking


def test_offers_when_made_then_the_message_is_in_the_same_books(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    message = Message.objects.get(kind="bookings.offered", channel="inbox")
    assert message.recipient == entry.user
    assert message.link.startswith("/offers/")


def test_offers_when_run_again_then_nobody_gets_a_second(studio):
    change.cancel(booking=booked(studio))
    waits(studio)
    assert (offers.make_offers(), offers.make_offers()) == (1, 0)


LONGER = END + dt.timedelta(hours=2)


def test_offer_when_declined_then_the_next_gets_it_and_the_first_is_not_asked_again(studio):
    booked(studio, LONGER - dt.timedelta(hours=1), LONGER)
    gone = booked(studio)
    first, second = waits(studio, end=LONGER), waits(studio, end=LONGER)
    change.cancel(booking=gone)
    offers.make_offers()
    waiting.decline(offer=open_offer(first))
    assert offers.make_offers() == 1
    assert open_offer(second) is not None
    waiting.decline(offer=open_offer(second))
    assert offers.make_offers() == 0
    assert set(Waiting.objects.values_list("state", flat=True)) == {"waiting"}


def test_offer_when_the_only_time_that_fits_is_declined_then_the_waiting_ends(studio):
    """Nobody is offered the same time twice, so there is nothing more to wait for."""
    gone = booked(studio)
    first, second = waits(studio), waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    declined = waiting.decline(offer=open_offer(first))
    assert declined.waiting.state == "left"
    assert offers.make_offers() == 1
    assert open_offer(second) is not None
    assert waiting.decline(offer=declined).waiting.state == "left"
    assert not Message.objects.filter(kind="bookings.waiting_over").exists()


def test_offer_when_declined_then_any_other_space_of_the_kind_still_fits(studio):
    gone = booked(studio)
    entry = waits(studio, category="studio")
    change.cancel(booking=gone)
    offers.make_offers()
    assert waiting.decline(offer=open_offer(entry)).waiting.state == "waiting"


@pytest.mark.parametrize(
    ("late", "end", "state"),
    [(-1, END, "waiting"), (0, END, "over"), (0, LONGER, "waiting")],
)
def test_offer_when_the_only_one_that_can_come_runs_out_then_told_that_it_is_over(
    studio, at_now, late, end, state
):
    gone = booked(studio)
    entry = waits(studio, end=end)
    change.cancel(booking=gone)
    offers.make_offers()
    at_now.move_to(NOW + 30 * _MINUTE + dt.timedelta(seconds=late))
    offers.make_offers()
    offers.make_offers()
    entry.refresh_from_db()
    assert entry.state == state
    told = Message.objects.filter(kind="bookings.waiting_over", channel="inbox")
    assert told.count() == (state == "over")
    for message in told:  # a time did become free
        assert message.subject == f"대기가 끝났습니다: {studio.name}, 2026. 11. 30.(월)"
        assert "예약 없이 대기가 끝났습니다" in message.body


@pytest.mark.parametrize(("late", "still_held"), [(-1, True), (0, False), (1, False)])
def test_offer_when_its_minutes_are_over_then_the_next_gets_it(studio, at_now, late, still_held):
    gone = booked(studio)
    first, second = waits(studio), waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    at_now.move_to(NOW + 30 * _MINUTE + dt.timedelta(seconds=late))
    expire.expire_ended_holds(now=clock.now())
    offers.make_offers()
    assert (open_offer(first) is not None) is still_held
    assert (open_offer(second) is None) is still_held


def test_offer_when_accepted_then_a_booking_and_the_waiting_ends(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    booking = waiting.accept(offer=open_offer(entry), purpose="라이브", headcount=1)
    entry.refresh_from_db()
    assert (booking.state, entry.state) == (BookingState.CONFIRMED, "taken")
    assert offers.make_offers() == 0


def test_offer_when_confirmed_from_my_bookings_then_the_waiting_ends_too(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    reserve.confirm(booking=open_offer(entry).booking, purpose="라이브", headcount=1)
    offers.make_offers()
    entry.refresh_from_db()
    assert entry.state == "taken"


def test_offer_when_too_late_then_refused_and_nothing_is_lost(studio, at_now):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    offer = open_offer(entry)
    at_now.shift(30 * 60)
    with pytest.raises(RuleViolation) as refusal:
        waiting.accept(offer=offer, purpose="라이브", headcount=1)
    assert refusal.value.codes == ("hold_expired",)
    entry.refresh_from_db()
    assert entry.state == "waiting"


def test_offers_when_the_quota_is_used_then_the_next_in_line_gets_it(studio):
    gone = booked(studio)
    busy = waits(studio)
    other = reserve.hold(
        user=busy.user,
        merchant=busy.merchant,
        resource=studio,
        starts=kst(30, 10),
        ends=kst(30, 11),
    )
    reserve.confirm(booking=other, purpose="촬영", headcount=1)  # one use a day
    second = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    assert open_offer(busy) is None
    assert open_offer(second) is not None


def test_hold_when_an_offer_is_open_then_both_count_against_the_limits(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    with pytest.raises(RuleViolation) as refusal:
        reserve.hold(
            user=entry.user,
            merchant=entry.merchant,
            resource=studio,
            starts=kst(30, 10),
            ends=kst(30, 11),
        )
    assert refusal.value.codes == ("day_quota",)
    assert open_offer(entry) is not None


def test_hold_when_another_day_is_chosen_then_the_offer_stays(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    for hour in (10, 15):  # a second choice takes the place of the first, not of the offer
        reserve.hold(
            user=entry.user,
            merchant=entry.merchant,
            resource=studio,
            starts=kst(1, hour, month=12),
            ends=kst(1, hour + 1, month=12),
        )
    assert open_offer(entry) is not None
    assert Booking.objects.filter(state="held").count() == 2


def test_offers_when_any_space_of_a_kind_is_wanted_then_whichever_is_free(studio):
    annex = factories.studio(slug="annex")
    booked(studio)
    gone = booked(annex)
    entry = waits(studio, category="studio")
    change.cancel(booking=gone)
    offers.make_offers()
    assert open_offer(entry).booking.resource == annex


def test_offers_when_the_span_is_wider_than_the_use_then_the_earliest_time_in_it(studio):
    booked(studio, kst(30, 9), kst(30, 12))
    entry = waits(studio, start=kst(30, 9), end=kst(30, 18), minutes=60)
    offers.make_offers()
    found = open_offer(entry).booking
    assert (found.starts, found.ends) == (kst(30, 13), kst(30, 14))  # closed for lunch at 12


def test_offers_when_the_notice_can_no_longer_be_kept_then_none(studio, at_now):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    at_now.move_to(kst(26, 9))  # three business days before the 30th have begun
    assert offers.make_offers() == 0
    assert open_offer(entry) is None


@pytest.mark.parametrize(("when", "state"), [(-1, "waiting"), (0, "over"), (1, "over")])
def test_settle_when_the_span_has_passed_then_the_person_is_told_once(studio, at_now, when, state):
    booked(studio)
    entry = waits(studio)
    at_now.move_to(END + dt.timedelta(seconds=when))
    offers.make_offers()
    offers.make_offers()
    entry.refresh_from_db()
    assert entry.state == state
    told = Message.objects.filter(kind="bookings.waiting_over", channel="inbox").count()
    assert told == (state == "over")


def test_offers_when_the_cap_is_reached_then_the_waiting_ends(studio, settings):
    settings.WAITING_OFFERS = 1
    gone = booked(studio)
    entry = waits(studio, end=LONGER)
    change.cancel(booking=gone)
    offers.make_offers()
    assert waiting.decline(offer=open_offer(entry)).waiting.state == "waiting"
    offers.make_offers()
    entry.refresh_from_db()
    assert entry.state == "over"


def test_leave_when_a_time_is_offered_then_it_is_free_again(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    assert waiting.leave(entry=entry).state == "left"
    assert not Allocation.objects.exists()
    assert waiting.leave(entry=entry).state == "left"


def test_join_when_twice_for_the_same_then_one_entry(studio):
    entry = waits(studio)
    assert waits(studio, person=entry.user) == entry


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"start": kst(22, 14), "end": kst(22, 16)}, "past"),
        ({"start": kst(24, 14), "end": kst(24, 16)}, "too_soon"),
        ({"start": kst(29, 14, month=12), "end": kst(29, 16, month=12)}, "too_far"),
        ({"minutes": 90}, "off_grid"),
        ({"minutes": 0}, "too_short"),
        ({"minutes": 240, "end": kst(30, 20)}, "too_long"),
        ({"minutes": 180}, "waiting_too_tight"),
    ],
)
def test_join_when_it_can_never_come_true_then_refused(studio, wish, code):
    with pytest.raises(RuleViolation) as refusal:
        waits(studio, **wish)
    assert refusal.value.codes == (code,)


@pytest.mark.parametrize(
    ("notice_hours", "at", "works"),
    [
        (0, kst(23, 15, 58), True),
        (0, kst(23, 15, 59), True),
        (0, kst(23, 16), False),
        (2, kst(23, 13, 59), True),
        (2, kst(23, 14), True),
        (2, kst(23, 14, 1), False),
    ],
)
def test_join_for_today_while_a_use_of_that_length_can_still_begin(
    studio, at_now, notice_hours, at, works
):
    """Two hours of a day that ends at six."""
    factories.policy(notice_days=0, notice_hours=notice_hours)
    at_now.move_to(at)
    today = {"start": kst(23), "end": kst(24)}
    if works:
        waits(studio, **today)
        assert offers.make_offers() == 1
        assert Offer.objects.get().booking.starts == kst(23, 16)
        return
    with pytest.raises(RuleViolation) as refusal:
        waits(studio, **today)
    assert refusal.value.codes == ("waiting_while_closed",)


def test_join_when_a_business_waits_for_too_much_then_refused(studio, settings):
    settings.WAITING_ENTRIES = 1
    entry = waits(studio)
    with pytest.raises(RuleViolation) as refusal:
        waits(studio, person=entry.user, start=kst(30, 9), end=kst(30, 12))
    assert refusal.value.codes == ("waiting_too_many",)


def test_join_when_the_business_is_not_verified_then_refused(studio):
    person = somebody(state="submitted", verified_until=None, submitted_at=NOW, decide_until=NOW)
    with pytest.raises(RuleViolation) as refusal:
        waits(studio, person=person)
    assert refusal.value.codes == ("not_verified",)
