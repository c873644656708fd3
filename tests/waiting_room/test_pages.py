"""The door of a call and the page before it, as people meet them."""

from __future__ import annotations

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core import signing
from django.urls import reverse
from django_redis import get_redis_connection

from center.waiting_room import tickets
from merchants.models import Membership
from programs import gates
from programs.models import Application
from tests import factories
from tests.conftest import NOW, logged_in
from tests.waiting_room.test_rooms import wait_for_breath

pytestmark = pytest.mark.django_db
OPENS = NOW + dt.timedelta(minutes=20)


@pytest.fixture
def program(at_now):
    gates.forget()
    return factories.program(opens_at=OPENS, queue_inside=1)


@pytest.fixture
def door(program):
    return reverse("program_apply", args=[program.slug])


@pytest.fixture
def people(program):
    """Three clients with a verified business each."""
    found = []
    for _ in range(3):
        person = factories.user()
        factories.merchant(owner=person)
        found.append(logged_in(person))
    return found


def number(client):
    """What the ticket in the browser says."""
    return signing.loads(client.cookies[tickets.COOKIE].value, salt="center.waiting_room")["number"]


def opened(at_now, door, people):
    """After the opening: who is inside, then the others in their order."""
    for person in people:
        person.get(door)
    at_now.move_to(OPENS)
    return sorted(people, key=number)


def told(answer):
    return (
        BeautifulSoup(answer.content, "html.parser").select_one(".room").get_text(" ", strip=True)
    )


def test_apply_before_the_opening_then_the_room_says_when_and_how_many(door, people, program):
    for person in people:
        assert person.get(door)["Location"] == f"{door}wait/"
    page = people[0].get(f"{door}wait/")
    assert "3명" in told(page).replace(" ", "")
    assert "추첨" in told(page)
    assert '<noscript><meta http-equiv="refresh" content="' in page.content.decode()
    assert page["Cache-Control"].startswith("max-age=0")
    assert page["X-Frame-Options"] == "DENY"
    assert "default-src 'none'" in page["Content-Security-Policy"]


def test_apply_long_before_the_opening_then_no_room(door, people, at_now):
    at_now.move_to(OPENS - dt.timedelta(minutes=30, microseconds=1))
    assert people[0].get(door).status_code == 200
    at_now.move_to(OPENS - dt.timedelta(minutes=30))
    assert people[0].get(door).status_code == 302


def test_room_at_the_opening_then_the_first_gets_the_form_and_the_others_their_number(
    door, people, at_now
):
    first, second, third = opened(at_now, door, people)
    assert told(third.get(f"{door}wait/")).split("번째")[0].strip().endswith("2")
    assert told(second.get(f"{door}wait/")).split("번째")[0].strip().endswith("1")
    assert first.get(f"{door}wait/")["Location"] == door
    assert 'name="contact_phone"' in first.get(door).content.decode()


