"""What every request passes through besides Django's own."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pghistory.middleware
import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django_structlog.middlewares import RequestMiddleware

from center import heavy, idle, log_secrets, metrics, safety
from center.models import User

log = structlog.get_logger(__name__)
LANGUAGES = {code for code, _name in settings.LANGUAGES}


def client_address(request: HttpRequest) -> str:
    """The caller's address, as far as the configured number of proxies can be trusted."""
    return str(get_adapter(request).get_client_ip(request))


class MetricsMiddleware:
    """Counts and times every answer, outermost, so that nothing is left out of the time.

    Prometheus asks for ``/metrics`` by the name or number of a container, which is none of
    ALLOWED_HOSTS: it is answered here, before anybody looks at the name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics":
            return resolve(request.path).func(request)
        started = time.perf_counter()
        response = self.get_response(request)
        metrics.request_answered(
            self._route(request), response.status_code, time.perf_counter() - started
        )
        return response

    def _route(self, request: HttpRequest) -> str:
        """The name of the address, never the address itself: there are only so many."""
        if request.resolver_match:
            return request.resolver_match.view_name
        return "static" if request.path.startswith(settings.STATIC_URL) else "none"


class LogMiddleware(RequestMiddleware):
    """Logs each request by method and path: what people search for, which are names and
    numbers, is nobody's to read, and keys in paths still less."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {log_secrets.without_keys(request.path)}"

    @staticmethod
    def bind_user_id(request: HttpRequest) -> None:
        """A database that gave up is not asked whose request that was: it would give up again,
        and nobody would hear of the first time."""
        if not isinstance(getattr(request, "_raised_exception", None), OperationalError):
            RequestMiddleware.bind_user_id(request)


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


class PermissionsMiddleware:
    """No page asks for camera, microphone or place, but for the one that says so itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response


class NulMiddleware:
    """Refuses addresses with a NUL in them: PostgreSQL knows no such character, and asking it
    for one would be an error of ours. Forms and filters refuse it by themselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            raise Http404
        return self.get_response(request)


class BusyMiddleware:
    """Where the database gave up – somebody held a row for too long, an answer took too
    long, it starts again – or others are at heavy work already, or it failed for once,
    people read that nothing is wrong with what they did.

    Sees what views raise; ``center.views.server_error`` says the same where a middleware did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, heavy.TooMuchAtOnceError):
            return _busy(429, seconds=10)
        if isinstance(error, heavy.NotNowError):
            return _busy(503, seconds=60)
        return database_gave_up(error) if isinstance(error, OperationalError) else None


def database_gave_up(error: OperationalError) -> HttpResponse:
    """Logs it; the page is made without anything that could ask the database once more."""
    code = getattr(error.__cause__, "pgcode", None)
    log.error("database_gave_up", code=code, exc_info=error)
    return _busy(503, seconds=60)


def _busy(status: int, *, seconds: int) -> HttpResponse:
    answer = HttpResponse(render_to_string("errors/busy.html"), status=status)
    answer["Retry-After"] = str(seconds)
    return answer


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
    """Writes who acted, where and from which address beside every history row of a request;
    where without the keys in it, which would open those doors to readers of the history."""

    def get_context(self, request: HttpRequest) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request)
        return {
            **context,
            "url": log_secrets.without_keys(request.path),
            "address": client_address(request),
        }


class IdleMiddleware:
    """Logs people out who left; see ``center.idle``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            left = idle.seconds_left(request)
            if left == 0:
                idle.log_out(request)
            elif left is None or not self._only_asks(request):
                idle.touch(request, request.user)
        return self.get_response(request)

    def _only_asks(self, request: HttpRequest) -> bool:
        """A page's own script asking how long is left, or renewing what it shows, is no sign of
        a person. Whoever sends this himself only shortens his own session."""
        if request.method != "GET":
            return False
        return idle.RENEWAL in request.headers or request.path == reverse("account_idle")


class SecondFactorMiddleware:
    """Lets staff and officials reach nothing but their account before the second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if (
            person.is_authenticated
            and not safety.has_proved(request)
            and settings.REQUIRE_SECOND_FACTOR
            and idle.works_here(request, person)
        ):
            return self._led(request, person) or self.get_response(request)
        return self.get_response(request)

    def _led(self, request: HttpRequest, person: User) -> HttpResponse | None:
        """Where to instead; None if the page asked for is open to the person."""
        if safety.has_second_factor(person):
            # Not even the account's pages: there a stolen password could add its own factor.
            methods = get_adapter(request).get_reauthentication_methods(person)
            ways = [way["url"] for way in methods if way["id"].startswith("mfa_")]
            target, open_to = ways[0], (*ways, reverse("account_logout"), "/language/")
        else:
            target, open_to = reverse("account_second_factor"), ("/account/", "/language/")
        if request.path.startswith(open_to):
            return None
        return redirect_to_login(request.get_full_path(), target)
