"""What people are told about their bookings: whom, when, in which words."""

import re

import pytest

from bookings import messages
from bookings.models import Booking, BookingSource, RejectReason, StaffCancelReason
from bookings.services import change, decide, on_behalf, reserve
from center.models import User
from center.notifications.models import Message
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]


def told(kind):
    """Who finds it in the inbox, and its words."""
    row = Message.objects.get(kind=f"bookings.{kind}", channel="inbox")
    return row.recipient, row.subject, row.body


@pytest.fixture
def request_(studio, merchant):
    factories.policy(needs_approval=True)
    return confirm(hold(studio, merchant))


@pytest.fixture
def booking(studio, merchant):
    return confirm(hold(studio, merchant))


def test_hold_when_only_held_then_nothing_is_said(studio, merchant):
    change.cancel(booking=hold(studio, merchant))
    assert not Message.objects.exists()


def test_confirm_when_instant_then_owner_hears_when_and_where(booking, owner, studio):
    recipient, subject, body = told("confirmed")
    assert (recipient, subject) == (owner, f"예약 확정: {studio.name}, 11. 27.(금) 10:00")
    assert f"- 예약 번호: {booking.reference}" in body
    assert "- 시간: 11. 27.(금) 10:00 – 12:00" in body
    assert "(.ics)" in body
    assert "053-" in body
    links = set(Message.objects.values_list("link", "channel"))
    assert links == {
        (f"/bookings/{booking.reference}/", "inbox"),
        (f"/bookings/{booking.reference}/", "email"),
    }


def test_confirm_when_twice_then_said_once(booking):
    reserve.confirm(booking=booking, purpose="촬영", headcount=2)
    messages.booked(booking)
    assert Message.objects.filter(channel="inbox").count() == 1


def test_confirm_when_a_member_booked_then_owner_and_member_hear(studio, merchant, owner):
    member, third = factories.user(), factories.user()
    merchant.memberships.create(user=member)
    merchant.memberships.create(user=third)
    confirm(hold(studio, merchant, user=member))
    rows = Message.objects.filter(kind="bookings.confirmed", channel="inbox")
    assert {row.recipient for row in rows} == {owner, member}


def test_request_when_made_then_until_when_it_is_answered(request_, owner):
    recipient, _subject, body = told("received")
    assert recipient == owner
    assert "11. 25.(수) 18:00까지" in body
    assert not Message.objects.filter(kind="bookings.confirmed").exists()


def test_approve_when_requested_then_said(request_, owner):
    decide.approve(booking=request_, by=factories.staff())
    recipient, subject, _body = told("approved")
    assert (recipient, "승인" in subject) == (owner, True)


def test_reject_when_requested_then_reason_and_way_out(request_, owner):
    decide.reject(
        booking=request_, by=factories.staff(), reason=RejectReason.HOUSE_USE, text="시 행사"
    )
    recipient, _subject, body = told("rejected")
    assert recipient == owner
    assert str(RejectReason.HOUSE_USE.label) in body
    assert "시 행사" in body
    assert "시간표에서 다른 시간을" in body


def test_reject_when_people_read_other_languages_then_each_in_his_own(request_, owner, studio):
    """The name of the space and the reason out of the list; what staff typed stays as it is."""
    User.objects.filter(pk=owner.pk).update(language="en")
    member = factories.user()
    request_.merchant.memberships.create(user=member)
    Booking.objects.filter(pk=request_.pk).update(booked_by=member)
    request_.refresh_from_db()
    decide.reject(
        booking=request_, by=factories.staff(), reason=RejectReason.HOUSE_USE, text="시 행사"
    )
    rows = Message.objects.filter(kind="bookings.rejected", channel="inbox")
    english, korean = (rows.get(recipient=person) for person in (owner, member))
    assert studio.name_en in english.subject
    assert "Choose another time from the timetable." in english.body
    assert set(re.findall("[가-힣]+", english.body)) <= set(korean.context["business"].split()) | {
        "시",
        "행사",
    }
    assert studio.name in korean.subject
    assert "시간표에서 다른 시간을" in korean.body


def test_move_when_to_another_unit_then_an_english_reader_hears_english_names(house, merchant):
    User.objects.update(language="en")
    space = factories.studio(2)
    made = confirm(hold(space, merchant))
    span = {"starts": made.starts, "ends": made.ends}
    to = space.units.get(name="2")
    change.move(booking=made, by_staff=True, by=factories.staff(), to_unit=to, **span)
    _recipient, _subject, body = told("moved_by_staff")
    assert f"{space.name_en} 2" in body
    assert f"{space.name_en} 1" in body
    assert space.name not in body


def test_move_when_by_owner_then_both_times(booking, owner):
    change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 16))
    recipient, subject, body = told("moved")
    assert (recipient, "11. 30.(월) 14:00" in subject) == (owner, True)
    assert "- 변경 전: 11. 27.(금) 10:00 – 12:00" in body


def test_move_when_by_staff_then_whose_doing_and_the_telephone(booking, owner):
    operator = factories.staff()
    span = {"starts": kst(30, 14), "ends": kst(30, 16)}
    change.move(booking=booking, by_staff=True, by=operator, **span)
    recipient, _subject, body = told("moved_by_staff")
    assert recipient == owner
    assert "- 변경 전: 11. 27.(금) 10:00 – 12:00" in body
    change.move(booking=booking, by_staff=True, by=operator, **span)
    assert Message.objects.filter(kind="bookings.moved_by_staff", channel="inbox").count() == 1


def test_move_when_to_another_unit_then_both_places(house, merchant):
    space = factories.studio(2)
    made = confirm(hold(space, merchant))
    other = space.units.get(name="2")
    span = {"starts": made.starts, "ends": made.ends}
    change.move(booking=made, by_staff=True, by=factories.staff(), to_unit=other, **span)
    _recipient, _subject, body = told("moved_by_staff")
    assert f"- 공간: {space.name} 2" in body
    assert f"- 변경 전: {space.name} 1, 11. 27.(금)" in body


def test_cancel_when_by_owner_then_a_receipt(booking, owner):
    change.cancel(booking=booking)
    change.cancel(booking=booking)
    recipient, subject, _body = told("cancelled")
    assert (recipient, "예약 취소" in subject) == (owner, True)


def test_cancel_when_by_staff_then_reason_in_words(booking, owner):
    change.cancel(
        booking=booking, by_staff=True, reason=StaffCancelReason.HOUSE_CLOSED, text="정전 예고"
    )
    recipient, _subject, body = told("cancelled_by_staff")
    assert recipient == owner
    assert str(StaffCancelReason.HOUSE_CLOSED.label) in body
    assert "정전 예고" in body


def test_book_on_behalf_when_made_then_owner_hears_and_staff_do_not(studio, merchant, owner):
    on_behalf.book(
        by=factories.staff(),
        merchant=merchant,
        resource=studio,
        starts=kst(27, 10),
        ends=kst(27, 12),
        source=BookingSource.PHONE,
        purpose="촬영",
    )
    assert told("confirmed")[0] == owner


@pytest.mark.parametrize("members", [0, 1])
def test_confirm_when_told_then_few_queries_however_many_people(
    members, studio, merchant, django_assert_num_queries
):
    person = factories.user(phone="010-1234-5678") if members else None
    if person is not None:
        merchant.memberships.create(user=person)
    held = hold(studio, merchant, user=person)
    with django_assert_num_queries(11):
        confirm(held, headcount=1)
