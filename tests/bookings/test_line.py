"""The line goes first: nobody takes what was given back before those who wait were asked."""

from __future__ import annotations

import datetime as dt

import pytest

from bookings.intervals import Interval
from bookings.links import token_of_offer
from bookings.models import Booking, BookingState, Freed, Offer, Unit, Waiting
from bookings.services import change, expire, freed, offers, reserve, waiting
from bookings.services.units import as_range
from center import clock
from center.errors import RuleViolation
from merchants.services import members
from tests import factories
from tests.bookings.test_offers import END, START, booked, business_of, open_offer, somebody, waits
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "studio")]
SECOND = dt.timedelta(seconds=1)


def choose(studio, person=None, start=START, end=END):
    person = person or somebody()
    return reserve.hold(
        user=person, merchant=business_of(person), resource=studio, starts=start, ends=end
    )


def refused(studio, **choice):
    with pytest.raises(RuleViolation) as refusal:
        choose(studio, **choice)
    return refusal.value.codes


# Before the list was looked at ---------------------------------------------------------------


def test_hold_when_just_given_up_and_waited_for_then_the_line_has_it(studio):
    gone = booked(studio)
    entry = waits(studio)
    change.cancel(booking=gone)
    assert refused(studio) == ("line_first",)
    assert refused(studio, start=START, end=kst(30, 15)) == ("line_first",)  # nor a part of it
    offers.make_offers()
    assert open_offer(entry) is not None
    assert refused(studio) == ("slot_taken",)


@pytest.mark.parametrize("how", ["waits for another day", "nobody waits", "another space"])
def test_hold_when_nobody_waits_for_that_time_then_anybodys(studio, how):
    gone = booked(studio)
    if how == "waits for another day":
        waits(studio, start=kst(1, 14, month=12), end=kst(1, 16, month=12))
    if how == "another space":
        waits(factories.studio(slug="annex"))
    change.cancel(booking=gone)
    assert choose(studio).state == BookingState.HELD
    assert not Freed.objects.exists()


def test_hold_when_the_list_was_looked_at_and_nobody_could_use_it_then_anybodys(studio):
    gone = booked(studio)
    entry = waits(studio)
    choose(studio, entry.user, kst(30, 10), kst(30, 11))  # one use a day
    change.cancel(booking=gone)
    assert refused(studio) == ("line_first",)
    assert offers.make_offers() == 0
    assert choose(studio).state == BookingState.HELD
    assert not Freed.objects.exists()


@pytest.mark.parametrize(("second", "kept"), [(-1, True), (0, False), (1, False)])
def test_hold_when_nobody_looks_at_the_list_then_kept_for_a_while_only(
    studio, at_now, second, kept
):
    gone = booked(studio)
    waits(studio)
    change.cancel(booking=gone)
    at_now.move_to(clock.now() + freed.LINE_FIRST + second * SECOND)
    if kept:
        assert refused(studio) == ("line_first",)
    else:
        assert choose(studio).state == BookingState.HELD


@pytest.mark.parametrize("swept", [True, False])
@pytest.mark.parametrize(("late", "codes"), [(-1, "slot_taken"), (0, "line_first")])
def test_hold_when_an_offer_runs_out_then_the_next_in_line_has_it(
    studio, at_now, swept, late, codes
):
    gone = booked(studio)
    first, second = waits(studio), waits(studio)
    change.cancel(booking=gone)
    offers.make_offers()
    at_now.move_to(open_offer(first).booking.held_until + late * SECOND)
    if swept:
        expire.expire_ended_holds(now=clock.now())
    assert refused(studio) == (codes,)
    if codes == "line_first":
        offers.make_offers()
        assert open_offer(second) is not None


def test_hold_when_it_ran_out_unswept_long_ago_then_anybodys(studio, at_now):
    """Trying again and again does not begin the time of the line anew."""
    ran_out = choose(studio)
    waits(studio)
    at_now.move_to(ran_out.held_until + freed.LINE_FIRST - SECOND)
    assert refused(studio) == ("line_first",)
    at_now.move_to(ran_out.held_until + freed.LINE_FIRST)
    assert choose(studio).state == BookingState.HELD


