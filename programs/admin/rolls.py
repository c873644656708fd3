"""Attendance in the admin: the roll of a session, ticked in one click, corrected for a reason."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import row_number
from center.requests import PersonRequest
from programs import rolls
from programs.admin.sessions import render_desk
from programs.models import Presence, Program, Session
from programs.parties import Party
from programs.services import attend
from programs.session_forms import NoteForm


@require_http_methods(["GET", "HEAD", "POST"])
def session_roll(request: PersonRequest, pk: int) -> HttpResponse:
    """Who takes part and who was there; sent, one of them or all who are not noted yet."""
    session = get_object_or_404(Session.objects.select_related("program"), pk=pk)
    if request.method != "POST":
        return _page(request, session)
    try:
        said = _all(request, session) if "all" in request.POST else _one(request, session)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
        return _page(request, session, status=409)
    messages.success(request, said)
    return redirect("admin:session_roll", session.pk)


def _all(request: PersonRequest, session: Session) -> str:
    n = attend.note_all(session=session, by=request.user)
    subjects = [line.merchant for line in rolls.roll_of(session)]
    access.record(request, action=AccessAction.CHANGE, subjects=subjects)
    said = ngettext("%(n)d business is noted as present.", "%(n)d are noted as present.", n)
    return said % {"n": n}


def _one(request: PersonRequest, session: Session) -> str:
    party = posted_party(request, session.program)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _("Nothing has been changed.")
    row = attend.note(
        session=session,
        application=party.application,
        co_applicant=party.co_applicant,
        mark=Presence(form.cleaned_data["mark"]),
        by=request.user,
        minutes=form.cleaned_data["minutes"],
        reason=form.cleaned_data["reason"],
    )
    access.record(request, action=AccessAction.CHANGE, subjects=[party.merchant])
    return f"{party.merchant}: {row.get_mark_display()}"


def posted_party(request: HttpRequest, program: Program) -> Party:
    """The business of a program that a form is about: an application and, where it is not the
    lead, which of its partners. Raises Http404."""
    rows = program.applications.select_related("merchant", "program")
    application = get_object_or_404(rows, pk=posted_pk(request, "application"))
    if not request.POST.get("co_applicant"):
        return Party(application)
    partners = application.co_applicants.confirmed().select_related("merchant")
    return Party(application, get_object_or_404(partners, pk=posted_pk(request, "co_applicant")))


def posted_pk(request: HttpRequest, name: str) -> int:
    """The number a form sent, 0 where it is none."""
    return row_number(request.POST.get(name, ""))


def _page(request: HttpRequest, session: Session, *, status: int = 200) -> HttpResponse:
    lines = rolls.roll_with_history(session)
    subjects = [line.merchant for line in lines]
    access.record(request, action=AccessAction.VIEW, subjects=subjects)
    now = clock.now()
    context: dict[str, Any] = {
        "title": _("Attendance"),
        "session": session,
        "program": session.program,
        "lines": lines,
        "marks": Presence.choices,
        "present": sum(line.is_present for line in lines),
        "open_ones": sum(line.noted is None for line in lines),
        "opens": attend.opens_at(session),
        "may_note": now >= attend.opens_at(session),
        "shows_codes": attend.opens_at(session) <= now < session.ends,
    }
    return render_desk(request, "roll", context, status)
