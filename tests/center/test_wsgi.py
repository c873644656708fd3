from __future__ import annotations

from django.urls import clear_url_caches, get_resolver

from center import business_days, wsgi


def test_wsgi_when_imported_then_the_first_request_waits_for_nothing() -> None:
    clear_url_caches()
    business_days.public_holidays.cache_clear()
    wsgi.prepare()
    assert get_resolver()._populated
    assert business_days.public_holidays.cache_info().currsize == 1
