"""The sessions of the last round, taken over for the next one in one go."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center import clock, display
from center.errors import RuleViolation
from center.requests import PersonRequest
from programs import own_sessions
from programs.admin.sessions import render_desk
from programs.models import Material, Program, Session
from programs.services import rounds
from programs.services.material_copies import MOST_BYTES, MOST_FILES
from programs.services.sessions import Planned
from programs.session_forms import FirstDayForm


@require_http_methods(["GET", "HEAD", "POST"])
def sessions_repeat(request: PersonRequest, pk: int) -> HttpResponse:
    """Each session with its new date, from the first day that is typed; sent, they are planned."""
    program = get_object_or_404(Program.objects.select_related("copied_from"), pk=pk)
    before = list(own_sessions.with_places(rounds.sessions_before(program)))
    if not before:
        raise Http404
    first = clock.day_of(before[0].starts)
    is_sent = request.method == "POST"
    sent = request.POST if is_sent else request.GET
    form = FirstDayForm(
        sent if is_sent or "first" in sent else None, initial={"first": _proposed(program, first)}
    )
    if form.is_bound and not form.is_valid():
        return _page(request, program, before, form, dt.timedelta(0), status=400)
    day = form.cleaned_data["first"] if form.is_bound else form.initial["first"]
    if not is_sent:
        return _page(request, program, before, form, day - first)
    if not _is_taken_over(request, program, day - first, form):
        return _page(request, program, before, form, day - first, status=409)
    return redirect("admin:program_sessions", program.pk)


def _proposed(program: Program, first: dt.date) -> dt.date:
    """As long after the opening as last time, on the same day of the week; never in the past."""
    assert program.copied_from is not None
    shift = rounds.weeks_between(program.copied_from.opens_at, program.opens_at)
    while first + shift <= clock.today():
        shift += 7 * clock.DAY
    return first + shift


def _is_taken_over(
    request: PersonRequest, program: Program, shift: dt.timedelta, form: FirstDayForm
) -> bool:
    """Plan them, with their files if that was ticked; else the page says why not."""
    wanted = form.cleaned_data["with_files"]
    try:
        done = rounds.take_over(program=program, shift=shift, by=request.user, with_files=wanted)
    except RuleViolation as refusal:
        messages.error(request, refusal.violations[0].sentence)
        return False
    _tell(request, done.planned)
    for file in done.lost:
        said = _("“%(name)s” could not be read and was left out. Please add it again.")
        messages.warning(request, said % {"name": file.name})
    if done.beyond:
        said = _("These files were not copied; please add them by hand: %(names)s.")
        messages.warning(request, said % {"names": ", ".join(file.name for file in done.beyond)})
    return True


def _tell(request: HttpRequest, planned: Planned) -> None:
    n = len(planned.sessions)
    if n:
        said = ngettext("%(n)d session has been planned.", "%(n)d sessions have been planned.", n)
        messages.success(request, said % {"n": n})
    for span, found in planned.refused:
        day = display.full_day(clock.day_of(span.start))
        messages.warning(request, f"{day}: {found[0].sentence}")


def _page(
    request: HttpRequest,
    program: Program,
    before: list[Session],
    form: FirstDayForm,
    shift: dt.timedelta,
    *,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("Take over the sessions of the last round"),
        "program": program,
        "form": form,
        "most_files": MOST_FILES,
        "most_bytes": MOST_BYTES,
        "files": Material.objects.given_out()
        .filter(session__in=before)
        .aggregate(count=Count("pk"), size=Sum("size")),
        "first": (clock.day_of(before[0].starts) + shift).isoformat(),
        "lines": [
            {
                "session": session,
                "place": own_sessions.place_of(session),
                "starts": session.starts + shift,
                "ends": session.ends + shift,
            }
            for session in before
        ],
    }
    return render_desk(request, "repeat", context, status)
