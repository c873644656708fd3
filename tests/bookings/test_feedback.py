"""Satisfaction after a use: the link, the three questions, once, and what staff read."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from bookings import exports, messages
from bookings.models import Booking, BookingState, Feedback
from bookings.services import feedback
from center.errors import RuleViolation
from center.models import AccessRecord
from center.notifications.models import Message
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
LEFT = kst(27, 12)
OVER = LEFT + dt.timedelta(days=30)
SECOND = dt.timedelta(seconds=1)
ANSWERS = {"space": "5", "equipment": "", "help": "4", "text": "조명이 좋았습니다"}


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12, used; the clock stands an hour later."""
    return used(studio, merchant, at_now)


def used(space, merchant, at_now):
    made = confirm(hold(space, merchant))
    for state in (BookingState.CHECKED_IN, BookingState.COMPLETED):
        Booking.objects.filter(pk=made.pk).update(state=state, completed_at=LEFT)
    at_now.move_to(LEFT + dt.timedelta(hours=1))
    made.refresh_from_db()
    return made


def address(booking):
    return reverse("feedback", args=[feedback.token_of(booking)])


def test_page_when_answered_then_kept_and_thanked_without_log_in(client, booking):
    page = client.post(address(booking), ANSWERS)
    assert (page.status_code, page["location"]) == (302, address(booking))
    given = Feedback.objects.get()
    assert (given.booking, given.space, given.equipment, given.help) == (booking, 5, None, 4)
    assert given.text == "조명이 좋았습니다"
    thanks = client.get(address(booking)).content.decode()
    assert "답변을 잘 받았습니다." in thanks
    assert "이미 답변해" not in thanks


def test_page_when_sent_twice_then_the_first_counts(client, booking):
    client.post(address(booking), ANSWERS)
    again = client.post(address(booking), {**ANSWERS, "space": "1"})
    assert again.status_code == 409
    assert "이미 답변해 주셨습니다." in again.content.decode()
    assert Feedback.objects.get().space == 5


def test_page_when_shown_then_neither_business_nor_person_nor_number(client, booking, owner):
    text = client.get(address(booking)).content.decode()
    for hidden in (booking.merchant.name, owner.name, booking.reference, booking.purpose):
        assert hidden not in text
    assert "no-store" in client.get(address(booking))["Cache-Control"]


@pytest.mark.parametrize("lacking", ["space", "help"])
def test_page_when_a_mark_is_missing_then_asked_and_the_words_stay(client, booking, lacking):
    page = client.post(address(booking), {**ANSWERS, lacking: ""})
    assert page.status_code == 400
    assert "조명이 좋았습니다" in page.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize("mark", ["0", "6", "x"])
def test_page_when_no_mark_of_the_five_then_refused(client, booking, mark):
    assert client.post(address(booking), {**ANSWERS, "space": mark}).status_code == 400


def test_page_when_resident_number_is_written_then_refused(client, booking):
    page = client.post(address(booking), {**ANSWERS, "text": "900101-1234567"})
    assert page.status_code == 400


@pytest.mark.parametrize(("at", "works"), [(OVER - SECOND, True), (OVER, False)])
def test_page_when_thirty_days_are_over_then_said(at_now, client, booking, at, works):
    at_now.move_to(at)
    assert client.post(address(booking), ANSWERS).status_code == (302 if works else 409)
    assert Feedback.objects.exists() is works


def test_link_when_forged_or_of_another_kind_then_nothing_there(client, booking):
    token = feedback.token_of(booking)
    pk, _colon, signature = token.partition(":")
    for forged in (f"{int(pk) + 1}:{signature}", pk, token[:-1], "x"):
        assert client.get(f"/feedback/{forged}/").status_code == 404


def test_link_when_not_used_then_closed(client, studio, merchant):
    booking = confirm(hold(studio, merchant))
    assert client.post(address(booking), ANSWERS).status_code == 409


def test_post_when_token_of_the_form_is_missing_then_refused(booking):
    assert Client(enforce_csrf_checks=True).post(address(booking), ANSWERS).status_code == 403


def test_give_when_twice_then_the_service_and_the_database_say_no(booking):
    feedback.give(booking=booking, space=3, help=3)
    with pytest.raises(RuleViolation, match="feedback_given"):
        feedback.give(booking=booking, space=4, help=4)
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(booking=booking, space=4, help=4)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Feedback.objects.update(space=1)


def test_ask_when_a_member_booked_then_that_person_once(at_now, studio, merchant):
    member = factories.user()
    merchant.memberships.create(user=member)
    made = confirm(hold(studio, merchant, user=member))
    messages.ask_feedback(made)
    messages.ask_feedback(made)
    row = Message.objects.get(kind="bookings.feedback", channel="inbox")
    assert (row.recipient, row.link) == (member, address(made))


def test_export_when_answered_then_in_it(booking, owner):
    feedback.give(booking=booking, space=3, help=2, text="좁습니다")
    (row,), _files = exports.bookings_of(owner)
    assert row["satisfaction"]["text"] == "좁습니다"
    assert row["rules_set_aside"] == []


def test_list_when_answered_then_averages_of_each_space_and_a_record(at_now, studio, merchant):
    idle = factories.studio()
    first = used(studio, merchant, at_now)
    feedback.give(booking=first, space=5, help=4, equipment=3)
    client = logged_in(factories.staff())
    page = client.get("/admin/satisfaction/")
    means = [(s, s.answers, s.space_mean, s.help_mean) for s in page.context["spaces"]]
    assert means == [(studio, 1, 5.0, 4.0), (idle, 0, None, None)]
    assert AccessRecord.objects.get(subject_kind="booking").subject_ids == [first.pk]


def test_list_when_not_staff_then_not_shown(client, owner_client, other_client):
    for visitor in (client, owner_client, other_client):
        assert visitor.get("/admin/satisfaction/").status_code == 302
    for role in (OFFICIAL, EVALUATOR):
        assert logged_in(factories.staff(role)).get("/admin/satisfaction/").status_code == 403
    assert logged_in(factories.staff(MANAGER)).get("/admin/satisfaction/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_when_longer_then_no_more_queries(at_now, house, count, django_assert_num_queries):
    at = at_now
    for _ in range(count):
        made = confirm(hold(factories.studio(), factories.merchant()))
        for state in (BookingState.CHECKED_IN, BookingState.COMPLETED):
            Booking.objects.filter(pk=made.pk).update(state=state, completed_at=LEFT)
        Feedback.objects.create(booking=made, space=5, help=5)
    at.move_to(LEFT)
    client = logged_in(factories.staff())
    with django_assert_num_queries(7):
        client.get("/admin/satisfaction/")
