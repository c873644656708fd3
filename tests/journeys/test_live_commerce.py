"""Two businesses go on air together: applied for with keys alone on a phone, scored with keys
alone, rehearsed and broadcast in the studio, and what it sold."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages, rounds
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import Site
from tests.journeys.rounds import Look, Round
from tests.journeys.test_accessibility import expect_nothing
from tests.merchants.papers import uploads

LAST, TITLE = "설맞이 라이브커머스 참여 업체 모집", "함께하는 라이브커머스 다음 회차"
GOODS = "유자청과 사과청 세트"
#: days ago on which it was on air; figures are asked for from the seventh day on
ENDED = 8


def begin(owner: Page, call: Round, look: Look) -> Keyboard:
    """From the call to an empty product, which makes the draft."""
    keys = Keyboard(owner)
    owner.goto(f"/programs/{call.slug}/")
    look(owner, "call-live")
    keys.press(owner.get_by_role("link", name="신청하기", exact=True))
    keys.press(owner.get_by_role("button", name="상품 추가하기"))
    expect(owner.get_by_role("group", name="상품 1")).to_be_visible()
    return keys


def invite(keys: Keyboard, number: str, look: Look) -> None:
    """Another business, by its number."""
    owner = keys.page
    keys.press(owner.locator("main a[href^='/joint/']"))
    keys.write(owner.locator("#id_number"), number)
    look(owner, "joint")
    keys.press(owner.get_by_role("button", name="참여 요청하기"))
    expect(owner.locator("main .badge", has_text="요청함")).to_be_visible()


def confirm(partner: Page, look: Look) -> str:
    """From the own list to yes; returns the address of the answer."""
    partner.goto("/programs/mine/")
    look(partner, "mine-asked")
    partner.get_by_role("link", name=TITLE).click()
    look(partner, "joint-asked")
    partner.locator("button[value=confirm]").click()
    expect(partner.locator("main .badge").first).to_have_text("참여 확인")
    return partner.url


def hand_in(keys: Keyboard, call: Round, photo: Path, look: Look) -> str:
    """Every field, the photo too; returns the receipt number."""
    owner = keys.page
    owner.on("filechooser", lambda _chooser: None)  # else Chromium hears too late that we listen
    owner.goto(f"/programs/{call.slug}/apply/")
    form = owner.locator("form.application")
    keys.write(form.get_by_label("전화"), "010-1234-5678")
    keys.write(owner.locator("#id_baseline_sales"), "4,200,000")
    keys.write(form.get_by_label("지원하는 까닭"), "두 가게가 함께 만든 세트를 알립니다.")
    keys.press(form.get_by_label("오전"), "Space")
    product = form.get_by_role("group", name="상품 1")
    for label, text in (("상품명", GOODS), ("판매가", "18,000"), ("재고", "120")):
        keys.write(product.get_by_label(label), text)
    keys.go_to(product.get_by_label("사진", exact=True))
    with owner.expect_file_chooser() as chooser:
        owner.keyboard.press("Space")
    chooser.value.set_files(photo)
    look(owner, "form-live")
    keys.press(form.get_by_role("button", name="제출하기"))
    expect(owner.get_by_role("status").first).to_contain_text("접수")
    look(owner, "applied-live")
    receipt = re.search(r"/applications/([^/]+)/", owner.url)
    assert receipt, owner.url
    return receipt[1]


def two_free_hours(page: Page) -> list[datetime]:
    """On different days far ahead, with the studio and the camera free."""
    cameras = {slot["at"] for slot in pages.free_slots(page, "live-camera")}
    by_day = {
        slot["at"].date(): slot["at"]
        for slot in pages.free_slots(page)
        if slot["free_units"] > 1 and slot["at"] in cameras
    }
    assert len(by_day) > 1, "the demo has no free studio"
    return list(by_day.values())[-2:]


def plan(staff: Page, call: Round, look: Look) -> list[datetime]:
    """Products, people, the studio with a camera twice, the cue sheet; returns the hours."""
    staff.goto(f"/admin/events/{call.pk}/")
    staff.locator("table.data tbody a").first.click()
    staff.locator("input[name$=products]").first.check()
    staff.locator("button[value=choose]").click()
    about = staff.locator("form").filter(has=staff.locator("button[value=describe]"))
    about.locator("input[name=platform]").fill("네이버 쇼핑라이브")
    about.locator("input[name=host]").fill("김진행")
    about.locator("input[name=crew]").fill("촬영 박카메라, 음향 이소리")
    staff.locator("button[value=describe]").click()
    hours = two_free_hours(staff)
    for kind, at in zip(("rehearsal", "broadcast"), hours, strict=True):
        form = staff.locator("form").filter(has=staff.locator("button[value=slot]"))
        form.locator("select[name=kind]").select_option(kind)
        form.locator("input[name=starts]").fill(f"{clock.local(at):%Y-%m-%dT%H:%M}")
        form.locator("select[name=room]").select_option("studio")
        form.locator("input[value=live-camera]").check()
        staff.locator("button[value=slot]").click()
        expect(staff.locator(".messages, .messagelist").first).to_be_visible()
    cues = staff.locator("form").filter(has=staff.locator("button[value=cues]"))
    cues.locator("input[name$='0-minute']").fill("0")
    cues.locator("input[name$='0-what']").fill("인사와 상품 소개")
    staff.locator("button[value=cues]").click()
    look(staff, "desk-broadcast")
    return hours


def enter_results(staff: Page) -> None:
    results = staff.locator("form").filter(has=staff.locator("button[value=results]"))
    for field in results.locator("input[type=text], input[type=number]").all():
        field.fill("120")
    staff.locator("button[value=results]").click()
    expect(staff.locator(".messages, .messagelist").first).to_be_visible()


def test_live_commerce_of_two_from_the_call_to_what_it_sold(
    visit: Visit, shot: Shot, site: Site, tmp_path: Path
) -> None:
    found: list[str] = []
    look, photo = rounds.looker(shot, found), tmp_path / "세트.jpg"
    photo.write_bytes(uploads.jpeg(600, 400))
    staff, owner, partner, evaluator = visit(), visit("phone"), visit("phone"), visit()
    pages.arrive_as(staff, "staff@example.com")
    pages.arrive_as(owner, "load071@example.com")
    pages.arrive_as(partner, "load072@example.com")
    pages.arrive_as(evaluator, "evaluator2@example.com")
    partner.goto("/merchants/me/")
    number = re.search(r"\d{3}-\d{2}-\d{5}", partner.locator("main").inner_text())
    assert number

    together = {"look": look, "write": lambda page: page.locator("#id_is_joint").check()}
    call = rounds.publish(staff, "live_commerce", LAST, TITLE, **together)  # type: ignore[arg-type]
    keys = begin(owner, call, look)
    invite(keys, number[0], look)
    answer = confirm(partner, look)
    receipt = hand_in(keys, call, photo, look)
    rounds.close(site, call)
    rounds.select(staff, evaluator, call)
    partner.goto(answer)
    expect(partner.locator("[data-state]")).to_have_text("선정")

    _rehearsal, on_air = plan(staff, call, look)
    owner.goto(f"/programs/applications/{receipt}/")
    studio = owner.locator("section", has=owner.locator("#broadcast"))
    expect(studio.get_by_role("listitem")).to_have_count(2)
    for word in ("1인 스튜디오", "현장라이브 카메라 세트", "김진행", "박카메라", GOODS):
        expect(studio).to_contain_text(word)
    look(owner, "selected-live")

    site.execute(
        "UPDATE programs_session SET starts = starts - %s * interval '1 day',"
        " ends = ends - %s * interval '1 day' WHERE application_id ="
        " (SELECT id FROM programs_application WHERE receipt = %s)",
        *[(clock.day_of(on_air) - clock.today()).days + ENDED] * 2,
        receipt,
    )
    enter_results(staff)
    rounds.bring_round(site)
    rounds.send_figures(owner, receipt)
    expect_nothing(found)