def test_hold_when_there_is_another_unit_then_that_one(house):
    pair = factories.studio(slug="pair", units=2)
    gone, other = booked(pair), booked(pair)
    waits(pair)
    change.cancel(booking=gone)
    given_back = Freed.objects.get().unit
    assert refused(pair) == ("line_first",)
    Freed.objects.all().delete()
    change.cancel(booking=other)
    mine = choose(pair)
    assert mine.allocations.get().unit == given_back  # of two the one that is not the line's


def test_hold_when_i_choose_anew_what_i_held_then_it_is_mine(studio):
    person = somebody()
    choose(studio, person)
    waits(studio)
    assert choose(studio, person, START, kst(30, 15)).state == BookingState.HELD


def test_move_when_the_new_time_was_just_given_up_then_the_line_has_it(studio):
    gone = booked(studio)
    mine = booked(studio, kst(1, 14, month=12), kst(1, 16, month=12))
    waits(studio)
    change.cancel(booking=gone)
    with pytest.raises(RuleViolation) as refusal:
        change.move(booking=mine, starts=START, ends=END)
    assert refusal.value.codes == ("line_first",)
    change.move(booking=mine, starts=START, ends=END, by_staff=True)  # staff know what they do
    assert Booking.objects.get(pk=mine.pk).starts == START


def test_move_when_within_my_own_time_then_the_line_is_not_asked(studio):
    mine = booked(studio)
    waits(studio)
    change.move(booking=mine, starts=START, ends=kst(30, 15))
    assert Booking.objects.get(pk=mine.pk).ends == kst(30, 15)


def test_page_when_the_line_goes_first_then_says_so_and_where_to_wait(studio, owner_client):
    gone = booked(studio)
    waits(studio)
    change.cancel(booking=gone)
    choice = {"start": START.isoformat(), "end": END.isoformat()}
    answer = owner_client.post(f"/spaces/{studio.slug}/hold/", choice)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'data-code="line_first"' in page
    assert "/waiting/join/?" in page


# Long lines ----------------------------------------------------------------------------------


def test_offers_when_the_line_is_longer_than_a_batch_then_those_behind_are_asked(
    studio, monkeypatch
):
    monkeypatch.setattr(offers, "_BATCH", 2)
    booked(studio)
    annex = factories.studio(slug="annex")
    gone = booked(annex)
    for _ in range(4):
        waits(studio)
    last = [waits(annex), waits(annex)]
    change.cancel(booking=gone)
    assert offers.make_offers() == 1
    assert open_offer(last[0]) is not None
    assert open_offer(last[1]) is None


# Another length ------------------------------------------------------------------------------


def test_join_when_again_with_another_length_then_that_and_the_same_place(studio):
    booked(studio)
    entry = waits(studio, minutes=120)
    again = waits(studio, person=entry.user, minutes=60)
    assert (again, again.minutes, again.length_before) == (entry, 60, 120)
    assert Waiting.objects.get().minutes == 60
    assert waits(studio, person=entry.user, minutes=60).length_before is None


# Who has left the business -------------------------------------------------------------------


@pytest.fixture
def colleague(studio):
    """A member waits for the business, and the time is given up."""
    owner, person = somebody(), factories.user()
    business_of(owner).memberships.create(user=person)
    gone = booked(studio)
    entry = waits(studio, person=person)
    change.cancel(booking=gone)
    return entry


def owner_of(entry):
    return entry.merchant.memberships.get(role="owner").user


def remove(entry):
    members.remove(membership=entry.merchant.memberships.get(user=entry.user), by=owner_of(entry))


def test_offers_when_the_member_was_removed_then_the_owner_gets_it(colleague):
    remove(colleague)
    offers.make_offers()
    offer = open_offer(colleague)
    assert offer.booking.booked_by == offer.waiting.user == owner_of(colleague)


def test_offer_when_the_member_was_removed_since_the_look_then_none(colleague, studio):
    """The entry as the look had read it, before the removal."""
    remove(colleague)
    span = offers.Interval(START, END)
    assert offers.offer(waiting=colleague, resource=studio, span=span) is None


