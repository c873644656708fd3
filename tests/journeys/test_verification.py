"""An operator verifies one business after another, mostly by keyboard."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing, faults

QUEUE = "/admin/verifications/"


def operator(visit: Visit, size: str = "desktop", **options: bool) -> Page:
    page = visit(size, **options)
    pages.arrive_as(page, "staff@example.com")
    page.goto(QUEUE)
    return page


def case(page: Page, name: str) -> None:
    page.goto(QUEUE)
    page.locator("table.data").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def by_keys(page: Page) -> None:
    """The shortcuts are there: their list shows."""
    expect(page.locator("[data-shortcuts]")).to_be_visible(timeout=30_000)


def expect_width(target: Locator, width: float) -> None:
    """In pixels, give or take two."""
    target.page.wait_for_function(
        "([it, width]) => Math.abs(it.getBoundingClientRect().width - width) <= 2",
        arg=[target.element_handle(), width],
    )


def sheet(page: Page) -> Locator:
    return page.locator(".sheet").first


def width_of(target: Locator) -> float:
    return float(target.evaluate("it => it.getBoundingClientRect().width"))


def test_queue_and_case_when_looked_at_then_faultless(visit: Visit, shot: Shot) -> None:
    page = operator(visit)
    shot(page, "verifications")
    found = faults(page, "queue") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    case(page, "수성 다온커피")
    shot(page, "verification")
    found += faults(page, "case")
    page.locator("summary", has_text="보완 요청").click()
    page.get_by_role("button", name="보완 요청 보내기").click()
    expect(page.locator("#errors")).to_be_visible()
    expect_nothing(found + faults(page, "case with errors"))


def test_case_when_narrow_then_papers_above_the_entries(visit: Visit, shot: Shot) -> None:
    page = operator(visit, "phone")
    case(page, "수성 다온커피")
    shot(page, "verification")
    papers, side = (page.locator(where).bounding_box() for where in (".papers", ".side"))
    assert papers
    assert side
    assert papers["y"] + papers["height"] <= side["y"]


def test_business_and_question_when_looked_at_then_faultless(visit: Visit) -> None:
    page = operator(visit)
    case(page, "수성 다온커피")
    page.locator(".case-head").get_by_role("link", name="사업체", exact=True).click()
    expect(page.get_by_role("link", name="확인 화면 열기")).to_be_visible()
    expect_nothing(broken_rules(page))


def test_papers_when_zoomed_and_turned_then_the_sheet_follows(visit: Visit) -> None:
    page = operator(visit)
    case(page, "㈜동성로 안경공방")  # its photo lies on its side
    by_keys(page)
    expect(sheet(page).locator("img")).to_have_js_property("complete", True)
    before = width_of(sheet(page))
    page.keyboard.press("Shift+Equal")
    expect_width(sheet(page), before * 1.25)
    page.keyboard.press("0")
    expect_width(sheet(page), before)
    page.keyboard.press("t")
    expect(sheet(page)).to_have_attribute("data-degrees", "90")
    area = sheet(page).bounding_box()
    assert area
    assert area["height"] > area["width"]
    sheet(page).click()
    expect_width(sheet(page), before * 2)


def test_papers_when_without_script_then_a_page_opens_large(visit: Visit) -> None:
    # Chromium would dress a bare picture in a style of its own, which the policy forbids.
    page = operator(visit, javascript=False, watched=False)
    case(page, "칠성 아침떡방")
    expect(page.locator("[data-shortcuts]")).to_be_hidden()
    with page.expect_response(re.compile("width=2400")) as answer:
        sheet(page).click()
    assert answer.value.headers["content-type"] == "image/jpeg"


def test_shortcuts_when_in_a_field_or_switched_off_then_letters_are_letters(visit: Visit) -> None:
    page = operator(visit)
    case(page, "수성 다온커피")
    here = page.url
    by_keys(page)
    page.keyboard.press("s")
    expect(page.locator("#suspend_ends")).to_be_focused()
    page.locator("#suspend_reason").fill("")
    page.locator("#suspend_reason").press_sequentially("nvp")
    expect(page.locator("#suspend_reason")).to_have_value("nvp")
    page.locator("h1").click()
    page.keyboard.press("Shift+Slash")
    box = page.locator("[data-shortcuts-on]")
    expect(page.locator("[data-shortcuts] summary")).to_be_focused()
    box.uncheck()
    page.locator("h1").click()
    page.keyboard.press("n")
    page.reload()
    page.keyboard.press("n")
    assert page.url == here
    expect(page.locator("a[data-key] kbd").first).to_be_hidden()


def test_shortcuts_when_hangul_is_on_then_the_same_keys(visit: Visit) -> None:
    page = operator(visit)
    case(page, "수성 다온커피")
    by_keys(page)
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'ㅍ', code: 'KeyV', bubbles: true, cancelable: true}))"
    )
    expect(page.locator("[data-key=KeyV]")).to_be_focused()


def test_decision_when_somebody_else_was_faster_then_typing_is_kept(visit: Visit) -> None:
    slow, fast = operator(visit), operator(visit)
    for page in (slow, fast):
        case(page, "앞산 도자기공방")
        by_keys(page)
    fast.keyboard.press("s")
    fast.locator("#suspend_reason").fill("허위 서류")
    fast.keyboard.press("Enter")
    expect(fast.locator(".messages")).to_contain_text("이용을 정지했습니다")
    slow.keyboard.press("r")
    slow.keyboard.press("Space")
    slow.locator("#return_note").fill("다시 찍어 주십시오.")
    slow.get_by_role("button", name="보완 요청 보내기").click()
    expect(slow.locator(".alert.warning")).to_contain_text("아직 아무것도 결정되지 않았습니다")
    expect(slow.locator("#return_note")).to_have_value("다시 찍어 주십시오.")
    expect(slow.locator("#return_reasons_0")).to_be_checked()
    slow.get_by_role("button", name="보완 요청 보내기").click()
    expect(slow.locator(".messages")).to_contain_text("보완을 요청했습니다")


def test_cases_when_only_keys_are_used_then_two_presses_each(visit: Visit) -> None:
    page = operator(visit)
    keys = Keyboard(page)
    keys.press(page.get_by_role("link", name="첫 건부터 시작"))
    by_keys(page)
    first = page.locator("h1").inner_text()
    page.keyboard.press("n")
    expect(page.locator("h1")).not_to_have_text(first)
    by_keys(page)
    page.keyboard.press("p")
    expect(page.locator("h1")).to_have_text(first)
    for _ in range(2):
        by_keys(page)
        name = page.locator("h1").inner_text()
        page.keyboard.press("v")
        keys.check_stop()
        page.keyboard.press("Enter")
        expect(page.locator(".messages")).to_contain_text(f"{name}: ", timeout=30_000)
        expect(page.locator(".messages").get_by_role("link")).to_be_visible()
        expect(page.locator("h1")).not_to_have_text(name)
