"""Account safety in a browser: passkeys, an app's codes by keyboard, idle log-out, axe."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator

import psycopg2
import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import Browser, Page, expect

from center import clock
from tests.journeys import pages
from tests.journeys.conftest import SIZES, Shot, Visit, be_patient
from tests.journeys.keyboard import Keyboard
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing, faults
from tests.journeys.watch import Watch

HUB = "/account/safety/"
FACTOR = "/account/2fa/"
#: seconds an app's code is valid for at least when it is typed, so that the machine has time
TYPED_IN = 12
_PHONE_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone that keeps passkeys. Browsers know these by host name, not by number."""
    url = site.url.replace("127.0.0.1", "localhost")
    watch = Watch(url)
    width, height = SIZES["phone"]
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="ko-KR"
    )
    be_patient(context)
    watch.over(context)
    page = context.new_page()
    authenticator = context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": _PHONE_KEY})
    yield page
    context.close()
    assert watch.troubles == []


def confirm_password(page: Page) -> None:
    page.wait_for_url("**/reauthenticate/**")
    page.get_by_label("비밀번호").fill(pages.PASSWORD)
    page.locator("main button[type=submit]:not(.quiet)").click()


def log_out(page: Page) -> None:
    page.goto("/account/logout/")
    page.locator("main button[type=submit]:not(.quiet)").click()
    expect(page).not_to_have_url(re.compile("logout"))


