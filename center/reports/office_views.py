"""Forms of offices: the list with what is in them, and the files an edition makes of them."""

from __future__ import annotations

from pathlib import PurePath

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from center import csv_file, periods
from center.errors import RuleViolation
from center.heavy import heavy_work
from center.line_field import LineField
from center.reports import selectors
from center.reports.edition_views import may
from center.reports.files import FORMATS
from center.reports.models import OfficeForm
from center.reports.services import office_forms
from center.requests import PersonRequest


class OfficeFormForm(forms.Form):
    name = LineField(label=gettext_lazy("Name of the form"), max_length=60)
    file = forms.FileField(
        label=gettext_lazy("File (XLSX or HWPX)"),
        help_text=gettext_lazy("3 MB at most, without macros."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.hwpx"}),
    )


@may("add_officeform")
@require_http_methods(["GET", "HEAD", "POST"])
def office_form_list(request: PersonRequest) -> HttpResponse:
    """The forms there are, and the way to add one."""
    form = OfficeFormForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        if form.is_valid() and _added(request, form):
            return redirect("office_form_list")
        status = 409
    rows = OfficeForm.objects.in_use().select_related("added_by")
    context = {"form": form, "office_forms": rows, "newest": office_forms.newest_edition()}
    return render(request, "reports/office_form_list.html", context, status=status)


def _added(request: PersonRequest, form: OfficeFormForm) -> bool:
    name, file = form.cleaned_data["name"], form.cleaned_data["file"]
    extension = PurePath(file.name).suffix.lower().lstrip(".")
    try:
        office_forms.add(name=name, data=file.read(), extension=extension, by=request.user)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            form.add_error(violation.field or None, violation.sentence)
        return False
    messages.success(request, _("The form is there. Below you see which of its names are known."))
    return True


@may("add_officeform")
@require_safe
def office_form_names(request: HttpRequest) -> HttpResponse:
    """Every name the newest edition knows, with what it means and says."""
    head = [_("Name"), _("What it is"), _("In the newest report")]
    rows = [(name, said.meaning, said.value.text) for name, said in office_forms.newest_names()]
    text = "".join(csv_file.lines(head, rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{settings.REPORT_FILE_NAME}_{_('names')}.csv"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@may("add_officeform")
@require_POST
def office_form_remove(request: PersonRequest, pk: int) -> HttpResponse:
    office_forms.retire(pk=pk, by=request.user)
    messages.success(request, _("The form is no longer offered."))
    return redirect("office_form_list")


@may("view_edition")
@require_safe
def office_form_file(request: HttpRequest, key: str, edition: str, pk: int) -> HttpResponse:
    """A form filled from an edition, the same bytes each time."""
    if edition == selectors.PRELIMINARY:
        raise Http404
    found = selectors.source(periods.of_key(key), edition)
    form = get_object_or_404(OfficeForm, pk=pk, retired_at=None)
    with heavy_work():
        data = office_forms.fill(form=form, found=found)
    response = HttpResponse(data, content_type=FORMATS[form.format].content_type)
    name = f"{form.name}_{found.period.key}_{found.label}.{form.format}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
