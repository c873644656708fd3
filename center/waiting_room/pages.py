"""The door and the page before it."""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from center import clock
from center.errors import Violation
from center.waiting_room import rooms, tickets
from center.waiting_room.policy import Gate, Phase
from center.waiting_room.wording import in_words

View = Callable[..., HttpResponse]
Find = Callable[[str], Gate | None]
_MARK = "asks_nobody"


def behind_waiting_room(find: Find) -> Callable[[View], View]:
    """For views of logged-in people with one word in their address: leads to the room whoever
    has no turn. ``find`` gives the gate of the word, None where there is no room.

    A form that somebody sends who has been inside is always taken, also when the turn ran out
    meanwhile: nothing that was typed is lost.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, slug: str) -> HttpResponse:
            gate = find(slug)
            if gate is None or gate.gone or gate.phase(clock.now()) is Phase.CLOSED:
                return view(request, slug)
            held = tickets.read(request, gate)
            account = int(request.user.pk or 0)
            stand = rooms.come(gate, account, tickets.session_of(request), held)
            is_late = request.method == "POST" and stand.ticket.entered > 0
            may = stand.is_inside or is_late
            response = view(request, slug) if may else redirect(gate.room)
            tickets.write(response, stand.ticket, gate)
            return response

        return guarded

    return decorate


def asks_nobody(view: View) -> View:
    """Marks a page that is shown before sessions and accounts are looked up (see middleware)."""
    setattr(view, _MARK, True)
    return view


def is_marked(view: View) -> bool:
    return getattr(view, _MARK, False)


def room_page(find: Find) -> View:
    """The view of the page on which people wait: no query of the database, but for the gate
    now and then."""

    @asks_nobody
    @require_safe
    @never_cache
    def room(request: HttpRequest, slug: str) -> HttpResponse:
        request.user = AnonymousUser()  # nobody is asked who it is: the ticket says it
        gate = find(slug)
        held = tickets.read(request, gate) if gate else None
        if gate is None or gate.phase(clock.now()) is Phase.CLOSED:
            return HttpResponseRedirect("../")  # the door, which knows what to say
        if gate.gone:
            return _all_gone(request, gate, gate.gone())
        if held is None:
            return HttpResponseRedirect("../")
        stand = rooms.look(gate, held)
        if stand.is_inside:
            return redirect(gate.door)
        return _shown(request, gate, stand)

    return room


def _shown(request: HttpRequest, gate: Gate, stand: rooms.Stand) -> HttpResponse:
    context = {
        "gate": gate,
        "stand": stand,
        "place": stand.ahead + 1,
        "wait": in_words(stand.wait),
        "is_gathering": gate.phase(clock.now()) is Phase.GATHERING,
        "call_seconds": settings.WAITING_ROOM_CALL_SECONDS,
    }
    response = render(
        request, "center/waiting_room.html", context, status=503 if stand.is_away else 200
    )
    if stand.is_away:
        response["Retry-After"] = str(stand.pause)
    return _unframed(response)


def _all_gone(request: HttpRequest, gate: Gate, reason: Violation) -> HttpResponse:
    """For thousands within seconds: they hear it here and not from the form, which would look up
    each one's business and papers first."""
    context = {"gate": gate, "reason": reason}
    return _unframed(render(request, "center/waiting_room_gone.html", context))


def _unframed(response: HttpResponse) -> HttpResponse:
    response["X-Frame-Options"] = "DENY"  # its middleware stands behind these pages
    return response
