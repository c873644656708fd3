"""Applying together: naming businesses, and answering for one's own."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from merchants.forms import put_on
from merchants.views import number_tries
from programs import partner_pages, selectors
from programs.forms.partners import NameForm
from programs.models import ApplicationState
from programs.services import joint as services


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def joint(request: PersonRequest, receipt: str) -> HttpResponse:
    """Who applies together, and naming another."""
    application = selectors.application_for(request.user, receipt)
    part = partner_pages.joint_part(application)
    if part is None:
        raise Http404
    form = NameForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        number = form.cleaned_data["number"]
        try:
            number_tries.count(request, number)
            services.name(application=application, number=number, by=request.user)
        except RuleViolation as refusal:
            put_on(form, refusal)
            status = 409
        else:
            messages.success(request, _("The business has been asked."))
            return redirect("joint", receipt)
    context = {"joint": part, "application": application, "form": form}
    return render(request, "partners/joint.html", context, status=status)


@login_required
@require_POST
def joint_take_out(request: PersonRequest, receipt: str, pk: int) -> HttpResponse:
    """Name a business no longer."""
    application = selectors.application_for(request.user, receipt)
    row = get_object_or_404(application.co_applicants, pk=pk)
    try:
        services.take_out(co_applicant=row)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    return redirect("joint", receipt)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def joint_answer(request: PersonRequest, pk: int) -> HttpResponse:
    """Confirm or decline for one's own business."""
    row = partner_pages.asked_for(request.user, pk)
    status = 200
    if request.method == "POST":
        confirms = request.POST.get("answer") == "confirm"
        try:
            services.answer(co_applicant=row, confirms=confirms, by=request.user)
        except RuleViolation as refusal:
            messages.warning(request, refusal.violations[0].sentence)
            status = 409
        else:
            messages.success(request, _("The lead has been told."))
            return redirect("joint_answer", pk)
    is_open = row.application.state == ApplicationState.DRAFT
    context = {"row": row, "is_open": is_open, "own": partner_pages.own_of(row, clock.now())}
    return render(request, "partners/joint_answer.html", context, status=status)
