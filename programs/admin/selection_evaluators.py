"""Who scores what: the spread, one application with its sheets, reminders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from center import access
from center.errors import RuleViolation
from center.models import AccessAction
from center.plain_numbers import row_number
from center.requests import PersonRequest
from programs import selection_case as cases
from programs import selection_desk as desk
from programs.admin.selection import PAGE, add, program_of, show
from programs.models import Application, Program, SelectionMode
from programs.selection_forms import AssignForm, RefusableForm, ReleaseForm, SpreadForm
from programs.services import assign


@require_http_methods(["GET", "HEAD", "POST"])
def evaluators(request: PersonRequest, pk: int) -> HttpResponse:
    """Everybody who scores, how far they are, and the even spread."""
    program = program_of(pk, mode=SelectionMode.SCORED)
    if request.method != "POST":
        return _evaluators(request, program, SpreadForm())
    form = SpreadForm(request.POST)
    if not form.is_valid():
        return _evaluators(request, program, form, status=400)
    among = list(form.cleaned_data["evaluators"])
    try:
        made = assign.assign_evenly(program=program, among=among, by=request.user)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _evaluators(request, program, form, status=409)
    said = ngettext("%(n)d application assigned.", "%(n)d applications assigned.", len(made))
    messages.success(request, said % {"n": len(made)})
    return redirect("admin:selection_evaluators", pk)


def _evaluators(
    request: PersonRequest, program: Program, form: SpreadForm, *, status: int = 200
) -> HttpResponse:
    n, everybody = desk.counts(program), list(assign.evaluators())
    form.offer(everybody)
    pages = Paginator(desk.scored_applications(program), PAGE)
    pages.count = n.waiting + n.supplement  # known already, so it is not counted again
    page = pages.get_page(request.GET.get("page"))
    rows = list(page.object_list)
    given = desk.given_to(rows)
    access.record(request, action=AccessAction.VIEW, subjects=rows)
    context = {
        "title": _("Evaluators"),
        "people": desk.evaluator_rows(program, everybody),
        "rows": [(row, given.get(row.pk, [])) for row in rows],
        "page": page,
        "form": form,
        "n": n,
    }
    return show(request, "evaluators", program, context, status)


@require_POST
def remind(request: PersonRequest, pk: int) -> HttpResponse:
    """Write to all who have sheets to lock."""
    n = assign.remind(program=program_of(pk, mode=SelectionMode.SCORED))
    said = ngettext("%(n)d evaluator reminded.", "%(n)d evaluators reminded.", n)
    messages.success(request, said % {"n": n})
    return redirect("admin:selection_evaluators", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def case(request: PersonRequest, pk: int, application: int) -> HttpResponse:
    """One application: its sheets with every number, and who scores it."""
    program = program_of(pk, mode=SelectionMode.SCORED)
    chosen = cases.application_of(program, application)
    if request.method != "POST":
        return _case(request, program, chosen)
    step = _STEPS.get(request.POST.get("do", ""))
    if step is None:
        raise BadRequest
    return step(request, program, chosen)


def _assign(request: PersonRequest, program: Program, chosen: Application) -> HttpResponse:
    form = AssignForm(request.POST)
    if not form.is_valid():
        return _case(request, program, chosen, form, status=400)
    try:
        person = form.cleaned_data["evaluator"]
        assign.assign(application=chosen, evaluator=person, by=request.user)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _case(request, program, chosen, form, status=409)
    return _done(request, program, chosen, _("Assigned to %(name)s.") % {"name": person.name})


def _release(request: PersonRequest, program: Program, chosen: Application) -> HttpResponse:
    given = row_number(request.POST.get("assignment", ""))
    if not given:
        raise BadRequest
    row = get_object_or_404(chosen.assignments, pk=given)
    form = ReleaseForm(request.POST)
    if not form.is_valid():
        return _case(request, program, chosen, form, released=row.pk, status=400)
    try:
        assign.release(assignment=row, reason=form.cleaned_data["reason"], by=request.user)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _case(request, program, chosen, form, released=row.pk, status=409)
    return _done(request, program, chosen, _("Released."))


_STEPS = {"assign": _assign, "release": _release}


def _done(request: PersonRequest, program: Program, chosen: Application, said: str) -> HttpResponse:
    access.record(request, action=AccessAction.CHANGE, subjects=[chosen], what=said)
    messages.success(request, said)
    return redirect("admin:selection_case", program.pk, chosen.pk)


def _case(
    request: PersonRequest,
    program: Program,
    chosen: Application,
    sent: RefusableForm | None = None,
    *,
    released: int | None = None,
    status: int = 200,
) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[chosen])
    context: dict[str, Any] = {
        "title": chosen.receipt,
        "case": cases.case_of(chosen),
        "assign_form": sent if isinstance(sent, AssignForm) else AssignForm(),
        "release_form": sent if isinstance(sent, ReleaseForm) else ReleaseForm(),
        "released": released,
        "form": sent,
    }
    return show(request, "case", program, context, status)


add("<int:pk>/evaluators/", "selection_evaluators", evaluators)
add("<int:pk>/evaluators/remind/", "selection_remind", remind)
add("<int:pk>/applications/<int:application>/", "selection_case", case)
