"""One booking from the schedule: moving, lengthening, cancelling, letting in and out."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import BookingSource, BookingState, RuleOverride
from bookings.services import on_behalf
from center.models import AccessRecord
from tests import factories
from tests.bookings.devices import booked, camera, hand_out
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import kst, logged_in

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
QUERY = "?day=2026-11-27&view=table"


@pytest.fixture
def space(house):
    return factories.studio(units=2)


@pytest.fixture
def booking(at_now, space, merchant):
    """On Friday the 27th, 10:00 to 12:00, on unit 1."""
    return confirm(hold(space, merchant))


def address(booking, step=""):
    name = f"schedule_{step.replace('-', '_')}" if step else "schedule_booking"
    return reverse(f"admin:{name}", args=[booking.reference])


def wish(space, unit="1", **other):
    place = space.units.get(name=unit).pk
    return {"day": "2026-11-27", "starts": "10:00", "ends": "12:00", "unit": place, **other}


def act(client, booking, step, data=None, **options):
    return client.post(address(booking, step) + QUERY, data or {}, **options)


def words(answer, where):
    page = BeautifulSoup(answer.content, "html.parser")
    return [" ".join(found.text.split()) for found in page.select(where)]


def where(booking):
    booking.refresh_from_db()
    unit = booking.allocations.get().unit.name
    return booking.state, booking.starts, booking.ends, unit


def test_move_when_free_then_done_and_back_to_the_day_as_it_was_left(staff_client, booking, space):
    answer = act(staff_client, booking, "move", wish(space, "2", starts="13:00", ends="15:00"))
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/schedule/{QUERY}")
    assert where(booking) == (BookingState.CONFIRMED, kst(27, 13), kst(27, 15), "2")
    said = words(staff_client.get(answer["Location"]), ".messages .alert")
    assert said == [
        f"{booking.merchant}, {booking.reference}: "
        f"변경되었습니다: 11. 27.(금) 13:00 – 15:00, {space} 2"
    ]


def test_move_when_taken_then_why_and_what_was_typed_stays(staff_client, booking, space):
    confirm(hold(space, factories.merchant(), kst(27, 13), kst(27, 15)))
    confirm(hold(space, factories.merchant(), kst(27, 13), kst(27, 15)))
    answer = act(staff_client, booking, "move", wish(space, "2", starts="13:00", ends="14:00"))
    assert answer.status_code == 409
    (said,) = words(answer, "#errors li")
    assert said.startswith("그 시간에는 다른 예약이")
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.select_one("[name=starts]")["value"] == "13:00"
    assert page.select("[name=override]") == []
    assert where(booking) == (BookingState.CONFIRMED, kst(27, 10), kst(27, 12), "1")


@pytest.fixture
def of_a_session(at_now, space):
    """The house's own use for a program, on Friday from ten to twelve, on unit 1."""
    return on_behalf.book(
        by=factories.staff(),
        merchant=None,
        resource=space,
        starts=kst(27, 10),
        ends=kst(27, 12),
        source=BookingSource.PROGRAM,
        purpose="라이브 교육",
        headcount=1,
    )


def test_move_when_of_a_session_then_its_place_but_not_its_time(staff_client, of_a_session, space):
    later = wish(space, starts="13:00", ends="15:00")
    refused = act(staff_client, of_a_session, "move", later)
    assert refused.status_code == 409
    (said,) = words(refused, "#errors li")
    assert said.endswith("회차를 옮기거나 취소해 주십시오. 공간도 함께 바뀝니다.")
    assert where(of_a_session) == (BookingState.CONFIRMED, kst(27, 10), kst(27, 12), "1")
    assert act(staff_client, of_a_session, "move", wish(space, "2")).status_code == 302
    assert where(of_a_session) == (BookingState.CONFIRMED, kst(27, 10), kst(27, 12), "2")


@pytest.mark.parametrize(("ends", "status"), [("11:00", 409), ("13:00", 302)])
def test_end_when_a_session_is_on_then_later_but_not_sooner(
    of_a_session, space, at_now, ends, status
):
    at_now.move_to(kst(27, 10, 30))
    staff = logged_in(factories.staff())
    asked = wish(space, ends=ends, override="방송이 길어집니다.")
    assert act(staff, of_a_session, "move", asked).status_code == status


