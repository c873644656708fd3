"""The evaluators' own pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from center import access
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from programs import evaluations
from programs.evaluation_forms import DeclareForm, SheetForm, declare_form, sheet_form
from programs.models import Assignment, Program
from programs.services import score
from programs.services.score import Declared
from programs.views.mine import file_answer, plain

View = Callable[..., HttpResponse]


def for_evaluators(view: View) -> View:
    """Logged in and with the role; for everybody else there is no such page."""

    @login_required
    @never_cache
    @wraps(view)
    def seen(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        evaluations.require_evaluator(request.user)
        return view(request, *args, **kwargs)

    return seen


@for_evaluators
@require_safe
def evaluation_list(request: PersonRequest) -> HttpResponse:
    """My programs."""
    context = {"programs": evaluations.progress_of(request.user)}
    return render(request, "evaluations/evaluation_list.html", context)


@for_evaluators
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_program(request: PersonRequest, slug: str) -> HttpResponse:
    """My applications of one program; first of all the conflicts of interest."""
    chosen = evaluations.program_of(request.user, slug)
    if request.method == "POST":
        return _declare(request, chosen)
    asked = evaluations.undeclared_of(request.user, chosen)
    return _program_page(request, chosen, [(row, declare_form(row)) for row in asked])


def _declare(request: PersonRequest, chosen: Program) -> HttpResponse:
    """All that was declared, or nothing where something cannot be taken."""
    asked = list(evaluations.undeclared_of(request.user, chosen))
    forms = [(row, declare_form(row, request.POST)) for row in asked]
    free_of_all = "none" in request.POST
    wrong = [form for _row, form in forms if not form.is_valid()]
    if wrong and not free_of_all:
        return _program_page(request, chosen, forms, status=400)
    said = _declared(forms, free_of_all)
    try:
        score.declare(declared=said, by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
        return redirect("evaluation_program", chosen.slug)
    sentence = ngettext("%(n)d declaration kept.", "%(n)d declarations kept.", len(said))
    messages.success(request, sentence % {"n": len(said)})
    return redirect("evaluation_program", chosen.slug)


def _declared(forms: list[tuple[Assignment, DeclareForm]], free_of_all: bool) -> list[Declared]:
    """What the forms say; those left open stay open."""
    if free_of_all:
        return [Declared(row, has_conflict=False) for row, _form in forms]
    given = [(row, form.cleaned_data) for row, form in forms]
    return [
        Declared(row, has_conflict=data["conflict"] == "yes", reason=data["reason"])
        for row, data in given
        if data["conflict"]
    ]


def _program_page(
    request: PersonRequest,
    chosen: Program,
    asked: list[tuple[Assignment, DeclareForm]],
    *,
    status: int = 200,
) -> HttpResponse:
    rows = evaluations.rows_of(request.user, chosen)
    shown = [*(row.assignment for row in rows), *(row for row, _form in asked)]
    ids = [assignment.application_id for assignment in shown]
    access.record(request, action=AccessAction.VIEW, subjects=("application", ids))
    context = {
        "program": chosen,
        "progress": evaluations.progress_in(rows, asked),
        "rows": rows,
        "asked": asked,
        "wrong": status == 400,
        "is_closed": evaluations.is_closed(chosen),
    }
    return render(request, "evaluations/evaluation_program.html", context, status=status)


@for_evaluators
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_sheet(request: PersonRequest, slug: str, receipt: str) -> HttpResponse:
    """One application and its sheet, side by side."""
    assignment = evaluations.assignment_of(request.user, slug, receipt)
    if request.method != "POST":
        return _sheet_page(request, assignment, sheet_form(assignment))
    form = sheet_form(assignment, request.POST)
    if not form.is_valid():
        return _sheet_page(request, assignment, form, status=400)
    try:
        locked = _keep(request, assignment, form)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _sheet_page(request, assignment, form, status=409)
    return _onwards(request, assignment, locked)


def _keep(request: PersonRequest, assignment: Assignment, form: SheetForm) -> bool:
    """Save or lock, as the button says; whether it is locked now."""
    values = {"points": form.points, "comment": form.cleaned_data["comment"], "by": request.user}
    if request.POST.get("do") == "lock":
        score.lock(assignment=assignment, **values)
        return True
    score.save(assignment=assignment, **values)
    return False


def _onwards(request: PersonRequest, assignment: Assignment, locked: bool) -> HttpResponse:
    """A locked sheet leads to the next one, a saved one stays."""
    chosen, receipt = assignment.application.program, assignment.application.receipt
    if not locked:
        messages.success(request, _("Saved. You can go on with it at any time until you lock it."))
        return redirect("evaluation_sheet", chosen.slug, receipt)
    messages.success(request, _("The sheet of %(number)s is locked.") % {"number": receipt})
    following = evaluations.neighbour(request.user, chosen, assignment)
    if following is None:
        return redirect("evaluation_program", chosen.slug)
    return redirect("evaluation_sheet", chosen.slug, following.application.receipt)


def _sheet_page(
    request: PersonRequest, assignment: Assignment, form: SheetForm, *, status: int = 200
) -> HttpResponse:
    application = assignment.application
    access.record(request, action=AccessAction.VIEW, subjects=[application])
    context = {
        "assignment": assignment,
        "application": application,
        "program": application.program,
        "seen": evaluations.seen(application),
        "form": form,
        "following": evaluations.neighbour(request.user, application.program, assignment),
        **evaluations.standing_of(assignment),
    }
    return render(request, "evaluations/evaluation_sheet.html", context, status=status)


@for_evaluators
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_lock(request: PersonRequest, slug: str) -> HttpResponse:
    """Lock every complete sheet of a program at once, after a look at which these are."""
    chosen = evaluations.program_of(request.user, slug)
    if request.method != "POST":
        rows = [row for row in evaluations.rows_of(request.user, chosen) if row.is_complete]
        ids = [row.assignment.application_id for row in rows]
        access.record(request, action=AccessAction.VIEW, subjects=("application", ids))
        context = {"program": chosen, "rows": rows}
        return render(request, "evaluations/evaluation_lock.html", context)
    try:
        n = score.lock_all(program=chosen, by=request.user)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    else:
        said = ngettext("%(n)d sheet locked.", "%(n)d sheets locked.", n) % {"n": n}
        messages.success(request, said)
    return redirect("evaluation_program", chosen.slug)


@for_evaluators
@require_safe
def evaluation_photo(
    request: PersonRequest, slug: str, receipt: str, public_id: uuid.UUID
) -> HttpResponse:
    """A picture of a product of an application the person scores; written down."""
    assignment = evaluations.assignment_of(request.user, slug, receipt)
    picture = evaluations.photo_of(assignment, public_id)
    access.record(request, action=AccessAction.VIEW, subjects=[assignment.application])
    return plain(bytes(picture.content), picture.content_type, "inline")


@for_evaluators
@require_safe
def evaluation_file(
    request: PersonRequest, slug: str, receipt: str, public_id: uuid.UUID
) -> HttpResponse:
    """A file of an answer of such an application, to be saved; written down."""
    assignment = evaluations.assignment_of(request.user, slug, receipt)
    file = evaluations.file_of(assignment, public_id)
    access.record(request, action=AccessAction.VIEW, subjects=[assignment.application])
    return file_answer(file)
