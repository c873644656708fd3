"""Staff plan a session for now, a participant is there by its number, and fetches a paper."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pypdf
from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.test_accessibility import english, expect_nothing, faults

COURSE, DONE = "스마트스토어 매출 키우기 6주", "온라인 판매 첫걸음"


def _soon() -> tuple[dt.datetime, dt.datetime]:
    """Times of a session whose attendance is open by now, within one day at any hour."""
    start = clock.local(clock.now()) + dt.timedelta(minutes=10)
    if f"{start:%H:%M}" == "23:59":
        start += dt.timedelta(minutes=1)
    return start, min(start + dt.timedelta(hours=1), start.replace(hour=23, minute=59))


def test_session_when_planned_then_attended_and_a_paper_fetched(visit: Visit, shot: Shot) -> None:
    found = list[str]()

    def look(page: Page, name: str) -> None:
        shot(page, name)
        size = page.viewport_size
        found.extend(faults(page, name) + english(page))
        page.set_viewport_size(size)

    staff = visit()
    pages.arrive_as(staff, "staff@example.com")
    staff.goto("/admin/sessions/")
    look(staff, "desk-sessions")
    staff.goto("/admin/programs/program/?q=매출 키우기")
    staff.get_by_role("link", name=COURSE).click()
    staff.locator("#content-main").get_by_role("link", name="회차", exact=True).click()
    staff.get_by_role("link", name="회차 잡기").click()
    start, end = _soon()
    staff.get_by_label("제목").fill("보강: 질문과 답")
    staff.get_by_label("날짜").fill(start.date().isoformat())
    staff.get_by_label("시작", exact=True).fill(f"{start:%H:%M}")
    staff.get_by_label("끝", exact=True).fill(f"{end:%H:%M}")
    staff.get_by_label("센터 공간").select_option("")
    look(staff, "desk-session-plan")
    staff.get_by_role("button", name="잡기", exact=True).click()
    expect(staff.locator(".messages")).to_contain_text("1개를 잡았습니다")
    staff.get_by_role("link", name="출석: 보강: 질문과 답").click()
    look(staff, "desk-roll")
    staff.get_by_role("link", name="화면에 코드 띄우기").click()
    look(staff, "attend-screen")
    pin = staff.locator(".pin-shown").inner_text()

    owner = visit("phone")
    pages.arrive_as(owner, "merchant@example.com")
    owner.goto("/attend/")
    owner.get_by_label("화면의 번호").fill("000000")
    owner.get_by_role("button", name="출석하기").click()
    expect(owner.locator("#errors")).to_contain_text("화면 번호와 다릅니다")
    owner.get_by_label("화면의 번호").fill(pin)
    owner.get_by_role("button", name="출석하기").click()
    expect(owner.locator(".messages")).to_contain_text("출석으로 적었습니다")
    look(owner, "attend")
    expect(staff.locator(".count")).to_contain_text("10곳 중 1곳", timeout=30_000)

    owner.goto("/programs/mine/")
    owner.get_by_role("link", name=COURSE).click()
    with owner.expect_download() as slides:
        owner.get_by_role("link", name="1회차 상품 기획 교안.pdf").click()
    assert Path(slides.value.path()).read_bytes().startswith(b"%PDF-")
    look(owner, "application-with-materials")
    owner.goto("/programs/mine/")
    owner.get_by_role("link", name=DONE).click()
    look(owner, "application-completed")
    with owner.expect_download() as download:
        owner.get_by_role("link", name="내려받기(PDF)").click()
    text = pypdf.PdfReader(Path(download.value.path())).pages[0].extract_text()
    assert DONE in text
    number = re.search(r"20\d\d-\w{5}-\w{5}", text)
    assert number
    anybody = visit()
    anybody.goto("/certificates/")
    anybody.get_by_label("문서 번호").fill(number[0])
    anybody.get_by_role("button", name="확인").click()
    expect(anybody.locator(".alert.success")).to_be_visible()
    look(anybody, "certificate")
    expect_nothing(found)