def test_cancel_when_of_a_session_then_refused_and_not_offered(staff_client, of_a_session):
    page = staff_client.get(address(of_a_session))
    assert address(of_a_session, "cancel") not in page.content.decode()
    assert 'name="ends" value="12:30">' not in page.content.decode()
    assert 'name="ends" value="13:00">' not in page.content.decode()
    refused = act(staff_client, of_a_session, "cancel", {"reason": "house_use", "text": ""})
    assert refused.status_code == 409
    of_a_session.refresh_from_db()
    assert of_a_session.state == BookingState.CONFIRMED


def test_move_when_within_the_notice_then_no_reason_is_asked(staff_client, booking, space):
    tomorrow = wish(space, day="2026-11-24")
    assert act(staff_client, booking, "move", tomorrow).status_code == 302
    assert where(booking)[1] == kst(24, 10)
    assert not RuleOverride.objects.exists()


def test_move_when_a_rule_stands_against_it_then_a_reason_sets_it_aside(
    staff_client, booking, space
):
    too_long = wish(space, starts="13:00", ends="17:00")
    refused = act(staff_client, booking, "move", too_long)
    assert refused.status_code == 409
    page = BeautifulSoup(refused.content, "html.parser")
    assert len(page.select("[name=override]")) == 1
    done = act(staff_client, booking, "move", {**too_long, "override": "지원사업 촬영"})
    assert done.status_code == 302
    kept = RuleOverride.objects.get()
    assert (kept.codes, kept.reason) == (["too_long"], "지원사업 촬영")
    facts = words(staff_client.get(address(booking)), ".facts dd")
    assert facts[-1].startswith("너무 긴 예약 – 지원사업 촬영 (")
    assert where(booking)[1:3] == (kst(27, 13), kst(27, 17))


def test_move_when_the_script_asks_then_json(staff_client, booking, space):
    late = wish(space, starts="17:00", ends="19:00")
    refused = act(staff_client, booking, "move", late, headers=JSON)
    assert refused.status_code == 409
    assert refused.json()["overridable"] is True
    assert "9:00 – 12:00, 13:00 – 18:00" in refused.json()["refused"][0]
    done = act(staff_client, booking, "move", wish(space, "2"), headers=JSON)
    assert done.json() == {"said": f"변경되었습니다: 11. 27.(금) 10:00 – 12:00, {space} 2"}


@pytest.mark.parametrize(
    "typed",
    [{"starts": "25:00"}, {"ends": "09:00"}, {"day": "9999-12-31"}, {"override": "9" * 201}],
)
def test_move_when_the_form_is_nonsense_then_400_and_nothing_changes(
    staff_client, booking, space, typed
):
    answer = act(staff_client, booking, "move", wish(space, **typed))
    assert answer.status_code == 400
    assert words(answer, "#errors li") != []
    assert where(booking) == (BookingState.CONFIRMED, kst(27, 10), kst(27, 12), "1")


@pytest.fixture
def under_way(booking, at_now):
    at_now.move_to(kst(27, 11))
    act(logged_in(factories.staff()), booking, "check-in")
    return booking


def test_end_when_under_way_then_lengthened_on_the_same_unit(under_way, space):
    client = logged_in(factories.staff())
    answer = act(client, under_way, "move", wish(space, ends="13:00"))
    assert answer.status_code == 409  # across the break
    answer = act(client, under_way, "move", wish(space, ends="13:00", override="촬영이 길어짐"))
    assert answer.status_code == 302
    assert where(under_way) == (BookingState.CHECKED_IN, kst(27, 10), kst(27, 13), "1")
    assert under_way.allocations.get().during.upper == kst(27, 13, 15)


def test_end_when_somebody_follows_then_said_and_not_to_be_set_aside(
    booking, space, merchant, at_now
):
    following = confirm(hold(space, factories.merchant(), kst(27, 13), kst(27, 14)))
    assert where(following)[3] == where(booking)[3]
    at_now.move_to(kst(27, 10, 5))
    client = logged_in(factories.staff())
    longer = wish(space, ends="13:00", override="촬영이 길어짐")
    answer = act(client, booking, "move", longer, headers=JSON)
    assert (answer.status_code, answer.json()["overridable"]) == (409, False)
    assert answer.json()["refused"][0].startswith("바로 다음 예약이")
    assert where(booking)[2] == kst(27, 12)
    assert not RuleOverride.objects.exists()


def test_end_when_it_has_passed_already_then_refused(under_way, space):
    client = logged_in(factories.staff())
    answer = act(client, under_way, "move", wish(space, ends="10:30"), headers=JSON)
    assert (answer.status_code, answer.json()["overridable"]) == (409, False)


