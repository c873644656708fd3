"""/admin/approvals/: what waits, who may, two operators, one or many."""

import datetime as dt
import re
from importlib import import_module

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.urls import reverse

from bookings.models import BookingState, Category
from bookings.services import change
from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from merchants.services.suspend import suspend
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/admin/approvals/"


@pytest.fixture(autouse=True)
def _approval(house):
    factories.policy(needs_approval=True)


def ask(space=None, business=None, start=None, end=None, **given):
    made = hold(space or factories.studio(), business or factories.merchant(), start, end)
    return confirm(made, **given)


def seen(*bookings):
    return [f"{booking.pk}:{booking.sequence}" for booking in bookings]


def decide(client, decision, *bookings, **given):
    return client.post(ADDRESS, {"decision": decision, "chosen": seen(*bookings), **given})


def rows(client, **asked):
    return client.get(ADDRESS, asked).context["rows"]


def test_address_when_reversed_then_as_the_plan_says():
    assert reverse("admin:approvals") == ADDRESS


def test_list_when_promises_differ_then_the_oldest_first_and_overdue_said(at_now):
    first = ask()
    at_now.move_to(kst(25, 9))
    second = ask(start=kst(30, 10), end=kst(30, 11))
    at_now.move_to(kst(25, 18, 1))
    client = logged_in(factories.staff())
    page = client.get(ADDRESS)
    found = page.context["rows"]
    assert [(row.booking, row.is_overdue) for row in found] == [(first, True), (second, False)]
    assert "기한 지남" in page.content.decode()
    assert [row.booking for row in rows(client, show="overdue")] == [first]


def test_list_when_a_row_has_its_own_button_then_it_sends_just_that_request():
    asked, other = ask(), ask()
    client = logged_in(factories.staff())
    text = client.get(ADDRESS).content.decode()
    assert f'form="approve" name="chosen" value="{seen(asked)[0]}"' in text
    assert (
        '<form id="approve" method="post" action="/admin/approvals/"><input type="hidden" name="csrf'
        in text
    )
    decide(client, "approve", asked)
    for booking in (asked, other):
        booking.refresh_from_db()
    assert [asked.state, other.state] == [BookingState.CONFIRMED, BookingState.REQUESTED]


@pytest.mark.parametrize(("moment", "late"), [(kst(25, 18), False), (kst(25, 18, 1), True)])
def test_list_when_the_promise_ends_then_overdue_from_then_on(at_now, moment, late):
    ask()
    at_now.move_to(moment)
    (row,) = rows(logged_in(factories.staff()))
    assert row.is_overdue is late


def test_list_when_filtered_or_searched_then_only_those(staff_client):
    studio = ask(business=factories.merchant(phone="010-1234-5678"))
    room = ask(factories.resource(Category.CONFERENCE))
    assert [row.booking for row in rows(staff_client, category="conference")] == [room]
    number = studio.merchant.display_number
    for term in (number, number.replace("-", ""), "010 1234 5678", studio.reference.lower()):
        assert [row.booking for row in rows(staff_client, q=term)] == [studio]
    assert rows(staff_client, q="없는 상점") == []
    assert AccessRecord.objects.filter(action="search").count() == 4


def test_list_when_shown_then_equipment_and_what_else_the_business_has(staff_client, merchant):
    space, other = factories.studio(), factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[space])
    factories.policy(resource=space, needs_approval=True, per_day=9)
    before = ask(other, merchant, kst(30, 10), kst(30, 11))
    ask(other, merchant, kst(1, 10, month=12), kst(1, 11, month=12))
    made = ask(space, merchant, equipment=[camera])
    row = next(row for row in rows(staff_client) if row.booking == made)
    assert (row.equipment, row.others) == ([camera.display_name], [before])


