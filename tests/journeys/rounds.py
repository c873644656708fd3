"""A round of a program as staff run it: the steps that journeys of several kinds share."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

from center import clock
from tests.journeys.conftest import Shot
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import ROOT, Site
from tests.journeys.test_accessibility import english, faults

Look = Callable[..., None]


@dataclass(frozen=True)
class Round:
    kind: str
    pk: str
    slug: str


def looker(shot: Shot, found: list[str], *, words: bool = True) -> Look:
    """Call it with a page and its name: keeps a picture, and what is wrong in ``found``;
    ``words`` that are not Korean among it."""

    def look(page: Page, name: str) -> None:
        shot(page, name)
        size = page.viewport_size
        found.extend(faults(page, name) + (english(page) if words else []))
        page.set_viewport_size(size)

    return look


def publish(
    staff: Page,
    kind: str,
    last: str,
    title: str,
    *,
    look: Look | None = None,
    write: Callable[[Page], None] | None = None,
) -> Round:
    """The next round of the call ``last``: copied, dates set, what ``write`` fills in besides,
    published. ``title`` is no part of one that other journeys look for."""
    staff.goto(f"/admin/programs/program/?q={last}")
    staff.locator("#result_list").get_by_role("link", name=last, exact=True).first.click()
    staff.get_by_role("button", name="다음 차수로 복사").click()
    expect(staff.locator(".messages, .messagelist").first).to_contain_text("복사했습니다")
    pk = re.search(r"/program/(\d+)/change", staff.url)[1]  # type: ignore[index]
    staff.locator("details").evaluate_all("all => all.forEach((it) => { it.open = true; })")
    staff.locator("#id_title").fill(title)
    today = clock.today()
    for name, day in (("opens_at", today), ("closes_at", today + 9 * clock.DAY)):
        staff.locator(f"#id_{name}").fill(f"{day}T00:00")
    for name in ("results_on", "runs_from"):  # proposed as far from the opening as last time
        staff.locator(f"#id_{name}").fill("")
    staff.locator("#id_runs_until").fill(f"{today + 60 * clock.DAY}")
    staff.locator("#id_evaluators_each").fill("1")
    if write:
        write(staff)
    slug = f"{kind.replace('_', '-')}-next"
    staff.locator("#id_slug").fill(slug)
    staff.locator("[name=_save]").click()
    expect(staff.locator(".messagelist .success")).to_be_visible()
    staff.goto(f"/admin/programs/{pk}/publish/")
    if look:
        look(staff, "desk-publish")
    staff.get_by_role("button", name="게시", exact=True).click()
    expect(staff.locator(".messages, .messagelist").first).to_contain_text("게시했습니다")
    return Round(kind, pk, slug)


def close(site: Site, *calls: Round) -> None:
    """The deadline is now."""
    slugs = [call.slug for call in calls]
    site.execute("UPDATE programs_program SET closes_at = now() WHERE slug = ANY(%s)", slugs)


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
