"""/admin/book/: for whom, where, when; rules and their exceptions; visitors."""

import pytest
from django.urls import reverse

from bookings.models import Booking, Category, RuleOverride
from bookings.proxy import FOUND
from center.models import AccessRecord
from center.permissions import EVALUATOR, MANAGER, OFFICIAL
from merchants.models import Merchant, MerchantState
from merchants.services import register
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_now")]
ADDRESS = "/admin/book/"


def address(merchant, space, day="2026-11-27"):
    return f"{ADDRESS}?business={merchant.pk}&space={space.slug}&day={day}"


def send(client, merchant, space, day="2026-11-27", **given):
    values = {"source": "phone", "start": "10:00", "end": "12:00", "headcount": 1}
    where = {"space": space.slug, "day": day, "shown": f"{space.slug} {day}"}
    sent = {"purpose": "제품 사진", **values, **where, **given}
    return client.post(f"{ADDRESS}?business={merchant.pk}", sent)


def test_address_when_reversed_then_short():
    assert reverse("admin:book") == ADDRESS


def test_search_when_name_number_or_telephone_then_found_and_logged(staff_client):
    wanted = factories.merchant(name="달구벌 수제청", phone="010-1234-5678")
    factories.merchant()
    number = wanted.display_number
    for term in ("수제청", number, number.replace("-", ""), "01012345678", "1234-5678"):
        assert staff_client.get(ADDRESS, {"q": term}).context["found"] == [wanted]
    assert AccessRecord.objects.filter(action="search", subject_ids=[wanted.pk]).count() == 5


def test_search_when_a_draft_of_an_owner_then_not_shown(staff_client):
    factories.merchant(name="작성 중", state=MerchantState.DRAFT, verified_until=None)
    visitor = register.register_visitor(name="작성 중 손님", phone="010-2222-3333")
    assert staff_client.get(ADDRESS, {"q": "작성"}).context["found"] == [visitor]


def test_page_when_space_and_day_then_free_times(staff_client, merchant, studio):
    confirm(hold(studio, factories.merchant()))
    page = staff_client.get(address(merchant, studio))
    free = [(slot.start, slot.free_units) for slot in page.context["times"]]
    assert free[:3] == [(kst(27, 9), 0), (kst(27, 10), 0), (kst(27, 11), 0)]
    assert free[-1] == (kst(27, 17), 1)
    assert "17:00 – 18:00 · 1곳 비어 있음" in page.content.decode()


def test_book_when_sent_then_made_and_logged(staff_client, merchant, studio):
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio])
    page = send(staff_client, merchant, studio, equipment=[camera.slug], user_name="김대신")
    made = Booking.objects.get()
    seen_at = reverse("admin:schedule_booking", args=[made.reference])
    assert page["location"] == f"{seen_at}?day=2026-11-27"
    assert (made.state, made.source, made.starts) == ("confirmed", "phone", kst(27, 10))
    assert (made.user_name, made.allocations.count()) == ("김대신", 2)
    assert AccessRecord.objects.get(action="change").subject_ids == [made.pk]


def test_book_when_refused_then_every_rule_and_what_was_typed(staff_client, merchant, studio):
    page = send(staff_client, merchant, studio, "2026-11-24", start="08:00", purpose="급한 촬영")
    text = page.content.decode()
    assert page.status_code == 409
    assert [v.code for v in page.context["violations"]] == ["too_long", "too_soon", "outside_hours"]
    assert 'value="급한 촬영"' in text
    assert 'value="08:00"' in text
    assert page.context["can_be_set_aside"] is True
    assert not Booking.objects.exists()


def test_book_when_set_aside_without_a_reason_then_asked(staff_client, merchant, studio):
    page = send(staff_client, merchant, studio, "2026-11-24", set_aside="on")
    assert page.status_code == 400
    assert "reason" in page.context["form"].errors


def test_book_when_set_aside_with_a_reason_then_kept(staff_client, merchant, studio):
    send(staff_client, merchant, studio, "2026-11-24", set_aside="on", reason="행사 협조")
    assert (RuleOverride.objects.get().codes, RuleOverride.objects.get().reason) == (
        ["too_soon"],
        "행사 협조",
    )


def test_book_when_a_reason_but_no_tick_then_nothing_is_set_aside(staff_client, merchant, studio):
    assert send(staff_client, merchant, studio, "2026-11-24", reason="행사").status_code == 409


