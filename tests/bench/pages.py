"""What a first and a later visit weigh, as a browser sees them."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, Playwright, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass
class Visit:
    """Bytes on the wire. Behind a proxy that compresses, ``compressed`` counts."""

    requests: int = 0
    font_requests: int = 0
    fonts: int = 0
    others: int = 0
    html: int = 0
    html_gzip: int = 0
    hosts: set[str] = field(default_factory=set)

    @property
    def sent(self) -> int:
        return self.others + self.html

    @property
    def compressed(self) -> int:
        """Without webfonts, the HTML compressed as the proxy does."""
        return self.others + min(self.html, self.html_gzip)


def launched(playwright: Playwright) -> Browser:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


def visits(address: str, cookies: Mapping[str, str] | None = None) -> tuple[Visit, Visit]:
    """The first visit to an address and the one after it with the same browser."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_cookies(
                [{"name": n, "value": v, "url": address} for n, v in (cookies or {}).items()]
            )
            page = context.new_page()
            first = _visit(page, address)
            page.goto("about:blank")
            return first, _visit(page, address)
        finally:
            browser.close()


def _visit(page: Page, address: str) -> Visit:
    visit = Visit()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    kinds: dict[str, str] = {}
    cached: set[str] = set()  # answered by the browser itself

    def starts(event: dict) -> None:
        url = urlsplit(event["request"]["url"])
        if url.scheme in ("http", "https"):
            kinds[event["requestId"]] = event.get("type", "")
            visit.hosts.add(url.netloc)

    def ends(event: dict) -> None:
        kind = kinds.get(event["requestId"])
        if kind is None or event["requestId"] in cached:
            return
        size = int(event["encodedDataLength"])
        visit.requests += size > 0
        if kind == "Font":
            visit.fonts += size
            visit.font_requests += size > 0
        elif kind == "Document":
            visit.html += size
        else:
            visit.others += size

    session.on("Network.requestWillBeSent", starts)
    session.on("Network.requestServedFromCache", lambda event: cached.add(event["requestId"]))
    session.on("Network.loadingFinished", ends)
    response = page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    if response is None or response.status != 200:
        raise Error(f"{address} answers {response and response.status}")
    visit.html_gzip = len(gzip.compress(response.body(), 6)) + 800  # the head of the answer
    session.detach()
    return visit
