"""A tablet at the door: enrolled by staff, used all day, an hour without network."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
import segno
from playwright.sync_api import Locator, Page, expect

from center import clock
from tests.journeys import looks, pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import broken_rules

TABLET = {"width": 768, "height": 1024}
NUMBER, OTHER = "B7K2-9QXM", "MX9Q-2K7B"
_NOW = """
    UPDATE bookings_booking SET reference = %s, starts = now(), ends = now() + interval '1 hour'
    WHERE id = (
        SELECT b.id FROM bookings_booking b JOIN bookings_resource r ON r.id = b.resource_id
        WHERE b.state = 'confirmed' AND r.slug = 'studio' AND b.starts > now()
        ORDER BY b.id LIMIT 1)
"""
_LATER = """
    UPDATE bookings_booking SET starts = starts - interval '40 minutes',
        ends = ends - interval '40 minutes' WHERE reference = %s
"""
_SHIFTED = """
    UPDATE bookings_booking SET starts = now() + %s::interval,
        ends = now() + %s::interval + interval '1 hour' WHERE reference = %s
"""
_ARRIVED = """
    UPDATE bookings_booking SET sequence = sequence WHERE reference = %s
        AND state = 'checked_in' AND checked_in_at - starts < interval '10 minutes'
"""
_AWAY = "UPDATE bookings_booking SET reference = %s WHERE reference = %s"


@pytest.fixture
def expected(site: Site) -> Any:
    """A booking of the studios that begins now."""
    assert site.execute(_NOW, NUMBER) == 1
    yield NUMBER
    site.execute(_AWAY, f"{pages.clock.now():%S%M}-2222"[:9], NUMBER)


def make_code(page: Page) -> str:
    """Staff set up a door for all spaces; the code they are shown once."""
    pages.arrive_as(page, "staff@example.com")
    page.goto("/admin/bookings/doordevice/add/")
    page.locator("#id_name").fill("1층 현관")
    page.locator("input[name=_save]").click()
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator(".messagelist").inner_text())
    assert found
    return found[0]


def enrolled(visit: Visit, *, javascript: bool = True, watched: bool = True) -> Page:
    code = make_code(visit())
    page = visit(javascript=javascript, watched=watched)
    page.set_viewport_size(TABLET)
    page.goto("/door/")
    expect(page).to_have_url(re.compile("/door/enrol/"))
    page.get_by_label("등록 코드").fill(code.lower())
    page.get_by_role("button", name="등록하기").click()
    expect(page).to_have_url(re.compile("/door/$"))
    return page


def refused_as(page: Page, code: str, number: str, shot: Shot) -> None:
    """The screen is the one of that refusal, and faultless; then back."""
    type_number(page, number)
    result = page.locator(".result")
    expect(result).to_have_attribute("data-code", code)
    expect(result.locator("h1, .said")).to_have_count(2)
    shot(page, f"door-{code}")
    assert broken_rules(page) == []
    assert small_targets(page) == []
    page.get_by_role("link", name="목록으로").click()
    expect(field(page)).to_be_focused()


def small_targets(page: Page) -> list[str]:
    """What can be touched and is less than 64 px high or wide."""
    return page.evaluate("""() => [...document.querySelectorAll("a, button, input:not([type=hidden])")]
        .filter((it) => it.offsetParent)
        .filter((it) => { const b = it.getBoundingClientRect(); return b.width < 64 || b.height < 64; })
        .map((it) => it.textContent || it.name)""")


def field(page: Page) -> Locator:
    return page.get_by_role("textbox", name="예약 번호")


def type_number(page: Page, number: str) -> None:
    field(page).fill(number)
    field(page).press("Enter")


def test_door_when_used_all_day_then_each_answer_is_a_clear_screen(
    visit: Visit, shot: Shot, site: Site, expected: str
) -> None:
    page = enrolled(visit, watched=False)  # refusals are answers of 4xx
    shot(page, "door")
    assert broken_rules(page) == []
    assert small_targets(page) == []
    page.goto("/door/attend/")
    assert broken_rules(page) == []
    page.goto("/door/")
    for minutes, code in ((20, "too_early"), (-20, "too_late"), (3000, "wrong_day")):
        site.execute(_SHIFTED, *2 * [f"{minutes} minutes"], expected)
        day = clock.day_of(clock.now() + dt.timedelta(minutes=minutes))
        refused_as(page, code if day == clock.today() else "wrong_day", expected, shot)
    site.execute(_SHIFTED, "0", "0", expected)
    for number, word, name in (
        ("2222-2222", "찾지 못했습니다", "unknown"),
        (expected.lower().replace("-", ""), "들어오십시오", "in"),
        (expected, "이미 입실하셨습니다", "already_in"),
    ):
        type_number(page, number)
        expect(page.locator(".result h1")).to_have_text(word)
        expect(page.locator("#shown")).to_be_focused()
        shot(page, f"door-{name}")
        assert broken_rules(page) == []
        assert small_targets(page) == []
        if name != "already_in":
            page.get_by_role("link", name="목록으로").click()
            expect(field(page)).to_be_focused()
    page.get_by_role("button", name="지금 나갑니다").click()
    expect(page.locator(".result h1")).to_have_text("감사합니다")
    expect(field(page)).to_be_visible(timeout=20_000)  # by itself
    expect(field(page)).to_be_focused()
    expect(page.locator("#today h2")).to_be_visible()  # late at night nothing is to come
    page.wait_for_timeout(1000)  # it has asked anew
    expect(page.locator("#offline")).to_be_hidden()


def test_door_when_without_javascript_then_the_forms_still_work(
    visit: Visit, expected: str
) -> None:
    page = enrolled(visit, javascript=False, watched=False)
    type_number(page, expected)
    expect(page.locator(".result h1")).to_have_text("들어오십시오")
    page.get_by_role("link", name="목록으로").click()
    field(page).fill(expected)
    page.get_by_role("button", name="퇴실").click()
    expect(page.locator(".result h1")).to_have_text("감사합니다")


def test_door_when_an_hour_without_network_then_says_so_and_sends_once_when_back(
    visit: Visit, shot: Shot, site: Site, expected: str
) -> None:
    page = enrolled(visit, watched=False)
    page.clock.install()
    page.reload()
    page.context.set_offline(True)
    type_number(page, expected)
    expect(page.locator(".result h1")).to_have_text("보관했습니다")
    expect(page.locator("#offline")).to_contain_text("연결이 끊겼습니다")
    expect(page.locator("#offline")).to_contain_text("보관한 번호: 1")
    shot(page, "door-offline")
    assert broken_rules(page) == []
    # Forty minutes go by: for the tablet, and for the portal.
    site.execute(_LATER, expected)
    site.execute("UPDATE bookings_doordevice SET last_seen = now() - interval '41 minutes'")
    page.clock.fast_forward("40:00")
    expect(field(page)).to_be_visible()  # it has returned by itself
    expect(page.locator("#offline")).to_contain_text("보관한 번호: 1")
    sent = []
    page.on("request", lambda it: sent.append(it.url) if it.method == "POST" else None)
    page.context.set_offline(False)
    expect(page.locator("#sent")).to_contain_text("들어오십시오", timeout=15_000)
    expect(page.locator("#offline")).to_be_hidden()
    shot(page, "door-back")
    assert len(sent) == 1
    page.get_by_role("button", name="확인").click()
    expect(page.locator("#sent")).to_be_hidden()
    assert site.execute(_ARRIVED, expected) == 1


def kept(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("JSON.parse(localStorage['door.kept'] ?? '[]')")
    return found


def test_door_when_started_anew_without_network_then_forgets_nobody_and_sends_each_once(
    visit: Visit, shot: Shot, site: Site, expected: str
) -> None:
    assert site.execute(_NOW, OTHER) == 1
    page = enrolled(visit, watched=False)
    page.evaluate("async () => { await navigator.serviceWorker.ready }")
    page.clock.install()
    page.reload()
    page.context.set_offline(True)
    type_number(page, expected)
    expect(page.locator(".result h1")).to_have_text("보관했습니다")
    page.reload()
    expect(page.locator("#home[data-shell]")).to_be_visible()
    expect(page.locator("#offline")).to_contain_text("보관한 번호: 1")
    expect(page.locator("#offline [data-last]")).to_have_text(re.compile(r"\d+:\d\d"))
    shot(page, "door-shell")
    assert broken_rules(page) == []
    looks.at.append("/door/shell/")  # is what the worker shows at /door/
    assert small_targets(page) == []
    type_number(page, OTHER)
    expect(page.locator("#offline")).to_contain_text("보관한 번호: 2")
    assert [sorted(entry) for entry in kept(page)] == [["action", "at", "typed"]] * 2
    for number in (expected, OTHER):
        site.execute(_LATER, number)
    site.execute("UPDATE bookings_doordevice SET last_seen = now() - interval '41 minutes'")
    page.clock.fast_forward("40:00")
    expect(field(page)).to_be_visible()
    page.context.set_offline(False)
    page.clock.run_for(5_000)
    sent = page.locator("#sent li", has_text="들어오십시오")
    expect(sent).to_have_count(2, timeout=20_000)
    expect(page.locator("#home[data-shell]")).to_have_count(0)
    expect(page.locator("#offline")).to_be_hidden()
    shot(page, "door-started-anew")
    assert kept(page) == []
    assert [site.execute(_ARRIVED, number) for number in (expected, OTHER)] == [1, 1]


_CAMERA = """
    delete window.BarcodeDetector;
    navigator.mediaDevices.getUserMedia = async () => {
        const canvas = document.createElement("canvas");
        const pen = canvas.getContext("2d");
        canvas.width = 640;
        canvas.height = 480;
        setInterval(() => {
            pen.fillStyle = "#d8d4cc";
            pen.fillRect(0, 0, 640, 480);
            ROWS.forEach((row, y) => row.forEach((dark, x) => {
                pen.fillStyle = dark ? "#222222" : "#f4f4f4";
                pen.fillRect(200 + 8 * x, 100 + 8 * y, 8, 8);
            }));
        }, 100);
        return canvas.captureStream(10);
    };
"""


def test_camera_when_the_browser_reads_no_codes_then_the_library_does(
    visit: Visit, expected: str
) -> None:
    page = enrolled(visit)
    rows = [list(row) for row in segno.make(expected, error="m", micro=False).matrix_iter()]
    page.add_init_script(_CAMERA.replace("ROWS", json.dumps(rows)))
    page.reload()
    page.get_by_role("button", name="카메라로 QR 비추기").wait_for()
    assert not page.evaluate("'jsQR' in window")
    page.get_by_role("button", name="카메라로 QR 비추기").click()
    expect(page.locator(".result h1")).to_have_text("들어오십시오")
    assert page.evaluate("'jsQR' in window")
    expect(page.locator("#viewfinder")).to_be_hidden()
