"""Calendar feeds: what they show to whom, read back with three readers, and cheap to ask."""

import datetime as dt

import icalendar
import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bookings import links
from bookings.models import CalendarFeed, Category
from bookings.services import attendance, calendars, change, decide
from center import closing
from center.models import AccessRecord
from merchants.models import Membership
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]

PAGE = "/account/calendars/"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def booking(studio, merchant):
    """Friday 10–12, with the purpose and the person who comes."""
    return confirm(hold(studio, merchant), purpose="비밀 촬영", user_name="김손님")


@pytest.fixture
def feed(owner, merchant):
    return calendars.renew(user=owner)


def address(feed):
    return reverse("calendar", args=[links.token_of_feed(feed)])


def get(feed, **headers):
    return Client().get(address(feed), headers=headers)


def events(feed):
    """As a calendar program without any log-in reads it."""
    answer = get(feed)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.content).walk("VEVENT")


def statuses(feed):
    return [(str(event["STATUS"]), event["SEQUENCE"]) for event in events(feed)]


def test_address_when_reversed_then_as_the_plan_says(feed):
    assert address(feed) == f"/calendar/{links.token_of_feed(feed)}.ics"
    assert reverse("account_calendars") == PAGE


def test_feed_when_requested_approved_moved_cancelled_then_one_event_follows(
    feed, studio, merchant
):
    factories.policy(needs_approval=True)
    booking = confirm(hold(studio, merchant))
    uid = events(feed)[0]["UID"]
    assert statuses(feed) == [("TENTATIVE", 0)]
    decide.approve(booking=booking, by=factories.staff())
    assert statuses(feed) == [("CONFIRMED", 1)]
    change.move(booking=booking, starts=kst(30, 14), ends=kst(30, 15), by_staff=True)
    (moved,) = events(feed)
    assert (moved.start, moved.end, moved["SEQUENCE"]) == (kst(30, 14), kst(30, 15), 2)
    change.cancel(booking=booking, by_staff=True)
    assert statuses(feed) == [("CANCELLED", 3)]
    assert events(feed)[0]["UID"] == uid


def test_feed_when_nobody_came_then_cancelled_as_the_time_was_given_back(at_now, feed, booking):
    assert statuses(feed) == [("CONFIRMED", 0)]
    at_now.move_to(kst(27, 11))
    attendance.mark_no_show(booking=booking)
    assert statuses(feed) == [("CANCELLED", 1)]


def test_feed_when_only_held_or_run_out_then_not_in_it(at_now, feed, studio, merchant):
    held = hold(studio, merchant)
    assert events(feed) == []
    change.cancel(booking=held)
    assert events(feed) == []
    hold(studio, merchant)
    at_now.shift(3600)
    assert events(feed) == []


@pytest.mark.parametrize(("off", "count"), [(-SECOND, 1), (0 * SECOND, 0), (SECOND, 0)])
def test_feed_when_cancelled_for_thirty_days_then_gone(at_now, feed, booking, off, count):
    change.cancel(booking=booking)
    at_now.move_to(NOW + dt.timedelta(days=30) + off)
    assert statuses(feed) == [("CANCELLED", 1)] * count


@pytest.mark.parametrize(("off", "count"), [(-SECOND, 1), (0 * SECOND, 0), (SECOND, 0)])
def test_feed_when_over_for_sixty_days_then_gone(at_now, feed, booking, off, count):
    at_now.move_to(booking.ends + dt.timedelta(days=60) + off)
    assert len(events(feed)) == count


def test_feeds_when_of_a_person_a_business_or_somebody_else_then_what_each_may_see(
    owner, merchant, studio, booking
):
    second = factories.merchant(owner=owner)
    other = confirm(hold(studio, second, kst(30, 10), kst(30, 11)))
    stranger = factories.user()
    factories.merchant(owner=stranger)

    def seen(**whose):
        return [str(event["UID"])[:9] for event in events(calendars.renew(**whose))]

    assert seen(user=owner) == [booking.reference, other.reference]
    assert seen(user=owner, merchant=merchant) == [booking.reference]
    assert seen(user=owner, merchant=second) == [other.reference]
    assert seen(user=stranger) == []


def test_feed_when_for_staff_then_the_resource_and_no_people(studio, merchant, booking):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    with_camera = confirm(hold(studio, merchant, kst(30, 10), kst(30, 11)), equipment=[camera])
    staff = factories.staff()
    (first, second) = events(calendars.renew(user=staff, resource=studio))
    assert merchant.name in first["SUMMARY"]
    for private in ("김손님", "비밀 촬영", merchant.representative):
        assert private not in first.to_ical().decode()
    lent = calendars.renew(user=staff, resource=camera)
    assert [event["UID"] for event in events(lent)] == [second["UID"]]
    change.cancel(booking=with_camera)
    assert statuses(lent) == [("CANCELLED", 1)]


def test_feed_when_for_staff_then_their_look_is_in_the_access_log(studio, booking):
    staff = factories.staff()
    feed = calendars.renew(user=staff, resource=studio)
    for _ in range(2):
        get(feed)
    record = AccessRecord.objects.get(subject_kind="booking")
    assert (record.actor, record.subject_ids) == (staff, [booking.pk])
    assert links.token_of_feed(feed) not in record.what


