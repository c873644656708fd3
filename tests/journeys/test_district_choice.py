"""시·도 first, then its 시군구; and the address search that fills in both."""

import datetime as dt

import pytest
from django.utils.html import format_html, format_html_join
from playwright.sync_api import expect

from merchants import regions
from tests.journeys.scripts import page_with

GROUPS = regions.offered(dt.date(2026, 11, 23))
SEARCH = """<div id="address-search" data-url="/find" data-searching="찾는 중" data-trouble="탈"
 data-filled="채웠음" data-partly="일부" hidden><input type="search" aria-label="찾기">
<button type="button">찾기</button><p role="status"></p><div data-results></div></div>
<details><summary>더</summary><input id="id_address" name="address"></details>"""
FOUND = """<!doctype html><title>x</title><ul id="found" data-summary="2건">
<li><button type="button" data-address="대구광역시 북구 유통단지로 34" data-district="27230" hidden>쓰기</button></li>
<li><button type="button" data-address="새 길 1" data-district="" hidden>쓰기 2</button></li></ul>"""


def page_of(chosen="", search=""):
    groups = format_html_join(
        "",
        '<optgroup label="{}">{}</optgroup>',
        (
            (
                sido,
                format_html_join(
                    "",
                    '<option value="{}"{}>{}</option>',
                    ((d.code, " selected" * (d.code == chosen), d.sigungu) for d in districts),
                ),
            )
            for sido, districts in GROUPS
        ),
    )
    form = format_html(
        """<!doctype html><html lang="ko"><title>x</title><form action="/sent"><input name="name">
<div class="field"><label for="id_district">시·군·구</label><select id="id_district" name="district"
 data-sido-label="시·도" data-sido-empty="고르기"><option value="">지역 고르기</option>{}</select></div>
<button>보내기</button></form><script src="/js/district.js" type="module"></script>
<script src="/js/address.js" type="module"></script>""",
        groups,
    )
    return form.replace("<button>", f"{search}<button>", 1)


def options(page, name):
    return page.locator(f"#{name} option").all_text_contents()


def sent(page):
    """What the form would send."""
    return page.evaluate("Object.fromEntries(new FormData(document.forms[0]))")


def test_districts_when_scripts_run_then_those_of_one_province(browser):
    with page_with(browser, page_of()) as page:
        page.get_by_label("시·도").select_option("대구광역시")
        assert options(page, "id_district")[:3] == ["지역 고르기", "중구", "동구"]
        assert len(options(page, "id_district")) == 10
        page.get_by_label("시·군·구").select_option("군위군")
        assert sent(page) == {"name": "", "district": "27720"}
        page.get_by_label("시·도").select_option("경상북도")
        assert sent(page)["district"] == ""
        assert "포항시 남구" in options(page, "id_district")


def test_districts_when_none_is_chosen_then_the_second_waits(browser):
    with page_with(browser, page_of()) as page:
        assert options(page, "id_sido")[:4] == ["고르기", "대구광역시", "경상북도", "서울특별시"]
        assert options(page, "id_district") == ["지역 고르기"]
        assert sent(page)["district"] == ""


def test_districts_when_one_was_chosen_then_it_stays(browser):
    with page_with(browser, page_of("41111")) as page:
        expect(page.get_by_label("시·도")).to_have_value("경기도")
        expect(page.get_by_label("시·군·구")).to_have_value("41111")
        assert sent(page)["district"] == "41111"


def test_districts_when_a_province_has_one_then_chosen_by_itself(browser):
    with page_with(browser, page_of()) as page:
        page.get_by_label("시·도").select_option("세종특별자치시")
        assert sent(page)["district"] == "36110"


def test_districts_when_by_keyboard_then_tab_and_arrows_do(browser):
    with page_with(browser, page_of()) as page:
        page.locator("[name=name]").focus()
        for key in ("Tab", "ArrowDown", "Tab", "ArrowDown", "ArrowDown"):
            page.keyboard.press(key)
        assert sent(page)["district"] == "27140"


@pytest.mark.parametrize("chosen", ["", "27230"])
def test_districts_when_scripts_are_off_then_one_grouped_list(browser, chosen):
    with page_with(browser, page_of(chosen), javascript=False) as page:
        assert page.locator("#id_sido").count() == 0
        assert page.locator("#id_district optgroup").count() == 16
        expect(page.locator("#id_district")).to_have_value(chosen)


# Address search ----------------------------------------------------------------------------


def answering(body=FOUND, status=200):
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(status=status, body=body, content_type="text/html; charset=utf-8")

    return asked, answer


def search(page, word="유통단지로 34"):
    page.get_by_role("searchbox", name="찾기").fill(word)
    page.get_by_role("searchbox", name="찾기").press("Enter")


def test_address_when_one_is_chosen_then_address_and_district_filled_in(browser):
    asked, answer = answering()
    with page_with(browser, page_of("47111", SEARCH), answers=answer) as page:
        page.locator("[name=name]").fill("달구벌 수제청")
        search(page)
        expect(page.get_by_role("status")).to_have_text("2건")
        assert asked == [
            "http://portal.test/find?q=%EC%9C%A0%ED%86%B5%EB%8B%A8%EC%A7%80%EB%A1%9C%2034"
        ]
        page.get_by_role("button", name="쓰기", exact=True).click()
        assert sent(page) == {
            "name": "달구벌 수제청",
            "district": "27230",
            "address": "대구광역시 북구 유통단지로 34",
        }
        expect(page.get_by_label("시·도")).to_have_value("대구광역시")
        expect(page.get_by_role("status")).to_have_text("채웠음")
        expect(page.locator("#id_address")).to_be_focused()
        assert page.url == "http://portal.test/"


def test_address_when_its_district_is_unknown_then_the_chosen_one_stays(browser):
    _, answer = answering()
    with page_with(browser, page_of("47111", SEARCH), answers=answer) as page:
        search(page)
        page.get_by_role("button", name="쓰기 2").click()
        assert (sent(page)["district"], sent(page)["address"]) == ("47111", "새 길 1")
        expect(page.get_by_role("status")).to_have_text("일부")


def test_address_when_nothing_is_typed_then_nobody_is_asked(browser):
    asked, answer = answering()
    with page_with(browser, page_of(search=SEARCH), answers=answer) as page:
        search(page, "  ")
        page.get_by_role("button", name="찾기").click()
        assert asked == []
        assert page.url == "http://portal.test/"


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("<title>x</title><p id='found' data-summary='없음'>없음</p>", 200, "없음"),
        ("<title>로그인</title>", 200, "탈"),
        ("", 200, "탈"),
    ],
)
def test_address_when_there_is_no_list_then_said(browser, body, status, said):
    _, answer = answering(body, status)
    with page_with(browser, page_of(search=SEARCH), answers=answer) as page:
        search(page)
        expect(page.get_by_role("status")).to_have_text(said)
        assert page.locator("[data-results] *").count() == 0


def test_address_when_scripts_are_off_then_no_search_is_shown(browser):
    with page_with(browser, page_of(search=SEARCH), javascript=False) as page:
        expect(page.locator("#address-search")).to_be_hidden()