def test_cancel_when_for_a_reason_then_the_time_is_free(staff_client, booking):
    without = act(staff_client, booking, "cancel", {"reason": ""})
    assert without.status_code == 400
    assert words(without, "#cancel_reason ~ .errorlist li") == ["이 항목을 적어 주십시오."]
    answer = act(staff_client, booking, "cancel", {"reason": "asked_by_phone", "text": "전화"})
    assert answer.status_code == 302
    booking.refresh_from_db()
    assert (booking.state, booking.reason_code, booking.reason_text) == (
        BookingState.CANCELLED,
        "asked_by_phone",
        "전화",
    )


def test_door_when_within_the_window_then_in_and_out_by_one_button(booking, at_now):
    at_now.move_to(kst(27, 9, 50))
    client = logged_in(factories.staff())
    for state, word in ((BookingState.CHECKED_IN, "퇴실"), (BookingState.COMPLETED, "")):
        page = BeautifulSoup(client.get("/admin/schedule/" + QUERY).content, "html.parser")
        client.post(page.select_one("button[form=act]")["formaction"])
        booking.refresh_from_db()
        page = BeautifulSoup(client.get("/admin/schedule/" + QUERY).content, "html.parser")
        assert (booking.state, "".join(b.text for b in page.select("button[form=act]"))) == (
            state,
            word,
        )
        at_now.move_to(kst(27, 10, 5))


def test_door_when_too_early_then_a_sentence(staff_client, booking):
    answer = act(staff_client, booking, "check-in")
    assert answer["Location"] == f"/admin/schedule/{QUERY}"
    (said,) = words(staff_client.get(answer["Location"]), ".messages .alert")
    assert said.startswith(booking.reference)
    assert "번호를 다시" not in said  # that is said to who stands at the door


@pytest.mark.parametrize(("seconds", "offered"), [(-1, False), (0, False), (1, True)])
def test_no_show_when_the_door_has_closed_then_by_one_button(booking, at_now, seconds, offered):
    at_now.move_to(kst(27, 10, 10) + dt.timedelta(seconds=seconds))
    client, mark = logged_in(factories.staff()), address(booking, "no-show")
    row = BeautifulSoup(client.get("/admin/schedule/" + QUERY).content, "html.parser")
    buttons = [button["formaction"] for button in row.select("button[form=act]")]
    page = BeautifulSoup(client.get(address(booking)).content, "html.parser")
    forms = [form["action"] for form in page.select("form")]
    assert (f"{mark}{QUERY}" in buttons, mark in forms) == (offered, offered)
    client.post(f"{mark}{QUERY}")
    booking.refresh_from_db()
    assert (booking.state == BookingState.NO_SHOW) is offered
    assert booking.allocations.exists() is not offered


def test_no_show_when_marked_then_told_and_in_the_ledger_once(booking, at_now):
    at_now.move_to(kst(27, 10, 11))
    client = logged_in(staff := factories.staff())
    answers = [act(client, booking, "no-show") for _ in range(2)]
    assert [answer["Location"] for answer in answers] == [f"/admin/schedule/{QUERY}"] * 2
    assert booking.no_show.marked_by == staff
    done, refused = words(client.get(answers[1]["Location"]), ".messages .alert")
    assert done.endswith("미이용으로 처리했습니다. 남은 시간은 다른 분이 예약할 수 있습니다.")
    assert refused.startswith(booking.reference)


def test_expect_when_the_business_calls_then_by_one_button_and_shown(booking, at_now):
    at_now.move_to(kst(27, 10, 5))
    client = logged_in(factories.staff(name="김담당"))
    page = BeautifulSoup(client.get(address(booking)).content, "html.parser")
    offered = [(button["value"], button.text) for button in page.select("button[name=until]")]
    times = ["10:30", "11:00", "11:30"]
    assert offered == [(f"2026-11-27T{time}", time) for time in times]
    act(client, booking, "expect", {"until": offered[0][0]})
    word = "연락 있음, 10:30까지 도착"
    shown = client.get("/admin/schedule/" + QUERY)
    assert words(shown, ".group .badge[class*=s-]") == [word]
    assert words(shown, ".figures .late") == []
    page = client.get(address(booking))
    assert words(page, ".history li")[-1].endswith(f"{word} (김담당)")
    assert words(page, "button[name=until]") == times[1:]


