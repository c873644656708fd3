"""The line goes first: nobody takes what was given back before those who wait were asked."""

from __future__ import annotations

import pytest

from bookings.links import token_of_offer
from bookings.models import Offer
from bookings.services import change, offers, waiting
from center import clock
from center.errors import RuleViolation
from merchants.services import members
from tests import factories
from tests.bookings.test_offers import END, START, booked, business_of, open_offer, somebody, waits

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "studio")]


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
