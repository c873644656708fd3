"""The pages of the waiting list, and the link that answers an offer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from bookings import links
from bookings.models import Offer, OpeningHours, Waiting
from bookings.services import change, offers, waiting
from center.models import User
from tests import factories
from tests.bookings.test_offers import END, START, booked, open_offer, waits
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now", "studio")]

LIST, JOIN = "/waiting/", "/waiting/join/"
WISH = {
    "space": "studio",
    "day": "2026-11-30",
    "since": "14:00",
    "until": "18:00",
    "minutes": "120",
}
ANSWER = {"answer": "accept", "purpose": "라이브 방송", "headcount": "1", "pledge": "on"}


@pytest.fixture
def studio(house):
    return factories.studio(slug="studio", name="1인 스튜디오")


@pytest.fixture
def entry(studio, owner, merchant):
    """The owner waits for a time that somebody else has."""
    return waits(studio, person=owner)


@pytest.fixture
def offer(studio, owner, merchant):
    gone = booked(studio)
    waits(studio, person=owner)
    change.cancel(booking=gone)
    offers.make_offers()
    return Offer.objects.get()


def link(offer):
    return reverse("offer", args=[links.token_of_offer(offer)])


def text(response):
    return response.content.decode()


def test_join_when_sent_then_an_entry_and_its_place(owner_client, studio):
    waits(studio)
    answer = owner_client.post(JOIN, WISH | {"space": "any:studio"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    page = text(owner_client.get(LIST))
    assert "스튜디오 아무 곳이나" in page
    assert "대기 순서 2번째" in page


def test_join_when_a_taken_time_is_followed_then_it_is_filled_in(owner_client):
    address = f"{JOIN}?space=studio&start=2026-11-30T14:00%2B09:00&end=2026-11-30T16:00%2B09:00"
    page = text(owner_client.get(address))
    for value in ('value="2026-11-30"', 'value="14:00"', 'value="16:00"'):
        assert value in page
    assert '<option value="studio" selected>' in page
    assert '<option value="120" selected>' in page


@pytest.mark.parametrize(
    ("part", "span"),
    [
        ("morning", (kst(30, 9), kst(30, 12))),
        ("afternoon", (kst(30, 13), kst(30, 18))),
        ("day", (kst(30, 9), kst(30, 18))),
    ],
)
def test_join_when_a_part_of_the_day_is_said_then_its_opening_hours(owner_client, part, span):
    """What stands in the times does not count then, not even nonsense."""
    wish = {"space": "any:studio", "day": "2026-11-30", "minutes": "60", "part": part}
    assert owner_client.post(JOIN, wish | {"since": "x", "until": ""}).status_code == 302
    entry = Waiting.objects.get()
    assert (entry.resource, entry.category) == (None, "studio")
    assert (entry.starts, entry.ends) == span


@pytest.mark.parametrize("part", ["own", ""])
def test_join_when_times_of_ones_own_are_missing_then_asked_for(owner_client, part):
    wish = {"space": "studio", "day": "2026-11-30", "minutes": "60", "part": part}
    answer = owner_client.post(JOIN, wish)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["since", "until"]


def test_join_when_only_a_day_is_followed_then_any_time_of_it(owner_client):
    form = owner_client.get(f"{JOIN}?space=studio&day=2026-11-30").context["form"]
    assert (form["part"].value(), str(form["day"].value())) == ("day", "2026-11-30")


@pytest.mark.parametrize(
    ("typed", "is_open"),
    [
        ({"day": "2026-11-29", "part": "day"}, False),  # a Sunday
        ({"day": "2026-11-29", "since": "10:00", "until": "12:00"}, False),
        ({"since": "11:00", "until": "14:00"}, False),  # an hour on either side of the pause
        ({"since": "10:00", "until": "14:00"}, True),
        ({"since": "16:00", "until": "20:00"}, True),
        ({"since": "16:01", "until": "20:00"}, False),
    ],
)
def test_join_when_nothing_is_open_so_long_then_said_and_kept(owner_client, typed, is_open):
    """Two hours, in a house open from 9 to 12 and from 13 to 18."""
    answer = owner_client.post(JOIN, WISH | typed)
    assert answer.status_code == (302 if is_open else 409)
    assert Waiting.objects.exists() == is_open
    if not is_open:
        form = answer.context["form"]
        assert list(form.errors) == ["day"]
        assert "원하시는 길이만큼 문을 열지 않습니다" in text(answer)
        assert {name: form[name].value() for name in typed} == typed


def test_join_when_only_one_of_a_kind_is_open_then_waits(owner_client, studio):
    """The other is open on Sundays; where it is meant alone it is refused for the first."""
    other = factories.studio(slug="sunday")
    OpeningHours.objects.create(
        resource=other,
        weekday=6,
        opens=dt.time(10),
        closes=dt.time(14),
        valid_from=dt.date(2020, 1, 1),
    )
    wish = {"day": "2026-11-29", "part": "day", "minutes": "60"}
    assert owner_client.post(JOIN, wish | {"space": "studio"}).status_code == 409
    assert owner_client.post(JOIN, wish | {"space": "any:studio"}).status_code == 302
    assert Waiting.objects.get().starts == kst(29, 10)


@pytest.mark.parametrize(
    "nonsense", ["space=nowhere&day=x", "space=%00", "start=9999", "day=1800-01-01"]
)
def test_join_when_the_address_says_nonsense_then_an_empty_form(owner_client, nonsense):
    assert owner_client.get(f"{JOIN}?{nonsense}").status_code == 200


def test_join_when_refused_then_what_was_typed_stays(owner_client):
    answer = owner_client.post(JOIN, WISH | {"until": "15:00"})
    assert answer.status_code == 409
    assert "기다리는 시간대가 이용 시간보다 짧습니다." in text(answer)
    assert 'value="15:00"' in text(answer)
    assert not Waiting.objects.exists()


def test_join_when_the_end_is_before_the_start_then_said_at_the_field(owner_client):
    answer = owner_client.post(JOIN, WISH | {"until": "13:00"})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["until"]


def test_leave_when_pressed_then_no_longer_in_line(owner_client, entry):
    answer = owner_client.post(reverse("waiting_leave", args=[entry.pk]))
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    entry.refresh_from_db()
    assert entry.state == "left"


def test_refused_when_the_time_was_taken_then_the_way_to_the_waiting_list(owner_client, studio):
    booked(studio)
    span = {"start": START.isoformat(), "end": END.isoformat()}
    page = text(owner_client.post(reverse("hold", args=["studio"]), span))
    assert f"{JOIN}?start=" in page
    assert "이 시간 대기하기" in page


@pytest.mark.parametrize("who", ["owner", "member", "other", "staff", "anonymous"])
def test_leave_when_somebody_else_tries_then_nothing_happens(who, entry, merchant):
    person = {
        "owner": lambda: merchant.memberships.get().user,
        "member": lambda: _member(merchant),
        "other": lambda: factories.merchant(owner=(p := factories.user())) and p,
        "staff": factories.staff,
    }.get(who)
    client = logged_in(person()) if person else Client()
    answer = client.post(reverse("waiting_leave", args=[entry.pk]))
    entry.refresh_from_db()
    allowed = who in {"owner", "member"}
    assert entry.state == ("left" if allowed else "waiting")
    if who in {"other", "staff"}:
        assert answer.status_code == 404
    elif who == "anonymous":
        assert answer["Location"].startswith("/account/login/")


def _member(merchant) -> User:
    person = factories.user()
    merchant.memberships.create(user=person, role="member")
    return person


def test_list_when_somebody_elses_then_not_shown(entry, other_client, studio):
    assert studio.display_name not in text(other_client.get(LIST))


@pytest.mark.parametrize("count", [1, 3])
def test_list_when_more_rows_then_the_same_queries(
    count, owner, merchant, studio, django_assert_num_queries
):
    for n in range(count):
        waits(studio, person=owner, start=kst(30, 9 + n), end=kst(30, 12 + n), minutes=60)
    client = logged_in(owner)
    with django_assert_num_queries(9):
        page = client.get(LIST)
    assert len(page.context["entries"]) == count


def test_list_when_something_is_offered_overnight_then_until_which_day(
    studio, owner, merchant, at_now
):
    gone = booked(studio)
    waits(studio, person=owner)
    at_now.move_to(kst(23, 22, 44))
    change.cancel(booking=gone)
    offers.make_offers()
    page = text(logged_in(owner).get(LIST))
    assert "11. 24.(화) 8:30까지 잡아 두었습니다" in page


def test_offer_when_accepted_by_the_link_then_booked_without_a_log_in(offer):
    answer = Client().post(link(offer), ANSWER)
    assert (answer.status_code, answer["Location"]) == (302, link(offer))
    page = text(Client().get(link(offer)))
    assert "예약을 확정했습니다." in page
    assert offer.booking.reference in page
    offer.booking.refresh_from_db()
    assert (offer.booking.state, offer.booking.purpose) == ("confirmed", "라이브 방송")


def test_offer_when_accepted_twice_then_one_booking(offer):
    for _ in range(2):
        Client().post(link(offer), ANSWER)
    offer.booking.refresh_from_db()
    assert offer.booking.state == "confirmed"


def test_offer_when_something_is_missing_then_said_and_still_held(offer):
    answer = Client().post(link(offer), ANSWER | {"purpose": ""})
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == ["purpose"]
    assert open_offer(offer.waiting) == offer


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (True, ["대기는 그대로 이어집니다.", "대기는 그대로 이어지며"]),
        (False, ["이 시간만 기다리셨으므로", "이 대기는 끝났습니다"]),
    ],
)
def test_offer_when_declined_then_given_back_and_said_whether_another_could_come(
    offer, other, said
):
    if other:
        Waiting.objects.update(ends=END + dt.timedelta(hours=1))
    page = text(Client().post(link(offer), {"answer": "decline"}, follow=True))
    assert "이 제안은 끝났습니다" in page
    assert [words in page for words in said] == [True, True]
    assert open_offer(offer.waiting) is None


def test_offer_when_left_by_the_link_then_no_longer_waiting(offer):
    Client().post(link(offer), {"answer": "leave"})
    offer.waiting.refresh_from_db()
    assert offer.waiting.state == "left"
    assert "이 대기는 끝났습니다" in text(Client().get(link(offer)))


def test_offer_when_run_out_then_accepting_says_so(offer, at_now):
    at_now.shift(30 * 60)
    answer = Client().post(link(offer), ANSWER)
    assert answer.status_code == 409
    assert "이 제안은 끝났습니다" in text(answer)


@pytest.mark.parametrize("address", [link, lambda offer: f"{link(offer)[:-2]}x/"])
def test_offer_when_the_link_is_right_or_not_then_opened_or_not(offer, address):
    expected = 200 if address is link else 404
    assert Client().get(address(offer)).status_code == expected


def test_offer_when_signed_for_something_else_then_not_opened(offer):
    for salt in ("bookings.waiting", "merchants.invitation", ""):
        forged = signing.Signer(salt=salt).sign(str(offer.pk))
        assert Client().get(reverse("offer", args=[forged])).status_code == 404


def test_offer_when_another_object_is_named_then_not_opened(offer):
    _pk, _colon, signature = links.token_of_offer(offer).partition(":")
    assert Client().get(f"/offers/{offer.pk + 1}:{signature}/").status_code == 404


def test_offer_when_shown_then_kept_nowhere(offer):
    answer = Client().get(link(offer))
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in text(answer)


def test_closing_when_an_account_is_closed_then_nobody_waits(entry, owner):
    waiting.leave_all(user=owner)
    entry.refresh_from_db()
    assert entry.state == "left"