def test_book_when_taken_then_cannot_be_set_aside(staff_client, merchant, studio):
    confirm(hold(studio, factories.merchant()))
    page = send(staff_client, merchant, studio, set_aside="on", reason="급함")
    assert page.status_code == 409
    assert page.context["can_be_set_aside"] is False


@pytest.mark.parametrize(
    "given",
    [{"start": "12:00", "end": "10:00"}, {"source": "web"}, {"start": "x"}, {"purpose": ""}],
)
def test_book_when_nonsense_then_said(staff_client, merchant, studio, given):
    assert send(staff_client, merchant, studio, **given).status_code == 400


TYPED = {
    "source": "walk_in",
    "start": "13:10",
    "end": "14:20",
    "headcount": "3",
    "purpose": "제품 사진",
    "user_name": "김대신",
    "set_aside": "on",
    "reason": "행사 협조",
}


def shown_in(form):
    return {name: str(form[name].value()) for name in TYPED}


@pytest.mark.parametrize(
    ("pressed", "expected"),
    [
        ({"look": "1"}, {}),
        ({"take": "15:00-16:00"}, {"start": "15:00", "end": "16:00"}),
        ({}, {}),  # Enter in the field of the day, or the button that books
    ],
)
def test_page_when_space_or_day_change_then_all_that_was_typed_stays(
    staff_client, merchant, studio, pressed, expected
):
    other = factories.resource(Category.RECORDING)
    camera = factories.resource(Category.EQUIPMENT, used_in=[studio, other])
    only_here = factories.resource(Category.EQUIPMENT, used_in=[studio])
    where = {"space": other.slug, "day": "2026-11-26", "shown": f"{studio.slug} 2026-11-27"}
    ticked = {"equipment": [camera.slug, only_here.slug], "unit": studio.units.get().pk}
    sent = {**TYPED, **where, **ticked, **pressed}
    page = staff_client.post(f"{ADDRESS}?business={merchant.pk}", sent)
    form, text = page.context["form"], page.content.decode()
    assert page.status_code == 200
    assert (page.context["choice"].space, form.day.isoformat()) == (other, "2026-11-26")
    assert shown_in(form) == {**TYPED, **expected}
    assert f'value="{camera.slug}" id="id_equipment_0" checked' in text
    assert only_here.slug not in text
    assert f'name="shown" value="{other.slug} 2026-11-26"' in text
    assert ("공간이나 날짜가 바뀌었습니다" in text) is (not pressed)
    assert "errorlist" not in text
    assert not Booking.objects.exists()


@pytest.mark.parametrize("day", ["", "2026-13-01"])
def test_book_when_the_day_is_nonsense_then_nothing_is_booked(staff_client, merchant, studio, day):
    shown = f"{studio.slug} 2026-11-23"
    assert send(staff_client, merchant, studio, day, shown=shown).status_code == 200
    assert not Booking.objects.exists()


def test_page_when_an_empty_range_of_the_board_then_it_is_filled_in_to_the_end(
    staff_client, merchant, house
):
    seats = factories.resource(Category.OFFICE_SEAT, units=3)
    wanted = seats.units.all()[1]
    where = {"resource": seats.pk, "unit": wanted.pk}
    times = {"starts": "2026-11-27T13:00", "ends": "2026-11-27T15:00"}
    first = staff_client.get(ADDRESS, {**where, **times, "q": merchant.name})
    link = (
        f"unit={wanted.pk}&amp;starts=2026-11-27T13%3A00&amp;ends=2026-11-27T15%3A00&amp;business="
    )
    assert link in first.content.decode()
    page = staff_client.get(ADDRESS, {**where, **times, "business": merchant.pk})
    form = page.context["form"]
    assert (page.context["choice"].space, form.day.isoformat()) == (seats, "2026-11-27")
    assert (form["start"].value(), form["end"].value()) == ("13:00", "15:00")
    assert f'<option value="{wanted.pk}" selected>' in page.content.decode()
    send(staff_client, merchant, seats, start="13:00", end="15:00", unit=wanted.pk)
    assert Booking.objects.get().allocations.get().unit == wanted


def test_book_when_the_wanted_unit_is_taken_then_refused(staff_client, merchant, house):
    seats = factories.resource(Category.OFFICE_SEAT, units=2)
    taken = confirm(hold(seats, factories.merchant())).allocations.get().unit
    page = send(staff_client, merchant, seats, unit=taken.pk)
    assert [v.code for v in page.context["violations"]] == ["slot_taken"]
    other = factories.resource(Category.OFFICE_SEAT)
    stray = send(staff_client, merchant, seats, unit=other.units.get().pk)
    assert "unit" in stray.context["form"].errors


