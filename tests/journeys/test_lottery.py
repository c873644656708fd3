"""Places by lot: published with the digest of a seed, drawn in front of everybody, run again by
a stranger from what stands on the page."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys import pages, rounds
from tests.journeys.conftest import Shot, Visit
from tests.journeys.portal import Site
from tests.journeys.test_accessibility import expect_nothing

LAST, TITLE = "숏폼 영상 하루 완성", "짧은 영상 만들기 다음 회차"
PEOPLE = [f"{name}@example.com" for name in ("load073", "load074", "load075", "load076")]
STATES = ["선정", "예비", "미선정", "미선정"]


def few_places(staff: Page) -> None:
    staff.locator("#id_quota").fill("1")
    staff.locator("#id_reserve").fill("1")


def take(staff: Page, step: str) -> None:
    """One of the steps of the draw at the desk."""
    staff.locator(f"form:has(input[value={step}]) button[type=submit]").click()
    expect(staff.locator(".messages, .messagelist").first).to_be_visible()


def apply(page: Page, email: str, slug: str) -> str:
    """Returns the receipt number."""
    pages.arrive_as(page, email)
    page.goto(f"/programs/{slug}/apply/")
    page.get_by_label("전화").fill("010-1234-5678")
    page.get_by_role("button", name="제출하기").click()
    page.wait_for_url("**/applications/*/")
    return re.search(r"/applications/([^/]+)/", page.url)[1]  # type: ignore[index]


def run_again(page: Page) -> list[str]:
    """The procedure as it is printed on the page, with what stands there."""
    order = page.locator(".drawn .number").all_inner_texts()
    names = {
        "seed": page.locator("#seed").inner_text(),
        "commitment": page.locator("#commitment").inner_text(),
        "beacon": page.locator("#beacon").inner_text(),
        "receipts": sorted(order),
    }
    exec(page.locator("pre code").inner_text(), names)
    assert names["drawn"] == order
    return order


def test_lots_from_the_call_to_a_stranger_who_runs_the_draw_again(
    visit: Visit, shot: Shot, site: Site
) -> None:
    found: list[str] = []
    look = rounds.looker(shot, found, words=False)  # the digests look like English
    staff, stranger = visit(), visit("phone")
    pages.arrive_as(staff, "staff@example.com")
    call = rounds.publish(staff, "lottery", LAST, TITLE, write=few_places)
    desk, public = f"/admin/selection/{call.pk}/draw/", f"/programs/{call.slug}/draw/"
    staff.goto(desk)
    staff.locator("#id_beacon_source").fill("로또 6/45 제1300회 당첨 번호")
    take(staff, "seed")
    stranger.goto(public)
    promised = stranger.locator("#commitment").inner_text()
    look(stranger, "draw-promised")

    owners = {email: visit("phone") for email in PEOPLE}
    receipts = {email: apply(page, email, call.slug) for email, page in owners.items()}
    rounds.close(site, call)
    staff.goto(desk)
    take(staff, "list")
    stranger.reload()
    assert sorted(stranger.locator(".listed .number").all_inner_texts()) == sorted(
        receipts.values()
    )
    staff.locator("#id_beacon").fill("3 9 11 24 30 44")
    staff.locator("#id_sure").check()
    look(staff, "desk-draw")
    take(staff, "draw")

    stranger.reload()
    look(stranger, "draw-done")
    assert stranger.locator("#commitment").inner_text() == promised
    order = run_again(stranger)
    assert sorted(order) == sorted(receipts.values())
    for email, page in owners.items():
        page.reload()
        state = STATES[order.index(receipts[email])]
        expect(page.locator("main .badge").first).to_have_text(state)
    look(owners[PEOPLE[0]], "drawn")
    expect_nothing(found)
