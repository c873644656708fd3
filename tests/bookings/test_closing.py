"""The page on which staff close something, and the question about the bookings in the way."""

import datetime as dt
import re

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import (
    BookingSource,
    BookingState,
    Category,
    Closure,
    ClosureKind,
    HolidayOverride,
)
from bookings.services import on_behalf
from center.models import AccessRecord
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
ADD = "/admin/bookings/closure/add/"
FRIDAY = "2026-11-27"
LATER = f"move {kst(30, 10).isoformat()}/{kst(30, 12).isoformat()}"


def closing(space=None, **extra):
    return {
        "kind": "maintenance",
        "place": f"resource-{space.pk}" if space else "house",
        "first_day": FRIDAY,
        "whole_day": "on",
        "reason": "점검",
        **extra,
    }


@pytest.fixture
def booking(at_now, studio, merchant):
    """Friday 10–12."""
    return confirm(hold(studio, merchant))


def radio(page):
    """Each choice of a booking with the one that is proposed."""
    found = re.findall(r'name="choice_\d+" value="([^"]+)"( checked)?', page)
    return [value for value, _checked in found], [value for value, checked in found if checked]


def test_close_when_nothing_is_in_the_way_then_done_at_once(at_now, staff_client, studio):
    answer = staff_client.post(ADD, closing(studio), follow=True)
    made = Closure.objects.get()
    assert answer.redirect_chain == [("/admin/bookings/closure/", 302)]
    assert "점검" in answer.content.decode()
    assert (made.starts, made.ends, made.resource, made.kind) == (
        kst(27),
        kst(28),
        studio,
        ClosureKind.MAINTENANCE,
    )
    assert made.allocations.count() == 1


def test_close_when_a_session_is_in_the_way_then_no_other_time_is_proposed(
    at_now, staff_client, studio
):
    use = {"starts": kst(27, 10), "ends": kst(27, 12), "purpose": "라이브 교육", "headcount": 1}
    on_behalf.book(
        by=factories.staff(),
        merchant=None,
        resource=studio,
        source=BookingSource.PROGRAM,
        **use,
    )
    asked = staff_client.post(ADD, closing(studio))
    offered, _proposed = radio(asked.content.decode())
    assert offered == ["cancel", "keep"]


def test_close_when_one_unit_and_hours_then_only_that(at_now, staff_client, house):
    space = factories.studio(2)
    unit = space.units.first()
    times = {"from_time": "09:00", "until_time": "12:00", "whole_day": ""}
    staff_client.post(ADD, closing(place=f"unit-{unit.pk}", **times))
    made = Closure.objects.get()
    assert (made.unit, made.starts, made.ends) == (unit, kst(27, 9), kst(27, 12))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"first_day": "2026-11-20"}, "이미 지난 시간입니다"),
        ({"first_day": "2026-11-22", "last_day": "2026-11-23"}, "이미 지난 시간입니다"),
        (
            {"first_day": "2026-01-02", "last_day": "2026-11-23", "kind": "holiday"},
            "이미 지난 시간입니다",
        ),
        ({"last_day": "2026-11-26"}, "끝나는 시간이 시작 시간보다"),
        ({"whole_day": ""}, "두 시각을 모두"),
        ({"last_day": "2028-11-26"}, "최대 1년"),
        ({"place": "unit-999999"}, "목록에 있는 것"),
        ({"reason": ""}, "이 항목을"),
    ],
)
def test_close_when_nonsense_then_said_and_what_was_typed_stays(
    at_now, staff_client, studio, wrong, sentence
):
    answer = staff_client.post(ADD, closing(studio, **wrong))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert sentence in page
    assert not Closure.objects.exists()
    assert not HolidayOverride.objects.exists()


@pytest.mark.parametrize(
    ("button", "first", "last", "whole"),
    [
        ("today", "2026-11-23", "", True),
        ("tomorrow", "2026-11-24", "", True),
        ("rest", "2026-11-23", "", False),
        ("week", "2026-11-23", "2026-11-29", True),
    ],
)
def test_shortcut_when_pressed_then_days_are_filled_in_and_the_rest_stays(
    at_now, staff_client, studio, button, first, last, whole
):
    data = {"kind": "partner", "reason": "협력기관", "fill": button}
    form = staff_client.post(ADD, data).context["form"]
    assert form["first_day"].value() == first
    assert (form["last_day"].value() or "") == last
    assert bool(form["whole_day"].value()) is whole
    assert (form["kind"].value(), form["reason"].value()) == ("partner", "협력기관")


