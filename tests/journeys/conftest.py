"""A browser, a running portal, and people who open its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.journeys import looks, sessions
from tests.journeys.portal import Site, running_site
from tests.journeys.watch import Watch

SIZES = {"phone": (360, 740), "desktop": (1280, 900)}
# The first shows no windows, and computes a third less for that.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
]

#: How long a page may take before a journey gives it up, in milliseconds, whatever else the
#: machine does. How fast pages have to be is measured elsewhere.
PATIENCE, OPENING = 30_000, 90_000
expect.set_options(timeout=15_000)

Visit = Callable[..., Page]
Shot = Callable[[Page, str], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Function) -> Iterator[None]:
    """Whoever is to look at some pages on the way has done so."""
    looks.at.clear()
    yield
    assert looks.missed(item.name, item.originalname) == []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    shared = "PYTEST_XDIST_WORKER" in os.environ
    prepared = tmp_path_factory.getbasetemp().parent if shared else folder
    with running_site(folder, prepared=prepared) as running, sessions.of(running):
        yield running


# Not for the whole session: while Playwright is open, a loop runs in this thread, and Django
# refuses to touch the database of the tests that follow.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
    except Error as trouble:
        pytest.fail(f"No Chromium for the browser tests ({path or 'none on PATH'}): {trouble}")


@pytest.fixture(params=SIZES)
def size(request: pytest.FixtureRequest) -> str:
    """A phone and a desktop in turn."""
    return str(request.param)


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """Call it with a size for the page of a new visitor; nothing may go wrong on any page."""
    watch, contexts = Watch(site.url), list[BrowserContext]()

    def arrive(size: str = "desktop", *, javascript: bool = True, watched: bool = True) -> Page:
        width, height = SIZES[size]
        context = browser.new_context(
            base_url=site.url,
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            locale="ko-KR",
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
            bypass_csp="JOURNEY_SHOTS" in os.environ,  # taking a picture breaks the policy
        )
        be_patient(context)
        if watched:
            watch.over(context)
        contexts.append(context)
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()
    assert watch.troubles == []


def be_patient(context: BrowserContext) -> None:
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(OPENING)


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Shot:
    """Keeps a picture of a page in the folder JOURNEY_SHOTS, if that is set."""
    folder = os.environ.get("JOURNEY_SHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            width = (page.viewport_size or {"width": 0})["width"]
            page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)

    return take
