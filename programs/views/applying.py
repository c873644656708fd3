"""Applying: the form, its small steps, handing in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import clock, display
from center.errors import RuleViolation
from center.requests import PersonRequest
from center.waiting_room.pages import behind_waiting_room
from merchants.papers.limits import MAX_BYTES
from programs import applying, gates, selectors
from programs.forms.apply import ApplyForm
from programs.models import Application, Program
from programs.services import apply
from programs.standing import Standing, standing_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@behind_waiting_room(gates.of_call)
def apply_form(request: PersonRequest, slug: str) -> HttpResponse:
    """The form, with what was typed before; or all that stands against it."""
    is_look = request.method != "POST"
    if is_look and gates.is_gone(slug) and not selectors.has_applied(request.user, slug):
        # Thousands at once: what stands against each of them besides is not looked up.
        return redirect("program_wait", slug=slug)
    program = selectors.public_program(request.user, slug)
    standing = standing_of(request.user, program, clock.now())
    if not standing.may_write:
        return _not_now(request, program, standing)
    if request.method != "POST":
        return _page(request, program, standing, ApplyForm(application=_begun(program, standing)))
    try:
        application = apply.begin(user=request.user, merchant=standing.merchant, program=program)
    except RuleViolation as refusal:
        return _refused(request, program, list(refusal.violations), 409)
    return _posted(request, program, standing, application)


def _begun(program: Program, standing: Standing) -> Application:
    """The application there is, or one that is not saved yet: a look at the form makes none."""
    if standing.application is not None:
        standing.application.program = program
        return standing.application
    assert standing.merchant is not None
    phone = standing.merchant.phone
    return Application(program=program, merchant=standing.merchant, contact_phone=phone)


def _posted(
    request: PersonRequest, program: Program, standing: Standing, application: Application
) -> HttpResponse:
    do = request.POST.get("do", "save")
    application.program = program
    try:
        applying.keep_typed(request, application)
        refused = applying.keep_files(request, application)
        place = applying.step(application, do)
    except RuleViolation as refusal:
        form = ApplyForm(request.POST, application=application)
        form.violations = refusal.violations
        return _page(request, program, standing, form, 409)
    if do == "hand_in":
        return _hand_in(request, program, standing, application, refused)
    if refused:
        form = ApplyForm(application=application, refused=refused)
        return _page(request, program, standing, form, 400)
    return _saved(request, program, do, place)


def _saved(request: PersonRequest, program: Program, do: str, place: str) -> HttpResponse:
    if do == "auto":  # a sentence for the line below the form, no page
        said = _("Saved at %(time)s.") % {"time": display.time(clock.now())}
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
    if do == "save":
        messages.success(request, _("What you typed is kept. It has not been handed in yet."))
    address = reverse("program_apply", args=[program.slug])
    return redirect(f"{address}#{place}" if place else address)


def _hand_in(
    request: PersonRequest,
    program: Program,
    standing: Standing,
    application: Application,
    refused: dict[str, str],
) -> HttpResponse:
    form = ApplyForm(request.POST, application=application, refused=refused)
    if not form.is_valid():
        return _page(request, program, standing, form, 400)
    try:
        done = apply.hand_in(application=application, entries=form.entries(), by=request.user)
    except RuleViolation as refusal:
        form.violations = refusal.violations
        return _page(request, program, standing, form, 409)
    gates.leave(program.slug, request.user.pk)
    messages.success(request, _thanks(done))
    return redirect(done)


def _thanks(application: Application) -> str:
    match application.state:
        case "selected":
            return _("You have a place. The receipt number is %(number)s.") % {
                "number": application.receipt
            }
        case "reserve":
            return _("All places are taken; you are number %(n)d on the reserve list.") % {
                "n": application.reserve_number or 0
            }
    return _("Your application has been received. The receipt number is %(number)s.") % {
        "number": application.receipt
    }


def _page(
    request: PersonRequest,
    program: Program,
    standing: Standing,
    form: ApplyForm,
    status: int = 200,
) -> HttpResponse:
    context = {
        "program": program,
        "kind": program.the_kind,
        "standing": standing,
        "application": form.application,
        "form": form,
        "max_bytes": MAX_BYTES,
        "now": clock.now().isoformat(),
    }
    return render(request, "programs/apply.html", context, status=status)


def _not_now(request: PersonRequest, program: Program, standing: Standing) -> HttpResponse:
    """An application that is in the house already is shown; else why one cannot apply."""
    if standing.has_been_handed_in and standing.application is not None:
        return redirect(standing.application)
    status = 409 if request.method == "POST" else 200
    return _refused(request, program, standing.violations, status)


def _refused(
    request: PersonRequest, program: Program, violations: list[Any], status: int
) -> HttpResponse:
    context = {
        "program": program,
        "violations": violations,
        "codes": {violation.code for violation in violations},
    }
    return render(request, "programs/apply_refused.html", context, status=status)
