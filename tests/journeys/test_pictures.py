"""A picture refused while others are drawn comes by itself a little later."""

from __future__ import annotations

import re

from playwright.sync_api import Page, Route, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit


def refuse_once(page: Page, pattern: str, *, status: int) -> list[str]:
    """The addresses that were refused, each the first time it was asked for."""
    refused = list[str]()

    def answer(route: Route) -> None:
        if route.request.url in refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=status)

    page.route(re.compile(pattern), answer)
    return refused


def test_chart_when_refused_at_first_then_it_is_asked_for_again(visit: Visit) -> None:
    page = visit(watched=False)  # what is refused is meant
    refused = refuse_once(page, r"/charts/.*\.svg", status=429)
    pages.arrive_as(page, "manager@example.com")
    page.goto("/reports/")
    chart = page.locator(".chart img").first
    expect(chart).to_have_js_property("naturalWidth", 0)
    assert refused
    expect(chart).not_to_have_js_property("naturalWidth", 0, timeout=90_000)
