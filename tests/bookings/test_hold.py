"""POST /spaces/<slug>/hold/ with everything people and programs may send."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Allocation, Booking, Category, Policy
from merchants.services.suspend import suspend
from tests import factories
from tests.bookings.devices import booked, camera, hand_out
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
GOOD = {"start": "2026-11-27T10:00:00+09:00", "end": "2026-11-27T12:00:00+09:00"}


def post(client, space, **data):
    return client.post(reverse("hold", args=[space.slug]), {**GOOD, **data})


def codes_of(response):
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("header.site"), "the page is in the house look"
    return [alert["data-code"] for alert in page.select("[data-code]")]


def nothing_written():
    return not Booking.objects.exists() and not Allocation.objects.exists()


def test_hold_when_free_then_on_to_its_confirmation(owner_client, studio):
    response = post(owner_client, studio)
    booking = Booking.objects.get()
    assert response.status_code == 302
    assert response.url == f"/bookings/{booking.reference}/confirm/"


def test_hold_when_utc_then_the_same_instant(owner_client, studio):
    post(owner_client, studio, start="2026-11-27T01:00:00Z", end="2026-11-27T03:00:00+00:00")
    assert Booking.objects.get().starts == kst(27, 10)


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-27T{}:00:00 09:00",  # the plus was not escaped
        "2026-11-27T{}:00 0900",
        "2026-11-27 {}:00+09:00",
        "2026-11-27 {}:00:00.000 09:00",
        "20261127T{}0000+0900",
    ],
)
def test_hold_when_written_another_way_then_the_same_instant(owner_client, studio, written):
    response = post(owner_client, studio, start=written.format(10), end=written.format(12))
    assert response.status_code == 302
    booking = Booking.objects.get()
    assert (booking.starts, booking.ends) == (kst(27, 10), kst(27, 12))


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-20T10:00:00+09:00", "2026-11-20T11:00:00+09:00", "past"),
        ("2026-11-23T10:00:00+09:00", "2026-11-23T11:00:00+09:00", "past"),
        ("2026-11-24T10:00:00+09:00", "2026-11-24T11:00:00+09:00", "too_soon"),
        ("2026-11-27T07:00:00+09:00", "2026-11-27T08:00:00+09:00", "outside_hours"),
        ("2026-11-27T11:00:00+09:00", "2026-11-27T14:00:00+09:00", "outside_hours"),
        ("2026-11-27T23:00:00+09:00", "2026-11-28T01:00:00+09:00", "outside_hours"),
        ("2026-11-28T10:00:00+09:00", "2026-11-28T11:00:00+09:00", "outside_hours"),
        ("2026-11-27T10:10:00+09:00", "2026-11-27T11:10:00+09:00", "off_grid"),
        ("2026-11-27T10:00:00+09:00", "2026-11-27T10:30:00+09:00", "off_grid"),
        ("2026-11-27T10:00:00.000001+09:00", "2026-11-27T11:00:00.000001+09:00", "off_grid"),
        ("2026-11-27T13:00:00+09:00", "2026-11-27T17:00:00+09:00", "too_long"),
        ("2026-11-27T10:00:00+09:00", "2027-11-27T10:00:00+09:00", "too_long"),
        ("2027-03-02T10:00:00+09:00", "2027-03-02T11:00:00+09:00", "too_far"),
        ("2099-12-31T10:00:00+09:00", "2099-12-31T11:00:00+09:00", "too_far"),
    ],
)
def test_hold_when_a_rule_is_broken_then_409_says_which(owner_client, studio, start, end, code):
    response = post(owner_client, studio, start=start, end=end)
    assert response.status_code == 409
    assert code in codes_of(response)
    assert nothing_written()


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-27T12:00:00+09:00", "2026-11-27T10:00:00+09:00", "end_before_start"),
        ("2026-11-27T10:00:00+09:00", "2026-11-27T10:00:00+09:00", "end_before_start"),
        ("2026-11-27T10:00:00", "2026-11-27T12:00:00", "no_offset"),
        ("2026-11-27 10:00", "2026-11-27 12:00", "no_offset"),
        ("2026-02-30T10:00:00+09:00", "2026-02-30T12:00:00+09:00", "no_such_time"),
        ("2026-11-27T25:00:00+09:00", "2026-11-27T26:00:00+09:00", "no_such_time"),
        ("9999-12-31T23:00:00+09:00", "9999-12-31T23:59:00+09:00", "year_out_of_reach"),
        ("0001-01-01T00:00:00+09:00", "0001-01-01T01:00:00+09:00", "year_out_of_reach"),
        ("tomorrow", "later", "unreadable_time"),
        ("", "", "required"),
        ("2026-11-27T10:00:00+09:00\x00", "2026-11-27T12:00:00+09:00", None),
        ("9" * 200_000, "9" * 200_000, "max_length"),
        ("２０２６-11-27T10:00:00+09:00", "2026-11-27T12:00:00+09:00", None),
        ("2026-11-27T10:00:00+99:99", "2026-11-27T12:00:00+99:99", None),
    ],
)
def test_hold_when_nonsense_then_400_says_what(owner_client, studio, start, end, code):
    response = post(owner_client, studio, start=start, end=end)
    assert response.status_code in ({400} if code else {302, 400, 409})
    if code:
        assert code in codes_of(response)
        assert "시간표로 돌아가 시간을 골라" in response.content.decode(), "and what to do"
        assert nothing_written()


def test_hold_when_taken_then_409_with_the_nearest_free_times(owner_client, studio):
    hold(studio, factories.merchant())
    response = post(owner_client, studio)
    assert response.status_code == 409
    assert codes_of(response) == ["slot_taken"]
    page = BeautifulSoup(response.content, "html.parser")
    links = [a["href"] for a in page.select(".nearest a")]
    assert links
    chosen = owner_client.get(links[0])
    shown = BeautifulSoup(chosen.content, "html.parser")
    assert shown.select_one("form#hold button"), "the proposal can be booked at once"
    back = owner_client.get(page.select_one(".actions a")["href"])
    kept = BeautifulSoup(back.content, "html.parser").select_one("form#hold")
    assert {i["name"]: i["value"] for i in kept.select("[name=start], [name=end]")} == GOOD


def test_hold_when_taken_a_second_later_then_the_nearest_times_are_read_anew(
    at_now, owner_client, studio
):
    def nearest():
        page = BeautifulSoup(post(owner_client, studio).content, "html.parser")
        return [link.text for link in page.select(".nearest a")]

    hold(studio, factories.merchant())
    assert nearest()[0] == "11. 27.(금) 13:00 – 15:00"
    hold(studio, factories.merchant(), kst(27, 13), kst(27, 15))
    at_now.shift(1)
    assert "11. 27.(금) 13:00 – 15:00" not in nearest()


def test_hold_when_others_lost_it_this_second_too_then_refused_in_six_queries(
    owner_client, other_client, studio, django_assert_num_queries
):
    hold(studio, factories.merchant())
    assert codes_of(post(other_client, studio)) == ["slot_taken"]
    with django_assert_num_queries(6):
        assert codes_of(post(owner_client, studio)) == ["slot_taken"]


def test_hold_when_free_then_few_queries(
    owner_client, other_client, studio, django_assert_num_queries
):
    hold(studio, factories.merchant(), kst(27, 15), kst(27, 17))  # the settings are known by now
    with django_assert_num_queries(14):
        assert post(owner_client, studio).status_code == 302


def test_hold_when_the_rules_just_changed_then_refused_by_the_new_ones_only(owner_client, studio):
    rules = factories.policy(buffer_after=60)
    after = {"start": "2026-11-27T13:00:00+09:00", "end": "2026-11-27T15:00:00+09:00"}
    hold(studio, factories.merchant(), kst(27, 15), kst(27, 17))
    assert codes_of(post(owner_client, studio, **after)) == ["slot_taken"]
    Policy.objects.filter(pk=rules.pk).update(buffer_after=0)
    assert post(owner_client, studio, **after).status_code == 302


def test_hold_when_closed_then_409_names_the_reason(owner_client, studio):
    from bookings.models import Closure
    from bookings.services import closures

    closures.close(
        closure=Closure(
            kind="maintenance",
            resource=studio,
            starts=kst(27, 9),
            ends=kst(27, 18),
            reason="조명 교체",
        )
    )
    response = post(owner_client, studio)
    assert response.status_code == 409
    assert codes_of(response) == ["closed"]
    assert "조명 교체" in response.content.decode()


def test_hold_when_over_the_quota_then_409(owner_client, studio, merchant):
    confirm(hold(studio, merchant, kst(27, 14), kst(27, 15)))
    response = post(owner_client, studio)
    assert response.status_code == 409
    assert codes_of(response) == ["day_quota"]


def test_hold_when_business_is_missing_unverified_or_suspended_then_409(studio):
    nobody, suspended = factories.user(), factories.merchant()
    suspend(merchant=suspended, ends=kst(1, month=12), reason="미이용")
    unverified = factories.merchant(state="submitted", submitted_at=kst(20), decide_until=kst(24))
    for person, code in (
        (nobody, "no_business"),
        (unverified.memberships.get().user, "not_verified"),
        (suspended.memberships.get().user, "suspended"),
    ):
        response = post(logged_in(person), studio)
        assert response.status_code == 409
        assert codes_of(response) == [code]
    assert nothing_written()


def test_hold_when_suspended_then_the_day_it_ends_and_the_page_that_says_why(
    owner_client, studio, merchant
):
    suspend(merchant=merchant, ends=kst(1, month=12), reason="사실과 다른 신청")
    said = BeautifulSoup(post(owner_client, studio).content, "html.parser")
    alert = said.select_one("[data-code=suspended]").text
    assert "11. 30.(월) 24:00까지" in alert
    assert "이용" not in alert, "it may be for anything"
    own = said.select_one(".actions a")["href"]
    assert "사실과 다른 신청" in owner_client.get(own).content.decode()
    before = owner_client.get(studio.get_absolute_url())  # said there already
    beside = BeautifulSoup(before.content, "html.parser").select_one(".pick .alert")
    assert beside.a["href"] == own


def test_hold_when_a_device_is_overdue_then_409_with_the_way_out(at_now, studio, merchant, owner):
    at_now.move_to(kst(2, 10))
    lent = booked(studio, merchant, camera(studio), start=kst(6, 10), end=kst(6, 12))
    at_now.move_to(kst(6, 11))
    hand_out(lent)
    at_now.move_to(NOW)
    response = post(logged_in(owner), studio)
    assert response.status_code == 409
    assert codes_of(response) == ["device_overdue"]
    words = response.content.decode()
    assert "11. 6.(금) 12:00까지 반납하기로 한 장비" in words
    assert "가져오시면 바로 다시 예약할 수 있습니다" in words


def test_hold_when_equipment_or_withdrawn_then_409(owner_client, studio):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    assert codes_of(post(owner_client, camera)) == ["equipment_needs_space"]
    studio.is_active = False
    studio.save()
    assert codes_of(post(owner_client, studio)) == ["not_offered"]


def test_hold_when_unknown_space_then_404(owner_client):
    assert owner_client.post("/spaces/nowhere/hold/", GOOD).status_code == 404


def test_hold_when_anonymous_then_log_in_and_back_to_the_choice(client, studio):
    response = post(client, studio)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))
    assert "2026-11-27T10" in response.url
    assert nothing_written()


def test_hold_when_its_refusal_is_read_in_english_then_on_to_the_timetable(owner_client, studio):
    refused = BeautifulSoup(post(owner_client, studio, end=GOOD["start"]).content, "html.parser")
    switch = refused.select_one("header.site a[hreflang=en]")["href"]
    response = owner_client.get(switch, follow=True)
    assert [status for _, status in response.redirect_chain] == [302, 302]
    assert response.request["PATH_INFO"] == studio.get_absolute_url()
    assert "Week of" in response.content.decode()
    assert nothing_written()


def test_hold_when_token_is_missing_then_403_in_the_house_look(studio, owner, merchant):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(owner, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = post(client, studio)
    assert response.status_code == 403
    assert "입력 화면을 다시 열어 주십시오" in response.content.decode()


def test_hold_when_sent_twice_then_one_booking(owner_client, studio):
    first, second = post(owner_client, studio), post(owner_client, studio)
    assert first.url == second.url
    assert Booking.objects.count() == 1


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-28T00:59:00+23:59", "2026-11-28T02:59:00+23:59"),
        ("2026-11-26T01:01:00-23:59", "2026-11-26T03:01:00-23:59"),
    ],
)
def test_hold_when_the_offset_is_far_then_the_same_instant(owner_client, studio, start, end):
    assert post(owner_client, studio, start=start, end=end).status_code == 302
    assert Booking.objects.get().starts == kst(27, 10)


def test_hold_when_offset_has_fractions_then_the_same_instant(owner_client, studio):
    answer = post(owner_client, studio, start="2026-11-27T10:00:00.5+09:00:00.5")
    assert answer.status_code == 302
    assert Booking.objects.get().starts == kst(27, 10)
