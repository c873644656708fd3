"""A year of one business: every kind of program from the call to the sales it brought.

Staff copy the last round of each kind and publish it; a merchant with a phone applies; evaluators
score with keys alone; what took place is entered; the figures are sent from the phone. Live
commerce and what is drawn by lot have journeys of their own.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages, rounds
from tests.journeys.conftest import Shot, Visit
from tests.journeys.portal import Site
from tests.journeys.rounds import Look, Round
from tests.journeys.test_accessibility import expect_nothing
from tests.merchants.papers import uploads

EMAIL = "load062@example.com"
#: the last rounds by kind, and the next ones; those by scores have an evaluator
SCORED = {
    "exhibition_offline": ("대구종합유통단지 소상공인 장터", "소상공인 장터 다음 회차"),
    "social_media": ("SNS 마케팅 콘텐츠 제작 지원", "SNS 콘텐츠 다음 회차"),
    "exhibition_online": ("봄맞이 온라인 기획전 입점 업체 모집", "온라인 기획전 다음 회차"),
    "market_online": ("전통시장 온라인 진출 지원사업", "시장 온라인 진출 다음 회차"),
    "leading_market": ("지역선도형 시장 육성", "선도형 시장 다음 회차"),
    "smart_street": ("스마트 시범상가 구축사업", "시범상가 다음 회차"),
}
FIRST_COME = {
    "smart_shop": ("스마트슈퍼 육성사업", "스마트슈퍼 다음 회차"),
    "consulting": ("디지털커머스 1:1 종합컨설팅", "종합컨설팅 다음 회차"),
    "education": ("상세페이지 사진, 휴대전화로 끝내기", "상품 사진 교육 다음 회차"),
}
#: whose pages are looked at on the way; those of the others are the same templates
LOOKED_AT = frozenset({"leading_market", "smart_shop", "consulting", "education"})
#: days ago on which everything took place; figures are asked for from the seventh day on
ENDED = 8


def _looker(shot: Shot, found: list[str]) -> Look:
    plain = rounds.looker(shot, found)

    def look(page: Page, name: str, kind: str = "") -> None:
        if kind and kind not in LOOKED_AT:
            shot(page, f"{name}-{kind}")
        else:
            plain(page, f"{name}-{kind}" if kind else name)

    return look


def apply(owner: Page, call: Round, photo: Path, look: Look) -> str:
    """By phone; returns the receipt number."""
    owner.goto(f"/programs/{call.slug}/")
    look(owner, "call", call.kind)
    owner.get_by_role("link", name="신청하기", exact=True).click()
    form = owner.locator("form.application")
    form.get_by_label("전화").fill("010-1234-5678")
    for name in ("applied_for", "applied_for_address"):
        if owner.locator(f"#id_{name}").count():
            owner.locator(f"#id_{name}").fill("수성구 달구벌대로 100")
    if owner.locator("#id_district").count():
        owner.locator("#id_district").select_option("27260")
    if owner.locator("#id_baseline_sales").count():
        owner.locator("#id_baseline_sales").fill("4,200,000")
    for text in form.locator("textarea").all():
        text.fill("온라인 판매를 늘리려고 합니다.")
    for choices in form.locator("fieldset.field").all():
        choices.get_by_role("radio").first.check()
    if form.get_by_role("button", name="상품 추가하기").count():
        form.get_by_role("button", name="상품 추가하기").click()
        product = form.get_by_role("group", name="상품 1")
        product.get_by_label("상품명").fill("유자청 600g")
        product.get_by_label("판매가").fill("18,000")
        product.get_by_label("재고").fill("120")
        product.get_by_label("사진", exact=True).set_input_files(photo)
    look(owner, "form", call.kind)
    form.get_by_role("button", name="제출하기").click()
    expect(owner.get_by_role("status").first).to_contain_text("접수")
    look(owner, "applied", call.kind)
    receipt = re.search(r"/applications/([^/]+)/", owner.url)
    assert receipt, owner.url
    return receipt[1]


def exhibit(staff: Page, call: Round, look: Look) -> None:
    """A product looked at, a booth given, the account settled."""
    staff.goto(f"/admin/events/{call.pk}/")
    staff.get_by_label("추가할 부스 번호").fill("A-1, A-2")
    staff.get_by_role("button", name="부스 추가").click()
    staff.locator("table.data tbody a").first.click()
    staff.locator("button[value=approved]").first.click()
    booth = staff.locator("form").filter(has=staff.locator("button[value=booth]"))
    booth.locator("select").select_option(index=1)
    staff.locator("button[value=booth]").click()
    settle = staff.locator("form").filter(has=staff.locator("button[value=settle]"))
    settle.locator("input[name$=sales]").fill("1,800,000")
    settle.locator("input[name$=orders]").fill("96")
    staff.locator("button[value=settle]").click()
    look(staff, "desk-exhibition")


def teach(staff: Page, call: Round, look: Look) -> None:
    """A class that has been held, who was there, and the round closed."""
    staff.goto(f"/admin/programs/{call.pk}/sessions/plan/")
    staff.get_by_label("제목").fill("촬영 실습")
    staff.get_by_label("날짜").fill((clock.today() - dt.timedelta(days=ENDED)).isoformat())
    staff.get_by_label("시작", exact=True).fill("10:00")
    staff.get_by_label("끝", exact=True).fill("13:00")
    staff.get_by_label("센터 공간").select_option("")
    staff.get_by_role("button", name="잡기", exact=True).click()
    staff.get_by_role("link", name="출석: 촬영 실습").click()
    staff.locator("button[value=present]").first.click()
    staff.goto(f"/admin/programs/{call.pk}/completion/")
    look(staff, "desk-completion")
    staff.locator("button[value=close]").click()


def test_every_kind_from_the_call_to_what_it_brought(
    visit: Visit, shot: Shot, site: Site, tmp_path: Path
) -> None:
    found: list[str] = []
    look, photo = _looker(shot, found), tmp_path / "유자청.jpg"
    photo.write_bytes(uploads.jpeg(600, 400))
    own = "(SELECT merchant_id FROM merchants_membership m JOIN center_user u ON u.id = m.user_id"
    site.execute(
        f"UPDATE merchants_merchant SET district = '27260' WHERE id = {own} WHERE u.email = %s)",
        EMAIL,
    )
    staff, owner, evaluator = visit(), visit("phone"), visit()
    for page, email in (
        (staff, "staff@example.com"),
        (owner, EMAIL),
        (evaluator, "evaluator2@example.com"),
    ):
        pages.arrive_as(page, email)

    titles = {**SCORED, **FIRST_COME}
    first, *_ = titles  # the desk is the same for all
    calls = {
        kind: rounds.publish(staff, kind, last, then, look=look if kind == first else None)
        for kind, (last, then) in titles.items()
    }
    receipts = {kind: apply(owner, call, photo, look) for kind, call in calls.items()}
    rounds.close(site, *calls.values())
    for kind in SCORED:
        rounds.select(staff, evaluator, calls[kind])
    for kind, receipt in receipts.items():
        owner.goto(f"/programs/applications/{receipt}/")
        expect(owner.locator("main .badge").first).to_have_text("선정")
        look(owner, "selected", kind)

    site.execute(
        "UPDATE programs_program SET runs_from = current_date - 30,"
        " runs_until = current_date - %s WHERE slug = ANY(%s)",
        ENDED,
        [call.slug for call in calls.values()],
    )
    exhibit(staff, calls["exhibition_offline"], look)
    teach(staff, calls["education"], look)
    rounds.bring_round(site)
    for kind in (*SCORED, "smart_shop", "consulting"):
        rounds.send_figures(owner, receipts[kind])
    owner.goto(f"/programs/applications/{receipts['education']}/")
    expect(owner.locator("main")).to_contain_text("수료")
    look(owner, "completed-education")

    staff.goto(f"/admin/programs/{calls['exhibition_offline'].pk}/finish/")
    look(staff, "desk-finish")
    staff.get_by_role("button", name="프로그램 마무리하기").click()
    expect(staff.locator(".messages, .messagelist").first).to_contain_text("마무리했습니다")
    owner.goto(f"/programs/{calls['exhibition_offline'].slug}/")
    expect(owner.locator("main .badge").first).to_have_text("마침")
    look(owner, "call-finished")
    staff.goto("/admin/consultations/absences/")
    look(staff, "desk-absences")
    evaluator.goto("/evaluations/")
    look(evaluator, "evaluations-done")
    expect_nothing(found)
