"""Sessions in the admin: those of a program, planning, moving, calling off."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.models import Booking
from center import clock, display
from center.errors import RuleViolation, Violation
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import own_sessions, rolls, room_choices, session_forms
from programs.models import (
    Consultation,
    ConsultationState,
    Presence,
    Program,
    Session,
    SessionState,
)
from programs.services import rooms, rounds, sessions
from programs.services.sessions import Planned
from programs.session_forms import SessionForm, WhyForm

_WEEK = 7 * clock.DAY


@require_safe
def sessions_soon(request: HttpRequest) -> HttpResponse:
    """Of all programs: those of the last week and of the two to come."""
    now = clock.now()
    rows = Session.objects.standing().filter(ends__gt=now - _WEEK, starts__lt=now + 2 * _WEEK)
    context = {"title": _("Sessions"), "lines": _lines(rows), "now": now}
    return render_desk(request, "soon", context)


@require_safe
def program_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    """All sessions of a program, those called off as well."""
    program = get_object_or_404(Program, pk=pk)
    context = {
        "title": _("Sessions"),
        "program": program,
        "lines": _lines(Session.objects.filter(program=program)),
        "before": rounds.sessions_before(program).count(),
        "now": clock.now(),
    }
    return render_desk(request, "list", context)


def _lines(rows: QuerySet[Session]) -> list[dict[str, Any]]:
    """Each with its place, how many were noted as present, and its files. 3 queries."""
    present = Count("attendance", filter=Q(attendance__mark=Presence.PRESENT), distinct=True)
    files = Count("files", filter=Q(files__removed_at=None), distinct=True)
    found = own_sessions.with_places(rows).select_related(
        "program", "booking__resource", "application", "merchant"
    )
    return [
        {
            "session": row,
            "place": own_sessions.place_of(row),
            "present": row.present,
            "files": row.files_there,
        }
        for row in found.annotate(present=present, files_there=files)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def session_plan(request: PersonRequest, pk: int) -> HttpResponse:
    """Plan one, or one a week."""
    program = get_object_or_404(Program, pk=pk)
    if request.method != "POST":
        return _form_page(request, program, SessionForm(initial=_pattern(request, program)))
    form = SessionForm(_chosen(request.POST))
    if not form.is_valid():
        return _form_page(request, program, form, status=400)
    try:
        planned = _plan(request, program, form)
    except RuleViolation as refusal:
        return _form_page(request, program, form, refusal=refusal, status=409)
    _tell_planned(request, planned)
    _warn_if_too_small(request, planned.sessions)
    return redirect("admin:program_sessions", program.pk)


def _pattern(request: HttpRequest, program: Program) -> dict[str, Any]:
    """As the last one, a week later; or on the day asked for."""
    last = program.sessions.standing().order_by("-starts").first()
    day = clock.today() + _WEEK
    initial: dict[str, Any] = {"day": day, "starts_at": dt.time(10), "ends_at": dt.time(12)}
    if last is not None:
        initial = session_forms.initial_of(last)
        initial["day"] = max(initial["day"] + _WEEK, clock.today())
    if (asked := parse_datetime(request.GET.get("at", ""))) is not None:
        initial["day"] = clock.day_of(asked) if asked.tzinfo else asked.date()
    return {"weeks": 1, **initial}


def _chosen(posted: QueryDict) -> QueryDict:
    """What was typed, with the way out that was chosen: another time, another room, or none."""
    data, (what, _colon, value) = posted.copy(), posted.get("choose", "").partition(":")
    if what == "at" and (start := parse_datetime(value)) is not None and start.tzinfo:
        begins = clock.local(start)
        length = _length(posted)
        data["day"], data["starts_at"] = begins.date().isoformat(), f"{begins:%H:%M}"
        data["ends_at"] = f"{begins + length:%H:%M}"
    elif what == "room":
        data["room"] = value
        if not value:
            data.setlist("equipment", [])
    return data


def _length(posted: QueryDict) -> dt.timedelta:
    """How long the session is as typed; two hours where that cannot be read."""
    form = SessionForm(posted)
    form.is_valid()
    typed = form.cleaned_data
    if "starts_at" not in typed or "ends_at" not in typed:
        return dt.timedelta(hours=2)
    today = clock.today()
    return clock.at(today, typed["ends_at"]) - clock.at(today, typed["starts_at"])


def _plan(request: PersonRequest, program: Program, form: SessionForm) -> Planned:
    wish: dict[str, Any] = {
        "by": request.user,
        "program": program,
        "meeting": form.meeting,
        "room": form.wished_room,
        "override": form.cleaned_data["override"],
    }
    if len(form.spans) > 1:
        return sessions.plan_many(spans=form.spans, **wish)
    starts, ends = form.span
    return Planned([sessions.plan(starts=starts, ends=ends, **wish)])


def _tell_planned(request: HttpRequest, planned: Planned) -> None:
    n = len(planned.sessions)
    said = ngettext("%(n)d session has been planned.", "%(n)d sessions have been planned.", n)
    if n:
        messages.success(request, said % {"n": n})
    for span, found in planned.refused:
        day = display.full_day(clock.day_of(span.start))
        messages.warning(request, f"{day}: {found[0].sentence}")


def _warn_if_too_small(request: HttpRequest, planned: Sequence[Session]) -> None:
    """Where a session for all takes fewer people than there are businesses; all that are planned
    at once take as many."""
    session = next(iter(planned), None)
    if session is None or session.capacity is None or session.application_id is not None:
        return
    taking_part = len(rolls.participants(session))
    if session.capacity < taking_part:
        said = _(
            "It takes %(room)d people, and %(n)d businesses take part. Make it larger, or hold another one."
        )
        messages.warning(request, said % {"room": session.capacity, "n": taking_part})


@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Another time, room or words; and calling it off."""
    session = _found(pk)
    if elsewhere := _of_a_consultation(request, session):
        return elsewhere
    if request.method == "POST":
        return _edited(request, session)
    return _form_page(request, session.program, _as_it_is(session), session=session)