def test_page_when_the_board_names_a_span_then_it_is_filled_in(at_now, staff_client, studio):
    unit = studio.units.get()
    address = f"{ADD}?unit={unit.pk}&starts=2026-11-27T10:00&ends=2026-11-27T12:00&kind=partner"
    answer = staff_client.get(address)
    form = answer.context["form"]
    assert f'<option value="resource-{studio.pk}" selected>' in answer.content.decode()
    assert form["first_day"].value() == dt.date(2026, 11, 27)
    assert form["from_time"].value() == dt.time(10)
    assert form["kind"].value() == "partner"


def test_page_when_the_board_names_one_of_many_units_then_that_one(at_now, staff_client, house):
    seats = factories.resource(Category.OFFICE_SEAT, units=3)
    unit = seats.units.all()[1]
    answer = staff_client.get(ADD, {"unit": unit.pk, "starts": "2026-11-27T10:00"})
    assert f'<option value="unit-{unit.pk}" selected>' in answer.content.decode()


def test_close_when_no_place_is_chosen_then_asked_and_the_house_stays_open(at_now, staff_client):
    answer = staff_client.post(ADD, closing(place=""))
    assert answer.status_code == 400
    assert answer.context["form"].errors["place"] == ["닫을 곳을 선택해 주십시오."]
    assert not Closure.objects.exists()


def test_close_when_a_holiday_without_a_place_then_the_house(at_now, staff_client):
    staff_client.post(ADD, closing(kind="holiday", place="", reason="임시공휴일"))
    assert HolidayOverride.objects.get().date == dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    "query", ["starts=x&ends=y", "unit=abc", "starts=2026-99-99", "kind=zzz", "starts=0001-01-01"]
)
def test_page_when_the_address_is_nonsense_then_an_empty_form(at_now, staff_client, query):
    assert staff_client.get(f"{ADD}?{query}").status_code == 200


def test_close_when_bookings_are_in_the_way_then_each_is_asked_about(
    staff_client, booking, studio, merchant
):
    answer = staff_client.post(ADD, closing(studio))
    page = answer.content.decode()
    values, proposed = radio(page)
    assert answer.status_code == 200
    assert booking.reference in page
    assert merchant.name in page
    assert values[-2:] == ["cancel", "keep"]
    assert proposed == [values[0]]
    assert values[0].startswith("move 2026-11-26T10:00:00+09:00/")
    assert not Closure.objects.exists()
    assert AccessRecord.objects.latest("pk").subject_ids == [booking.pk]


def test_close_when_three_bookings_then_one_moved_one_cancelled_one_kept(
    at_now, house, staff_client
):
    space = factories.studio(3)
    three = [confirm(hold(space, factories.merchant())) for _ in range(3)]
    acts = [LATER, "cancel", "keep"]
    choices = {f"choice_{it.pk}": act for it, act in zip(three, acts, strict=True)}
    data = {"settling": "1", "text": "공사가 있습니다", **choices}
    answer = staff_client.post(ADD, closing(space, **data), follow=True)
    for it in three:
        it.refresh_from_db()
    assert "변경 1건, 취소 1건, 유지 1건" in answer.content.decode()
    assert [it.state for it in three] == ["confirmed", "cancelled", "confirmed"]
    assert [it.starts for it in three] == [kst(30, 10), kst(27, 10), kst(27, 10)]
    assert three[1].reason_text == "공사가 있습니다"
    change = AccessRecord.objects.filter(action="change").get()
    assert sorted(change.subject_ids) == [it.pk for it in three]


def test_close_when_the_slot_has_gone_then_asked_again_and_nothing_done(
    staff_client, booking, studio
):
    hold(studio, factories.merchant(), kst(30, 10), kst(30, 12))
    data = {"settling": "1", f"choice_{booking.pk}": LATER, "text": "공사"}
    answer = staff_client.post(ADD, closing(studio, **data))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "아직 아무것도 바뀌지 않았습니다" in page
    assert "방금 다른 분이" in page
    assert 'value="공사"' in page
    assert radio(page)[1] == []
    assert not Closure.objects.exists()


@pytest.mark.parametrize("choice", ["", "nonsense", "move", "move x/y", f"{LATER}x", "move /"])
def test_close_when_a_choice_is_missing_or_nonsense_then_asked_again(
    staff_client, booking, studio, choice
):
    data = {"settling": "1", f"choice_{booking.pk}": choice, "choice_x": "keep"}
    answer = staff_client.post(ADD, closing(studio, **data))
    assert answer.status_code == 409
    assert "이 예약을 어떻게 할지 선택해 주십시오" in answer.content.decode()


def test_close_when_the_message_holds_a_resident_number_then_asked_again(
    staff_client, booking, studio
):
    data = {"settling": "1", f"choice_{booking.pk}": "cancel", "text": "900101-1234567"}
    answer = staff_client.post(ADD, closing(studio, **data))
    booking.refresh_from_db()
    assert (answer.status_code, booking.state) == (409, BookingState.CONFIRMED)


