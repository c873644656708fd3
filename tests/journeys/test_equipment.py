"""The equipment desk on a phone, a tablet and a desktop: hand out, take back, mend, replace."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing, faults

DESK = "/admin/equipment/"
#: a tablet on the counter
TABLET = {"width": 768, "height": 1024}


def operator(visit: Visit, size: str = "desktop", **options: bool) -> Page:
    page = visit(size, **options)
    pages.arrive_as(page, "staff@example.com")
    return page


def listed(page: Page, show: str) -> None:
    page.goto(f"{DESK}?show={show}")
    expect(page.locator(".rows > li").first).to_be_visible()


def test_desk_when_looked_at_then_faultless_at_every_width(visit: Visit, shot: Shot) -> None:
    page, found = operator(visit), list[str]()
    for show in ("today", "out", "overdue", "repair"):
        page.goto(f"{DESK}?show={show}")
        found += faults(page, show) + english(page)
        for width, height in ((360, 740), (768, 1024), (1280, 900)):
            page.set_viewport_size({"width": width, "height": height})
            shot(page, f"equipment-{show}")
    expect_nothing(found)


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_return_when_on_any_screen_then_big_enough_for_a_finger(
    visit: Visit, shot: Shot, width: int
) -> None:
    page = operator(visit)
    page.set_viewport_size({"width": width, "height": 1024})
    listed(page, "out")
    page.get_by_role("link", name="반납받기").first.click()
    page.wait_for_load_state()
    shot(page, "equipment-return")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for target in page.locator(".checklist .choice, form.form .btn").all():
        box = target.bounding_box()
        assert box
        assert box["height"] >= 44
    expect(page.locator("[type=file]")).to_have_attribute("capture", "environment")
    expect_nothing(broken_rules(page) + english(page))


def test_return_when_ticked_all_and_one_unticked_then_by_keyboard_alone(
    visit: Visit, shot: Shot
) -> None:
    page = operator(visit)
    listed(page, "out")
    keys = Keyboard(page)
    name = page.locator(".rows b").first.inner_text()
    keys.press(page.get_by_role("link", name=f"반납받기 – {name}"))
    expect(page.locator("h1")).to_contain_text(name)
    keys.press(page.get_by_role("button", name="모두 표시"))
    boxes = page.locator("[name=there]")
    count = boxes.count()
    expect(page.locator("[data-ticked]")).to_have_text(f"{count} / {count}")
    keys.press(boxes.last, "Space")
    expect(page.locator("[data-ticked]")).to_have_text(f"{count - 1} / {count}")
    keys.press(page.get_by_role("button", name="반납받기"))
    expect(page.locator("#errors")).to_contain_text("장비의 상태를 골라")
    expect(boxes.first).to_be_checked()
    expect(boxes.last).not_to_be_checked()
    expect_nothing(faults(page, "return with errors"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("파손 또는 고장").check()
    expect(page.locator("#errors")).to_contain_text("돌아오지 않은 것")
    page.get_by_label("비고").fill("마지막 것은 내일 가져온다고 함")
    page.get_by_role("button", name="반납받기").click()
    expect(page.locator("h1")).to_contain_text("파손 신고")
    mend_and_replace(page, shot)


def mend_and_replace(page: Page, shot: Shot) -> None:
    """From the damage to the page of repair, and back into service."""
    expect_nothing(faults(page, "damage") + english(page))
    page.get_by_label("어디가 파손되었습니까?").fill("렌즈가 깨졌습니다.")
    page.get_by_role("button", name="파손 기록").click()
    expect(page.get_by_text("이용 중지", exact=True).first).to_be_visible()
    expect_nothing(faults(page, "repair") + english(page))
    for width, height in ((360, 740), (768, 1024), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        shot(page, "equipment-repair")
    if page.get_by_role("button", name="이 장비로 바꾸기").count():
        page.get_by_role("button", name="이 장비로 바꾸기").click()
        expect(page.locator(".messages")).to_contain_text("장비를 바꾸었습니다")
    page.get_by_label("수리 완료").check()
    page.get_by_role("button", name="파손 처리").click()
    page.get_by_role("button", name="다시 이용").click()
    expect(page.locator(".messages")).to_contain_text("다시 이용할 수 있습니다")


def test_checklist_when_without_script_then_the_button_ticks_all_the_same(visit: Visit) -> None:
    page = operator(visit, javascript=False, watched=False)
    listed(page, "out")
    page.get_by_role("link", name="반납받기").first.click()
    page.get_by_label("낡았으나 작동함").check()
    page.get_by_role("button", name="모두 표시").click()
    for box in page.locator("[name=there]").all():
        expect(box).to_be_checked()
    expect(page.get_by_label("낡았으나 작동함")).to_be_checked()


def test_trainings_when_recorded_by_search_then_listed(visit: Visit, shot: Shot) -> None:
    page = operator(visit)
    page.goto("/admin/trainings/")
    expect_nothing(faults(page, "trainings") + english(page))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("사업체, 이름 또는 이메일").fill("load178")
    page.get_by_role("button", name="검색").click()
    shot(page, "trainings")
    page.get_by_role("link", name=re.compile("^기록")).first.click()
    expect_nothing(faults(page, "record a training") + english(page))
    page.get_by_label("교육 대상").select_option(label="장비")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("기록했습니다")


def test_confirm_when_a_training_is_missing_then_said_at_the_equipment(
    visit: Visit, shot: Shot, size: str
) -> None:
    page = visit(size)
    pages.arrive_as(page, {"phone": "load175", "desktop": "load177"}[size] + "@example.com")
    page.goto(f"/spaces/studio/{pages.two_hours(page)[-1].query}")
    pages.hold(page)
    editor = page.locator("input[value=sound-editor]")
    expect(editor).to_be_disabled()
    expect(page.locator(".equipment")).to_contain_text("교육 필요")
    shot(page, "confirm-training")
    expect_nothing(broken_rules(page) + english(page))


def test_ledger_when_looked_at_then_faultless(visit: Visit, shot: Shot) -> None:
    page = operator(visit)
    page.goto("/admin/bookings/unit/")
    shot(page, "ledger")
    expect_nothing(broken_rules(page))
    page.locator("#result_list tbody a").first.click()
    expect(page.get_by_role("link", name="수리와 대체 장비")).to_be_visible()
    shot(page, "ledger-device")
    expect_nothing(broken_rules(page))
