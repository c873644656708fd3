"""What staff do in a day, each by keyboard alone where no other journey does it so.

Dates and times are filled in where the keyboard has led: their parts are the browser's own,
and in which order they are typed depends on its language."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import Site
from tests.journeys.test_closing import a_day, state_of, stranded

SCHEDULE = "/admin/schedule/"
_SHIFTED = """
    UPDATE bookings_booking SET starts = now() + %s::interval,
        ends = now() + %s::interval + interval '1 hour' WHERE reference = %s
"""
_DECIDED = """
    SELECT FROM bookings_noshow n JOIN bookings_booking b ON b.id = n.booking_id
    WHERE b.reference = %s AND n.decision = %s
"""


def at_work(visit: Visit, email: str = "staff@example.com") -> Keyboard:
    page = visit(watched=False)  # refusals are answers of 4xx
    pages.arrive_as(page, email)
    return Keyboard(page)


def put(keys: Keyboard, field: Locator, value: str) -> None:
    keys.go_to(field)
    field.fill(value)


def pick(keys: Keyboard, radio: Locator) -> None:
    """Tab into its group, then by arrows; a page may have many groups before."""
    name = str(radio.get_attribute("name"))
    for _ in range(150):
        if keys.page.evaluate("document.activeElement.name") == name:
            break
        keys.page.keyboard.press("Tab")
        keys.check_stop()
    for _ in range(60):
        if radio.is_checked():
            return
        keys.page.keyboard.press("Space" if keys.page.evaluate(_NONE, name) else "ArrowDown")
    raise AssertionError(f"the keyboard does not choose {radio}")


_NONE = "name => !document.querySelector(`[name='${name}']:checked`)"


def sure(keys: Keyboard, button: str) -> None:
    """Presses it, sees what would be done, and presses it there again."""
    press = keys.page.get_by_role("button", name=button)
    keys.press(press)
    expect(keys.page.locator("#sure")).to_be_visible()
    keys.press(press)


def said(keys: Keyboard, words: str) -> None:
    expect(keys.page.locator(".messages, .messagelist").first).to_contain_text(words)


def booked(visit: Visit, email: str, space: str = "studio", *, camera: bool = False) -> str:
    """A booking of the day's last free hours, by the business."""
    page = visit()
    pages.arrive_as(page, email)
    page.goto(f"/spaces/{space}/{pages.two_hours(page, space)[-1].query}")
    number = pages.hold(page)
    pages.fill_in(page, camera=camera)
    pages.submit(page)
    page.wait_for_url(f"**/bookings/{number}/")
    return number


def test_requests_when_two_are_chosen_then_both_approved(visit: Visit) -> None:
    people = ("load151@example.com", "load152@example.com")
    numbers = [booked(visit, email, "conference") for email in people]
    keys = at_work(visit)
    page = keys.page
    page.goto("/admin/approvals/")
    for number in numbers:
        keys.press(page.locator("tr", has_text=number).locator("input[name=chosen]"), "Space")
    keys.press(page.get_by_role("button", name="승인", exact=True))
    for number in numbers:
        expect(page.locator("tr", has_text=number)).to_have_count(0)
        assert state_of(page, number) == "예약 확정"


def test_visitor_when_they_come_then_registered_and_booked_with_a_reason(visit: Visit) -> None:
    keys = at_work(visit)
    page = keys.page
    time = pages.two_hours(page, "recording")[-1]
    page.goto("/admin/book/")
    keys.press(page.locator("summary", has_text="처음 방문한 분"))
    keys.write(page.locator("#id_visitor-name"), "열쇠 공방")
    keys.write(page.locator("#id_visitor-phone"), "010-2222-4444")
    keys.press(page.get_by_role("button", name="등록하고 계속하기"))
    page.wait_for_url("**business=**")
    keys.choose(page.locator("#space"), "녹음실")
    put(keys, page.locator("#day"), time.day)
    keys.press(page.get_by_role("button", name="비어 있는 시간 보기"))
    expect(page.locator("#when")).to_contain_text("녹음실")
    pick(keys, page.get_by_label("현장 방문"))
    put(keys, page.locator("#id_start"), f"{time.start:%H:%M}")
    put(keys, page.locator("#id_end"), f"{time.end:%H:%M}")
    keys.write(page.get_by_label("이용 목적"), "안내 방송 녹음")
    keys.press(page.locator("summary", has_text="규칙"))
    keys.press(page.locator("#id_set_aside"), "Space")
    keys.write(page.locator("#id_reason"), "창구에서 신분을 확인함")
    keys.press(page.locator("button:not([tabindex])", has_text="예약하기"))
    page.wait_for_url("**/admin/schedule/*-*/**")
    expect(page.locator(".facts")).to_contain_text("창구에서 신분을 확인함")


