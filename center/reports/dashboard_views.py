"""The pages of figures: the dashboard, its pictures, tables of one's own and their files."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from center.errors import RuleViolation
from center.figures import Table, Wish
from center.heavy import heavy_work
from center.purposes import TakenOut, purpose_required
from center.reports import aggregates, dashboard, publishing, reading, source, tables
from center.reports.choice_forms import NameForm, TableForm, WishForm
from center.reports.edition_views import may, picture
from center.reports.files import FORMATS, file_name
from center.reports.models import SavedTable
from center.requests import PersonRequest

FULL = "reports.view_full_edition"


def _wish(form: WishForm, *, full: bool) -> Wish:
    """What the form asks for; what it refuses falls back to all of the present month."""
    form.is_valid()
    period = form.chosen_period
    wish = Wish(period, reading.as_of(period), form.filters)
    return wish if full else aggregates.permitted(wish)


@may("view_edition")
@require_safe
def reports(request: PersonRequest) -> HttpResponse:
    """How the house stands: targets, comparisons, tables with their pictures."""
    full = request.user.has_perm(FULL)
    form = WishForm(request.GET, starting=None if full else publishing.last_month_frozen())
    page = dashboard.page(_wish(form, full=full), full=full)
    return render(
        request, "reports/dashboard.html", {**page, "form": form, "source": source.words()}
    )


@may("view_edition")
@require_safe
def chart(request: PersonRequest, table: str) -> HttpResponse:
    """The picture of a table of the dashboard, under the same filters."""
    full = request.user.has_perm(FULL)
    outline = dashboard.outline_of(_wish(WishForm(request.GET), full=full), full=full)
    known = {each.key: dashboard.drawable(each) for each in outline.sections}
    response = picture(known.get(table))
    if response.status_code == 200:
        response["Cache-Control"] = "private, max-age=60"
    return response


@may("view_edition")
@require_safe
def adhoc(request: PersonRequest) -> HttpResponse:
    """Choose figures, a division and a period; the table stands there at once."""
    return _adhoc(request, TableForm(request.GET or None), NameForm())


def _adhoc(
    request: PersonRequest, form: TableForm, name: NameForm, status: int = 200
) -> HttpResponse:
    context = {"form": form, "name": name, "formats": FORMATS.values()}
    if form.is_bound and form.is_valid():
        table, full = _table(form), request.user.has_perm(FULL)
        context |= tables.shown(_wish(form, full=full), table, full=full)
    context["saved"] = SavedTable.objects.filter(owner=request.user)
    return render(request, "reports/adhoc.html", context, status=status)


@may("view_edition")
@require_safe
def adhoc_file(request: PersonRequest, extension: str) -> HttpResponse:
    """The table as a file, as it may leave the house."""
    form = TableForm(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('reports_adhoc')}?{request.GET.urlencode()}")
    return _file(form, extension, full=False)


def _table(form: TableForm) -> Table:
    return tables.made_of(form.cleaned_data["figures"], form.cleaned_data["cut"])


def _file(form: TableForm, extension: str, *, full: bool) -> HttpResponse:
    content = tables.content(_wish(form, full=full), _table(form), full=full)
    kind = FORMATS[extension]
    with heavy_work():
        made = kind.make(tables.as_file(content, full=full))
    response = HttpResponse(made, content_type=kind.content_type)
    name = file_name(content["period"], tables.KEY, extension, internal=full)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@may("view_full_edition")
@purpose_required
def adhoc_internal_file(request: HttpRequest, extension: str) -> TakenOut:
    """The table with all its numbers, for whoever says what for."""
    form = TableForm(request.GET)
    if not form.is_valid():
        raise Http404
    response = _file(form, extension, full=True)
    subjects = publishing.subject_of(form.chosen_period)
    return TakenOut(response, subjects=subjects, what=request.get_full_path())


@may("view_edition")
@require_POST
def adhoc_save(request: PersonRequest) -> HttpResponse:
    """Keep the table shown under a name."""
    form, name = TableForm(QueryDict(request.POST.get("query", ""))), NameForm(request.POST)
    if form.is_valid() and name.is_valid():
        query = tables.query(_wish(form, full=True), _table(form))
        try:
            tables.keep(owner=request.user, name=name.cleaned_data["name"], query=query)
        except RuleViolation as refusal:
            name.add_error("name", refusal.violations[0].message)
        else:
            messages.success(request, _("The table is saved. It is counted anew each time."))
            return redirect(f"{reverse('reports_adhoc')}?{query}")
    return _adhoc(request, form, name, status=409)


@may("view_edition")
@require_POST
def adhoc_drop(request: PersonRequest, pk: int) -> HttpResponse:
    tables.drop(owner=request.user, pk=pk)
    messages.success(request, _("The saved table is removed."))
    return redirect("reports_adhoc")
