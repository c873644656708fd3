import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import Booking, BookingState, Category
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst

pytestmark = pytest.mark.django_db
GOOD = {"purpose": "제품 촬영", "headcount": "2", "pledge": "on"}


@pytest.fixture
def held(at_now, studio, merchant):
    return hold(studio, merchant)


def url(booking):
    return reverse("booking_confirm", args=[booking.reference])


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def test_confirm_when_opened_then_rules_countdown_and_equipment(owner_client, held, studio):
    factories.resource(Category.EQUIPMENT, units=2, used_in=[studio], name="카메라")
    page = soup(owner_client.get(url(held)))
    assert page.select_one(".countdown")["data-until"] == "2026-11-23T10:51:00+09:00"
    assert "2대 남음" in page.select_one(".equipment").text
    assert "11. 25.(수) 18:00까지" in page.select_one(".rules").text


def test_confirm_when_complete_then_booked_and_shown(owner_client, held, studio):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    response = owner_client.post(url(held), {**GOOD, "equipment": [camera.slug]}, follow=True)
    held.refresh_from_db()
    assert held.state == BookingState.CONFIRMED
    assert response.redirect_chain == [(held.get_absolute_url(), 302)]
    assert held.allocations.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"purpose": ""}, "purpose"),
        ({"purpose": "가" * 200_000}, "purpose"),
        ({"purpose": "가\x00"}, "purpose"),
        ({"headcount": "0"}, "headcount"),
        ({"headcount": "many"}, "headcount"),
        ({"headcount": "9" * 400}, "headcount"),
        ({"equipment": ["nothing"]}, "equipment"),
        ({"equipment": ["nothing\0"]}, "equipment"),
        ({"pledge": ""}, "pledge"),
    ],
)
def test_confirm_when_wrong_then_400_and_what_was_typed_is_kept(
    owner_client, held, studio, wrong, field
):
    factories.resource(Category.EQUIPMENT, used_in=[studio])
    response = owner_client.post(url(held), {**GOOD, "user_name": "홍길동", **wrong})
    page = soup(response)
    assert response.status_code == 400
    assert page.select_one(f".errors a[href='#id_{field}']")
    assert page.find(id=f"id_{field}")
    assert page.select_one("[name=user_name]")["value"] == "홍길동"
    if field != "purpose":
        assert page.select_one("[name=purpose]")["value"] == "제품 촬영"
    held.refresh_from_db()
    assert held.state == BookingState.HELD


def test_confirm_when_equipment_was_just_taken_then_409_and_all_is_kept(owner_client, held, studio):
    other = factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio, other], name="카메라")
    confirm(hold(other, factories.merchant()), equipment=[camera])
    response = owner_client.post(url(held), {**GOOD, "equipment": [camera.slug]})
    page = soup(response)
    assert response.status_code == 409
    assert "카메라" in page.select_one(".errors").text
    assert page.select_one("[name=purpose]")["value"] == "제품 촬영"
    assert page.select_one(f"[name=equipment][value={camera.slug}]").has_attr("checked")


def test_confirm_when_too_many_people_then_409_names_the_number(owner_client, held):
    response = owner_client.post(url(held), {**GOOD, "headcount": "9"})
    assert response.status_code == 409
    assert "최대 4명" in response.content.decode()


@pytest.mark.parametrize(
    ("companions", "most", "said"),
    [
        (None, "4", "이 공간은 최대 4명"),
        (4, "4", "이 공간은 최대 4명"),
        (3, "4", "이 공간은 최대 4명"),
        (2, "3", "함께 오실 수 있는 사람은 최대 2명"),
        (0, "1", "함께 오실 수 있는 사람이 없습니다"),
    ],
)
def test_confirm_when_companions_are_limited_then_the_field_says_the_smaller_number(
    owner_client, held, companions, most, said
):
    factories.policy(companions=companions)
    page = soup(owner_client.get(url(held)))
    field = page.select_one("[name=headcount]")
    assert field["max"] == most
    assert said in page.select_one(f"#{field['aria-describedby'].split()[0]}").text


