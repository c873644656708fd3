"""A business and its consultations: asking, seeing, calling off, the report."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from center import clock
from center.errors import RuleViolation
from center.heavy import paper_work
from center.requests import PersonRequest
from merchants.forms import put_on
from programs import consultation_pages, consultation_pdf, consulting, selectors
from programs.forms.consulting import ReasonForm, RequestForm
from programs.models import Application, Consultation, ConsultationState
from programs.services import consulting as services

PAGE = 20


@login_required
@require_safe
def consultation_list(request: PersonRequest) -> HttpResponse:
    """Those of the person's businesses, newest first."""
    rows = consultation_pages.of_business(request.user)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    now = clock.now()
    entries = [consultation_pages.entry(row, now) for row in page.object_list]
    return render(request, "programs/consultation_list.html", {"page": page, "entries": entries})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation_new(request: PersonRequest, receipt: str) -> HttpResponse:
    """The question and three times, for one application."""
    application = selectors.application_for(request.user, receipt)
    form = RequestForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _ask(request, application, form, status=400 if form.is_bound else 200)
    data = form.cleaned_data
    asked = {name: data[name] for name in ("field", "way", "question")}
    try:
        made = services.request(
            application=application, by=request.user, wishes=form.wishes, **asked
        )
    except RuleViolation as refusal:
        put_on(form, refusal)
        return _ask(request, application, form, status=409)
    messages.success(request, _("We look for a consultant and write to you."))
    return redirect(made)


def _ask(
    request: PersonRequest, application: Application, form: RequestForm, *, status: int
) -> HttpResponse:
    """The form, or why nothing can be asked for now."""
    rules = consulting.rules_on(clock.today())
    context: dict[str, Any] = {
        "application": application,
        "form": form,
        "rules": rules,
        "first_day": services.first_day(rules),
        "last_day": services.last_day(),
    }
    try:
        services.refuse_unless_allowed(application, rules)
    except RuleViolation as refusal:
        context["violations"] = refusal.violations
    return render(request, "programs/consultation_new.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def consultation(request: PersonRequest, reference: str) -> HttpResponse:
    """One of them: where it stands, the report, calling it off."""
    row = consultation_pages.for_business(request.user, reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.call_off(consultation=row, reason=form.cleaned_data["reason"], by=request.user)
        except RuleViolation as refusal:
            put_on(form, refusal)
            return _page(request, row, form, status=409)
        messages.success(request, _("The consultation has been called off."))
        return redirect(row)
    return _page(request, row, form, status=400 if form.is_bound else 200)


def _page(
    request: PersonRequest, row: Consultation, form: ReasonForm, *, status: int
) -> HttpResponse:
    entry = consultation_pages.entry(row, clock.now())
    may_call_off = row.state in ConsultationState.live and not _has_begun(entry)
    context = {"row": row, "entry": entry, "form": form, "may_call_off": may_call_off}
    return render(request, "programs/consultation.html", context, status=status)


def _has_begun(entry: consultation_pages.Entry) -> bool:
    return entry.starts is not None and entry.starts <= clock.now()


@login_required
@require_safe
def consultation_report(request: PersonRequest, reference: str) -> HttpResponse:
    """The report as a PDF, once the consultation is closed."""
    row = consultation_pages.for_business(request.user, reference)
    if row.state != ConsultationState.CLOSED:
        raise Http404
    with paper_work():
        file = consultation_pdf.pdf_of(row)
    response = HttpResponse(file, content_type="application/pdf")
    name = f"상담결과보고서_{row.reference}.pdf"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