def test_day_when_closed_then_one_moved_one_cancelled_one_kept(visit: Visit) -> None:
    keys = at_work(visit)
    page = keys.page
    page.goto("/admin/bookings/closure/add/")
    keys.choose(page.get_by_label("닫는 곳"), "공유 오피스 전체")
    put(keys, page.get_by_label("첫날").first, a_day(9).isoformat())
    keys.write(page.get_by_label("사유"), "소방 점검")
    page.keyboard.press("Enter")
    page.wait_for_url("**/closure/add/**")
    expect(page.locator("h1")).to_contain_text("소방 점검")
    questions = stranded(page)
    assert len(questions) >= 3, "the demo has too few bookings"
    numbers = [question.locator(".number").inner_text() for question in questions[:3]]
    expect(questions[0].get_by_role("radio").first).to_be_checked()
    pick(keys, questions[1].get_by_label("취소하기"))
    pick(keys, questions[2].get_by_label("그대로 두기"))
    keys.write(page.get_by_label("사업체에 보내는 말"), "소방 점검이 있습니다.")
    keys.press(page.get_by_role("button", name="모두 처리하기"))
    page.wait_for_url("**/admin/bookings/closure/")
    said(keys, "취소 1건")
    assert [state_of(page, number) for number in numbers[1:]] == ["취소", "예약 확정"]


def test_regular_use_when_planned_then_later_dates_moved_and_one_cancelled(visit: Visit) -> None:
    keys = at_work(visit)
    page, first = keys.page, a_day(11)
    page.goto("/admin/series/")
    keys.write(page.locator("#q"), "시험 상점 145")
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("link", name="시험 상점 145"))
    page.wait_for_url("**/series/new/**")
    keys.choose(page.get_by_label("공간"), "공유 오피스")
    keys.press(page.locator(f"input[name=weekdays][value='{first.weekday()}']"), "Space")
    put(keys, page.get_by_label("첫날"), first.isoformat())
    put(keys, page.get_by_label("마지막 날"), (first + 14 * clock.DAY).isoformat())
    put(keys, page.get_by_label("시작"), "10:00")
    put(keys, page.get_by_label("끝", exact=True), "11:00")
    keys.write(page.locator("#id_purpose"), "주간 재고 정리")
    keys.write(page.locator("#id_override"), "장기 입주 약정")
    keys.press(page.get_by_role("button", name="날짜 보기"))
    keys.press(page.get_by_role("button", name="선택한 날짜 예약하기"))
    said(keys, "예약했습니다")
    dates = page.locator("input[name=date]")
    before = dates.count()
    pick(keys, dates.nth(1))
    pick(keys, page.get_by_label("이 날짜와 그 뒤 모두"))
    put(keys, page.locator("#id_starts_at"), "14:00")
    put(keys, page.locator("#id_ends_at"), "15:00")
    sure(keys, "이 시간으로 바꾸기")
    expect(page.locator(".choice", has_text="14:00 – 15:00")).to_have_count(before - 1)
    pick(keys, dates.first)
    sure(keys, "이 날짜들 취소하기")
    expect(page.locator(".choice").first).to_contain_text("취소")


def test_arrival_when_entered_then_taken_back_entered_again_and_left(
    visit: Visit, site: Site
) -> None:
    number, keys = booked(visit, "load153@example.com"), at_work(visit)
    site.execute(_SHIFTED, "0", "0", number)
    for button, state in (
        ("입실", "이용 중"),
        ("잘못 처리한 입실 취소", "예약 확정"),
        ("입실", "이용 중"),
        ("퇴실", "이용 완료"),
    ):
        keys.page.goto(f"{SCHEDULE}{number}/")
        keys.press(keys.page.get_by_role("button", name=button, exact=True))
        said(keys, "")
        assert state_of(keys.page, number) == state


@pytest.mark.parametrize(
    ("email", "button", "decision"),
    [
        ("load154@example.com", "미이용에서 제외하기", "waived"),
        ("load156@example.com", "미이용 유지", "upheld"),
    ],
)
def test_no_show_when_marked_then_decided_with_a_reason(
    visit: Visit, site: Site, email: str, button: str, decision: str
) -> None:
    number, keys = booked(visit, email), at_work(visit)
    site.execute(_SHIFTED, "-20 minutes", "-20 minutes", number)
    page = keys.page
    page.goto(f"{SCHEDULE}{number}/")
    keys.press(page.get_by_role("button", name="미이용으로 처리"))
    said(keys, "")
    page.goto("/admin/no-shows/?show=all")
    keys.press(page.get_by_role("row", name=re.compile(number)).get_by_role("link"))
    page.wait_for_url("**/admin/no-shows/*/**")
    keys.write(page.get_by_label("사유"), "안내 문자가 늦게 갔습니다.")
    keys.press(page.get_by_role("button", name=button))
    said(keys, number)
    assert site.execute(_DECIDED, number, decision) == 1


