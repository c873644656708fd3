"""The pages of regular use, for the business and for staff."""

import datetime as dt

import pytest
from django.apps import apps
from django.urls import reverse

from bookings.models import Booking, BookingState, Category, DateOutcome, RuleOverride, Series
from bookings.services import change
from center.models import AccessRecord
from merchants.models import Membership
from tests import factories
from tests.bookings.test_reserve import confirm, hold
from tests.bookings.test_series import FIRST, make, plan
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
PLANNED = {
    "weekdays": ["0"],
    "first_day": "2026-11-30",
    "last_day": "2026-12-21",
    "starts_at": "10:00",
    "ends_at": "11:00",
    "purpose": "정기 이용",
    "headcount": "1",
}


@pytest.fixture
def seats(at_now, house):
    factories.policy(per_month=4)
    return factories.resource(Category.OFFICE_SEAT, units=2)


@pytest.fixture
def made(seats, merchant, owner):
    return make(seats, merchant, owner)


def new(seats):
    return reverse("series_new", args=[seats.slug])


def days(*numbers, month=12):
    return [dt.date(2026, month, number).isoformat() for number in numbers]


# the business ---------------------------------------------------------------------------------


def test_new_when_planned_then_dates_are_shown_and_nothing_is_booked(seats, owner_client):
    for other in (factories.merchant(), factories.merchant()):
        confirm(hold(seats, other, kst(7, 10, month=12), kst(7, 11, month=12)))
    answer = owner_client.post(new(seats), PLANNED)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('name="day"') == 3
    assert "2026. 12. 7.(월)" in page
    assert "방금 다른 분이" in page
    assert not Series.objects.exists()


def test_new_when_dates_are_ticked_then_booked_and_shown(seats, owner_client, merchant):
    data = PLANNED | {"take": "1", "day": ["2026-11-30", *days(7, 14)]}
    answer = owner_client.post(new(seats), data, follow=True)
    made = Series.objects.get()
    assert answer.redirect_chain == [(reverse("series", args=[made.pk]), 302)]
    assert "3개 날짜를 예약했습니다" in answer.content.decode()
    assert made.merchant == merchant
    assert [date.outcome for date in made.dates.all()] == ["taken"] * 3 + ["skipped"]


@pytest.mark.parametrize(("headcount", "offered"), [("2", 4), ("3", 0)])
def test_new_when_more_come_along_than_may_then_no_date_is_offered_to_business_or_staff(
    seats, owner_client, staff_client, merchant, headcount, offered
):
    factories.policy(companions=1, valid_from=dt.date(2026, 11, 1))
    data = PLANNED | {"headcount": headcount, "resource": seats.pk, "source": "phone"}
    staffs = reverse("admin:series_new", args=[merchant.pk])
    for client, address in ((owner_client, new(seats)), (staff_client, staffs)):
        page = client.post(address, data).content.decode()
        assert page.count('name="day"') == offered
        assert ("최대 1명" in page) is (offered == 0)


@pytest.mark.parametrize("ticked", [[], ["nonsense"], ["2030-01-01"]])
def test_new_when_no_date_of_the_plan_is_ticked_then_shown_again(seats, owner_client, ticked):
    answer = owner_client.post(new(seats), PLANNED | {"take": "1", "day": ticked})
    assert answer.status_code == 200
    assert "하나 이상 선택해 주십시오" in answer.content.decode()
    assert not Series.objects.exists()


def test_new_when_back_is_pressed_then_the_entries_are_there(seats, owner_client):
    page = owner_client.post(new(seats), PLANNED | {"back": "1"}).content.decode()
    assert 'value="정기 이용"' in page
    assert 'value="2026-12-21"' in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"weekdays": []}, "weekdays"),
        ({"ends_at": "10:00"}, "ends_at"),
        ({"first_day": "2026-11-22"}, "first_day"),
        ({"last_day": "2026-11-29"}, "last_day"),
        ({"last_day": "2028-11-29"}, "last_day"),
        ({"weekdays": ["5"], "last_day": "2026-12-01"}, "__all__"),
        ({"weekdays": list("0123456"), "last_day": "2027-06-01"}, "__all__"),
        ({"purpose": "900101-1234567"}, "purpose"),
    ],
)
def test_new_when_nonsense_then_said_at_the_field(seats, owner_client, wrong, field):
    answer = owner_client.post(new(seats), PLANNED | wrong)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


def test_new_when_no_office_seat_then_not_found(seats, owner_client):
    assert owner_client.get(new(factories.studio())).status_code == 404
    person = logged_in(factories.user())
    assert person.get(new(seats)).status_code == 404


