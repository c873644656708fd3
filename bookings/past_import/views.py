"""The pages of an import of past uses inside the admin: choose a file, look at what it would
do, run. A file belongs to who brought it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bookings.past_import import uploads
from bookings.past_import.columns import COLUMNS, MAX_ROWS
from bookings.past_import.running import Outcome, Report
from center import access
from center.errors import RuleViolation
from center.models import AccessAction
from center.purposes import TakenOut, purpose_required
from center.requests import PersonRequest
from merchants.models import ImportSubject, RegisterImport
from merchants.register_import import files
from merchants.register_import.forms import UploadForm

#: so many rows stand in the table of the page; the list to download has all refused
_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: PersonRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            upload = uploads.try_file(content=file.read(), file_name=file.name, by=request.user)
            return redirect("admin:past_uses_tried", upload.pk)
        except RuleViolation as refusal:
            form.refuse(refusal)
    context = {"form": form, "columns": COLUMNS, "max_rows": MAX_ROWS}
    return _page(request, "past_uses", context, status=400 if form.errors else 200)


@require_safe
def tried(request: PersonRequest, pk: int) -> HttpResponse:
    """What a run would do, or has done."""
    upload = _own(request, pk)
    access.record(request, action=AccessAction.VIEW, subjects=[upload], what=uploads.what(upload))
    context = {
        "upload": upload,
        "refusals": upload.refusals[:_SHOWN],
        "shown": _SHOWN,
        "unknown": uploads.layout_of(upload).unknown,
    }
    return _page(request, "past_uses_tried", context)


@require_POST
def run(request: PersonRequest, pk: int) -> HttpResponse:
    upload = _own(request, pk)
    try:
        report = uploads.run(upload=upload, by=request.user)
    except RuleViolation as refusal:
        violation = refusal.violations[0]
        messages.warning(request, f"{violation.message} {violation.remedy}")
        return redirect("admin:past_uses")
    _tell(request, upload, report)
    return redirect("admin:past_uses_tried", upload.pk)


def errors(request: PersonRequest, pk: int) -> HttpResponseBase:
    """The refused rows of one's own file, with what is to be corrected."""
    return _errors_taken(request, _own(request, pk))


@purpose_required
def _errors_taken(request: HttpRequest, upload: RegisterImport) -> TakenOut:
    return TakenOut(files.error_list(upload), subjects=[upload], what=uploads.what(upload))


@require_safe
def template(request: PersonRequest) -> HttpResponse:
    content = files.template("지난 이용", COLUMNS, _("needed"))
    answer = HttpResponse(content, content_type=files.XLSX)
    name = _("past_uses_template")
    disposition = content_disposition_header(True, f"{name}.xlsx")
    answer["Content-Disposition"] = disposition or "attachment"
    return answer


def _own(request: PersonRequest, pk: int) -> RegisterImport:
    return get_object_or_404(
        RegisterImport, pk=pk, uploaded_by=request.user, subject=ImportSubject.USES
    )


def _tell(request: PersonRequest, upload: RegisterImport, report: Report) -> None:
    """Write into the access log whose data was written, and say so on the page."""
    access.record(
        request,
        action=AccessAction.CHANGE,
        subjects=("merchant", sorted(report.touched)),
        what=uploads.what(upload),
    )
    done = report.counts[Outcome.NEW]
    text = ngettext("%(n)d past use taken over.", "%(n)d past uses taken over.", done)
    messages.success(request, text % {"n": done})


def _page(
    request: PersonRequest, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "title": _("Take over past uses"),
        **context,
    }
    return render(request, f"admin/bookings/{name}.html", context, status=status)