def test_rule_when_previewed_then_saved_and_withdrawn(visit: Visit) -> None:
    keys = at_work(visit, "manager@example.com")
    page, day = keys.page, clock.today() + 300 * clock.DAY
    page.goto("/admin/bookings/policy/add/")
    keys.choose(page.locator("#id_category"), "회의실")
    put(keys, page.locator("#id_valid_from"), day.isoformat())
    keys.write(page.locator("#id_max_minutes"), "60")
    keys.press(page.get_by_role("button", name="지난달에 거절되었을 예약 보기"))
    expect(page.locator("#preview")).to_be_visible()
    keys.press(page.locator("[name=_continue]"))
    expect(page.locator(".messagelist .success")).to_be_visible()
    address = page.url
    keys.press(page.get_by_role("link", name="이 규칙 철회하기"))
    page.wait_for_url("**/delete/")
    keys.press(page.get_by_role("button", name="이 규칙 철회하기"))
    page.wait_for_url("**/admin/bookings/policy/")
    assert page.request.get(address, max_redirects=0).status != 200


def test_device_when_lent_then_back_broken_mended_and_in_service_again(
    visit: Visit, site: Site
) -> None:
    number, keys = booked(visit, "load155@example.com", camera=True), at_work(visit)
    site.execute(_SHIFTED, "0", "0", number)
    page = keys.page
    page.goto("/admin/equipment/?show=today")
    row = page.locator("li", has_text=number)
    if row.get_by_role("link", name=re.compile("^다른 장비")).count():  # another has it still
        keys.press(row.get_by_role("link", name=re.compile("^다른 장비")))
        keys.press(page.locator("button[value=replace]"))  # as proposed
        said(keys, "장비를 바꾸었습니다")
        page.goto("/admin/equipment/?show=today")
    keys.press(row.get_by_role("link", name=re.compile("^내주기")))
    checked(keys, "이상 없음")
    keys.press(page.get_by_role("button", name="내주기", exact=True))
    said(keys, "")
    page.goto("/admin/equipment/?show=out")
    keys.press(
        page.locator("li", has_text=number).get_by_role("link", name=re.compile("^반납받기"))
    )
    checked(keys, "파손 또는 고장")
    keys.press(page.get_by_role("button", name="반납받기"))
    keys.write(page.get_by_label("어디가 파손되었습니까?"), "삼각대 다리가 휘었습니다.")
    keys.press(page.get_by_role("button", name="파손 기록"))
    expect(page.get_by_text("이용 중지", exact=True).first).to_be_visible()
    pick(keys, page.get_by_label("수리 완료"))
    keys.press(page.get_by_role("button", name="파손 처리"))
    keys.press(page.get_by_role("button", name="다시 이용"))
    said(keys, "다시 이용할 수 있습니다")


def checked(keys: Keyboard, condition: str) -> None:
    keys.press(keys.page.get_by_role("button", name="모두 표시"))
    pick(keys, keys.page.get_by_label(condition))


def test_tablet_when_set_up_then_enrolled_and_revoked(visit: Visit) -> None:
    keys, tablet = at_work(visit), Keyboard(visit(watched=False))
    page = keys.page
    page.goto("/admin/bookings/doordevice/add/")
    keys.write(page.locator("#id_name"), "뒷문")
    keys.press(page.locator("input[name=_save]"))
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator(".messagelist").inner_text())
    assert found
    tablet.page.goto("/door/")
    tablet.write(tablet.page.get_by_label("등록 코드"), found[0])
    tablet.press(tablet.page.get_by_role("button", name="등록하기"))
    expect(tablet.page.locator("#today")).to_be_visible()
    row = page.locator("#result_list tr", has_text="뒷문")
    keys.press(row.locator("input[type=checkbox]"), "Space")
    keys.choose(page.locator("select[name=action]"), "바로 사용 중지")
    keys.press(page.locator("button[name=index]"))
    said(keys, "뒷문")
    tablet.page.reload()
    expect(tablet.page).to_have_url(re.compile("/door/enrol/"))
