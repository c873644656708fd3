"""A merchant on a phone: a consultation from asking to its report; the figures afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import english, expect_nothing, faults

QUESTION = "검색 광고를 처음 해 보려고 합니다."
ADVICE = "하루 예산을 정하고 낱말 다섯 개로 시작합니다."


def _looker(shot: Shot, found: list[str]) -> Callable[[Page, str], None]:
    def look(page: Page, name: str) -> None:
        shot(page, name)
        size = page.viewport_size
        found.extend(faults(page, name) + english(page))
        page.set_viewport_size(size)

    return look


def _wishes() -> list[str]:
    """Three hours of a working day about two weeks ahead."""
    day = clock.today() + 14 * clock.DAY
    while day.weekday() > 3:
        day += clock.DAY
    return [f"{day}T{hour}:00" for hour in ("10", "14", "16")]


def test_consultation_from_asking_to_its_report(visit: Visit, shot: Shot, site: Site) -> None:
    found: list[str] = []
    look, owner = _looker(shot, found), visit("phone")
    pages.arrive_as(owner, "merchant@example.com")
    owner.goto("/programs/mine/")
    owner.get_by_role("link", name="디지털커머스 1:1 종합컨설팅").click()
    look(owner, "application-with-consulting")
    owner.get_by_role("link", name="상담 신청").click()
    look(owner, "consultation-new")
    owner.get_by_role("button", name="신청하기").click()
    expect(owner.locator("#errors")).to_be_visible()
    look(owner, "consultation-new-refused")
    owner.get_by_label("어떤 분야입니까?").select_option("marketing")
    owner.get_by_label("질문", exact=True).fill(QUESTION)
    for label, wish in zip(("1순위", "2순위", "3순위"), _wishes(), strict=True):
        owner.get_by_label(label).fill(wish)
    owner.get_by_role("button", name="신청하기").click()
    expect(owner.locator("main")).to_contain_text("배정 중")
    look(owner, "consultation-waiting")
    address, number = owner.url, owner.url.rstrip("/").rsplit("/", 1)[1]

    staff = visit()
    pages.arrive_as(staff, "staff@example.com")
    staff.goto("/admin/consultations/")
    look(staff, "desk-consultations")
    staff.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    look(staff, "desk-consultation")
    staff.get_by_role("link", name="정평가").first.click()
    staff.get_by_label("외부 장소").fill("사업장")
    staff.get_by_role("button", name="배정하기").click()
    expect(staff.locator(".messages")).to_contain_text("알렸습니다")

    owner.reload()
    expect(owner.locator("main")).to_contain_text("정평가")
    look(owner, "consultation-arranged")
    site.execute(
        "UPDATE programs_session SET starts = starts - interval '60 days',"
        " ends = ends - interval '60 days' WHERE id = (SELECT session_id FROM"
        " programs_consultation WHERE reference = %s)",
        number,
    )
    consultant = visit("phone")
    pages.arrive_as(consultant, "evaluator@example.com")
    consultant.goto("/consulting/")
    look(consultant, "consulting-list")
    consultant.goto(f"/consulting/{number}/")
    consultant.get_by_label("사업체 현황과 진단").fill("광고를 해 본 적이 없습니다.")
    consultant.get_by_label("상담 내용").fill(ADVICE)
    consultant.get_by_role("button", name="마감하고 보고서 보내기").click()
    expect(consultant.locator("#errors")).to_contain_text("다음에 할 일")
    look(consultant, "consulting-log-refused")
    consultant.get_by_label("다음에 할 일").fill("두 주 뒤 결과를 봅니다.")
    consultant.get_by_role("button", name="마감하고 보고서 보내기").click()
    expect(consultant.locator(".messages")).to_contain_text("보냈습니다")

    owner.goto(address)
    expect(owner.locator("main")).to_contain_text(ADVICE)
    look(owner, "consultation-report")
    with owner.expect_download() as download:
        owner.get_by_role("link", name="보고서 내려받기").click()
    assert download.value.suggested_filename == f"상담결과보고서_{number}.pdf"
    expect_nothing(found)


def test_outcome_from_the_link_to_the_figures(visit: Visit, shot: Shot, site: Site) -> None:
    found: list[str] = []
    look, owner = _looker(shot, found), visit("phone")
    pages.arrive_as(owner, "merchant@example.com")
    ended = clock.today() - dt.timedelta(days=8)
    changed = site.execute(
        "INSERT INTO programs_outcome (application_id, stage, state, ended_on, asked_at, told_at,"
        " chases, text, source, source_note, flags, check_note)"
        " SELECT a.id, 7, 'asked', %s, now(), now(), 0, '', '', '', '{}', ''"
        " FROM programs_application a JOIN programs_program p ON p.id = a.program_id"
        " JOIN merchants_merchant m ON m.id = a.merchant_id"
        " WHERE p.kind = 'consulting' AND m.name = '달구벌 수제청'"
        # asked already where the timetable of another journey's day came by
        " ON CONFLICT (application_id, stage) DO UPDATE SET asked_at = now()",
        ended,
    )
    assert changed == 1
    owner.goto("/programs/mine/")
    owner.get_by_role("link", name="디지털커머스 1:1 종합컨설팅").click()
    owner.get_by_role("link", name="성과 보내기").click()
    look(owner, "outcome")
    owner.get_by_label("매출(원)").fill("1,250,000")
    owner.get_by_role("button", name="성과 보내기").click()
    expect(owner.locator("#errors")).to_contain_text("주문 수")
    look(owner, "outcome-refused")
    owner.get_by_label("주문 수").fill("41")
    owner.get_by_role("button", name="성과 보내기").click()
    expect(owner.get_by_role("status")).to_contain_text("잘 받았습니다")
    look(owner, "outcome-kept")
    expect_nothing(found)
