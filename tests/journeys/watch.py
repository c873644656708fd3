"""What a page must never do, noted while the journeys use it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response


class Watch:
    """Complaints of the console, failed parts of pages, and calls to other hosts."""

    def __init__(self, own: str) -> None:
        self.own = own
        self.troubles: list[str] = []
        self._documents: set[str] = set()

    def over(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("page", self._page)

    def _page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))

    def _request(self, request: Request) -> None:
        if request.is_navigation_request():
            self._documents.add(request.url)
        if not request.url.startswith((f"{self.own}/", "data:", "blob:")):
            self.troubles.append(f"foreign host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            self.troubles.append(f"{response.status}: {response.url}")
        if response.status >= 500:
            self.troubles.append(f"{response.status}: {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium notes every page that answers 4xx; those pages are tested as pages.
        refused = message.text.startswith("Failed to load resource")
        if refused and message.location["url"] in self._documents:
            return
        if message.type in {"error", "warning"}:
            self.troubles.append(f"console: {message.text} ({message.location['url']})")
