"""A consultant's own consultations: what is to come, the log of what was, times off."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import access, clock
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import consultation_pages
from programs.forms.consulting import AbsenceForm, LogForm
from programs.models import Consultant, Consultation
from programs.services import absences, consulting_log

PAGE = 30
_PERMISSION = "programs.hold_consultation"


@login_required
@permission_required(_PERMISSION, raise_exception=True)
@require_safe
def consulting_list(request: PersonRequest) -> HttpResponse:
    """One's own by time: to come and to be written up, then the closed."""
    page = Paginator(consultation_pages.of_consultant(request.user), PAGE).get_page(
        request.GET.get("page")
    )
    now, rows = clock.now(), list(page.object_list)
    access.record(request, action=AccessAction.VIEW, subjects=rows)
    entries = [consultation_pages.entry(row, now) for row in rows]
    is_consultant = Consultant.objects.filter(user=request.user).exists()
    context = {"page": page, "entries": entries, "is_consultant": is_consultant}
    return render(request, "consulting/list.html", context)


@login_required
@permission_required(_PERMISSION, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def consulting_session(request: PersonRequest, reference: str) -> HttpResponse:
    """The question, whom to reach, and the log: kept, or closed."""
    row = consultation_pages.for_consultant(request.user, reference)
    form = LogForm(request.POST if request.method == "POST" else None, initial=_written(row))
    if not form.is_valid():
        return _page(request, row, form, status=400 if form.is_bound else 200)
    closing = request.POST.get("act") == "close"
    act = consulting_log.close if closing else consulting_log.keep
    try:
        act(consultation=row, log=form.log, by=request.user)
    except RuleViolation as refusal:
        put_on(form, refusal)
        return _page(request, row, form, status=409)
    said = _("The report is with the business now.") if closing else _("Your log has been kept.")
    messages.success(request, said)
    return redirect("consulting_session", row.reference)


def _written(row: Consultation) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("situation", "advice", "next_steps")}


def _page(request: PersonRequest, row: Consultation, form: LogForm, *, status: int) -> HttpResponse:
    access.record(request, action=AccessAction.VIEW, subjects=[row])
    context = {"row": row, "entry": consultation_pages.entry(row, clock.now()), "form": form}
    return render(request, "consulting/session.html", context, status=status)


@login_required
@permission_required(_PERMISSION, raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def consulting_absences(request: PersonRequest) -> HttpResponse:
    """One's own times off to come, and entering another."""
    own = get_object_or_404(Consultant, user=request.user)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        starts, ends = form.span
        try:
            absences.enter(consultant=own, starts=starts, ends=ends, by=request.user)
        except RuleViolation as refusal:
            put_on(form, refusal)
            status = 409
        else:
            messages.success(request, _("Entered. No consultation is given to you in that time."))
            return redirect("consulting_absences")
    context = {"form": form, "absences": own.absences.to_come(clock.now())}
    return render(request, "consulting/absences.html", context, status=status)


@login_required
@permission_required(_PERMISSION, raise_exception=True)
@require_POST
def consulting_absence_withdraw(request: PersonRequest, pk: int) -> HttpResponse:
    """There after all."""
    own = get_object_or_404(Consultant, user=request.user)
    absence = get_object_or_404(own.absences, pk=pk)
    try:
        absences.withdraw(absence=absence)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    else:
        messages.success(request, _("Taken back. Consultations can be given to you then."))
    return redirect("consulting_absences")