@pytest.mark.parametrize("until", ["", "x", "2026-11-27T10:04", "2026-11-27T12:00"])
def test_expect_when_out_of_reach_then_a_sentence(booking, at_now, until):
    at_now.move_to(kst(27, 10, 5))
    client = logged_in(factories.staff())
    answer = act(client, booking, "expect", {"until": until})
    assert len(words(client.get(answer["Location"]), ".messages .alert.warning")) == 1
    booking.refresh_from_db()
    assert booking.expected_until is None


def test_no_show_when_a_device_was_handed_out_then_not_offered(at_now, studio, merchant):
    lent = booked(studio, merchant, camera(studio))
    at_now.move_to(kst(27, 10))
    hand_out(lent)
    at_now.move_to(kst(27, 10, 11))
    page = logged_in(factories.staff()).get(address(lent))
    assert address(lent, "no-show") not in page.content.decode()


def test_check_in_when_of_the_wrong_booking_then_taken_back_by_one_button(under_way):
    client = logged_in(factories.staff(name="김담당"))
    undo = address(under_way, "undo")
    page = BeautifulSoup(client.get(address(under_way)).content, "html.parser")
    assert [form["action"] for form in page.select("form") if "undo" in form["action"]] == [undo]
    act(client, under_way, "undo")
    assert where(under_way) == (BookingState.CONFIRMED, kst(27, 10), kst(27, 12), "1")
    page = client.get(address(under_way))
    assert words(page, ".history li")[-1].endswith("입실 취소 (김담당)")
    own = logged_in(under_way.merchant.memberships.get().user).get(under_way.get_absolute_url())
    assert "김담당" not in own.content.decode()
    assert undo not in page.content.decode()


def test_page_when_opened_then_every_fact_and_what_can_be_done(staff_client, booking, merchant):
    answer = staff_client.get(address(booking) + QUERY)
    facts = dict(zip(words(answer, ".facts dt"), words(answer, ".facts dd"), strict=True))
    assert facts["일시"] == "2026. 11. 27.(금) 10:00 – 12:00"
    assert facts["이용 목적"] == "촬영"
    assert words(answer, "h1") == [merchant.name]
    assert words(answer, "summary")[1:] == ["옮기기·연장", "대신 취소"]
    assert words(answer, "button[name=ends]") == []  # a break follows


def test_page_when_it_may_last_longer_then_by_one_button(at_now, staff_client, space, merchant):
    booking = confirm(hold(space, merchant, kst(27, 13), kst(27, 14)))
    address_ = address(booking)
    later = ["15:00까지 연장", "16:00까지 연장"]
    assert words(staff_client.get(address_), "button[name=ends]") == later
    following = confirm(hold(space, factories.merchant(), kst(27, 16), kst(27, 17)))
    assert where(following)[3] == where(booking)[3]
    assert words(staff_client.get(address_), "button[name=ends]") == later[:1]


def test_page_when_over_then_nothing_can_be_done(booking, at_now):
    at_now.move_to(kst(28, 10))
    answer = logged_in(factories.staff()).get(address(booking))
    assert words(answer, "form.form") == []


STEPS = ["", "move", "cancel", "check-in", "check-out", "undo", "no-show", "expect"]


@pytest.mark.parametrize("step", STEPS)
def test_pages_when_not_staff_of_bookings_then_away(
    client, owner_client, other_client, booking, step
):
    official = logged_in(factories.staff("official"))
    people = [client, owner_client, other_client, official]
    ask = [person.get if not step else person.post for person in people]
    assert [get(address(booking, step)).status_code for get in ask] == [302, 302, 302, 403]
    booking.refresh_from_db()
    assert booking.state == BookingState.CONFIRMED


@pytest.mark.parametrize("step", STEPS)
def test_pages_when_no_such_number_then_404(staff_client, db, step):
    name = f"admin:schedule_{step.replace('-', '_') or 'booking'}"
    ask = staff_client.post if step else staff_client.get
    assert ask(reverse(name, args=["2222-2222"])).status_code == 404


def test_access_when_looked_at_and_changed_then_recorded(staff_client, booking, space):
    staff_client.get(address(booking))
    act(staff_client, booking, "move", wish(space, "2"))
    rows = AccessRecord.objects.order_by("pk").values_list("action", "subject_ids")
    assert list(rows) == [("view", [booking.pk]), ("change", [booking.pk])]