def test_approve_when_many_are_chosen_then_each_is_confirmed_by_somebody(staff_client):
    first, second, third = ask(), ask(), ask()
    page = decide(staff_client, "approve", first, second)
    assert (page.status_code, page["location"]) == (302, ADDRESS)
    for booking in (first, second, third):
        booking.refresh_from_db()
    assert [b.state for b in (first, second, third)] == ["confirmed", "confirmed", "requested"]
    assert AccessRecord.objects.get(action="change").subject_ids == [first.pk, second.pk]


def ticked(page):
    return re.findall(r'name="chosen" value="([^"]+)" checked', page.content.decode())


def test_list_when_all_are_chosen_then_ticked_and_the_next_page_is_not(at_now, staff_client):
    first, second = ask(), ask()
    assert ticked(staff_client.get(ADDRESS)) == []
    page = staff_client.get(ADDRESS, {"choose": "all", "category": "studio"})
    assert ticked(page) == seen(first, second)
    assert (
        '<form class="stack" method="post" action="/admin/approvals/?category=studio">'
        in page.content.decode()
    )
    at_now.move_to(kst(27, 10))  # begun: it can be approved no more
    assert ticked(logged_in(factories.staff()).get(ADDRESS, {"choose": "all"})) == []


def test_list_when_enter_is_pressed_in_the_words_then_nothing_is_approved(staff_client):
    """A browser presses the first button of a form."""
    ask()
    form = staff_client.get(ADDRESS).content.decode().partition('<form class="stack"')[2]
    assert re.search(r"<button[^>]*>", form)[0] == '<button type="submit" disabled hidden>'


def test_reject_when_no_reason_then_asked_and_the_ticks_stay(staff_client):
    booking = ask()
    page = decide(staff_client, "reject", booking, text="다음에 뵙겠습니다")
    assert page.status_code == 400
    text = page.content.decode()
    assert f'value="{seen(booking)[0]}" checked' in text
    assert "다음에 뵙겠습니다" in text
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUESTED


def test_reject_when_reason_is_given_then_kept(staff_client):
    booking = ask()
    decide(staff_client, "reject", booking, reason="house_use", text="시 행사")
    booking.refresh_from_db()
    assert (booking.state, booking.reason_code) == ("rejected", "house_use")
    assert booking.reason_text == "시 행사"


@pytest.mark.parametrize("chosen", [[], ["x"], ["1:2:3"]])
def test_decide_when_nothing_sensible_is_chosen_then_said(staff_client, chosen):
    page = staff_client.post(ADDRESS, {"decision": "approve", "chosen": chosen})
    assert page.status_code == 400


def test_decide_when_a_colleague_was_faster_then_who_decided_what(staff_client):
    booking, other = ask(), ask()
    colleague = factories.staff(name="박먼저")
    decide(logged_in(colleague), "reject", booking, reason="purpose")
    page = decide(staff_client, "approve", booking, other)
    assert page.status_code == 409
    assert f"{booking.reference}: 박먼저" in page.content.decode()
    booking.refresh_from_db()
    other.refresh_from_db()
    assert (booking.state, booking.decided_by) == ("rejected", colleague)
    assert other.state == "confirmed"


def test_decide_when_the_business_moved_it_meanwhile_then_not_on_the_old_sight(staff_client):
    booking = ask()
    old = seen(booking)
    change.move(booking=booking, starts=kst(30, 10), ends=kst(30, 11))
    page = staff_client.post(ADDRESS, {"decision": "approve", "chosen": old})
    assert page.status_code == 409
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUESTED


def test_decide_when_own_business_then_no_tick_and_refused():
    operator, business = factories.staff(), factories.merchant()
    business.memberships.create(user=operator)
    booking = ask(business=business)
    client = logged_in(operator)
    assert 'name="chosen"' not in client.get(ADDRESS).content.decode()
    assert decide(client, "approve", booking).status_code == 409
    booking.refresh_from_db()
    assert booking.state == BookingState.REQUESTED


def shown(client, **asked):
    return BeautifulSoup(client.get(ADDRESS, asked).content, "html.parser")


