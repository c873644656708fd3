"""A business appeals against a no-show, staff decide, the business reads why."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.test_accessibility import english, expect_nothing, faults

TEXT = "택배가 늦어 상품을 받지 못했습니다."
REASON = "전화 기록을 확인했습니다."


def test_no_show_when_appealed_then_decided_and_read(visit: Visit, shot: Shot) -> None:
    owner, found = visit("phone"), list[str]()

    def look(page: Page, name: str) -> None:
        shot(page, name)
        size = page.viewport_size
        found.extend(faults(page, name) + english(page))
        page.set_viewport_size(size)

    pages.arrive_as(owner, "merchant@example.com")
    owner.goto("/bookings/")
    owner.get_by_role("link", name="이용하지 않은 예약").click()
    owner.wait_for_url("**/bookings/no-shows/")
    look(owner, "no-show-list")
    owner.locator(".rows a").first.click()
    owner.wait_for_url("**/bookings/no-shows/*/")
    look(owner, "no-show")
    owner.get_by_label("어떤 사정이 있으셨습니까?").fill(TEXT)
    owner.get_by_role("button", name="이의신청 보내기").click()
    expect(owner.locator("main")).to_contain_text(TEXT)
    look(owner, "no-show-appealed")
    number = owner.url.rstrip("/").rsplit("/", 1)[1]

    staff = visit()
    pages.arrive_as(staff, "staff@example.com")
    staff.goto("/admin/")
    staff.get_by_role("link", name=re.compile("이의신청이 2건")).click()
    staff.wait_for_url("**/admin/no-shows/**")
    look(staff, "desk-no-shows")
    staff.get_by_role("row", name=re.compile(number)).get_by_role("link").click()
    staff.wait_for_url("**/admin/no-shows/*/**")
    look(staff, "desk-no-show")
    staff.get_by_role("button", name="미이용에서 제외하기").click()
    expect(staff.locator("#errors")).to_contain_text("사유가 필요합니다")
    look(staff, "desk-no-show-reason")
    staff.get_by_label("사유").fill(REASON)
    staff.get_by_role("button", name="미이용에서 제외하기").click()
    expect(staff.locator(".messages")).to_contain_text(number)

    owner.reload()
    expect(owner.locator("main")).to_contain_text(REASON)
    look(owner, "no-show-decided")
    expect_nothing(found)