def _of_a_consultation(request: HttpRequest, session: Session) -> HttpResponse | None:
    """Its own page has the consultant's free times and tells him; nothing is changed here."""
    asked = Consultation.objects.filter(session=session, state__in=ConsultationState.live).first()
    if asked is None:
        return None
    messages.info(request, _("This is a consultation: it is arranged and called off on this page."))
    return redirect("admin:consultation", asked.pk)


def _as_it_is(session: Session) -> SessionForm:
    return SessionForm(initial={"weeks": 1, **session_forms.initial_of(session)})


def _edited(request: PersonRequest, session: Session) -> HttpResponse:
    form, program = SessionForm(_chosen(request.POST)), session.program
    if not form.is_valid():
        return _form_page(request, program, form, session=session, status=400)
    try:
        _change(request, session, form)
    except RuleViolation as refusal:
        return _form_page(request, program, form, session=session, refusal=refusal, status=409)
    messages.success(request, _("Saved: %(title)s.") % {"title": form.cleaned_data["title"]})
    _warn_if_too_small(request, [_found(session.pk)])
    return redirect("admin:program_sessions", program.pk)


def _found(pk: int) -> Session:
    rows = Session.objects.select_related("program", "booking__resource", "consultant")
    return get_object_or_404(rows, pk=pk)


def _change(request: PersonRequest, session: Session, form: SessionForm) -> None:
    starts, ends = form.span
    sessions.change(
        by=request.user,
        session=session,
        meeting=dataclasses.replace(form.meeting, consultant=session.consultant),
        starts=starts,
        ends=ends,
        room=form.wished_room,
        override=form.cleaned_data["override"],
    )


@require_POST
def session_call_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Call it off, for a reason that the participants read."""
    session, form = _found(pk), WhyForm(request.POST, prefix="off")
    if elsewhere := _of_a_consultation(request, session):
        return elsewhere
    if form.is_valid():
        try:
            sessions.call_off(by=request.user, session=session, **form.cleaned_data)
        except RuleViolation as refusal:
            put_on(form, refusal)
        else:
            messages.success(request, _("Called off. Those who take part have been told."))
            return redirect("admin:program_sessions", session.program_id)
    page = _as_it_is(session)
    return _form_page(request, session.program, page, session=session, off=form, status=409)


def _form_page(
    request: HttpRequest,
    program: Program,
    form: SessionForm,
    *,
    session: Session | None = None,
    refusal: RuleViolation | None = None,
    off: WhyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    violations: Sequence[Violation] = refusal.violations if refusal else ()
    moving = session.booking if session and rooms.is_coming(session.booking) else None
    context = {
        "title": session.title if session else _("Plan sessions"),
        "program": program,
        "session": session,
        "is_open": session is None or session.state == SessionState.PLANNED,
        "form": form,
        "off": off or WhyForm(prefix="off"),
        "violations": violations,
        "choices": _choices(form, violations, moving),
        "back": reverse("admin:program_sessions", args=[program.pk]),
    }
    return render_desk(request, "form", context, status)


def _choices(
    form: SessionForm, violations: Sequence[Violation], moving: Booking | None
) -> room_choices.Choices | None:
    """The ways out, where the room is what stands against it."""
    codes = {violation.code for violation in violations}
    if not codes or not codes <= room_choices.HELPED or form.wished_room is None:
        return None
    people = form.cleaned_data["capacity"] or 1
    return room_choices.choices_for(form.wished_room, form.span, people=people, moving=moving)


def render_desk(
    request: HttpRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/sessions/{name}.html", whole, status=status)