def last_cell(page, booking):
    row = page.find("input", value=seen(booking)[0]).find_parent("tr")
    return row.find_all("td")[-1]


def test_list_when_a_business_is_suspended_then_chosen_with_a_reason_and_not_by_one_press(
    staff_client,
):
    barred, plain = ask(), ask()
    suspend(merchant=barred.merchant, ends=kst(30), reason="노쇼", tell=False)
    page = shown(staff_client, choose="all")
    assert [box["value"] for box in page.select("input[name=chosen][checked]")] == seen(plain)
    assert "예약할 수 없음" in page.text
    assert last_cell(page, plain).button["value"] == seen(plain)[0]
    assert last_cell(page, barred).button is None
    field = page.select_one(last_cell(page, barred).a["href"])
    assert field.find_parent("form").find("input", value=seen(barred)[0])
    answer = decide(staff_client, "approve", barred, plain)
    assert answer.status_code == 409
    assert barred.reference in answer.content.decode()
    decide(staff_client, "approve", barred, **{field["name"]: "이미 준비한 촬영"})
    for booking in (barred, plain):
        booking.refresh_from_db()
    assert [barred.state, plain.state] == ["confirmed", "confirmed"]


@pytest.mark.parametrize("is_verified", [True, False])
def test_list_when_the_papers_have_run_out_then_no_reason_asked_but_verified_first(
    staff_client, is_verified
):
    booking = ask()
    business, today = booking.merchant, NOW.date()
    business.verified_until = today if is_verified else today - dt.timedelta(days=1)
    business.save(update_fields=["verified_until"])
    page = shown(staff_client)
    cell = last_cell(page, booking)
    assert page.select_one("#id_override") is None
    assert (cell.button is not None) is is_verified
    if not is_verified:
        assert cell.a["href"] == reverse("admin:merchants_merchant_change", args=[business.pk])
        assert staff_client.get(cell.a["href"]).status_code == 200
    answer = decide(staff_client, "approve", booking, override="급함")
    assert answer.status_code == (302 if is_verified else 409)


def test_page_when_not_staff_then_not_shown(client, owner_client, other_client):
    ask()
    for visitor in (client, owner_client, other_client):
        assert visitor.get(ADDRESS).status_code == 302
        assert visitor.post(ADDRESS).status_code == 302
    for role in (OFFICIAL, EVALUATOR):
        assert logged_in(factories.staff(role)).get(ADDRESS).status_code == 403
    assert logged_in(factories.staff(MANAGER)).get(ADDRESS).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_list_when_longer_then_no_more_queries(staff_client, count, django_assert_num_queries):
    camera = factories.resource(Category.EQUIPMENT, 3)
    for _ in range(count):
        space = factories.studio()
        camera.used_in.add(space)
        ask(space, equipment=[camera])
    with django_assert_num_queries(12):
        staff_client.get(ADDRESS)


def test_list_when_a_request_of_before_has_no_promise_then_shown_and_the_update_gives_it_one(
    staff_client,
):
    asked = ask()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bookings_booking DROP CONSTRAINT booking_request_has_a_promise")
        type(asked).objects.filter(pk=asked.pk).update(decide_until=None)
        assert [row.booking for row in rows(staff_client)] == [asked]
        cursor.execute(import_module("bookings.migrations.0034_fill_promises").FILL)
    asked.refresh_from_db()
    assert asked.decide_until == kst(25, 10, 41)
    assert [row.is_overdue for row in rows(staff_client)] == [False]


def test_first_page_when_requests_wait_then_said_with_their_addresses(at_now):
    ask()
    at_now.move_to(kst(25, 18, 1))
    ask(start=kst(30, 10), end=kst(30, 11))
    text = logged_in(factories.staff()).get("/admin/").content.decode()
    assert f'href="{ADDRESS}?show=overdue"' in text
    assert f'href="{ADDRESS}"' in text
