"""The operator's schedule: the day as a table, the data of the board, who may see it."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.db.models.functions import Now
from django.urls import reverse

from bookings.models import (
    BookingSource,
    BookingState,
    Category,
    Closure,
    ClosureKind,
    Unit,
)
from bookings.services import attendance, closures
from center.models import AccessRecord
from tests import factories
from tests.bookings.test_on_behalf import book
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
PAGE, EVENTS = "/admin/schedule/", "/admin/schedule/events.json"
DAY = {"day": "2026-11-27"}


@pytest.fixture
def booking(at_now, studio, merchant):
    """On Friday the 27th, 10:00 to 12:00."""
    return confirm(hold(studio, merchant))


def table(client, **asked):
    return BeautifulSoup(client.get(PAGE, {**DAY, "view": "table", **asked}).content, "html.parser")


def rows(page):
    return [
        [" ".join(cell.text.split()) for cell in row.select("th, td")]
        for row in page.select("tbody tr")
    ]


def data(client, **asked):
    return client.get(EVENTS, {**DAY, **asked}).json()


def test_table_when_a_day_is_booked_then_its_bookings_and_what_is_free(
    staff_client, booking, merchant
):
    assert rows(table(staff_client)) == [
        ["1", "9:00 – 10:00 비어 있음 예약하기 닫기 13:00 – 18:00 비어 있음 예약하기 닫기"],
        ["10:00 – 12:00", f"{merchant.name} {booking.reference}, 2명", "예약 확정"],
    ]


def test_table_when_a_time_is_free_then_it_can_be_booked_or_closed(staff_client, booking, studio):
    unit = studio.units.get()
    book, close = [link["href"] for link in table(staff_client).select(".gap a")[:2]]
    times = "starts=2026-11-27T09%3A00&ends=2026-11-27T10%3A00"
    assert book == f"/admin/book/?resource={studio.pk}&unit={unit.pk}&{times}"
    assert close == f"/admin/bookings/closure/add/?unit={unit.pk}&{times}"


def test_table_when_today_then_only_what_is_left_of_it_is_free(at_now, staff_client, studio):
    assert rows(table(staff_client, day="2026-11-23")) == [
        ["1", "10:40 – 12:00 비어 있음 예약하기 닫기 13:00 – 18:00 비어 있음 예약하기 닫기"]
    ]
    assert rows(table(staff_client, day="2026-11-20")) == [["1", ""]]


def test_table_when_closed_or_out_of_service_then_said_and_nothing_free(
    at_now, staff_client, studio
):
    closure = Closure(
        kind=ClosureKind.MAINTENANCE,
        resource=studio,
        starts=kst(26, 9),
        ends=kst(27, 18),
        reason="점검 <1>",
    )
    closures.close(closure=closure)
    assert rows(table(staff_client)) == [["1", "0:00 – 18:00 점검·수리: 점검 <1>"]]
    closures.reopen(closure=closure)
    Unit.objects.update(in_service=False, out_of_service_reason="조명 고장")
    assert rows(table(staff_client)) == [["1", "이용 중지: 조명 고장"]]


def test_table_when_a_name_has_marks_then_they_stay_words(staff_client, booking, merchant):
    merchant.name = "<b>굵은</b>"
    merchant.save(update_fields=["name"])
    assert rows(table(staff_client))[1][1].startswith("<b>굵은</b>")


def test_table_when_equipment_goes_along_then_under_both(at_now, house, staff_client, merchant):
    space = factories.studio()
    camera = factories.resource(Category.EQUIPMENT, used_in=[space])
    booking = confirm(hold(space, merchant), equipment=[camera])
    found = [row for row in rows(table(staff_client)) if booking.reference in row[1]]
    assert [row[1].split(", ")[1] for row in found] == ["2명", "공간과 함께"]


@pytest.mark.parametrize("way", ["name", "number", "display_number", "reference"])
def test_search_when_somebody_is_meant_then_others_are_only_taken(
    at_now, staff_client, house, merchant, way
):
    space, other = factories.studio(units=2), factories.merchant(name="다른 상점")
    booking = confirm(hold(space, merchant))
    confirm(hold(space, other))
    term = booking.reference.lower() if way == "reference" else getattr(merchant, way)
    found = rows(table(staff_client, q=term))
    assert [row[1] for row in found if len(row) == 3] == [
        f"{merchant.name} {booking.reference}, 2명"
    ]
    drawn = data(staff_client, q=term)["bookings"]
    assert [(b["name"], b["style"], bool(b["reference"]), b["movable"]) for b in drawn] == [
        (merchant.name, "sure", True, True),
        ("다른 예약", "other", False, False),
    ]


def test_search_when_booked_on_another_day_then_linked(staff_client, booking, merchant):
    page = table(staff_client, q=merchant.name, day="2026-11-24")
    assert [link["href"] for link in page.select(".elsewhere a")] == [
        reverse("admin:schedule_booking", args=[booking.reference])
    ]
    assert rows(page) == []


def test_filter_when_a_category_then_only_its_units(at_now, house, staff_client):
    factories.studio(name="스튜디오")
    factories.resource(Category.CONFERENCE, name="회의실")
    page = table(staff_client, category="conference")
    assert [heading.text for heading in page.select(".group h2")] == ["회의실 예약 0건"]
    assert len(table(staff_client, category="nonsense").select(".group")) == 2


def test_events_when_a_week_then_monday_to_sunday(at_now, house, staff_client):
    space = factories.studio(units=2)
    for day in (27, 30):
        confirm(hold(space, factories.merchant(), kst(day, 10), kst(day, 12)))
    drawn = data(staff_client, length="week")
    assert [b["start"] for b in drawn["bookings"]] == ["2026-11-27T10:00:00"]
    assert [unit["name"] for unit in drawn["units"]] == ["1", "2"]
    assert drawn["hours"] == {"first": 9, "last": 18}


@pytest.mark.parametrize(("minute", "end"), [(45, "10:45"), (1, "10:15")])
def test_events_when_somebody_has_left_then_the_rest_is_free(
    staff_client, booking, at_now, minute, end
):
    at_now.move_to(kst(27, 10))
    attendance.check_in(booking=booking, by=factories.staff())
    at_now.move_to(kst(27, 10, minute))
    attendance.check_out(booking=booking, by=factories.staff())
    [drawn] = data(logged_in(factories.staff()))["bookings"]
    assert (drawn["start"], drawn["end"]) == ("2026-11-27T10:00:00", f"2026-11-27T{end}:00")
    assert (drawn["time"], drawn["word"]) == ("10:00 – 12:00", "이용 완료")


def test_events_when_time_goes_by_then_late_and_over(staff_client, booking, at_now):
    words = []
    for at in (kst(27, 10), kst(27, 10, 1), kst(27, 11, 59)):
        at_now.move_to(at)
        client = logged_in(factories.staff())
        words.append([(b["word"], b["style"]) for b in data(client)["bookings"]])
    assert words == [[("예약 확정", "sure")], [("1분 늦음", "late")], [("119분 늦음", "late")]]


@pytest.fixture
def session(at_now, studio):
    """The house's own use for a program, on Friday the 27th, 10:00 to 12:00."""
    staff = factories.staff()
    return book(staff, None, studio, source=BookingSource.PROGRAM, purpose="라이브 교육")


