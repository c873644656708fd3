"""From a total to the list behind it: columns are chosen, then the purpose is said."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from center import periods
from center.models import User
from center.purposes import PurposeForm, TakenOut, purpose_required
from center.reports import rows
from center.reports.edition_views import may
from center.requests import PersonRequest


class ColumnsForm(forms.Form):
    """Nothing is ticked beforehand: only what the purpose needs."""

    column = forms.MultipleChoiceField(
        label=_("Columns"),
        choices=[(column.key, column.name) for column in rows.COLUMNS.values()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one column.")},
    )


@may("view_rows")
@require_safe
def row_list(request: PersonRequest, key: str) -> HttpResponse:
    """What may stand in the list; the choice leads on to the purpose."""
    context = {"form": ColumnsForm(), "period": periods.of_key(key)}
    return render(request, "reports/rows.html", context)


@may("view_rows")
def row_file(request: PersonRequest, key: str) -> HttpResponseBase:
    """The list with the columns of the address; asks the purpose first."""
    form = ColumnsForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "period": periods.of_key(key)}
        return render(request, "reports/rows.html", context, status=400)
    return _taken(request, key, form.cleaned_data["column"])


@purpose_required
def _taken(request: HttpRequest, key: str, columns: list[str]) -> TakenOut:
    period, purpose = periods.of_key(key), PurposeForm(request.POST)
    if not isinstance(request.user, User) or not purpose.is_valid():
        raise Http404
    pieces = rows.lines(period, columns, by=request.user, purpose=purpose.sentence)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    name = f"{settings.REPORT_FILE_NAME}_{period.key}_명단.csv"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    what = f"{request.path}: {', '.join(columns)}"
    return TakenOut(answer, subjects=("merchant", rows.businesses_of(period)), what=what)