def app_code(key: str) -> str:
    """What the app shows, with time left to type it: a person waits for the next one, too."""
    left = 30 - clock.now().timestamp() % 30
    if left < TYPED_IN:
        time.sleep(left)
    return format_hotp_value(hotp_value(key, int(clock.now().timestamp()) // 30))


def set_up_app(page: Page) -> str:
    """Returns the key the app keeps."""
    page.goto(f"{FACTOR}totp/activate/")
    confirm_password(page)
    page.get_by_text("키를 직접 입력하기").click()
    key = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("앱의 인증번호").fill(app_code(key))
    page.locator("main button[type=submit]:not(.quiet)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("복구 코드")
    return key


# Passkeys -----------------------------------------------------------------------------------
def test_passkey_when_registered_then_logs_in_alone_and_as_second_step(device: Page) -> None:
    pages.log_in(device, "load040@example.com")
    device.goto(f"{FACTOR}webauthn/add/")
    confirm_password(device)
    device.get_by_label("패스키 이름").fill("가게 휴대전화")
    device.get_by_role("button", name="패스키 등록").click()
    expect(device.locator(".codes li")).to_have_count(10)
    device.goto(f"{FACTOR}webauthn/")
    expect(device.locator(".rows h2")).to_have_text("가게 휴대전화")
    look_at_the_key(device)

    log_out(device)
    device.goto("/account/login/")
    device.get_by_role("button", name="패스키로 로그인").click()
    expect(device).not_to_have_url(re.compile("/account/login/"))
    log_out(device)
    pages.log_in(device, "load040@example.com")
    expect(device.get_by_role("heading", level=1)).to_have_text("2단계 인증")
    device.get_by_role("button", name="패스키로 인증").click()
    expect(device).not_to_have_url(re.compile("/account/"))
    device.goto("/bookings/")
    expect(device).to_have_url(re.compile("/bookings/$"))


def look_at_the_key(device: Page) -> None:
    links = device.locator(".rows a").evaluate_all("all => all.map((it) => it.href)")
    assert len(links) == 2
    for address in (*links, f"{FACTOR}webauthn/reauthenticate/"):
        device.goto(address)
        expect_nothing(faults(device, address) + english(device))


def test_passkey_when_the_device_refuses_then_says_so_in_words(device: Page) -> None:
    device.goto("/account/login/")
    device.get_by_role("button", name="패스키로 로그인").click()
    expect(device.get_by_role("alert")).to_contain_text("패스키가 응답하지 않았거나")
    assert broken_rules(device) == []


def test_passkey_when_without_javascript_then_not_offered(visit: Visit) -> None:
    page = visit(javascript=False)
    page.goto("/account/login/")
    expect(page.get_by_role("button", name="패스키로 로그인")).to_be_hidden()


# An app's codes -----------------------------------------------------------------------------
def test_app_when_set_up_by_keyboard_then_asked_for_at_log_in(visit: Visit, size: str) -> None:
    page = visit(size)
    keys = Keyboard(page)
    email = {"phone": "load041@example.com", "desktop": "load042@example.com"}[size]
    pages.log_in(page, email)
    page.goto(FACTOR)
    keys.press(page.get_by_role("link", name="인증 앱 설정"))
    page.wait_for_url("**/reauthenticate/**")
    keys.write(page.get_by_label("비밀번호"), pages.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/totp/activate/")
    keys.press(page.get_by_text("키를 직접 입력하기"))
    key = page.locator("#authenticator_secret").inner_text()
    keys.write(page.get_by_label("앱의 인증번호"), app_code(key))
    page.keyboard.press("Enter")
    keys.press(page.get_by_role("link", name="코드를 저장했습니다"))
    expect(page).to_have_url(re.compile(f"{FACTOR}$"))
    log_out(page)
    pages.log_in(page, email)
    keys.write(page.get_by_label("앱의 인증번호 또는 복구 코드"), app_code(key))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("/account/"))


# Idle log-out -------------------------------------------------------------------------------
def age(site: Site, page: Page, seconds: int) -> None:
    """Let the session have been idle for so many seconds more, and the person look again."""
    key = next(it["value"] for it in page.context.cookies() if it["name"] == "sessionid")
    with (
        contextlib.closing(psycopg2.connect(site.database_url)) as database,
        database.cursor() as at,
    ):
        at.execute("SELECT session_data FROM django_session WHERE session_key = %s", [key])
        data = SessionStore().decode(at.fetchone()[0])
        data["idle"] = [data["idle"][0] - seconds, data["idle"][1]]
        at.execute(
            "UPDATE django_session SET session_data = %s WHERE session_key = %s",
            [SessionStore().encode(data), key],
        )
        database.commit()
    look(page)


def look(page: Page) -> None:
    """Come back to the window."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_warning_when_idle_then_extended_by_keyboard(visit: Visit, site: Site, size: str) -> None:
    page = visit(size)
    pages.arrive_as(page, "load043@example.com")
    page.goto(HUB)
    page.locator("#id_name").fill("홍길동")
    age(site, page, 120 * 60 - 90)
    dialog = page.get_by_role("alertdialog", name="곧 로그아웃됩니다")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("timer")).to_have_text(re.compile(r"1:[0-3]\d"))
    expect(dialog.get_by_role("button", name="계속 이용")).to_be_focused()
    assert broken_rules(page) == []
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert page.request.get("/account/idle/").json()["left"] > 119 * 60
    expect(page.locator("#id_name")).to_have_value("홍길동")


def test_end_when_reached_then_input_is_kept_and_goes_on_after_a_new_log_in(
    visit: Visit, site: Site
) -> None:
    page = visit("phone")
    pages.arrive_as(page, "load044@example.com")
    page.goto(HUB)
    page.locator("#id_name").fill("새이름")
    age(site, page, 120 * 60)
    dialog = page.get_by_role("alertdialog", name="로그아웃되었습니다")
    expect(dialog.get_by_role("link", name="로그인 (새 창)")).to_be_focused()
    assert broken_rules(page) == []
    dialog.get_by_role("button", name="화면 보기").click()
    page.locator("main form.form button[type=submit]").click()
    expect(dialog).to_be_visible()
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="로그인 (새 창)").click()
    pages.log_in(opened.value, "load044@example.com")
    look(page)
    expect(dialog).to_be_hidden()
    expect(page.locator("#idle-said")).to_have_text(re.compile("다시 로그인되었습니다"))
    expect(page.locator("#id_name")).to_have_value("새이름")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("저장했습니다")


def test_end_when_somebody_else_logs_in_then_their_name_is_not_used(
    visit: Visit, site: Site
) -> None:
    page = visit()
    pages.arrive_as(page, "load045@example.com")
    page.goto(HUB)
    age(site, page, 120 * 60)
    dialog = page.get_by_role("alertdialog")
    with page.expect_popup() as opened:
        dialog.get_by_role("link", name="로그인 (새 창)").click()
    pages.log_in(opened.value, "load046@example.com")
    look(page)
    expect(dialog.get_by_role("status")).to_contain_text("다른 계정으로 로그인되어")
    expect(dialog).to_be_visible()


def test_warning_when_in_the_admin_then_shown_there_too(visit: Visit, site: Site) -> None:
    page = visit()
    pages.arrive_as(page, "staff@example.com")
    page.goto("/admin/bookings/closure/add/")
    age(site, page, 30 * 60 - 60)
    expect(page.get_by_role("alertdialog", name="곧 로그아웃됩니다")).to_be_visible()
    assert broken_rules(page) == []
    page.get_by_role("button", name="계속 이용").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()


# Looks --------------------------------------------------------------------------------------
def test_pages_of_the_account_when_looked_at_then_faultless(visit: Visit, shot: Shot) -> None:
    page, found = visit(), list[str]()

    def look_at(name: str, address: str = "") -> None:
        if address:
            page.goto(address)
        found.extend(faults(page, name))
        found.extend(f"{name}: {word}" for word in english(page))
        for width, height in SIZES.values():
            page.set_viewport_size({"width": width, "height": height})
            shot(page, name)

    look_at("log-in", "/account/login/")
    pages.log_in(page, "load047@example.com")
    look_at("hub", HUB)
    page.locator("#id_phone").fill("010-12")
    page.locator("main form.form button[type=submit]").click()
    look_at("hub with an error")
    look_at("devices", "/account/sessions/")
    look_at("password", "/account/password/change/")
    look_at("e-mail", "/account/email/")
    look_at("factors, none", FACTOR)
    page.goto(f"{FACTOR}totp/activate/")
    look_at("password again")
    look_at_factors(page, look_at)
    expect_nothing(found)


def look_at_factors(page: Page, look_at: Callable[..., None]) -> None:
    set_up_app(page)
    look_at("codes")
    look_at("codes, seen", f"{FACTOR}recovery-codes/")
    look_at("new codes", f"{FACTOR}recovery-codes/generate/")
    look_at("app off", f"{FACTOR}totp/deactivate/")
    look_at("passkey", f"{FACTOR}webauthn/add/")
    look_at("passkeys", f"{FACTOR}webauthn/")
    look_at("factors, app", FACTOR)
    look_at("code again", f"{FACTOR}reauthenticate/")
    page.goto("/account/email/")
    page.get_by_label("새 이메일 주소").fill("load047-new@example.com")
    page.locator("main form.form button[type=submit]").click()
    look_at("e-mail, waiting")
    log_out(page)
    pages.log_in(page, "load047@example.com")
    look_at("second step")
    page.get_by_label("앱의 인증번호").fill("000000")
    page.locator("main form:not([hidden]):has(#id_code) button[type=submit]").click()
    look_at("second step, wrong")


def test_app_when_setting_up_then_faultless(visit: Visit, shot: Shot) -> None:
    page = visit()
    pages.log_in(page, "load048@example.com")
    page.goto(f"{FACTOR}totp/activate/")
    confirm_password(page)
    found = faults(page, "app") + english(page)
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        shot(page, "app")
    expect_nothing(found)
