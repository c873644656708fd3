"""When a session was last used, kept in the session, and what follows from it.

The stamp is renewed at most once a minute, so that reading pages costs no write; a session
therefore ends up to a minute before the limit counted from its very last request, never after.
Beside it stands whether the person works here, so that merchants' pages need not ask each time.
"""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib import auth, messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils.translation import gettext as _

from center import clock, safety
from center.models import User
from center.permissions import EVALUATOR, roles_of

RENEWED_EVERY = 60  # seconds
#: the header a page's script sends when it renews by itself what the page shows
RENEWAL = "X-Renewal"
_KEY = "idle"
_WORKS = "works_here"
_EVALUATES = "evaluates"
_READS_RESULTS = "reads_results"


def seconds_left(request: HttpRequest) -> int | None:
    """Until the session ends; 0 when it is over, None when it was never stamped."""
    if _KEY not in request.session:
        return None
    seen, limit = request.session[_KEY]
    return max(0, seen + limit - _now())


def touch(request: HttpRequest, person: User) -> None:
    """Note that the person did something, and on which device, for the list of log-ins.

    The limit is worked out anew each time: a role given or taken counts within a minute.
    """
    seen, _limit = request.session.get(_KEY, (0, 0))
    if _now() - seen >= RENEWED_EVERY:
        stamp(request.session, person)
        UserSession.objects.create_from_request(request)


def stamp(session: SessionBase, person: User) -> None:
    """Let the session live for the person's whole limit from now on."""
    session[_KEY] = (_now(), int(safety.idle_limit(person).total_seconds()))
    session[_WORKS] = safety.works_here(person)
    session[_EVALUATES] = EVALUATOR in roles_of(person)
    session[_READS_RESULTS] = person.has_perm("reports.view_edition")


def works_here(request: HttpRequest, person: User) -> bool:
    """``safety.works_here``, as far as it rests on roles as of a minute ago at most.

    Whoever sends nothing but renewals is never stamped anew: of an older stamp only that the
    person works here is believed.
    """
    if safety.has_free_hand(person):
        return True
    seen, _limit = request.session.get(_KEY, (0, 0))
    noted = request.session.get(_WORKS)
    if noted or (noted is False and _now() - seen < RENEWED_EVERY):
        return bool(noted)
    return safety.works_here(person)


def evaluates(request: HttpRequest) -> bool:
    """Whether the menu leads to evaluations; as of the stamp, so that no page asks for roles."""
    return bool(getattr(request, "session", {}).get(_EVALUATES))


def reads_results(request: HttpRequest) -> bool:
    """Whether the menu leads to results; as of the stamp, likewise."""
    return bool(getattr(request, "session", {}).get(_READS_RESULTS))


def log_out(request: HttpRequest) -> None:
    """End the session and say why on whatever page comes next."""
    auth.logout(request)
    messages.info(
        request,
        _("You were logged out because nothing was done here for a while. Please log in again."),
    )


def _now() -> int:
    return int(clock.now().timestamp())
