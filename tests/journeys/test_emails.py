"""Every mail as a telephone shows it: both languages, in light and dark, plain and reworded."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from center.notifications import kinds, rendering, wording
from center.notifications.messages import TEST_MESSAGE
from center.notifications.models import Message, TextPart
from center.notifications.wording import Wording
from tests.journeys.test_accessibility import broken_rules
from tests.notifications.test_kinds import example_of, longest_of

#: a finger's width, in CSS pixels
TARGET = 44
#: words of the house and no others, so that no database is asked
OURS = Wording()


@pytest.fixture(scope="module")
def telephone(browser: Browser) -> Iterator[Page]:
    """Without script, as mail programs have it; 360 px wide."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="ko-KR")
    yield context.new_page()
    context.close()


def too_wide(page: Page, html: str) -> list[str]:
    page.set_content(html)
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"scrolls sideways: {wide} px"] if wide > 360 else []


def faults(page: Page, html: str) -> list[str]:
    """What is wrong with a mail, in light and in dark."""
    found = too_wide(page, html)
    for button in page.locator(".go a").all():
        box = button.bounding_box()
        if box is None or min(box["height"], box["width"]) < TARGET:
            found.append(f"too small for a finger: {box}")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += [f"{scheme}: {rule}" for rule in broken_rules(page)]
    return found


def html_of(message: Message, worded: Wording = OURS) -> str:
    return rendering.mail_html(message, rendering.words_of(message, worded))


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("app", sorted({kind.key.partition(".")[0] for kind in kinds.every()}))
def test_mail_when_opened_on_a_telephone_then_nothing_is_wrong(telephone, app, language):
    wrong = {}
    for kind in kinds.every():
        if kind.key.startswith(f"{app}."):
            message = example_of(kind, language)
            wrong[kind.key] = faults(telephone, html_of(message))
            for sign in "가W":
                wrong[kind.key] += too_wide(telephone, html_of(longest_of(kind, language, sign)))
    assert {key: found for key, found in wrong.items() if found} == {}
    assert len(wrong) > 1


def test_mail_when_staff_worded_it_then_nothing_is_wrong(telephone):
    """Plain text, with a word that has no place to break and an address nobody may follow."""
    body = f"{{{{ name }}}}님\n\n{'W' * 120}\nhttps://example.com/{'x' * 90}\n\n{{{{ asked_at }}}}"
    worded = wording.trial(TEST_MESSAGE, "ko", {TextPart.BODY: body})
    html = html_of(example_of(TEST_MESSAGE, "ko"), worded)
    assert "W" * 120 in html
    assert faults(telephone, html) == []


def test_mail_when_something_is_wrong_then_it_is_found(telephone):
    """A control: grey on grey, too wide, too small a button, in the dark alone black on black."""
    style = "p {color: #999; background: #aaa; width: 500px} .go a {font-size: 6px}"
    dark = "@media (prefers-color-scheme: dark) {h1 {color: #111; background: #000}}"
    html = (
        f"<!doctype html><html lang=ko><title>x</title><style>{style}{dark}</style>"
        "<main><h1>제목</h1><p>글</p><p class=go><a href='https://example.com'>보기</a></p></main>"
    )
    found = faults(telephone, html)
    assert [fault for fault in found if fault.startswith("scrolls")]
    assert [fault for fault in found if fault.startswith("too small")]
    assert [fault for fault in found if fault.startswith("light: color-contrast")]
    assert [fault for fault in found if fault.startswith("dark: color-contrast") and "h1" in fault]