def test_close_when_a_use_is_under_way_then_it_can_only_be_kept(
    at_now, staff_client, booking, studio
):
    at_now.move_to(kst(27, 11))
    client = logged_in(factories.staff())
    page = client.post(ADD, closing(studio)).content.decode()
    assert radio(page) == (["keep"], ["keep"])


def test_temporary_holiday_when_led_there_then_only_the_day_is_left_to_enter(
    at_now, staff_client, house
):
    page = BeautifulSoup(staff_client.get(ADD, {"kind": "holiday"}).content, "html.parser")
    sent = {
        field["name"]: field.get("value", "")
        for field in page.select("main form.form input[name]")
        if field.get("type") not in ("radio", "checkbox") or field.has_attr("checked")
    }
    answer = staff_client.post(ADD, sent | {"first_day": "2026-12-18"})
    assert answer["Location"] == "/admin/holidays/"
    assert HolidayOverride.objects.values_list("date", "name").get() == (
        dt.date(2026, 12, 18),
        "임시공휴일",
    )


def test_temporary_holiday_when_declared_then_listed_and_the_house_is_shut(
    staff_client, booking, studio
):
    data = closing(kind="holiday", reason="임시공휴일", place=f"resource-{studio.pk}")
    assert booking.reference in staff_client.post(ADD, data).content.decode()
    chosen = {"settling": "1", f"choice_{booking.pk}": LATER}
    answer = staff_client.post(ADD, data | chosen, follow=True)
    assert answer.redirect_chain == [("/admin/holidays/", 302)]
    assert HolidayOverride.objects.get().date == dt.date(2026, 11, 27)
    assert "임시공휴일" in answer.content.decode()


def test_holidays_when_opened_anyway_and_taken_back_then_both_ways(
    at_now, staff_client, studio, merchant
):
    factories.policy(horizon_days=60)
    page = staff_client.get("/admin/holidays/").content.decode()
    assert "성탄절" in page
    christmas = {"day": "2026-12-25"}
    staff_client.post("/admin/holidays/", {**christmas, "decision": "open"})
    override = HolidayOverride.objects.get()
    assert (override.is_holiday, override.name) == (False, "성탄절")
    booking = confirm(hold(studio, merchant, kst(25, 10, month=12), kst(25, 12, month=12)))
    back = {**christmas, "decision": "calendar"}
    asked = staff_client.post("/admin/holidays/", back)
    assert booking.reference in asked.content.decode()
    chosen = {"settling": "1", f"choice_{booking.pk}": "keep"}
    staff_client.post("/admin/holidays/", back | chosen)
    assert not HolidayOverride.objects.exists()


@pytest.mark.parametrize(
    "data", [{}, {"day": "x", "decision": "open"}, {"day": FRIDAY, "decision": "open"}]
)
def test_holidays_when_nonsense_then_refused(at_now, staff_client, house, data):
    assert staff_client.post("/admin/holidays/", data).status_code == 400


def test_holidays_when_the_page_was_open_over_midnight_then_said(at_now, house):
    at_now.move_to(kst(26, 0, month=12))
    staff_client = logged_in(factories.staff())
    data = {"day": "2026-12-25", "decision": "open"}
    page = staff_client.post("/admin/holidays/", data, follow=True).content.decode()
    assert "지난 날의 운영 시간은 그대로 남습니다." in page
    assert not HolidayOverride.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), ("official", 403), ("evaluator", 403), ("operator", 200), ("manager", 200)],
)
@pytest.mark.parametrize("address", [ADD, "/admin/holidays/"])
def test_pages_when_role_then_open_or_away(at_now, house, address, role, status):
    person = factories.user() if role is None else factories.staff(role)
    client = logged_in(person)
    assert client.get(address).status_code == status
    assert (client.post(address, {}).status_code == 400) is (status == 200)


def test_pages_when_anonymous_then_log_in(client, db):
    for address in (ADD, "/admin/holidays/"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_question_when_more_bookings_then_the_same_queries(
    at_now, house, staff_client, rows, django_assert_num_queries
):
    space = factories.studio(3)
    for _ in range(rows):
        confirm(hold(space, factories.merchant()))
    staff_client.post(ADD, closing(space))  # settings and permissions are read once
    with django_assert_num_queries(44):
        staff_client.post(ADD, closing(space))


def test_closure_when_deleted_then_reopened(at_now, staff_client, studio):
    staff_client.post(ADD, closing(studio))
    closure = Closure.objects.get()
    staff_client.post(reverse("admin:bookings_closure_delete", args=[closure.pk]), {"post": "yes"})
    assert not Closure.objects.exists()