@pytest.mark.parametrize(
    ("at", "word", "style"),
    [
        (kst(27, 9, 59), "예약 확정", "sure"),
        (kst(27, 10), "이용 중", "in"),
        (kst(27, 11, 59), "이용 중", "in"),
        (kst(27, 12), "이용 완료", "done"),
    ],
)
def test_table_when_the_house_uses_it_itself_then_by_the_clock_and_never_late(
    session, at_now, at, word, style
):
    at_now.move_to(at)
    client = logged_in(factories.staff())
    page = table(client)
    assert rows(page)[1][1:] == [f"라이브 교육 {session.reference}, 1명", word]
    assert page.select("button[form=act]") == []
    assert [(b["word"], b["style"]) for b in data(client)["bookings"]] == [(word, style)]
    late = page.select_one(".figures .late")
    assert late is None
    one = client.get(reverse("admin:schedule_booking", args=[session.reference]))
    assert "/check-in/" not in one.content.decode()


def test_figures_when_followed_then_a_list_of_just_so_many(at_now, house):
    space = factories.studio(units=3)
    late, inside = (confirm(hold(space, factories.merchant())) for _ in range(2))
    coming = confirm(hold(space, factories.merchant(), kst(27, 14), kst(27, 15)))
    factories.policy(needs_approval=True)
    asked = confirm(hold(space, factories.merchant(), kst(27, 16), kst(27, 17)))
    at_now.move_to(kst(27, 9, 55))
    attendance.check_in(booking=inside, by=factories.staff())
    listed = {"올 예정": [coming], "이용 중": [inside], "늦음": [late], "승인 대기": [asked]}
    for at, over in ((kst(27, 10, 5), []), (kst(27, 12, 1), [inside])):
        at_now.move_to(at)
        client = logged_in(factories.staff())
        if over:
            attendance.mark_no_show(booking=late)
            listed["늦음"] = over
        for link in table(client).select(".figures a"):
            n, words = link.text.split(maxsplit=1)
            page = BeautifulSoup(client.get(PAGE + link["href"]).content, "html.parser")
            found = [row for row in rows(page) if len(row) == 3]
            assert (int(n), len(found)) == (len(listed[words]), len(listed[words])), words
            for booking, row in zip(listed[words], found, strict=True):
                assert booking.reference in row[1]