def test_feed_when_its_person_may_see_it_no_more_then_not_found(owner, merchant, studio):
    staff = factories.staff()
    of_house = calendars.renew(user=staff, resource=studio)
    of_business = calendars.renew(user=owner, merchant=merchant)
    of_person = calendars.renew(user=owner)
    assert [get(f).status_code for f in (of_house, of_business, of_person)] == [200, 200, 200]
    staff.groups.clear()
    Membership.objects.filter(user=owner).delete()
    assert [get(f).status_code for f in (of_house, of_business, of_person)] == [404, 404, 200]
    assert events(of_person) == []
    owner.is_active = False
    owner.save()
    assert get(of_person).status_code == 404


def test_feed_when_renewed_or_ended_then_the_old_address_is_dead_at_once(owner, feed):
    renewed = calendars.renew(user=owner)
    assert [get(f).status_code for f in (feed, renewed)] == [404, 200]
    calendars.end(user=owner)
    assert get(renewed).status_code == 404


def test_feed_when_the_token_is_forged_then_not_found(feed):
    key, signature = links.token_of_feed(feed).split(".")
    other = signing.Signer(salt="bookings.offer", sep=".").sign(feed.key.hex)
    for token in (key, f"{key}.{signature[:-1]}x", f".{signature}", other, "x", "가.나"):
        assert Client().get(reverse("calendar", args=[token])).status_code == 404


def test_feed_when_a_stranger_is_logged_in_then_the_key_alone_counts(feed, booking, other_client):
    assert booking.reference in other_client.get(address(feed)).content.decode()


def test_feed_when_asked_again_then_told_in_short_until_something_changes(at_now, feed, booking):
    first = get(feed)
    assert "private" in first["Cache-Control"]
    assert "Set-Cookie" not in first
    at_now.shift(60)
    seen = {"If-None-Match": first["ETag"]}
    since = {"If-Modified-Since": first["Last-Modified"]}
    for known in (seen, since):
        again = get(feed, **known)
        assert (again.status_code, again.content) == (304, b"")
        assert (again["ETag"], "private" in again["Cache-Control"]) == (first["ETag"], True)
    assert get(feed).content == first.content
    change.cancel(booking=booking)
    for known in (seen, since):
        assert get(feed, **known).status_code == 200


@pytest.mark.parametrize("who", ["owner", "business", "staff"])
def test_feed_when_more_bookings_then_the_same_queries(owner, merchant, studio, who):
    staff = factories.staff()
    feed = {
        "owner": lambda: calendars.renew(user=owner),
        "business": lambda: calendars.renew(user=owner, merchant=merchant),
        "staff": lambda: calendars.renew(user=staff, resource=studio),
    }[who]()

    def count():
        with CaptureQueriesContext(connection) as queries:
            get(feed)
        return len(queries)

    factories.policy(per_day=9)
    confirm(hold(studio, merchant))
    once = count()
    for hour in (13, 15):
        confirm(hold(studio, merchant, kst(30, hour), kst(30, hour + 1)))
    assert len(events(feed)) == 3
    CalendarFeed.objects.update(read_at=None, fingerprint="")
    assert count() <= once <= 10
    assert count() < once  # nothing new: nothing is written


def test_page_when_made_renewed_and_ended_then_it_says_so(owner_client, owner, merchant):
    page = owner_client.get(PAGE).content.decode()
    assert (merchant.name in page, "내 예약 전체" in page) == (True, True)
    assert ".ics" not in page
    for _ in range(2):
        owner_client.post(PAGE, {"calendar": "mine", "act": "renew"})
        feed = CalendarFeed.objects.get(user=owner)
        page = owner_client.get(PAGE).content.decode()
        assert f'value="http://testserver{address(feed)}"' in page
        assert f'href="webcal://testserver{address(feed)}"' in page
    owner_client.post(PAGE, {"calendar": "mine", "act": "end"})
    assert not CalendarFeed.objects.exists()


def test_page_when_somebody_elses_calendar_is_named_then_not_found(
    owner_client, other_client, staff_client, merchant, studio
):
    business, house = f"business-{merchant.pk}", f"resource-{studio.pk}"
    for client, calendar in (
        (other_client, business),
        (staff_client, business),
        (staff_client, "mine"),
        (owner_client, house),
        (owner_client, ""),
    ):
        answer = client.post(PAGE, {"calendar": calendar, "act": "renew"})
        assert answer.status_code == 404
    assert not CalendarFeed.objects.exists()
    assert staff_client.post(PAGE, {"calendar": house, "act": "renew"}).status_code == 302


def test_page_when_anonymous_then_log_in(client):
    for answer in (client.get(PAGE), client.post(PAGE, {"calendar": "mine"})):
        assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("count", [1, 3])
def test_page_when_more_rows_then_the_same_queries(count, owner, django_assert_num_queries):
    for _ in range(count):
        calendars.renew(user=owner, merchant=factories.merchant(owner=owner))
    client = logged_in(owner)
    with django_assert_num_queries(6):
        page = client.get(PAGE)
    assert len(page.context["rows"]) == count + 1


def test_closing_when_an_account_is_closed_then_its_address_is_gone():
    person = factories.user()
    feed = calendars.renew(user=person)
    closing.close(user=person)
    assert get(feed).status_code == 404
    assert not CalendarFeed.objects.exists()
