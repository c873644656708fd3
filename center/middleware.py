"""What every request passes through besides Django's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pghistory.middleware
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

LANGUAGES = {code for code, _name in settings.LANGUAGES}


def client_address(request: HttpRequest) -> str:
    """The caller's address, as far as the configured number of proxies can be trusted."""
    return str(get_adapter(request).get_client_ip(request))


class LocaleMiddleware:
    """Korean unless the person chose otherwise.

    Django's own middleware follows the browser's Accept-Language; many phones of Korean
    shop owners send ``en-US``, and the first page must not be English for them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PrivateMiddleware:
    """Keeps what a logged-in person saw out of caches and of the Back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response


class HistoryMiddleware(pghistory.middleware.HistoryMiddleware):
    """Writes who acted and from which address beside every history row of a request."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        return {**context, "address": client_address(request)}
