"""The buttons above a call: publish, copy, finish, call off."""

from __future__ import annotations

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from programs import finishing
from programs.forms.apply import ApplyForm
from programs.forms.decisions import ReasonForm
from programs.models import Application, Program
from programs.services import calls
from programs.services import finish as finish_services


@require_http_methods(["GET", "HEAD", "POST"])
def program_publish(request: PersonRequest, pk: int) -> HttpResponse:
    """What is still missing, or what will be public from now on; then publish."""
    program = get_object_or_404(Program, pk=pk)
    missing = calls.what_is_missing(program, clock.now())
    if request.method == "POST":
        try:
            calls.publish(program=program)
            messages.success(request, _("The call has been published."))
            return _back(program)
        except RuleViolation as refusal:
            missing = list(refusal.violations)
    context = {
        "title": _("Publish the call"),
        "program": program,
        "missing": missing,
        "has_rush": calls.opens_in_a_rush(program, clock.now()),
    }
    return _render(request, "publish", context, 409 if request.method == "POST" else 200)


@require_safe
def program_form(request: PersonRequest, pk: int) -> HttpResponse:
    """The form of a call as applicants will see it; nothing typed here goes anywhere."""
    program = get_object_or_404(Program, pk=pk)
    application = Application(program=program)
    context = {
        "program": program,
        "kind": program.the_kind,
        "application": application,
        "form": ApplyForm(application=application),
        "is_preview": True,
    }
    return render(request, "programs/apply.html", context)


@require_POST
def program_copy(request: PersonRequest, pk: int) -> HttpResponse:
    """A draft of the next round."""
    program = get_object_or_404(Program, pk=pk)
    made = calls.copy(program=program, by=request.user)
    messages.success(request, _("Copied. Check the dates, then publish it."))
    return _back(made)


@require_http_methods(["GET", "HEAD", "POST"])
def program_finish(request: PersonRequest, pk: int) -> HttpResponse:
    """What is still open; or that nothing is, and the button."""
    program, status = get_object_or_404(Program, pk=pk), 200
    found = finishing.what_is_open(program, clock.now())
    if request.method == "POST":
        try:
            finish_services.finish(program=program)
            messages.success(request, _("The program is finished."))
            return _back(program)
        except RuleViolation as refusal:
            found, status = list(refusal.violations), 409
    to_come = None if found else finishing.figures_to_come(program, clock.today())
    waiting = program.applications.reserve_list().count()
    context = {"title": _("Finish the program"), "program": program}
    return _render(
        request,
        "finish",
        {**context, "missing": found, "figures": to_come, "waiting": waiting},
        status,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def program_call_off(request: PersonRequest, pk: int) -> HttpResponse:
    """Call a program off for a reason that everybody who applied reads."""
    program = get_object_or_404(Program, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            calls.call_off(program=program, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("The program has been called off; applicants are told."))
        except RuleViolation as refusal:
            messages.warning(request, refusal.violations[0].sentence)
        return _back(program)
    context = {"title": _("Call the program off"), "program": program, "form": form}
    return _render(request, "call_off", context, 400 if form.is_bound else 200)


def _render(
    request: HttpRequest, name: str, context: dict[str, object], status: int
) -> HttpResponse:
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False, **context}
    return render(request, f"admin/programs/{name}.html", whole, status=status)


def _back(program: Program) -> HttpResponse:
    return redirect("admin:programs_program_change", program.pk)
