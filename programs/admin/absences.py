"""Times off of all consultants, for staff: who is away, entered for whoever called."""

from __future__ import annotations

from typing import cast

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from center import clock
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.plain_numbers import row_number
from center.requests import PersonRequest
from merchants.forms import put_on
from programs.forms.consulting import StaffAbsenceForm
from programs.models import ConsultantAbsence
from programs.services import absences

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def consultant_absences(request: PersonRequest) -> HttpResponse:
    """Those to come by time; entering one, or taking one back."""
    if request.method != "POST":
        return _page(request, StaffAbsenceForm())
    if pk := request.POST.get("withdraw", ""):
        return _withdraw(request, pk)
    form = StaffAbsenceForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    starts, ends = form.span
    consultant = form.cleaned_data["consultant"]
    try:
        absences.enter(consultant=consultant, starts=starts, ends=ends, by=request.user)
    except RuleViolation as refusal:
        put_on(form, refusal)
        return _page(request, form, status=409)
    messages.success(request, _("Entered. Nobody gives this consultant a session in that time."))
    return redirect("admin:consultant_absences")


def _withdraw(request: PersonRequest, pk: str) -> HttpResponse:
    absence = get_object_or_404(ConsultantAbsence, pk=row_number(pk))
    try:
        absences.withdraw(absence=absence)
    except RuleViolation as refusal:
        messages.warning(request, refusal.violations[0].sentence)
    else:
        messages.success(request, _("Taken back. Sessions can be given for that time again."))
    return redirect("admin:consultant_absences")


def _page(request: PersonRequest, form: StaffAbsenceForm, status: int = 200) -> HttpResponse:
    rows = ConsultantAbsence.objects.to_come(clock.now()).select_related("consultant__user")
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Absences of consultants"),
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "form": form,
    }
    return render(request, "admin/consultations/absences.html", context, status=status)


cast("CenterAdminSite", admin.site).add_page(
    AdminPage(
        "consultations/absences/",
        "consultant_absences",
        consultant_absences,
        "programs.change_consultation",
    )
)