def post(client, made, **data):
    return client.post(reverse("series", args=[made.pk]), data, follow=True)


def agree(client, address, **data):
    """Sends what is asked and, where it is to be agreed to, what was shown."""
    shown = client.post(address, data, follow=True)
    if "foreseen" not in shown.context or not shown.context["foreseen"].changed:
        return shown
    return client.post(address, data | {"agreed": shown.context["foreseen"].agreed}, follow=True)


def states():
    return [booking.state for booking in Booking.objects.order_by("starts")]


def test_detail_when_one_or_all_are_cancelled_then_those(owner_client, made):
    first = made.dates.first()
    address = reverse("series", args=[made.pk])
    answer = agree(owner_client, address, act="cancel", date=first.pk, scope="one")
    assert "1개 날짜를 취소했습니다." in answer.content.decode()
    assert Booking.objects.filter(state=BookingState.CANCELLED).count() == 1
    answer = agree(owner_client, address, act="cancel", date=first.pk, scope="all")
    assert "3개 날짜를 취소했습니다." in answer.content.decode()
    assert Booking.objects.filter(state=BookingState.CANCELLED).count() == 4
    assert "끝남" in answer.content.decode()


def test_detail_when_each_booking_was_cancelled_by_itself_then_nothing_to_come_and_ended(
    owner_client, made
):
    first, last = made.dates.first(), made.dates.last()
    for date in list(made.dates.all())[:-1]:
        change.cancel(booking=date.booking)
    none = "취소할 수 있는 날짜가 없습니다"
    assert none in post(owner_client, made, act="cancel", date=first.pk).content.decode()
    change.cancel(booking=last.booking)
    assert "남은 날짜 0개" in owner_client.get(reverse("series_list")).content.decode()
    for said in ("정기 이용이 끝났습니다", none):
        answer = post(owner_client, made, act="cancel", date=first.pk, scope="all")
        assert said in answer.content.decode()
        made.refresh_from_db()
        assert made.state == "ended"


def test_detail_when_cancelled_then_first_which_dates_and_who_is_told(owner_client, owner, made):
    second = made.dates.all()[1]
    forget = apps.get_model("notifications", "Message").objects.all().delete
    forget()
    answer = post(owner_client, made, act="cancel", date=second.pk, scope="from")
    foreseen, page = answer.context["foreseen"], answer.content.decode()
    assert [date.pk for date in foreseen.changed] == [row.pk for row in made.dates.all()[1:]]
    assert (foreseen.stayed, foreseen.told) == ([], [owner])
    assert "3개 날짜를 취소하시겠습니까?" in page
    assert owner.name in page
    assert second.booking.reference in page
    assert made.dates.first().booking.reference not in page
    assert states() == ["confirmed"] * 4
    assert made.acts.filter(kind="cancelled").count() == 0
    assert apps.get_model("notifications", "Message").objects.count() == 0


def test_detail_when_a_date_has_changed_since_it_was_shown_then_shown_again(owner_client, made):
    date, address = made.dates.last(), reverse("series", args=[made.pk])
    shown = post(owner_client, made, act="cancel", date=date.pk, scope="one")
    change.move(booking=date.booking, starts=kst(21, 14, month=12), ends=kst(21, 15, month=12))
    old = {"act": "cancel", "date": date.pk, "agreed": shown.context["foreseen"].agreed}
    again = owner_client.post(address, old)
    assert "14:00" in again.content.decode()
    assert "날짜를 다시 확인해 주십시오" in again.content.decode()
    assert states() == ["confirmed"] * 4
    owner_client.post(address, old | {"agreed": again.context["foreseen"].agreed})
    assert states() == ["confirmed"] * 3 + ["cancelled"]


def test_detail_when_a_date_was_moved_by_itself_then_shown_and_changed_where_it_is(
    owner_client, made
):
    date, address = made.dates.first(), reverse("series", args=[made.pk])
    change.move(booking=date.booking, starts=kst(1, 14, month=12), ends=kst(1, 15, month=12))
    page = owner_client.get(address).content.decode()
    assert "2026. 12. 1.(화)" in page
    assert page.count("다른 시간") == 1
    times = {"starts_at": "16:00", "ends_at": "17:00"}
    agree(owner_client, address, act="move", date=date.pk, **times)
    date.booking.refresh_from_db()
    assert date.booking.starts == kst(1, 16, month=12)


