"""How everybody of a program stands, closing its round, and the papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import access, clock, display
from center.errors import RuleViolation
from center.models import AccessAction
from center.purposes import TakenOut, purpose_required
from center.requests import PersonRequest
from merchants.models import Merchant
from programs import completion, rolls
from programs.admin.rolls import posted_party, posted_pk
from programs.admin.sessions import render_desk
from programs.models import Certificate, PaperKind, Program
from programs.parties import Party, parties_of
from programs.services import certify, complete
from programs.session_forms import IssueForm, WhyForm
from programs.views.certificates import pdf_response

PAGE = 50
_NEEDS = {
    "close": "programs.change_attendance",
    "issue": "programs.add_certificate",
    "void": "programs.change_certificate",
}


@require_http_methods(["GET", "HEAD", "POST"])
def program_completion(request: PersonRequest, pk: int) -> HttpResponse:
    """The participants with their share and papers; sent, one of the steps on the page."""
    program = get_object_or_404(Program, pk=pk)
    if request.method != "POST":
        return _page(request, program)
    step = _step(request)
    try:
        said = step(request, program)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
        return _page(request, program, status=409)
    messages.success(request, said)
    return redirect(request.get_full_path())


def _step(request: PersonRequest) -> Callable[[PersonRequest, Program], str]:
    """What was asked for, if it may be."""
    do = request.POST.get("do", "")
    if do not in _NEEDS:
        raise BadRequest
    if not request.user.has_perm(_NEEDS[do]):
        raise PermissionDenied
    return {"close": _close, "issue": _issue, "void": _void}[do]


def _close(request: PersonRequest, program: Program) -> str:
    closed = complete.close_round(program=program, by=request.user)
    return _("The round is closed: %(done)d completed, %(not_done)d not completed.") % {
        "done": closed.completed,
        "not_done": closed.not_completed,
    }


def _issue(request: PersonRequest, program: Program) -> str:
    form = IssueForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    party, kind = posted_party(request, program), PaperKind(form.cleaned_data["kind"])
    paper = certify.issue(
        application=party.application, co_applicant=party.co_applicant, kind=kind, by=request.user
    )
    access.record(request, action=AccessAction.CHANGE, subjects=[party.merchant])
    return _("Issued: %(number)s.") % {"number": paper.number}


def _void(request: PersonRequest, program: Program) -> str:
    pk = posted_pk(request, "certificate")
    paper = get_object_or_404(_papers(), pk=pk, application__program=program)
    form = WhyForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    certify.void(certificate=paper, reason=reason, by=request.user)
    access.record(request, action=AccessAction.CHANGE, subjects=[_whose(paper)])
    return _("%(number)s is void.") % {"number": paper.number}


def _papers() -> QuerySet[Certificate]:
    return Certificate.objects.select_related("application__merchant", "co_applicant__merchant")


def _whose(paper: Certificate) -> Merchant:
    return Party(paper.application, paper.co_applicant).merchant


def _page(request: HttpRequest, program: Program, *, status: int = 200) -> HttpResponse:
    rows = program.applications.taking_part().select_related("merchant", "program")
    rows = rows.prefetch_related("certificates").order_by("merchant__name", "pk")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    found = parties_of(page.object_list)
    access.record(request, action=AccessAction.VIEW, subjects=[p.merchant for p in found])
    now, over = clock.now(), rolls.last_end(program)
    context = {
        "title": _("Completion and documents"),
        "program": program,
        "page": page,
        "lines": _lines(found, program),
        "over": over,
        "may_close": over is not None and over <= now,
        "kinds": PaperKind.choices,
    }
    return render_desk(request, "completion", context, status)


def _lines(found: list[Party], program: Program) -> list[dict[str, Any]]:
    parts = rolls.parts_of_many(found, clock.now())
    lines = []
    for party in found:
        stands = completion.standing(parts[party.key])
        lines.append(
            {
                "party": party,
                "stands": stands,
                "attended": display.length(stands.attended),
                "reaches": completion.is_completed(stands, program.completion_percent),
                "barred": completion.is_barred(stands, program.absences_allowed),
                "papers": [
                    paper
                    for paper in party.application.certificates.all()
                    if (paper.application_id, paper.co_applicant_id) == party.key
                ],
            }
        )
    return lines


@purpose_required
def certificate_file(request: HttpRequest, number: str) -> TakenOut:
    """A paper as a file, for staff; asked for with a purpose. Void ones as well."""
    paper = get_object_or_404(_papers(), number=number)
    return TakenOut(pdf_response(paper), subjects=[_whose(paper)])
