"""A chart refused while others are drawn comes by itself a little later."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.journeys import pages
from tests.journeys.conftest import Visit


def test_chart_when_refused_at_first_then_it_is_asked_for_again(visit: Visit) -> None:
    page, refused = visit(watched=False), list[str]()  # what is refused is meant

    def refuse_once(route: Route) -> None:
        if route.request.url in refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=429)

    page.route(re.compile(r"/charts/.*\.svg"), refuse_once)
    pages.arrive_as(page, "manager@example.com")
    page.goto("/reports/")
    chart = page.locator(".chart img").first
    expect(chart).to_have_js_property("naturalWidth", 0)
    assert refused
    expect(chart).not_to_have_js_property("naturalWidth", 0, timeout=90_000)