def test_confirm_when_hold_ran_out_and_still_free_then_held_anew_with_the_input(
    at_now, owner_client, held
):
    at_now.move_to(held.held_until)
    response = owner_client.post(url(held), GOOD)
    page = soup(response)
    assert response.status_code == 409
    assert page.select_one("[name=purpose]")["value"] == "제품 촬영"
    anew = Booking.objects.get(state=BookingState.HELD, held_until__gt=held.held_until)
    assert page.select_one("form.form")["action"] == url(anew)
    assert owner_client.post(url(anew), GOOD).status_code == 302


def test_confirm_when_held_anew_then_the_way_back_leads_to_it_and_to_the_booking(
    at_now, owner_client, held
):
    at_now.move_to(held.held_until)
    owner_client.post(url(held), GOOD)
    anew = Booking.objects.get(state=BookingState.HELD, held_until__gt=held.held_until)
    assert owner_client.get(url(held), follow=True).request["PATH_INFO"] == url(anew)

    owner_client.post(url(anew), GOOD)
    for sent_again in (owner_client.get(url(held)), owner_client.post(url(held), GOOD)):
        assert sent_again.url == anew.get_absolute_url()
    assert Booking.objects.filter(state__in=BookingState.booked).count() == 1


@pytest.mark.parametrize("whose", ["one's own of before", "a colleague's"])
def test_confirm_when_ran_out_and_the_business_has_the_time_otherwise_then_said_that_it_did(
    at_now, owner_client, house, merchant, whose
):
    studio = factories.studio(units=2)
    factories.policy(per_day=5)
    if whose == "one's own of before":
        confirm(hold(studio, merchant))
    ran_out = hold(studio, merchant)
    at_now.move_to(ran_out.held_until)
    if whose == "a colleague's":
        colleague = factories.user()
        merchant.memberships.create(user=colleague)
        hold(studio, merchant, user=colleague)
    assert owner_client.get(url(ran_out)).status_code == 409


def test_confirm_when_hold_ran_out_and_taken_then_409_with_other_times(
    at_now, owner_client, held, studio
):
    at_now.move_to(held.held_until)
    hold(studio, factories.merchant())
    response = owner_client.post(url(held), GOOD)
    assert response.status_code == 409
    assert soup(response).select(".nearest a")


def test_confirm_when_ran_out_and_taken_then_what_was_typed_waits_at_the_other_time(
    at_now, owner_client, held, studio
):
    at_now.move_to(held.held_until)
    hold(studio, factories.merchant())
    owner_client.post(url(held), {**GOOD, "user_name": "김대리"})
    another = hold(studio, held.merchant, kst(30, 10), kst(30, 11))

    page = soup(owner_client.get(url(another)))
    typed = {name: page.select_one(f"[name={name}]")["value"] for name in ("purpose", "user_name")}
    assert typed == {"purpose": "제품 촬영", "user_name": "김대리"}
    assert not page.select_one("[name=pledge]").has_attr("checked")

    assert owner_client.post(url(another), GOOD).status_code == 302
    assert "typed_to_confirm" not in owner_client.session


def test_confirm_when_sent_twice_or_back_button_then_the_booking(owner_client, held):
    for _ in range(2):
        response = owner_client.post(url(held), GOOD)
        assert response.url == held.get_absolute_url()
    assert owner_client.get(url(held)).url == held.get_absolute_url()
    assert Booking.objects.count() == 1


def test_confirm_when_given_back_then_free_and_back_on_the_timetable(owner_client, held, studio):
    response = owner_client.post(reverse("booking_cancel", args=[held.reference]))
    assert response.url == studio.get_absolute_url()
    assert not held.allocations.exists()


def test_confirm_when_given_back_then_the_old_address_offers_it_again(at_now, owner_client, held):
    owner_client.post(reverse("booking_cancel", args=[held.reference]))
    again = owner_client.get(url(held))
    assert again.status_code == 409
    assert soup(again).select(".nearest a")


def test_confirm_when_hold_ran_out_and_only_looked_at_then_nothing_is_written(
    at_now, owner_client, held
):
    at_now.move_to(held.held_until)
    response = owner_client.get(url(held))
    assert response.status_code == 409
    assert soup(response).select(".nearest a")
    assert Booking.objects.count() == 1