@pytest.mark.parametrize("scope", ["one", "all"])
def test_detail_when_a_booked_date_came_forward_and_is_over_then_not_cancelled(
    at_now, owner, made, scope
):
    date = made.dates.last()
    change.move(booking=date.booking, starts=kst(27, 14), ends=kst(27, 15))
    at_now.move_to(kst(27, 15, 1))
    client = logged_in(owner)
    address = reverse("series", args=[made.pk])
    agree(client, address, act="cancel", date=date.pk, scope=scope)
    date.booking.refresh_from_db()
    assert date.booking.state == BookingState.CONFIRMED


def test_detail_when_the_deadline_is_over_then_that_date_is_named(at_now, owner, made):
    at_now.move_to(kst(28, 18, 1))
    client = logged_in(owner)
    address, data = reverse("series", args=[made.pk]), {"act": "cancel", "scope": "all"}
    shown = client.post(address, data | {"date": made.dates.last().pk})
    assert [date.day for date, _why in shown.context["foreseen"].stayed] == [FIRST]
    page = agree(client, address, **data, date=made.dates.last().pk)
    assert "11. 30.(월):" in page.content.decode()
    assert Booking.objects.filter(state=BookingState.CANCELLED).count() == 3


def test_detail_when_other_hours_or_again_then_done(owner_client, made):
    date = made.dates.last()
    times = {"starts_at": "13:00", "ends_at": "14:00"}
    address = reverse("series", args=[made.pk])
    answer = post(owner_client, made, act="move", date=date.pk, **times)
    assert "13:00 – 14:00" in answer.content.decode()
    assert not Booking.objects.filter(starts=kst(21, 13, month=12)).exists()
    answer = agree(owner_client, address, act="move", date=date.pk, **times)
    assert "1개 날짜를 바꿨습니다." in answer.content.decode()
    date.refresh_from_db()
    assert date.booking.starts == kst(21, 13, month=12)
    agree(owner_client, address, act="cancel", date=date.pk)
    post(owner_client, made, act="again", date=date.pk)
    date.refresh_from_db()
    assert (date.outcome, date.starts) == (DateOutcome.TAKEN, kst(21, 13, month=12))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"act": "cancel"},
        {"act": "x", "date": "1"},
        {"act": "move", "date": "1"},
        {"act": "move", "date": "1", "starts_at": "12:00", "ends_at": "11:00"},
        {"act": "cancel", "date": "abc", "scope": "all"},
        {"act": "cancel", "date": "1", "scope": "everything"},
        {"act": "cancel", "date": "9" * 5000},
    ],
)
def test_detail_when_nonsense_then_said_and_nothing_done(owner_client, made, data):
    answer = owner_client.post(reverse("series", args=[made.pk]), data)
    assert answer.status_code == 400
    assert not Booking.objects.filter(state=BookingState.CANCELLED).exists()


def test_detail_when_the_date_is_of_another_series_then_not_found(owner_client, seats, made):
    business = factories.merchant()
    other = make(seats, business, business.memberships.get().user)
    answer = post(owner_client, made, act="cancel", date=other.dates.first().pk, scope="all")
    assert answer.status_code == 404
    assert not Booking.objects.filter(state=BookingState.CANCELLED).exists()


def test_pages_when_owner_colleague_other_staff_or_anonymous(
    client, owner_client, other_client, staff_client, made, merchant
):
    colleague = factories.user()
    Membership.objects.create(merchant=merchant, user=colleague)
    address = reverse("series", args=[made.pk])
    clients = (owner_client, logged_in(colleague), other_client, staff_client, client)
    assert [it.get(address).status_code for it in clients] == [200, 200, 404, 404, 302]
    data = {"act": "cancel", "date": made.dates.first().pk, "scope": "all"}
    others = (other_client, staff_client, client)
    assert [it.post(address, data).status_code for it in others] == [404, 404, 302]
    assert not Booking.objects.filter(state=BookingState.CANCELLED).exists()
    listed = reverse("series_list")
    link = f'href="{address}"'
    assert link in owner_client.get(listed).content.decode()
    assert link not in other_client.get(listed).content.decode()
    assert [it.get(listed).status_code for it in (staff_client, client)] == [200, 302]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_when_more_rows_then_the_same_queries(
    seats, merchant, owner, rows, django_assert_num_queries
):
    for n in range(rows):
        last = FIRST + dt.timedelta(weeks=n)
        make(seats, merchant, owner, plan=plan(last=last), wanted=[last])
    client = logged_in(owner)
    with django_assert_num_queries(7):
        client.get(reverse("series_list"))