def test_request_when_on_the_schedule_then_one_step_from_its_decision(
    at_now, studio, merchant, staff_client
):
    factories.policy(needs_approval=True)
    asked = confirm(hold(studio, merchant))
    decision = f"/admin/approvals/?q={asked.reference}"
    links = [link["href"] for link in table(staff_client).select(".group .btn")]
    assert links == [decision]
    one = staff_client.get(reverse("admin:schedule_booking", args=[asked.reference]))
    page = BeautifulSoup(one.content, "html.parser")
    assert [a["href"] for a in page.select("a.btn.wide")] == [decision]
    (row,) = staff_client.get(decision).context["rows"]
    assert row.booking == asked


def test_events_when_a_hold_ran_out_then_not_drawn(at_now, staff_client, studio, merchant):
    hold(studio, merchant)
    assert [b["word"] for b in data(staff_client)["bookings"]] == [str(BookingState.HELD.label)]
    at_now.shift(600)
    assert data(staff_client)["bookings"] == []


def test_schedule_when_address_is_nonsense_then_today(at_now, studio, staff_client):
    page = staff_client.get(PAGE, {"day": "2026-13-99", "length": "century", "view": "x"})
    assert "2026. 11. 23.(월)" in page.content.decode()


def test_resource_when_not_offered_any_more_then_shown_while_booked(staff_client, booking, studio):
    studio.is_active = False
    studio.save()
    assert len(table(staff_client).select(".group")) == 1
    assert len(table(staff_client, day="2026-11-26").select(".group")) == 0


@pytest.mark.parametrize("address", [PAGE, EVENTS])
def test_schedule_when_not_staff_of_bookings_then_away(
    address, client, owner_client, staff_client, db
):
    people = [client, owner_client, logged_in(factories.staff("official")), staff_client]
    assert [person.get(address).status_code for person in people] == [302, 302, 403, 200]


@pytest.mark.parametrize("rows_", [1, 3])
@pytest.mark.parametrize("address", [PAGE, EVENTS])
def test_schedule_when_more_rows_then_the_same_queries(
    at_now, house, rows_, address, django_assert_num_queries
):
    for _ in range(rows_):
        confirm(hold(factories.studio(), factories.merchant()))
    client = logged_in(factories.staff())
    client.get(address)
    with django_assert_num_queries(8):  # two about the access record
        client.get(address, {**DAY, "length": "week"})


def looks():
    return list(AccessRecord.objects.order_by("pk").values_list("action", "subject_ids", "what"))


def test_access_when_the_board_renews_itself_then_one_record_until_somebody_is_new(
    at_now, house, staff_client
):
    space = factories.studio(units=2)
    first = confirm(hold(space, factories.merchant()))
    for _ in range(3):
        data(staff_client)
        table(staff_client)
    what = f"{PAGE}?day=2026-11-27"
    assert looks() == [("view", [first.pk], what)]
    second = confirm(hold(space, factories.merchant()))
    data(staff_client)
    assert looks()[1:] == [("view", [second.pk], what)]
    data(logged_in(factories.staff()))
    assert looks()[2:] == [("view", [first.pk, second.pk], what)]


def test_access_when_searched_then_only_who_is_named(at_now, house, staff_client, merchant):
    space = factories.studio(units=2)
    meant = confirm(hold(space, merchant))
    confirm(hold(space, factories.merchant()))
    data(staff_client, q=meant.reference)
    what = f"{PAGE}?day=2026-11-27&q={meant.reference}"
    assert looks() == [("search", [meant.pk], what)]


@pytest.mark.parametrize(("minutes", "records"), [(9, 1), (10, 2)])
def test_access_when_the_look_is_ten_minutes_old_then_written_again(booking, minutes, records):
    person = factories.staff()
    AccessRecord.objects.create(
        at=Now() - dt.timedelta(minutes=minutes),
        actor=person,
        actor_label="x",
        action="view",
        subject_kind="booking",
        subject_ids=[booking.pk],
        what=f"{PAGE}?day=2026-11-27",
    )
    data(logged_in(person))
    assert len(looks()) == records