ANSWERS = {
    "accept": lambda offer: waiting.accept(offer=offer, purpose="촬영", headcount=1),
    "decline": lambda offer: waiting.decline(offer=offer),
    "leave": lambda offer: waiting.leave(entry=offer.waiting, by=offer),
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_when_removed_after_the_offer_then_refused_and_the_owner_gets_it(colleague, answer):
    offers.make_offers()
    offer = open_offer(colleague)
    remove(colleague)
    with pytest.raises(RuleViolation) as refusal:
        ANSWERS[answer](offer)
    assert refusal.value.codes == ("acts_no_more",)
    offers.make_offers()
    anew = open_offer(colleague)
    assert anew != offer
    assert (anew.booking.booked_by, anew.booking.starts) == (owner_of(colleague), START)
    assert Offer.objects.open(clock.now()).count() == 1


def deactivate(person):
    person.is_active = False
    person.save(update_fields=["is_active"])


def test_offers_when_the_account_was_deactivated_then_the_owner_gets_it(colleague):
    deactivate(colleague.user)
    offers.make_offers()
    assert open_offer(colleague).booking.booked_by == owner_of(colleague)


@pytest.mark.parametrize("answer", ANSWERS)
def test_answer_when_deactivated_after_the_offer_then_refused_and_the_owner_gets_it(
    colleague, answer
):
    offers.make_offers()
    offer = open_offer(colleague)
    deactivate(colleague.user)
    with pytest.raises(RuleViolation) as refusal:
        ANSWERS[answer](offer)
    assert refusal.value.codes == ("acts_no_more",)
    offers.make_offers()
    assert open_offer(colleague).booking.booked_by == owner_of(colleague)


def test_offers_when_nobody_of_the_business_has_an_account_in_use_then_the_waiting_ends(colleague):
    deactivate(owner_of(colleague))
    deactivate(colleague.user)
    assert offers.make_offers() == 0
    colleague.refresh_from_db()
    assert colleague.state == "left"


def test_offers_when_nobody_is_left_in_the_business_then_the_waiting_ends(colleague):
    colleague.merchant.memberships.all().delete()
    assert offers.make_offers() == 0
    colleague.refresh_from_db()
    assert colleague.state == "left"


def test_link_when_the_person_was_removed_then_the_page_says_why(colleague, client):
    offers.make_offers()
    offer = open_offer(colleague)
    remove(colleague)
    answer = client.post(f"/offers/{token_of_offer(offer)}/", {"answer": "decline"}, follow=True)
    assert "대표" in answer.content.decode()
    assert open_offer(colleague) == offer


# Other ways to what was given back ------------------------------------------------------------


def given_back(space, unit):
    """That unit from 14 to 16 is the line's, the other one of the space is anybody's."""
    both = [booked(space), booked(space)]
    for booking in both:
        change.cancel(booking=booking)
    waits(space)
    Freed.objects.all().delete()
    Freed.objects.create(
        unit=unit,
        booking=both[0],
        during=as_range(Interval(START, END)),
        freed_at=clock.now(),
    )


def test_move_when_the_old_unit_is_the_lines_then_another_one(house):
    pair = factories.studio(slug="pair", units=2)
    mine = booked(pair, start=kst(30, 10), end=kst(30, 12))
    old = mine.allocations.get().unit
    given_back(pair, old)
    moved = change.move(booking=mine, starts=START, ends=END)
    assert moved.allocations.get().unit != old


def test_confirm_when_the_larger_unit_is_the_lines_then_refused(house):
    pair = factories.studio(slug="pair", units=2)
    small, large = pair.units.order_by("pk")
    Unit.objects.filter(pk=small.pk).update(capacity=1)
    Unit.objects.filter(pk=large.pk).update(capacity=4)
    given_back(pair, large)
    held = choose(pair)
    assert held.allocations.get().unit == small
    with pytest.raises(RuleViolation) as refusal:
        reserve.confirm(booking=held, purpose="촬영", headcount=3)
    assert refusal.value.codes == ("line_first",)
    Freed.objects.all().delete()
    assert (
        reserve.confirm(booking=held, purpose="촬영", headcount=3).allocations.get().unit == large
    )