@pytest.mark.parametrize("weeks", [1, 3])
def test_detail_when_more_dates_then_the_same_queries(
    seats, merchant, owner, weeks, django_assert_num_queries
):
    last = FIRST + dt.timedelta(weeks=weeks - 1)
    made = make(seats, merchant, owner, plan=plan(last=last))
    client = logged_in(owner)
    with django_assert_num_queries(7):
        client.get(reverse("series", args=[made.pk]))


# staff ----------------------------------------------------------------------------------------


def test_staff_when_searching_by_name_number_or_telephone_then_found(seats, staff_client, merchant):
    merchant.phone = "010-2345-6789"
    merchant.save()
    address = f'href="{reverse("admin:series_new", args=[merchant.pk])}"'
    for term in (merchant.name, merchant.number, merchant.display_number, "010-2345-6789"):
        assert address in staff_client.get("/admin/series/", {"q": term}).content.decode()
    assert address not in staff_client.get("/admin/series/", {"q": "없는 상점"}).content.decode()
    assert AccessRecord.objects.filter(action="search").count() == 4


def test_staff_when_planned_beyond_the_limits_then_a_reason_takes_them(
    seats, staff_client, merchant
):
    factories.policy(per_month=1, valid_from=dt.date(2026, 11, 1))
    address = reverse("admin:series_new", args=[merchant.pk])
    data = PLANNED | {"resource": seats.pk, "source": "phone"}
    page = staff_client.post(address, data).content.decode()
    assert page.count('name="day"') == 2
    data |= {"override": "입주 협약"}
    page = staff_client.post(address, data).content.decode()
    assert page.count('name="day"') == 4
    answer = staff_client.post(
        address, data | {"take": "1", "day": ["2026-11-30", *days(7, 14, 21)]}, follow=True
    )
    made = Series.objects.get()
    assert [date.outcome for date in made.dates.all()] == ["taken"] * 4
    assert "입주 협약" in answer.content.decode()
    assert RuleOverride.objects.count() == 2


def test_staff_when_a_date_without_booking_gets_other_hours_then_without_the_old_reason(
    seats, staff_client, merchant, owner
):
    for other in (factories.merchant(), factories.merchant()):
        confirm(hold(seats, other, kst(7, 10, month=12), kst(7, 11, month=12)))
    made = make(seats, merchant, owner)
    address, missed = reverse("admin:series_one", args=[made.pk]), made.dates.all()[1]
    page = staff_client.get(address).content.decode()
    assert missed.sentence in page
    assert reverse("admin:schedule_booking", args=[made.dates.first().booking.reference]) in page
    times = {"starts_at": "13:00", "ends_at": "14:00"}
    page = agree(staff_client, address, act="move", date=missed.pk, **times).content.decode()
    assert missed.sentence not in page
    missed.refresh_from_db()
    assert (missed.starts, missed.outcome, missed.codes) == (
        kst(7, 13, month=12),
        DateOutcome.REFUSED,
        [],
    )


def test_staff_when_a_series_is_cancelled_then_with_a_record(staff_client, made):
    address = reverse("admin:series_one", args=[made.pk])
    data = {"act": "cancel", "date": made.dates.first().pk, "scope": "all"}
    agree(staff_client, address, **data)
    assert set(Booking.objects.values_list("state", flat=True)) == {"cancelled"}
    record = AccessRecord.objects.get(action="change")
    assert (record.subject_kind, record.subject_ids) == ("series", [made.pk])
    assert AccessRecord.objects.filter(action="view", subject_kind="series").exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [(None, 302), ("official", 403), ("evaluator", 403), ("operator", 200), ("manager", 200)],
)
def test_staff_pages_when_role_then_open_or_away(made, merchant, role, status):
    client = logged_in(factories.user() if role is None else factories.staff(role))
    for address in (
        "/admin/series/",
        reverse("admin:series_new", args=[merchant.pk]),
        reverse("admin:series_one", args=[made.pk]),
    ):
        assert client.get(address).status_code == status


def test_staff_pages_when_anonymous_then_log_in(client, made, merchant):
    assert client.get("/admin/series/").status_code == 302
    assert client.get(reverse("admin:series_one", args=[made.pk])).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_staff_list_when_more_rows_then_the_same_queries(
    seats, rows, staff_client, django_assert_num_queries
):
    for _ in range(rows):
        business = factories.merchant()
        make(seats, business, business.memberships.get().user, wanted=[FIRST])
    with django_assert_num_queries(6):  # one of them writes the access record
        staff_client.get("/admin/series/")
