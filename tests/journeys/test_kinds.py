"""A year of one business: every kind of program from the call to the sales it brought.

Staff copy the last round of each kind and publish it; a merchant with a phone applies; evaluators
score with keys alone; what took place is entered; the figures are sent from the phone.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import ROOT, Site
from tests.journeys.test_accessibility import english, expect_nothing, faults
from tests.merchants.papers import uploads

Look = Callable[..., None]
EMAIL = "load062@example.com"
#: the last rounds by kind; those by scores have an evaluator
SCORED = {
    "live_commerce": "설맞이 라이브커머스 참여 업체 모집",
    "exhibition_offline": "대구종합유통단지 소상공인 장터",
    "social_media": "SNS 마케팅 콘텐츠 제작 지원",
    "exhibition_online": "봄맞이 온라인 기획전 입점 업체 모집",
    "market_online": "전통시장 온라인 진출 지원사업",
}
FIRST_COME = {
    "smart_shop": "스마트슈퍼 육성사업",
    "consulting": "디지털커머스 1:1 종합컨설팅",
    "education": "상세페이지 사진, 휴대전화로 끝내기",
}
#: not a part of it is the title of the round before, which other journeys look for
NEXT = {
    "live_commerce": "라이브커머스 다음 회차",
    "exhibition_offline": "소상공인 장터 다음 회차",
    "social_media": "SNS 콘텐츠 다음 회차",
    "exhibition_online": "온라인 기획전 다음 회차",
    "market_online": "시장 온라인 진출 다음 회차",
    "smart_shop": "스마트슈퍼 다음 회차",
    "consulting": "종합컨설팅 다음 회차",
    "education": "상품 사진 교육 다음 회차",
}
#: whose pages are looked at on the way; those of the others are the same templates
LOOKED_AT = frozenset({"live_commerce", "smart_shop", "consulting", "education"})
#: days ago on which everything took place; figures are asked for from the seventh day on
ENDED = 8


@dataclass(frozen=True)
class Round:
    kind: str
    pk: str
    slug: str


def _looker(shot: Shot, found: list[str]) -> Look:
    def look(page: Page, name: str, kind: str = "") -> None:
        shot(page, f"{name}-{kind}" if kind else name)
        if kind and kind not in LOOKED_AT:
            return
        size = page.viewport_size
        found.extend(faults(page, name) + english(page))
        page.set_viewport_size(size)

    return look


def publish(staff: Page, kind: str, title: str, look: Look) -> Round:
    """The next round of a call: copied, dates set, published."""
    staff.goto(f"/admin/programs/program/?q={title}")
    staff.locator("#result_list").get_by_role("link", name=title, exact=True).first.click()
    staff.get_by_role("button", name="다음 회차로 복사").click()
    expect(staff.locator(".messages, .messagelist").first).to_contain_text("복사했습니다")
    pk = re.search(r"/program/(\d+)/change", staff.url)[1]  # type: ignore[index]
    staff.locator("details").evaluate_all("all => all.forEach((it) => { it.open = true; })")
    staff.locator("#id_title").fill(NEXT[kind])
    today = clock.today()
    for name, day in (("opens_at", today), ("closes_at", today + 9 * clock.DAY)):
        staff.locator(f"#id_{name}").fill(f"{day}T00:00")
    staff.locator("#id_runs_until").fill(f"{today + 60 * clock.DAY}")
    staff.locator("#id_evaluators_each").fill("1")
    slug = f"{kind.replace('_', '-')}-next"
    staff.locator("#id_slug").fill(slug)
    staff.locator("[name=_save]").click()
    staff.goto(f"/admin/programs/{pk}/publish/")
    if kind == "live_commerce":
        look(staff, "desk-publish")
    staff.get_by_role("button", name="게시", exact=True).click()
    expect(staff.locator(".messages, .messagelist").first).to_contain_text("게시했습니다")
    return Round(kind, pk, slug)


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


def select(staff: Page, evaluator: Page, call: Round) -> None:
    """Given to one evaluator, who scores with keys alone; then announced."""
    desk = f"/admin/selection/{call.pk}/"
    staff.goto(f"{desk}evaluators/")
    boxes = staff.locator("fieldset.field input[type=checkbox]")
    for box in boxes.all():
        box.set_checked(False)
    staff.get_by_label("한심사").check()
    staff.get_by_role("button", name="고르게 배정하기").click()

    evaluator.goto(f"/evaluations/{call.slug}/")
    keys = Keyboard(evaluator)
    keys.press(evaluator.get_by_role("button", name="이해충돌 없음"))
    keys.press(evaluator.locator("ul.rows a").first)
    fields = evaluator.locator("input.points")
    expect(fields).to_have_count(3)
    for n, points in enumerate((88, 75, 91), 1):
        keys.write(evaluator.locator(f"#id_points_{n}"), str(points))
    keys.press(evaluator.get_by_role("button", name="확정하고 다음으로"))
    expect(evaluator.locator(".alert.success")).to_contain_text("확정했습니다")

    staff.goto(f"{desk}ranking/")
    staff.locator("#id_sure").check()
    staff.get_by_role("button", name="결과 발표하기").click()
    expect(staff.locator("main")).to_contain_text("발표")


def broadcast(staff: Page, call: Round, look: Look) -> None:
    """The products, the hour on air, the cue sheet and what it sold."""
    staff.goto(f"/admin/events/{call.pk}/")
    staff.locator("table.data tbody a").first.click()
    staff.locator("input[name$=products]").first.check()
    staff.locator("button[value=choose]").click()
    on_air = clock.local(clock.now()).replace(hour=14, minute=0) - ENDED * clock.DAY
    form = staff.locator("form").filter(has=staff.locator("button[value=slot]"))
    form.locator("select[name$=kind]").select_option("broadcast")
    form.locator("input[name$=starts]").fill(f"{on_air:%Y-%m-%dT%H:%M}")
    staff.locator("button[value=slot]").click()
    cues = staff.locator("form").filter(has=staff.locator("button[value=cues]"))
    cues.locator("input[name$='0-minute']").fill("0")
    cues.locator("input[name$='0-what']").fill("인사와 상품 소개")
    staff.locator("button[value=cues]").click()
    results = staff.locator("form").filter(has=staff.locator("button[value=results]"))
    for field in results.locator("input[type=text], input[type=number]").all():
        field.fill("120")
    staff.locator("button[value=results]").click()
    look(staff, "desk-broadcast")


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


def bring_round(site: Site) -> None:
    """What the timetable does each day, in a process of its own."""
    code = (
        "import django; django.setup(); from programs import tasks;"
        " tasks.follow_sessions(); tasks.ask_what_it_brought()"
    )
    own = {"DATABASE_URL": site.database_url, "ENVIRONMENT": "demo"}
    given = os.environ | own | {"DJANGO_SETTINGS_MODULE": "center.settings"}
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=given, check=True)


def send_figures(owner: Page, receipt: str) -> None:
    owner.goto(f"/programs/applications/{receipt}/")
    owner.get_by_role("link", name="성과 보내기").first.click()
    owner.get_by_label("매출(원)").fill("1,250,000")
    owner.get_by_label("주문 수").fill("41")
    owner.get_by_role("button", name="성과 보내기").click()
    expect(owner.get_by_role("status")).to_contain_text("잘 받았습니다")


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
        pages.log_in(page, email)

    calls = {k: publish(staff, k, t, look) for k, t in {**SCORED, **FIRST_COME}.items()}
    receipts = {kind: apply(owner, call, photo, look) for kind, call in calls.items()}
    slugs = [call.slug for call in calls.values()]
    site.execute("UPDATE programs_program SET closes_at = now() WHERE slug = ANY(%s)", slugs)
    for kind in SCORED:
        select(staff, evaluator, calls[kind])
    for kind, receipt in receipts.items():
        owner.goto(f"/programs/applications/{receipt}/")
        expect(owner.locator("main .badge").first).to_have_text("선정")
        look(owner, "selected", kind)

    site.execute(
        "UPDATE programs_program SET runs_from = current_date - 30,"
        " runs_until = current_date - %s WHERE slug = ANY(%s)",
        ENDED,
        slugs,
    )
    broadcast(staff, calls["live_commerce"], look)
    exhibit(staff, calls["exhibition_offline"], look)
    teach(staff, calls["education"], look)
    bring_round(site)
    for kind in (*SCORED, "smart_shop", "consulting"):
        send_figures(owner, receipts[kind])
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
