"""Merchants apply for programs: with a phone, with keys alone, and every page on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.test_accessibility import english, expect_nothing, faults
from tests.merchants.papers import uploads

LESSON = "상세페이지 사진, 휴대전화로 끝내기"
SHOW = "설맞이 라이브커머스 참여 업체 모집"


def open_call(page: Page, title: str) -> None:
    page.goto("/programs/")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def apply(page: Page) -> Locator:
    page.get_by_role("link", name="신청하기", exact=True).click()
    return page.locator("form.application")


@pytest.mark.parametrize(
    ("email", "javascript"), [("load051@example.com", True), ("load052@example.com", False)]
)
def test_education_when_applied_for_with_a_phone_then_a_place_and_given_back(
    visit: Visit, email: str, javascript: bool
) -> None:
    page = visit("phone", javascript=javascript)
    pages.arrive_as(page, email)
    open_call(page, LESSON)
    apply(page)
    page.get_by_label("전화").fill("")
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("alert")).to_contain_text("전화")
    page.get_by_label("전화").fill("010-1234-5678")
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("status")).to_contain_text("접수번호")
    page.get_by_role("link", name="신청 취소").click()
    page.get_by_role("button", name="신청 취소").click()
    expect(page.get_by_role("status")).to_contain_text("취소했습니다")


def test_live_commerce_when_applied_for_then_kept_as_typed_and_handed_in(
    visit: Visit, tmp_path: Path
) -> None:
    page, found = visit("phone"), list[str]()
    photo = tmp_path / "유자청.jpg"
    photo.write_bytes(uploads.jpeg(600, 400))

    def look(name: str) -> None:
        found.extend(faults(page, name))
        found.extend(f"{name}: {word}" for word in english(page))
        page.set_viewport_size({"width": 360, "height": 740})

    pages.arrive_as(page, "load053@example.com")
    open_call(page, SHOW)
    look("call")
    form = apply(page)
    look("empty form")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("최근 3개월 온라인 매출").fill("4,200,000")  # sent by itself
    expect(page.locator("[data-status]")).to_contain_text("저장했습니다")
    page.reload()
    expect(page.get_by_label("최근 3개월 온라인 매출")).to_have_value("4,200,000")
    page.get_by_label("지원하는 까닭").fill("온라인 판매를 늘리려고 합니다.")
    page.get_by_label("저녁").check()
    page.get_by_role("button", name="상품 추가하기").click()
    product = form.get_by_role("group", name="상품 1")
    product.get_by_label("상품명").fill("유자청 600g")
    product.get_by_label("판매가").fill("18,000")
    product.get_by_label("재고").fill("120")
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("alert")).to_contain_text("사진")
    look("form with errors")
    product.get_by_label("사진", exact=True).set_input_files(photo)
    page.get_by_role("button", name="제출하기").click()
    expect(page.get_by_role("status")).to_contain_text("접수했습니다")
    expect(page.get_by_role("img", name="유자청 600g 사진")).to_be_visible()
    look("application")
    page.get_by_role("link", name="신청 취소").click()
    look("withdraw")
    page.goto("/programs/mine/")
    look("my applications")
    expect_nothing(found)


def test_education_when_applied_for_by_keys_alone_then_a_place(visit: Visit, size: str) -> None:
    page = visit(size)
    keys = Keyboard(page)
    pages.arrive_as(page, {"phone": "load054", "desktop": "load055"}[size] + "@example.com")
    page.goto("/programs/")
    keys.press(page.get_by_role("link", name=LESSON))
    keys.press(page.get_by_role("link", name="신청하기", exact=True))
    keys.write(page.get_by_label("전화"), "010-1234-5678")
    keys.press(page.get_by_role("button", name="제출하기"))
    expect(page.get_by_role("status")).to_contain_text("접수번호")
    keys.press(page.get_by_role("link", name="신청 취소"))
    keys.press(page.get_by_role("button", name="신청 취소"))
    expect(page.get_by_role("status")).to_contain_text("취소했습니다")


def test_staff_when_they_look_an_application_over_then_faultless_and_asked(visit: Visit) -> None:
    page, found = visit(), list[str]()
    pages.arrive_as(page, "staff@example.com")
    page.goto("/admin/programs/application/?state__exact=submitted")
    page.locator("#result_list tbody th a").first.click()
    page.wait_for_url("**/admin/applications/*/")
    found += faults(page, "application")
    page.get_by_label("보완 요청 내용").fill("원산지를 적어 주십시오.")
    page.get_by_role("button", name="보완 요청 보내기").click()
    expect(page.get_by_role("status")).to_contain_text("보완을 요청했습니다")
    page.goto("/admin/programs/program/")
    page.get_by_role("link", name=SHOW).click()
    expect(page.get_by_role("textbox", name="내용", exact=True)).to_be_visible()
    page.get_by_role("link", name="취소", exact=True).click()
    found += faults(page, "call off")
    expect_nothing(found)


def test_supplement_when_asked_for_then_answered_in_place_with_a_phone(visit: Visit) -> None:
    page, found = visit("phone"), list[str]()
    pages.arrive_as(page, "merchant@example.com")
    page.goto("/programs/mine/")
    page.get_by_role("link", name="SNS 마케팅 콘텐츠 제작 지원").click()
    page.locator("main .actions a.btn").first.click()
    expect(page.locator("main")).to_contain_text("최근 게시물 주소 세 개")
    found += faults(page, "supplement") + english(page)
    page.get_by_label("지원하는 까닭").fill("게시물 주소를 적습니다. 하나, 둘, 셋.")
    page.locator("form.application button[value=hand_in]").click()
    expect(page.locator("main .badge").first).to_have_text("접수")
    expect(page.locator("main")).to_contain_text("하나, 둘, 셋.")
    expect_nothing(found)
