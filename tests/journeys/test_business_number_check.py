"""The business number while it is typed: the same verdict as the server's."""

import random

import pytest
from playwright.sync_api import expect

from merchants import business_number
from tests.journeys.scripts import page_with

PAGE = """<!doctype html><html lang="ko"><title>x</title><div class="field">
<label for="id_number">번호</label><p id="id_number_helptext">도움말</p>
<input id="id_number" aria-describedby="id_number_helptext" data-check="business-number"
 data-short="열 자리" data-wrong="없는 번호" data-right="맞는 번호"></div>
<button>다음</button><script src="/js/business-number.js" type="module"></script>"""
VALID, INVALID = "2208162517", "2208162518"


@pytest.fixture
def page(browser):
    with page_with(browser, PAGE) as page:
        page.locator("#id_number_check").wait_for(state="attached")
        yield page


def test_algorithm_when_run_in_the_browser_then_as_in_python(page):
    rng = random.Random(2208162517)
    nines = [f"{rng.randrange(10**9):09}" for _ in range(500)]
    nines += ["100810001", "101810001", "220000001", "220010001", "220810000", "220819999"]
    numbers = [nine + str(business_number.check_digit(nine)) for nine in nines]
    numbers += [f"{rng.randrange(10**10):010}" for _ in range(500)]
    numbers += [
        "",
        "123",
        "0000000000",
        "２２０８１６２５１７",
        "x" * 10,
        "220-81-62517",
        "220 81\t62517\n",
    ]
    verdicts = page.evaluate(
        """async (numbers) => {
            const { isValid, normalize, display } = await import("/js/business-number.js");
            return numbers.map((n) => [isValid(n), normalize(n), display(normalize(n))]);
        }""",
        numbers,
    )
    expected = [
        [
            business_number.is_valid(n),
            business_number.normalize(n),
            business_number.display(business_number.normalize(n)),
        ]
        for n in numbers
    ]
    assert verdicts == expected
    assert sum(valid for valid, _, _ in verdicts) > 400


def test_typing_when_the_tenth_digit_is_right_then_said_so(page):
    said, field = page.locator("#id_number_check"), page.locator("#id_number")
    field.press_sequentially(VALID[:9])
    expect(said).to_have_text("")
    field.press_sequentially(VALID[9])
    expect(said).to_have_text("맞는 번호")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    expect(said).to_have_attribute("role", "status")
    expect(field).to_have_attribute("aria-describedby", "id_number_helptext id_number_check")


def test_typing_when_it_is_wrong_then_said_and_never_stopped(page):
    said, field = page.locator("#id_number_check"), page.locator("#id_number")
    field.press_sequentially(INVALID)
    expect(said).to_have_text("없는 번호")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.press_sequentially("7")
    expect(said).to_have_text("열 자리")
    expect(field).to_have_value(f"{INVALID}7")
    for _ in range(2):
        field.press("Backspace")
    expect(said).to_have_text("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    field.press_sequentially("7")
    expect(said).to_have_text("맞는 번호")


def test_leaving_when_ten_digits_then_hyphens(page):
    field = page.locator("#id_number")
    for typed, shown in [
        (VALID, "220-81-62517"),
        ("220 81 62517", "220-81-62517"),
        (INVALID, "220-81-62518"),
        ("220816", "220816"),
        ("가나다", "가나다"),
    ]:
        field.fill(typed)
        field.blur()
        expect(field).to_have_value(shown)


def test_leaving_when_too_short_then_said_and_when_empty_then_not(page):
    said, field = page.locator("#id_number_check"), page.locator("#id_number")
    field.fill("220816")
    expect(said).to_have_text("")
    field.blur()
    expect(said).to_have_text("열 자리")
    field.fill("")
    field.blur()
    expect(said).to_have_text("")
    expect(field).not_to_have_attribute("aria-invalid", "true")
