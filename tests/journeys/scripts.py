"""One page with scripts of ours in a real browser, under the portal's own policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Browser, Page, Route

_HOST = "http://portal.test"
_SCRIPTS = settings.BASE_DIR / "static" / "js"
_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'"

Answer = Callable[[Route], None]


@contextmanager
def page_with(
    browser: Browser, html: str, *, javascript: bool = True, answers: Answer | None = None
) -> Iterator[Page]:
    """``html`` as the page /; ``answers`` serves what it fetches. No script may complain."""
    context = browser.new_context(java_script_enabled=javascript)
    context.set_default_timeout(5_000)
    troubles: list[str] = []
    context.on("console", lambda message: troubles.append(message.text))
    page = context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    context.route(f"{_HOST}/**", lambda route: _serve(route, html, answers))
    page.goto(f"{_HOST}/")
    yield page
    context.close()
    assert troubles == []


def _serve(route: Route, html: str, answers: Answer | None) -> None:
    path = route.request.url.removeprefix(_HOST)
    if path == "/":
        headers = {"Content-Security-Policy": _POLICY}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
    elif path.startswith("/js/"):
        route.fulfill(path=_SCRIPTS / path.removeprefix("/js/"), content_type="text/javascript")
    elif answers and not path.startswith("/favicon"):
        answers(route)
    else:
        route.fulfill(status=204)
