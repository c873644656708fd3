"""Each page of the URL map is opened by somebody who may, at both widths, and found faultless."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys import every_page, looks, pages, rows
from tests.journeys.conftest import Visit
from tests.journeys.demo_finder import Finder, filled
from tests.journeys.every_page import MANAGER, PAGES, RARE
from tests.journeys.on_the_way import ON_THE_WAY
from tests.journeys.portal import ROOT, Site
from tests.journeys.test_accessibility import broken_rules, english, expect_nothing, faults

#: so many pages a test, that the processes share them
_EACH = 14
_PUBLIC_FIRST = [(who, path) for who, found in PAGES.items() for path in found]
_PARTS = [_PUBLIC_FIRST[n : n + _EACH] for n in range(0, len(_PUBLIC_FIRST), _EACH)]
_MODELS = every_page.model_pages()
_MODEL_PARTS = [_MODELS[n : n + 2 * _EACH] for n in range(0, len(_MODELS), 2 * _EACH)]


def test_the_url_map_has_no_address_that_nobody_looks_at() -> None:
    assert every_page.unassigned() == []


def test_the_journeys_that_look_elsewhere_are_there() -> None:
    """Each fails if it does not look where it should: see ``looks``."""
    sources = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    names = {name.partition("[")[0] for name in ON_THE_WAY}
    assert [name for name in names if f"def {name}(" not in sources] == []


def test_a_journey_that_looks_past_a_page_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "at", ["http://127.0.0.1:1/admin/series/7/?q=", "about:blank"])
    assert looks.missed("test_regular_use_when_staff_look_then_faultless", "test_of_no_page") == [
        "admin/series/",
        "admin/series/new/<int:pk>/",
    ]


@pytest.mark.parametrize("part", _PARTS, ids=range(len(_PARTS)))
def test_page_when_opened_then_faultless(
    visit: Visit, site: Site, part: list[tuple[str, str]]
) -> None:
    finder, found, people = Finder(site.database_url), list[str](), dict[str, Page]()
    for who, template in part:
        page = people.get(who) or people.setdefault(who, _arrived(visit, who))
        found += _looked_at(page, template, finder.address(template, PAGES[who][template]))
    expect_nothing(found)


@pytest.mark.parametrize("part", _MODEL_PARTS, ids=range(len(_MODEL_PARTS)))
def test_form_of_the_admin_when_opened_then_faultless(
    visit: Visit, site: Site, part: list[str]
) -> None:
    """Where the demo has no entry, or the manager may not, there is no page to look at."""
    finder, found, page = Finder(site.database_url), list[str](), _arrived(visit, MANAGER)
    looked = 0
    for template in part:
        row = finder.row(f"SELECT id FROM {every_page.model_of(template)} ORDER BY id DESC")
        if "<" in template and row is None:
            continue
        answer = page.request.get(address := filled(template, list(row or ())), max_redirects=0)
        assert answer.status in {200, 302, 403}, f"{address}: {answer.status}"
        assert "/login/" not in answer.headers.get("location", "")
        if answer.status == 200:
            looked += 1
            found += _looked_at(page, template, address)
    expect_nothing(found)
    assert looked >= len(part) / 3


def test_page_of_something_rare_when_opened_then_faultless(visit: Visit, site: Site) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.journeys.rarities"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": site.database_url, "ENVIRONMENT": "demo"},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    values, found, people = json.loads(made.stdout.splitlines()[-1]), list[str](), dict[str, Page]()
    for template, who in RARE:
        page = people.get(who) or people.setdefault(who, _arrived(visit, who))
        found += _looked_at(page, template, filled(template, values[template]))
    expect_nothing(found)


def test_rows_when_thinned_out_then_two_of_each_shape_stay(browser: Browser) -> None:
    page = browser.new_page()
    cell = "<td class={}><a href=/{} id=a>{}</a></td>"
    given = [("ok", 1, "가"), ("ok", 2, "나"), ("ok", 3, ""), ("ok", 4, "다"), ("late", 5, "라")]
    listed = "".join(f"<tr>{cell.format(*one)}</tr>" for one in given)
    page.set_content(f"<table id=result_list><tbody>{listed}</tbody></table>")
    assert rows.thin_out(page) == ["twice: #a"] * len(given)
    kept = page.locator("a").evaluate_all("all => all.map((it) => it.getAttribute('href'))")
    page.close()
    assert kept == ["/1", "/2", "/3", "/5"]


def _arrived(visit: Visit, who: str) -> Page:
    page = visit()
    if who:
        pages.arrive_as(page, who)
    return page


def _looked_at(page: Page, template: str, address: str) -> list[str]:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, f"{address}: {answer.status}"
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    if template.startswith("admin/"):  # a desk's page: one width, and codes stay codes
        return [f"{template}: {fault}" for fault in rows.thin_out(page) + broken_rules(page)]
    found = faults(page, template)
    # a digest is in Latin letters
    return found if template.endswith("/draw/") else found + english(page)
