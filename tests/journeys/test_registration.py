"""A newcomer registers with a phone, is returned, mends it, is verified and books."""

from __future__ import annotations

import io
import itertools
import random
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from merchants import business_number
from tests.journeys import pages
from tests.journeys.conftest import Shot, Visit
from tests.journeys.keyboard import Keyboard

GPS, LATITUDE = 0x8825, 2
_people = itertools.count(1)


def new_number() -> str:
    nine = f"6{random.randrange(10, 99)}{random.randrange(10, 89)}{random.randrange(1000, 9999)}"
    return business_number.display(nine + str(business_number.check_digit(nine)))


def photo(folder: Path, name: str, color: str = "white") -> Path:
    """A phone's photo of a paper, with the place where it was taken."""
    picture = Image.new("RGB", (1200, 1600), color)
    drawing = ImageDraw.Draw(picture)
    for line in range(20):
        drawing.rectangle((150, 200 + line * 60, 900, 230 + line * 60), fill="gray")
    exif = Image.Exif()
    exif.get_ifd(GPS)[LATITUDE] = (35.0, 53.0, 12.0)
    path = folder / name
    picture.save(path, exif=exif)
    assert Image.open(path).getexif().get_ifd(GPS)
    return path


def sign_up(page: Page) -> None:
    page.goto("/account/signup/")
    page.get_by_label("이름").fill("한봄이")
    page.get_by_label("이메일").fill(f"spring{next(_people)}-{random.randrange(10**6)}@example.com")
    page.locator("#id_password1").fill(pages.PASSWORD)
    page.locator("#id_password2").fill(pages.PASSWORD)
    page.locator("main button[type=submit]:not(.quiet)").click()
    page.wait_for_url("**/")


def fill_in(page: Page, name: str, number: str) -> None:
    page.get_by_label("개인사업자").check()
    page.get_by_label("사업자등록번호").fill(number)
    page.get_by_label("상호").fill(name)
    page.get_by_label("대표자 이름").fill("한봄이")
    page.get_by_label("개업일").fill("2024-05-02")
    page.locator("label.choice", has_text="제조업").click()
    choose_district(page)
    page.locator("#id_phone").fill("01012345678")


def choose_district(page: Page) -> None:
    province = page.get_by_label("시·도")
    if province.count():  # without a script there is one list of all
        province.select_option(label="대구광역시")
    page.locator("#id_district").select_option("27230")


def hand_in(page: Page, code: str, path: Path) -> None:
    form = page.locator(f"#paper-{code} form.upload")
    form.locator("input[type=file]").set_input_files(path)
    form.locator("button[type=submit]").click()
    expect(page.locator(f"#paper-{code} .files img")).to_have_count(1)


def register(page: Page, name: str, folder: Path, shot: Shot) -> None:
    page.goto("/merchants/register/")
    fill_in(page, name, new_number())
    pages.submit(page)
    page.wait_for_url("**/merchants/papers/")
    certificate = page.locator("#paper-small_merchant")
    certificate.get_by_label("서류 번호").fill("0010-2026-12345")
    certificate.get_by_label("유효기간").fill("2027-03-31")
    hand_in(page, "small_merchant", photo(folder, "확인서.jpg"))
    hand_in(page, "business_registration", photo(folder, "등록증.jpg", "beige"))
    shot(page, "papers")
    page.get_by_role("link", name="확인하고 제출").click()
    expect(page.locator(".facts")).to_contain_text("010-1234-5678")
    shot(page, "register-check")
    page.get_by_role("button", name="등록 제출하기").click()
    expect(page.get_by_role("status")).to_contain_text("등록을 제출했습니다")
    shot(page, "business-submitted")


def decide(staff: Page, name: str, *, verified: bool) -> None:
    staff.goto(f"/admin/verifications/?q={name}")
    staff.locator("table.data").get_by_role("link", name=name).click()
    if verified:
        staff.locator("button[value=verify]").click()
    else:
        staff.locator("summary", has_text="보완 요청").click()
        staff.get_by_label("서류를 읽을 수 없음").check()
        staff.locator("#return_note").fill("등록증이 흐립니다. 밝은 곳에서 다시 찍어 주십시오.")
        staff.get_by_role("button", name="보완 요청 보내기").click()
    expect(staff.get_by_role("status")).to_contain_text(name)


