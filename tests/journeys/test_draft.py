"""A phone that loses its network while an application is written."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit

SHOW, WHY = "설맞이 라이브커머스 참여 업체 모집", "온라인 판매를 늘리려고 합니다."


def write(page: Page, text: str) -> None:
    page.get_by_label("지원하는 까닭").fill(text)


def test_draft_when_the_network_goes_then_said_kept_and_saved_once_it_is_back(
    visit: Visit, shot: Shot
) -> None:
    page = visit("phone", watched=False)  # the browser notes everything it could not send
    page.on("dialog", lambda dialog: dialog.accept())
    pages.arrive_as(page, "load070@example.com")
    page.goto("/programs/")
    page.get_by_role("link", name=SHOW).click()
    page.get_by_role("link", name="신청하기", exact=True).click()
    page.wait_for_url("**/apply/")
    page.wait_for_load_state()
    status, field = page.locator("[data-status]"), page.get_by_label("지원하는 까닭")
    form = page.url

    page.context.set_offline(True)
    write(page, WHY)
    expect(status).to_contain_text("저장 안 됨")
    expect(status).to_be_in_viewport()
    shot(page, "form-offline")
    page.get_by_role("button", name="제출하기").click()
    expect(status).to_contain_text("인터넷에 연결되어 있지 않습니다")
    assert page.url == form

    page.context.set_offline(False)
    expect(status).to_contain_text("저장했습니다")
    page.reload()
    page.wait_for_load_state()
    expect(field).to_have_value(WHY)

    # The phone throws the page away before there is a network again.
    page.context.set_offline(True)
    page.get_by_label("저녁").check()
    write(page, f"{WHY} 사진도 있습니다.")
    expect(status).to_contain_text("저장 안 됨")
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(form)
    expect(field).to_have_value(f"{WHY} 사진도 있습니다.")
    expect(page.get_by_label("저녁")).to_be_checked()
    expect(status).to_contain_text("저장했습니다")
