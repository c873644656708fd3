"""The first page of the admin: the day as it stands, and what waits."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from bookings.models import BookingSource, BookingState, Category, Unit
from center.models import AccessRecord
from center.notifications.models import Message, MessageState
from center.permissions import EVALUATOR
from merchants.models import Merchant, MerchantState
from tests import factories
from tests.bookings.test_on_behalf import book
from tests.bookings.test_reserve import confirm, hold
from tests.conftest import NOW, kst, logged_in

pytestmark = pytest.mark.django_db


def page(client):
    return BeautifulSoup(client.get("/admin/").content, "html.parser")


def panels(client):
    found = page(client).select(".panel")
    return {
        panel.h2.a.contents[0].strip(): (
            panel.h2.b.text,
            [" ".join(item.text.split()) for item in panel.select("li")],
        )
        for panel in found
    }


def errands(client):
    return [(link.text, link["href"]) for link in page(client).select(".errands a")]


@pytest.fixture
def day(at_now, house):
    """Friday the 27th: three at ten, one at two."""
    space = factories.studio(units=3, name="스튜디오")
    made = [confirm(hold(space, factories.merchant(name=f"가게 {n}"))) for n in range(3)]
    later = hold(space, factories.merchant(name="가게 3"), kst(27, 14), kst(27, 15))
    return [*made, confirm(later)]


def test_today_when_time_goes_by_then_late_in_and_to_come(day, at_now):
    at_now.move_to(kst(27, 9, 50))
    client = logged_in(factories.staff())
    button = page(client).select_one("button[form=act]")
    assert client.post(button["formaction"])["Location"] == "/admin/"
    at_now.move_to(kst(27, 10, 5))
    assert panels(client) == {
        "늦음·시간 초과": (
            "2",
            [
                "10:00 – 12:00 가게 1 스튜디오 2 5분 늦음 입실",
                "10:00 – 12:00 가게 2 스튜디오 3 5분 늦음 입실",
            ],
        ),
        "지금 이용 중": ("1", ["10:00 – 12:00 가게 0 스튜디오 1 이용 중 퇴실"]),
        "오늘 올 예정": ("1", ["14:00 – 15:00 가게 3 스튜디오 1 예약 확정"]),
    }


def test_today_when_a_program_has_the_room_then_in_use_and_nobody_late(house, at_now):
    space, staff = factories.studio(name="스튜디오"), factories.staff()
    book(staff, None, space, source=BookingSource.PROGRAM, purpose="라이브 교육")
    at_now.move_to(kst(27, 10, 20))
    assert panels(logged_in(staff)) == {
        "늦음·시간 초과": ("0", []),
        "지금 이용 중": ("1", ["10:00 – 12:00 라이브 교육 스튜디오 1 이용 중"]),
        "오늘 올 예정": ("0", []),
    }


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("늦음·시간 초과", ["가게 1", "가게 2"]),
        ("지금 이용 중", ["가게 0"]),
        ("오늘 올 예정", ["가게 3"]),
    ],
)
def test_number_when_followed_then_the_list_behind_it(day, at_now, title, names):
    at_now.move_to(kst(27, 9, 50))
    client = logged_in(factories.staff())
    client.post(page(client).select_one("button[form=act]")["formaction"])
    at_now.move_to(kst(27, 10, 5))
    [link] = [link for link in page(client).select(".panel h2 a") if title in link.text]
    shown = BeautifulSoup(client.get(link["href"]).content, "html.parser").select_one(".schedule")
    assert title in shown.select_one(".badge").text
    assert [name for name in (f"가게 {n}" for n in range(4)) if name in shown.text] == names


def test_today_when_shown_then_recorded_once(day, at_now):
    at_now.move_to(kst(27, 10, 5))
    client = logged_in(factories.staff())
    for _ in range(2):
        client.get("/admin/")
    rows = AccessRecord.objects.values_list("action", "subject_ids", "what")
    assert list(rows) == [("view", [booking.pk for booking in day], "/admin/")]


def test_today_when_role_sees_no_bookings_then_no_panels(day):
    client = logged_in(factories.staff("evaluator"))
    assert panels(client) == {}
    assert not AccessRecord.objects.exists()


def test_errands_when_things_wait_then_the_overdue_first_and_linked(at_now, house, owner):
    factories.policy(needs_approval=True)
    space = factories.studio(units=3)
    requests = [confirm(hold(space, factories.merchant())) for _ in range(2)]
    type(requests[0]).objects.filter(pk=requests[0].pk).update(decide_until=kst(23, 9))
    Unit.objects.filter(name="3").update(in_service=False)
    waiting = {"state": MerchantState.SUBMITTED, "submitted_at": kst(20, 9)}
    for due in (kst(23, 9), kst(24, 18)):
        factories.merchant(decide_until=due, verified_until=None, **waiting)
    assert Merchant.objects.waiting().count() == 2
    Message.objects.create(
        recipient=owner,
        kind="notifications.test_message",
        channel="email",
        state=MessageState.DEAD,
        dedupe_key="x",
        last_error="refused",
        given_up_at=NOW,
    )
    assert errands(logged_in(factories.staff())) == [
        ("확인 기한이 지난 사업체가 1곳 있습니다.", "/admin/verifications/?show=overdue"),
        (
            "기한이 지난 예약 신청이 1건 있습니다. 오늘 답변해 주십시오.",
            "/admin/approvals/?show=overdue",
        ),
        (
            "전달하지 못한 알림이 1건 있습니다.",
            "/admin/notifications/message/?turn=lost",
        ),
        ("확인할 사업체가 2곳 있습니다.", "/admin/verifications/"),
        ("승인을 기다리는 예약 신청이 2건 있습니다.", "/admin/approvals/"),
        (
            "이용을 중지한 호실·좌석이 1개 있습니다.",
            "/admin/bookings/resource/?out_of_service=yes",
        ),
    ]


def test_errands_when_followed_then_the_lists_open(at_now, house, staff_client):
    space = factories.studio(units=2)
    Unit.objects.filter(name="2").update(in_service=False)
    factories.policy(needs_approval=True)
    confirm(hold(space, factories.merchant()))
    for _said, address in errands(staff_client):
        assert staff_client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("late", "in_time", "said"),
    [
        (0, 2, {"/admin/approvals/": "승인을 기다리는 예약 신청이 2건 있습니다."}),
        (
            1,
            2,
            {
                "/admin/approvals/?show=overdue": "기한이 지난 예약 신청이 1건 있습니다. 오늘 답변해 주십시오.",
                "/admin/approvals/": "승인을 기다리는 예약 신청이 3건 있습니다.",
            },
        ),
        (
            2,
            0,
            {
                "/admin/approvals/?show=overdue": "기한이 지난 예약 신청이 2건 있습니다. 오늘 답변해 주십시오."
            },
        ),
    ],
)
def test_number_of_requests_when_followed_then_as_many_on_the_list(
    at_now, house, staff_client, late, in_time, said
):
    factories.policy(needs_approval=True)
    space = factories.studio(units=3)
    requests = [confirm(hold(space, factories.merchant())) for _ in range(late + in_time)]
    overdue = [request.pk for request in requests[:late]]
    type(requests[0]).objects.filter(pk__in=overdue).update(decide_until=kst(23, 9))
    found = {address: words for words, address in errands(staff_client)}
    assert found == said
    for address, words in found.items():
        listed = BeautifulSoup(staff_client.get(address).content, "html.parser")
        assert f"{len(listed.select('table.approvals tbody tr'))}건" in words


def test_units_out_of_service_when_followed_then_each_is_named(at_now, house, staff_client):
    studio, seats = factories.studio(units=2), factories.studio(units=4, name="좌석")
    gone = factories.studio(name="옛 방", is_active=False)
    camera = factories.resource(Category.EQUIPMENT, 1, name="카메라")
    out = [(studio, "1"), (seats, "2"), (seats, "4"), (gone, "1"), (camera, "1")]
    for resource, name in out:
        resource.units.filter(name=name).update(in_service=False)
    found = {words: address for words, address in errands(staff_client) if "중지한" in words}
    assert list(found) == ["이용을 중지한 호실·좌석이 3개 있습니다."]
    [address] = found.values()
    listed = BeautifulSoup(staff_client.get(address).content, "html.parser")
    rows = listed.select("#result_list tbody tr")
    assert {row.th.text: row.select_one(".field-out_of_service").text for row in rows} == {
        studio.name: "1",
        "좌석": "2, 4",
    }
    assert [row.select_one(".field-unit_count").text for row in rows] == ["2", "4"]


@pytest.mark.parametrize("rows", [1, 3])
def test_today_when_more_rows_then_the_same_queries(at_now, house, rows, django_assert_num_queries):
    for _ in range(rows):
        booking = confirm(hold(factories.studio(), factories.merchant()))
    assert booking.state == BookingState.CONFIRMED
    client = logged_in(factories.staff())
    client.get("/admin/")
    at_now.move_to(kst(27, 10, 5))
    client = logged_in(factories.staff())
    with django_assert_num_queries(23):
        client.get("/admin/")


def test_header_when_on_any_page_of_the_admin_then_the_daily_pages_are_one_step_away(
    staff_client, at_now
):
    for address in ("/admin/", "/admin/approvals/", "/admin/bookings/booking/"):
        text = staff_client.get(address).content.decode()
        for name in ("index", "schedule", "approvals", "book", "equipment"):
            assert f'<li><a href="{reverse(f"admin:{name}")}"' in text
    evaluator = logged_in(factories.staff(EVALUATOR)).get("/admin/").content.decode()
    assert 'class="daily"' not in evaluator
