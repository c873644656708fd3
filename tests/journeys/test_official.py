"""Numbers an official can sign: a second factor, the targets, narrowed and on paper; the month in
four formats; a table of one's own; a link to the next month. By keyboard wherever one acts."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pypdf
from playwright.sync_api import Page, expect

from center import clock, periods
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import ROOT, Site
from tests.journeys.test_accessibility import english, expect_nothing, faults
from tests.journeys.test_account import app_code, log_out, set_up_app

EMAIL = "load150@example.com"
NAMES = {"한글(HWPX)": "hwpx", "엑셀": "xlsx", "PDF": "pdf", "CSV": "csv"}
BEGINS = {"xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbf", "pdf": b"%PDF-", "hwpx": b"PK\x03\x04"}


def test_official_when_at_work_then_reads_prints_takes_home_and_subscribes(
    visit: Visit, site: Site, shot: Shot, tmp_path: Path
) -> None:
    month = periods.month(clock.today()).previous().previous()
    freeze(site, month.key, tmp_path)
    make_official(site)
    page, found = visit(), list[str]()
    log_in_with_a_second_factor(page)

    page.goto("/reports/")
    shot(page, "results")
    narrow_down(page)
    shot(page, "results-narrowed")
    text = printed(page, "results")
    assert "지역:대구광역시수성구" in text  # what was narrowed down to is read on paper too
    assert "표만들기" not in text  # what only a screen can do is not on paper

    page.goto(f"/reports/{month.key}/")
    shot(page, "edition")
    found += faults(page, "edition") + english(page)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert "SHA-256" in printed(page, "edition")
    take_home(page, *NAMES)
    subscribe(page)
    table_of_ones_own(page, month.key)
    shot(page, "table-of-ones-own")
    found += faults(page, "table of one's own") + english(page)
    expect_nothing(found)


def freeze(site: Site, key: str, folder: Path) -> None:
    """What a worker does; there is none here. A month that no other journey opens."""
    told = [key, "--freeze", "--format", "csv", "--to", str(folder)]
    done = subprocess.run(
        [sys.executable, "manage.py", "compile_report", *told],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": site.database_url, "ENVIRONMENT": "demo"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def make_official(site: Site) -> None:
    added = site.execute(
        "INSERT INTO center_user_groups (user_id, group_id) SELECT u.id, g.id"
        " FROM center_user u, auth_group g WHERE u.email = %s AND g.name = 'official'",
        EMAIL,
    )
    assert added == 1


def log_in_with_a_second_factor(page: Page) -> None:
    pages.arrive_as(page, EMAIL)
    key = set_up_app(page)
    log_out(page)
    pages.log_in(page, EMAIL)
    keys = Keyboard(page)
    keys.write(page.get_by_label("앱의 인증번호 또는 복구 코드"), app_code(key))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/account/"))


def narrow_down(page: Page) -> None:
    keys = Keyboard(page)
    keys.press(page.get_by_text("조건을 좁히거나 날짜를 직접 고르기"))
    districts = page.get_by_label("지역")
    keys.choose(districts, districts.locator("option[value='27260']").inner_text().strip())
    keys.press(page.get_by_role("button", name="보기", exact=True), back=True)
    expect(page).to_have_url(re.compile("district=27260"))
    expect(page.get_by_role("link", name="조건 지우기")).to_be_visible()


def printed(page: Page, name: str) -> str:
    """The words on paper, without the spaces, which a printer sets as it likes.

    The paper is kept beside the pictures where those are kept.
    """
    page.wait_for_load_state("networkidle")
    data = page.pdf(format="A4")
    if folder := os.environ.get("JOURNEY_SHOTS"):
        Path(folder, f"{name}-printed.pdf").write_bytes(data)
    sheets = pypdf.PdfReader(io.BytesIO(data)).pages
    return "".join("".join(sheet.extract_text() for sheet in sheets).split())


def take_home(page: Page, *names: str, back: bool = False) -> None:
    """Each format arrives under the name an office expects, as what it says it is."""
    group = page.get_by_role("group", name="내려받기")
    for name in names:
        link = group.get_by_role("link", name=name, exact=True)
        Keyboard(page).go_to(link, back=back)
        file = downloaded(page)
        assert file.startswith(BEGINS[NAMES[name]]), name


def downloaded(page: Page) -> bytes:
    with page.expect_download() as arriving:
        page.keyboard.press("Enter")
    assert arriving.value.suggested_filename.startswith("대구_디지털커머스_실적보고_")
    return Path(arriving.value.path()).read_bytes()


def subscribe(page: Page) -> None:
    Keyboard(page).press(page.get_by_role("button", name="신청: 매월"))
    expect(page.get_by_role("button", name="그만 받기: 매월")).to_be_visible()


def table_of_ones_own(page: Page, key: str) -> None:
    """Put together, kept, opened again and taken home."""
    page.goto(f"/reports/adhoc/?period={key}")
    keys = Keyboard(page)
    for name in ("이용 건수", "이용 시간"):
        keys.press(page.get_by_role("checkbox", name=name, exact=True), "Space")
    keys.press(page.get_by_role("button", name="표 보기"))
    expect(page.locator("table.data")).to_be_visible()
    keys.go_to(page.get_by_label("이름", exact=True), back=True)
    page.keyboard.type("월례 회의")
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("link", name="월례 회의", exact=True))
    expect(page.locator("table.data")).to_be_visible()
    take_home(page, "엑셀", "한글(HWPX)", back=True)
