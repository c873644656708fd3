"""Shows the rooms before sessions and accounts are looked up: they are for thousands at once."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

from center.waiting_room.pages import is_marked


class WaitingRoomMiddleware:
    """Stands behind the language and before everything that knows people.

    Only addresses that end like a room's are resolved a second time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.endswith("/wait/"):
            try:
                found = resolve(request.path_info)
            except Http404:
                return self.get_response(request)
            if is_marked(found.func):
                request.resolver_match = found
                return found.func(request, *found.args, **found.kwargs)
        return self.get_response(request)
