"""Finding the address of a business by a word."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from center import clock
from center.requests import PersonRequest
from merchants import address_search as service

#: searches a person may make in a minute; more is no person
PER_MINUTE = 20


@login_required
@require_safe
def address_search(request: PersonRequest) -> HttpResponse:
    """The addresses for ``q``; the form of a business takes the list out of this page."""
    if not service.is_on():
        raise Http404
    keyword = request.GET.get("q", "").strip()
    if keyword and not _may_search(request.user.pk):
        return render(request, "errors/429.html", status=429)
    context = {"q": keyword[:100], "findings": service.search(keyword) if keyword else None}
    return render(request, "merchants/address_search.html", context)


def _may_search(user_id: int) -> bool:
    """Counts this search; yes as well while the cache is away."""
    key = f"address-search:{user_id}:{clock.now():%H%M}"
    cache.add(key, 0, timeout=120)
    return (cache.incr(key) or 0) <= PER_MINUTE
