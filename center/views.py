"""The roof: the front page, the guide, notices, health and the pages that say no."""

from __future__ import annotations

import sys
from typing import Any

import structlog
from django.conf import settings
from django.db import OperationalError
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bookings import house, house_rules, selectors
from bookings.models import Resource
from bookings.policies import rules_on
from center import attempts, clock, exposition, health
from center.middleware import database_gave_up
from center.models import Notice
from programs import selectors as programs

log = structlog.get_logger(__name__)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What can be used soonest, which calls are open, what is new."""
    context = {
        "cards": selectors.space_cards(),
        "programs": programs.front_cards(clock.now()),
        "notices": Notice.objects.published()[:3],
    }
    return render(request, "center/front.html", context)


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """The rules of every space in words, as they are in force today."""
    settings_now, today = house.current(), clock.today()
    spaces = [
        (space, house_rules.sentences(rules_on(today, settings_now.policies_for(space))))
        for space in Resource.objects.active().spaces()
    ]
    trained_only = [
        item
        for item in Resource.objects.active().equipment()
        if rules_on(today, settings_now.policies_for(item)).needs_training
    ]
    context = {
        "spaces": spaces,
        "trained_only": trained_only,
        "verification_days": settings.VERIFICATION_DAYS,
    }
    return render(request, "center/guide.html", context)


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    return render(request, "center/notices.html", {"notices": Notice.objects.published()[:50]})


@require_safe
def language(request: HttpRequest, code: str) -> HttpResponse:
    """Show pages in the language from now on, in this browser, and go back to where the person
    was. Reading an address changes no account: the language of messages is chosen among their
    preferences."""
    if code not in dict(settings.LANGUAGES):
        raise Http404
    target = request.GET.get("next", "/")
    safe = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, request.is_secure()
    )
    response = HttpResponseRedirect(target if safe else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response


@require_safe
def staff_only(request: HttpRequest) -> HttpResponse:
    """Where somebody without the right lands who asked for the admin."""
    return render(request, "center/staff_only.html", status=403)


@never_cache
@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    """Everything the portal needs answers; 503 names what does not."""
    results = health.examine()
    ready = all(health.is_well(result) for result in results.values())
    if not ready:
        log.warning("not_ready", **results)
    body = {"status": "ok" if ready else "unavailable", "checks": results}
    return JsonResponse(body, status=200 if ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, inside only: whoever comes through the proxy finds nothing here."""
    if request.headers.get("X-Forwarded-For"):
        return HttpResponse(status=404)
    return HttpResponse(exposition.text(), content_type=exposition.CONTENT_TYPE)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _sorry(request, "400")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _sorry(request, "403")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _sorry(request, "404")


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the error is handled. A database that gave up in a middleware, such as at the
    session, comes by here, as no middleware sees what another one raised."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        return database_gave_up(error)
    return _sorry(request, "500")


def too_many(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Asked too often; or nobody can count how often, which is not the person's doing."""
    if attempts.can_be_counted():
        return _sorry(request, "429")
    return _sorry(request, "uncounted", status=503)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _sorry(request, "csrf", status=403)


def _sorry(request: HttpRequest, name: str, status: int | None = None) -> HttpResponse:
    return render(request, f"errors/{name}.html", status=status or int(name))