def test_page_when_a_business_is_chosen_then_the_first_space_is_open(staff_client, merchant, house):
    first = factories.studio()
    page = staff_client.get(ADDRESS, {"business": merchant.pk})
    assert page.context["choice"].space == first
    assert page.context["times"]


def visit(client, **given):
    values = {"name": "첫손님 가게", "phone": "01022223333", "number": "", **given}
    return client.post(f"{ADDRESS}visitor/", {f"visitor-{k}": v for k, v in values.items()})


def test_visitor_when_registered_then_a_draft_of_nobody_to_be_booked_once_now(staff_client, studio):
    page = visit(staff_client)
    made = Merchant.objects.get()
    assert page["location"] == f"{ADDRESS}?business={made.pk}"
    assert (made.state, made.phone, made.is_visitor) == ("draft", "010-2222-3333", True)
    assert "정보 보완 필요" in staff_client.get(page["location"]).content.decode()
    today = {"day": "2026-11-23", "source": "walk_in", "start": "13:00", "end": "14:00"}
    assert send(staff_client, made, studio, **today).context["can_be_set_aside"] is True
    send(staff_client, made, studio, **today, set_aside="on", reason="처음 방문")
    assert Booking.objects.get().overrides.get().codes == ["not_verified", "too_soon"]


def test_visitor_when_a_place_was_chosen_then_it_is_kept(staff_client, studio):
    values = {"visitor-name": "첫손님 가게", "visitor-phone": "01022223333", "visitor-number": ""}
    place = f"space={studio.slug}&day=2026-11-27&start=10%3A00&end=12%3A00"
    page = staff_client.post(f"{ADDRESS}visitor/?{place}", values)
    assert page["location"] == f"{ADDRESS}?business={Merchant.objects.get().pk}&{place}"


def test_visitor_when_sent_twice_then_one(staff_client):
    visit(staff_client)
    visit(staff_client)
    assert Merchant.objects.count() == 1


def test_visitor_when_number_is_registered_then_said(staff_client, merchant):
    page = visit(staff_client, number=merchant.display_number)
    assert page.status_code == 400
    assert Merchant.objects.count() == 1


def test_page_when_not_staff_then_not_shown(client, owner_client, other_client):
    for visitor in (client, owner_client, other_client):
        assert visitor.get(ADDRESS).status_code == 302
        assert visit(visitor).status_code == 302
    for role in (OFFICIAL, EVALUATOR):
        assert logged_in(factories.staff(role)).get(ADDRESS).status_code == 403
    assert logged_in(factories.staff(MANAGER)).get(ADDRESS).status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_search_when_more_is_found_then_no_more_queries(
    staff_client, count, django_assert_num_queries
):
    for n in range(count):
        factories.merchant(name=f"같은 이름 {n}")
    with django_assert_num_queries(5):
        staff_client.get(ADDRESS, {"q": "같은"})


def test_first_page_when_visitors_are_to_be_completed_then_said_and_listed(staff_client, merchant):
    visit(staff_client)
    assert f'href="{ADDRESS}?show=visitors"' in staff_client.get("/admin/").content.decode()
    made = Merchant.objects.visitors().get()
    assert staff_client.get(ADDRESS, {"show": "visitors"}).context["found"] == [made]


def test_visitors_when_more_than_a_page_then_the_number_is_that_of_all_pages(
    staff_client, django_assert_num_queries
):
    made = [
        register.register_visitor(name=f"방문객 {n}", phone=f"010-1234-{n:04}")
        for n in range(FOUND + 1)
    ]
    assert "방문객 21명의 정보" in staff_client.get("/admin/").content.decode()
    with django_assert_num_queries(6):
        first = staff_client.get(ADDRESS, {"show": "visitors"})
    second = staff_client.get(ADDRESS, {"show": "visitors", "page": "2"})
    assert [*first.context["found"], *second.context["found"]] == made
    assert "방문객 21명의 정보" in first.content.decode()


def test_search_when_more_fit_than_are_shown_then_said(staff_client):
    for n in range(FOUND):
        factories.merchant(name=f"같은 이름 {n}")
    assert "처음 20곳만" in staff_client.get(ADDRESS, {"q": "같은"}).content.decode()
    assert "처음 20곳만" not in staff_client.get(ADDRESS, {"q": "같은 이름 7"}).content.decode()