def test_room_when_handed_in_then_the_next_gets_the_form(door, people, at_now):
    first, second, _third = opened(at_now, door, people)
    first.get(door)
    done = first.post(door, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    assert done["Location"] == Application.objects.get().get_absolute_url()
    wait_for_breath()
    assert second.get(door).status_code == 200


def test_form_sent_after_the_turn_ran_out_then_it_is_taken(door, people, at_now):
    first, second, third = opened(at_now, door, people)
    first.get(door)
    at_now.move_to(OPENS + dt.timedelta(minutes=11))
    second.get(door)
    wait_for_breath()
    assert second.get(door).status_code == 200
    assert first.get(door).status_code == 302
    done = first.post(door, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    assert done["Location"] == Application.objects.get().get_absolute_url()
    assert third.post(door, {"contact_phone": "010-1", "do": "hand_in"})["Location"].endswith(
        "/wait/"
    )


def test_room_then_the_database_is_not_asked(door, people, django_assert_num_queries):
    people[0].get(door)
    people[0].get(f"{door}wait/")  # the gate is read once in five seconds
    with django_assert_num_queries(0):
        assert people[0].get(f"{door}wait/").status_code == 200


def test_ticket_when_written_in_then_it_is_none(door, people, at_now):
    _first, _second, third = opened(at_now, door, people)
    value = third.cookies[tickets.COOKIE].value
    real = number(third)
    body, stamp, signature = value.rsplit(":", 2)
    third.cookies[tickets.COOKIE] = f"{body[:-2]}AA:{stamp}:{signature}"
    assert third.get(f"{door}wait/")["Location"] == "../"  # like somebody without a ticket
    third.get(door)
    redis = get_redis_connection("default")
    (line,) = redis.scan_iter("*:line")
    assert redis.zscore(line, third.session["_auth_user_id"]) == real


def test_ticket_when_copied_then_it_counts_for_nothing(door, people, at_now):
    first, _second, third = opened(at_now, door, people)
    third.cookies[tickets.COOKIE] = first.cookies[tickets.COOKIE].value
    assert third.get(f"{door}wait/")["Location"] == "../"
    first.get(door)
    assert third.get(door)["Location"].endswith("/wait/")
    assert number(third) != number(first)


def test_ticket_of_another_call_then_it_counts_for_nothing(door, people, at_now, program):
    other = factories.program(opens_at=OPENS, queue_inside=1)
    there = reverse("program_apply", args=[other.slug])
    people[0].get(there)
    first = people[0].cookies[tickets.COOKIE].value
    people[0].get(door)
    people[0].cookies[tickets.COOKIE] = first
    assert people[0].get(f"{door}wait/")["Location"] == "../"


def test_room_as_somebody_without_a_ticket_then_the_log_in(door, client, staff_client):
    answer = client.get(f"{door}wait/", follow=True)
    assert answer.redirect_chain[0][0] == "../"
    assert "/account/login/" in answer.redirect_chain[1][0]
    assert staff_client.get(f"{door}wait/")["Location"] == "../"


def test_room_when_staff_switch_it_off_then_the_door_is_open(door, people, at_now, program):
    _first, second, _third = opened(at_now, door, people)
    assert second.get(door).status_code == 302
    program.queue_inside = None
    program.save(update_fields=["queue_inside"])
    at_now.move_to(OPENS + dt.timedelta(seconds=gates.SECONDS))
    assert second.get(f"{door}wait/", follow=True).status_code == 200
    assert second.get(door).status_code == 200


@pytest.fixture
def all_gone(door, people, at_now, program):
    """The one place is given: who has it, and the others who waited."""
    first, second, third = opened(at_now, door, people)
    second.get(door)
    type(program).objects.filter(pk=program.pk).update(quota=1)
    first.get(door)
    first.post(door, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    at_now.move_to(OPENS + dt.timedelta(seconds=gates.SECONDS))
    return first, second, third


def test_room_when_all_places_are_gone_then_it_says_so_and_nobody_looks_again(door, all_gone):
    page = BeautifulSoup(all_gone[1].get(f"{door}wait/").content, "html.parser")
    room = page.select_one("#room")
    assert room.select_one(".room")["data-code"] == "full"
    assert "data-pause" not in room.attrs
    assert [link["href"] for link in room.select("a")] == ["/programs/", door]


def test_room_when_all_places_are_gone_then_the_database_is_not_asked(
    door, all_gone, django_assert_num_queries
):
    all_gone[1].get(f"{door}wait/")  # the gate is read once in five seconds
    with django_assert_num_queries(0):
        page = all_gone[2].get(f"{door}wait/")
    assert page.status_code == 200
    assert page["X-Frame-Options"] == "DENY"


def test_door_when_all_places_are_gone_then_the_room_says_so_to_all_but_applicants(
    door, all_gone, staff_client
):
    first, second, _third = all_gone
    assert first.get(door)["Location"] == Application.objects.get().get_absolute_url()
    assert second.get(door)["Location"] == f"{door}wait/"
    assert staff_client.get(door)["Location"] == f"{door}wait/"
    refused = second.post(door, {"contact_phone": "010-1234-5678", "do": "hand_in"})
    assert (refused.status_code, 'data-code="full"' in refused.content.decode()) == (409, True)


def test_door_when_a_draft_was_begun_before_all_were_gone_then_it_is_shown(
    door, all_gone, program, people
):
    merchant = Membership.objects.get(user=all_gone[1].session["_auth_user_id"]).merchant
    factories.application(program, merchant, "draft")
    assert all_gone[1].get(door).status_code == 200


def test_other_pages_then_as_always(door, people, program):
    people[0].get(door)
    for address in ("/", "/programs/", program.get_absolute_url(), "/bookings/"):
        assert people[0].get(address).status_code == 200


def test_program_while_people_gather_then_its_page_leads_to_the_room(door, client, program, at_now):
    assert "접수 시작 기다리기" in client.get(program.get_absolute_url()).content.decode()
    at_now.move_to(OPENS)
    assert "접수 시작 기다리기" not in client.get(program.get_absolute_url()).content.decode()


def test_redis_away_then_a_calm_page_that_keeps_the_place(door, people, at_now, settings):
    _first, second, _third = opened(at_now, door, people)
    here = settings.CACHES["default"]
    settings.CACHES = {
        **settings.CACHES,
        "default": {**here, "LOCATION": "redis://127.0.0.1:1/0"},
    }
    page = second.get(f"{door}wait/")
    assert page.status_code == 503
    assert page["Retry-After"] == "15"
    assert "자리는 그대로" in told(page)


@pytest.mark.parametrize("limit", ["queue_inside", "queue_per_minute"])
def test_limits_when_zero_then_the_database_refuses(program, limit):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="program_lets_somebody_in"), transaction.atomic():
        type(program).objects.filter(pk=program.pk).update(**{limit: 0})
