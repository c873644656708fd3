"""A message from the button in the admin to the reader, by keyboard, faultless on the way."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import english, expect_nothing, faults


def test_message_when_sent_to_oneself_then_announced_read_and_gone_from_the_header(
    visit: Visit,
) -> None:
    page = visit()
    keys = Keyboard(page)
    pages.arrive_as(page, "manager@example.com")
    page.goto("/admin/notifications/message/queue/")
    page.get_by_role("button", name="나에게 시험 알림 보내기").click()
    expect(page.locator(".messagelist")).to_contain_text("시험 알림을 보냈습니다")
    page.goto("/guide/")
    link = page.get_by_role("banner").get_by_role("link", name="알림함 새 알림 1건")
    keys.press(link.first)
    page.wait_for_url("**/inbox/")
    found = faults(page, "inbox") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    keys.press(page.locator(".rows a").first)
    page.wait_for_url(re.compile(r"/inbox/\d+/"))
    found += faults(page, "message") + english(page)
    expect(page.locator("header .badge, header .dot")).to_have_count(0)
    expect_nothing(found)


def test_unread_when_on_a_phone_then_the_menu_says_so_and_all_are_marked(visit: Visit) -> None:
    page = visit("phone")
    keys = Keyboard(page)
    pages.arrive_as(page, "staff@example.com")
    page.goto("/admin/")
    expect(page.locator("header .dot")).to_have_count(0)
    page.goto("/admin/notifications/message/queue/")
    page.get_by_role("button", name="나에게 시험 알림 보내기").click()
    page.goto("/inbox/")
    expect(page.locator("details.menu summary")).to_contain_text("새 알림 1건")
    expect_nothing(faults(page, "inbox on a phone"))
    keys.press(page.get_by_role("button", name="모두 읽음으로 표시"))
    expect(page.locator(".alert.success")).to_be_visible()
    expect(page.locator(".rows .unread, header .dot")).to_have_count(0)