def mend(page: Page, folder: Path, shot: Shot) -> None:
    page.goto("/inbox/")
    page.get_by_role("link", name="보완해 주십시오").first.click()
    expect(page.locator("main")).to_contain_text("등록증이 흐립니다.")
    page.goto("/merchants/me/")
    expect(page.locator("#returned")).to_be_visible()
    shot(page, "business-returned")
    page.get_by_role("link", name="서류 다시 올리기").click()
    page.locator("#paper-business_registration").get_by_role("button", name="빼기").click()
    hand_in(page, "business_registration", photo(folder, "등록증2.jpg"))
    page.get_by_role("link", name="확인하고 제출").click()
    page.get_by_role("button", name="등록 제출하기").click()
    expect(page.get_by_role("status")).to_contain_text("등록을 제출했습니다")


def expect_no_place_in(page: Page) -> None:
    """What is kept of the photo no longer says where it was taken."""
    page.goto("/merchants/papers/")
    for link in page.get_by_role("link", name="내려받기").all():
        kept = page.request.get(str(link.get_attribute("href"))).body()
        picture = Image.open(io.BytesIO(kept))
        assert picture.format == "JPEG"
        assert dict(picture.getexif()) == {}
        assert not picture.getexif().get_ifd(GPS)


def test_business_when_registered_on_a_phone_then_returned_mended_verified_and_books(
    visit: Visit, shot: Shot, tmp_path: Path
) -> None:
    page, staff = visit("phone"), visit("desktop")
    name = f"봄날 공방 {random.randrange(10**6)}"
    pages.arrive_as(staff, "staff@example.com")
    sign_up(page)
    register(page, name, tmp_path, shot)
    expect_no_place_in(page)
    decide(staff, name, verified=False)
    mend(page, tmp_path, shot)
    decide(staff, name, verified=True)
    page.goto("/merchants/me/")
    expect(page.locator("main .badge").first).to_have_text("확인 완료")
    number = pages.book(page, pages.two_hours(page)[-1])
    expect(page.locator(".facts")).to_contain_text(number)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no_script"])
def test_registration_when_broken_off_then_goes_on_elsewhere(
    visit: Visit, javascript: bool
) -> None:
    page = visit("phone", javascript=javascript)
    sign_up(page)
    page.goto("/merchants/register/")
    fill_in(page, "이어하기 상점", new_number())
    pages.submit(page)
    page.wait_for_url("**/merchants/papers/")
    page.goto("/merchants/me/")
    expect(page.get_by_role("link", name="등록 이어서 하기")).to_be_visible()
    page.goto("/merchants/register/")
    expect(page.get_by_label("상호")).to_have_value("이어하기 상점")
    expect(page.get_by_label("개업일")).to_have_value("2024-05-02")


def test_registration_when_by_keyboard_alone_then_every_stop_shows(visit: Visit) -> None:
    page = visit("desktop")
    sign_up(page)
    page.goto("/merchants/register/")
    keys = Keyboard(page)
    keys.press(page.get_by_label("개인사업자"), "Space")
    keys.write(page.get_by_label("사업자등록번호"), new_number())
    keys.write(page.get_by_label("상호"), "자판 상점")
    keys.write(page.get_by_label("대표자 이름"), "한봄이")
    keys.go_to(page.get_by_label("개업일"))
    page.keyboard.type("05022024")
    expect(page.get_by_label("개업일")).to_have_value("2024-05-02")
    keys.press(page.locator("input[name=section]").first, "Space")
    keys.go_to(page.get_by_label("시·도"))
    keys.go_to(page.locator("#id_district"))
    choose_district(page)
    keys.write(page.locator("#id_phone"), "010-1234-5678")
    keys.press(page.get_by_role("button", name="저장하고 서류로 가기"))
    page.wait_for_url("**/merchants/papers/")


def test_upload_when_refused_then_named_and_the_other_file_is_kept(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit("phone")
    sign_up(page)
    page.goto("/merchants/register/")
    fill_in(page, "서류 상점", new_number())
    pages.submit(page)
    fake = tmp_path / "가짜.jpg"
    fake.write_text("<html>", encoding="utf-8")
    form = page.locator("#paper-business_registration form.upload")
    form.locator("input[type=file]").set_input_files([photo(tmp_path, "진짜.jpg"), fake])
    form.locator("button[type=submit]").click()
    expect(page.locator("#errors")).to_contain_text("가짜.jpg")
    expect(page.locator("#paper-business_registration .files li")).to_have_count(1)
