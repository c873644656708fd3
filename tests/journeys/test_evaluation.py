"""An evaluator declares, scores and locks, by keyboard alone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import english, expect_nothing, faults


def test_evaluator_when_scoring_by_keyboard_then_declared_saved_and_locked(
    visit: Visit, shot: Shot
) -> None:
    page = visit("desktop")
    pages.arrive_as(page, "evaluator@example.com")
    page.goto("/evaluations/")
    found = faults(page, "evaluations") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    keyboard = Keyboard(page)
    keyboard.press(page.get_by_role("link", name="연말 라이브커머스 참여 업체 모집"))
    expect(page.get_by_text("6/12")).to_be_visible()
    found += faults(page, "conflicts") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    keyboard.go_to(page.get_by_label("이해충돌 없음").first)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("이해충돌 있음").first).to_be_checked()
    keyboard.press(page.get_by_role("button", name="확인한 내용 저장하기"))
    expect(page.locator("#errors")).to_be_visible()
    found += faults(page, "conflict without a reason")
    page.set_viewport_size({"width": 1280, "height": 900})
    keyboard.write(page.get_by_label("있으면 그 사유").first, "가족의 거래처")
    keyboard.press(page.get_by_role("button", name="확인한 내용 저장하기"))
    keyboard.press(page.get_by_role("button", name="이해충돌 없음"))
    expect(page.get_by_text("6/11")).to_be_visible()
    keyboard.press(page.locator("ul.rows a").first)
    page.wait_for_url("**/evaluations/*/*/")
    shot(page, "evaluation_sheet")
    found += faults(page, "sheet") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    for points, n in ((88, 1), (75, 2), (91, 3)):
        keyboard.write(page.locator(f"#id_points_{n}"), str(points))
    page.keyboard.press("Enter")
    expect(page.get_by_text("저장했습니다")).to_be_visible()
    first = page.url
    keyboard.press(page.get_by_role("button", name="확정하고 다음으로"))
    expect(page.locator(".alert.success")).to_contain_text("평가표를 확정했습니다")
    assert page.url != first
    page.goto(first)
    expect(page.get_by_text("85", exact=False).first).to_be_visible()
    expect(page.locator("input.points")).to_have_count(0)
    found += faults(page, "locked sheet")
    expect_nothing(found)


def test_desk_and_draw_when_opened_then_without_faults(visit: Visit) -> None:
    page = visit("desktop")
    pages.arrive_as(page, "staff@example.com")
    page.goto("/admin/selection/")
    found = faults(page, "selection") + english(page)
    page.get_by_role("link", name="연말 라이브커머스 참여 업체 모집").click()
    desk = page.url
    for part in ("", "eligibility/", "evaluators/", "ranking/"):
        page.goto(desk + part)
        found += faults(page, f"selection {part}") + english(page)
    page.locator("table.data a").first.click()
    found += faults(page, "case")
    page.goto("/admin/selection/")
    page.get_by_role("link", name="숏폼 영상 하루 완성").click()
    page.goto(f"{page.url}draw/")
    found += faults(page, "draw at the desk")
    page.get_by_role("link", name="절차를 공개한 화면").click()
    found += faults(page, "draw")
    expect_nothing(found)
