"""The check of conditions at the selection desk, many applications at a time."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from center import access
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from programs import selection_check as check
from programs.admin.selection import PAGE, add, program_of, show
from programs.models import Program
from programs.selection_forms import EligibilityForm
from programs.services import checking


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility(request: PersonRequest, pk: int) -> HttpResponse:
    """Whether each application meets the conditions."""
    program = program_of(pk)
    if request.method != "POST":
        return _eligibility(request, program, EligibilityForm())
    form = EligibilityForm(request.POST)
    if not form.is_valid():
        return _eligibility(request, program, form, status=400)
    done = _decide(request, program, form)
    access.record(request, action=AccessAction.CHANGE, subjects=("application", done))
    if form.errors:
        return _eligibility(request, program, form, status=409)
    said = ngettext("%(n)d application decided.", "%(n)d applications decided.", len(done))
    messages.success(request, said % {"n": len(done)})
    return redirect(request.get_full_path())


def _decide(request: PersonRequest, program: Program, form: EligibilityForm) -> list[int]:
    """Ids of what was decided; a sentence in the form for each that was refused."""
    done, given = [], form.cleaned_data
    for application in program.applications.filter(pk__in=given["chosen"]).order_by("pk"):
        seen = given["chosen"][application.pk]
        try:
            if given["decision"] == "readmit":
                checking.look_again(application=application, revision=seen, by=request.user)
            else:
                checking.reject(
                    application=application, revision=seen, reason=given["reason"], by=request.user
                )
        except RuleViolation as refusal:
            for violation in refusal.violations:
                form.add_error(None, f"{application.receipt}: {violation.sentence}")
        else:
            done.append(application.pk)
    return done


def _eligibility(
    request: PersonRequest, program: Program, form: EligibilityForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(check.to_check(program), PAGE).get_page(request.GET.get("page"))
    rows = check.checked(program, list(page.object_list))
    shown = ("application", [row.application.pk for row in rows])
    access.record(request, action=AccessAction.VIEW, subjects=shown)
    context = {
        "title": _("Check of conditions"),
        "rows": rows,
        "page": page,
        "form": form,
        "chosen": request.POST.getlist("chosen"),
        "is_frozen": check.is_frozen(program),
    }
    return show(request, "eligibility", program, context, status)


add("<int:pk>/eligibility/", "selection_eligibility", eligibility)
