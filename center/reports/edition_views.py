"""Pages of a period: what was frozen, the files, what changed since."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from center import periods
from center.errors import RuleViolation
from center.heavy import TooMuchAtOnceError, heavy_work
from center.purposes import TakenOut, purpose_required
from center.reports import charts, edition_files, publishing, selectors
from center.reports.drawing import DrawingError
from center.reports.edition_forms import FreezeForm
from center.reports.edition_pages import edition_page
from center.reports.files import FORMATS, csv, file_name
from center.reports.models import Compiling, Subscription
from center.reports.outline import Section
from center.reports.selectors import Source
from center.reports.services import freezing, subscribing
from center.requests import PersonRequest

View = Callable[..., HttpResponseBase]


def may(right: str) -> Callable[[View], View]:
    """Who is logged in and lacks the right is told so, who is not is asked to log in."""
    guard = permission_required(f"reports.{right}", raise_exception=True)
    return lambda view: login_required(guard(view))


@may("view_edition")
@require_safe
def report(request: PersonRequest, key: str) -> HttpResponse:
    """The newest edition of a period, or one asked for by ``?version=``."""
    context = edition_page(request.user, periods.of_key(key), request.GET.get("version", ""))
    return render(request, "reports/edition.html", {**context, "form": FreezeForm()})


@may("view_edition")
@require_safe
def progress(request: PersonRequest, key: str) -> HttpResponse:
    """How far the compiling of a period is; for the page that renews itself."""
    period = periods.of_key(key)
    context = {"period": period, "compilings": selectors.compilings(period)}
    return render(request, "reports/progress.html", context)


@may("add_edition")
@require_POST
def freeze(request: PersonRequest, key: str) -> HttpResponse:
    """Have a finished period frozen, or frozen anew with a reason."""
    period, form = periods.of_key(key), FreezeForm(request.POST)
    try:
        if form.is_valid():
            reason = form.cleaned_data["reason"]
            freezing.ask(period=period, by=request.user, reason=reason)
            messages.success(request, _("A worker freezes the numbers now. Its progress is below."))
            return redirect("report", period.key)
    except RuleViolation as refusal:
        for violation in refusal.violations:
            form.add_error(violation.field or None, violation.sentence)
    context = {**edition_page(request.user, period, ""), "form": form}
    return render(request, "reports/edition.html", context, status=409)


@may("add_edition")
@require_POST
def cancel(request: PersonRequest, key: str, pk: int) -> HttpResponse:
    compiling = get_object_or_404(Compiling, pk=pk, period_key=key)
    try:
        freezing.cancel(compiling=compiling)
        messages.success(request, _("The compiling is cancelled; nothing was frozen."))
    except RuleViolation as refusal:
        messages.error(request, refusal.violations[0].sentence)
    return redirect("report", key)


@may("view_edition")
@require_safe
def report_file(request: PersonRequest, key: str, edition: str, extension: str) -> HttpResponse:
    """The edition as it may leave the house, the same bytes each time."""
    if edition == selectors.PRELIMINARY:
        raise Http404  # two of them, compared, would tell what each of them hides
    return _file(request, selectors.source(periods.of_key(key), edition), extension)


@may("view_edition")
@require_safe
def report_json(request: PersonRequest, key: str, edition: str) -> HttpResponse:
    """The edition as it may leave the house, to the byte what its SHA-256 is of."""
    found = selectors.source(periods.of_key(key), edition).edition
    if edition == selectors.PRELIMINARY or found is None:
        raise Http404
    return edition_files.as_json(found)


@may("view_full_edition")
@purpose_required
def internal_file(request: HttpRequest, key: str, edition: str, extension: str) -> TakenOut:
    """The edition with its small numbers, for whoever says what for."""
    found = selectors.source(periods.of_key(key), edition, full=True)
    subjects = [found.edition] if found.edition else publishing.subject_of(found.period)
    return TakenOut(_file(request, found, extension), subjects=subjects, what=request.path)


def _file(request: HttpRequest, found: Source, extension: str) -> HttpResponse:
    made, kind = selectors.outlined(found, _language(request)), FORMATS[extension]
    name = file_name(
        found.content["period"], found.label, extension, internal=not found.stamp.is_public
    )
    if extension == "csv" and request.GET.get("encoding") == "cp949":
        with heavy_work():
            encoded = csv.make_cp949(made)
        response = HttpResponse(encoded.data, content_type="text/csv; charset=cp949")
        response["X-Replaced-Characters"] = " ".join(f"U+{ord(c):04X}" for c in encoded.replaced)
    else:
        with heavy_work():
            file = kind.make(made)
        response = HttpResponse(file, content_type=kind.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _language(request: HttpRequest) -> str:
    """Files are in Korean, whatever the page is in; ``?lang=en`` asks for English."""
    wanted = request.GET.get("lang", settings.LANGUAGE_CODE)
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def picture(section: Section | None) -> HttpResponse:
    """A section's chart; 429 where so many are being drawn that this one would wait, 503 where
    drawing failed: the page's script asks for it again."""
    if section is None or not charts.has_chart(section):
        raise Http404
    try:
        return HttpResponse(charts.picture(section), content_type="image/svg+xml")
    except TooMuchAtOnceError:
        return HttpResponse(status=429, headers={"Retry-After": "5"})
    except DrawingError:
        return HttpResponse(status=503, headers={"Retry-After": "60"})


@may("view_edition")
@require_safe
def chart(request: PersonRequest, key: str, edition: str, table: str) -> HttpResponse:
    """A chart of the page; the same picture as in the files."""
    found = selectors.source(periods.of_key(key), edition)
    made = selectors.outlined(found)
    section = next((each for each in made.sections if each.key == table), None)
    response = picture(section)
    if found.edition is not None and response.status_code == 200:
        response["ETag"] = quote_etag(f"{found.stamp.digest}-{table}-{made.language}")
        response["Cache-Control"] = "private, max-age=3600"
    return response


@may("view_edition")
@require_POST
def subscription(request: PersonRequest, every: str) -> HttpResponse:
    """Start or stop the links to new reports."""
    if every not in Subscription.Every.values:
        raise Http404
    if "stop" in request.POST:
        subscribing.unsubscribe(owner=request.user, every=every)
        messages.success(request, _("No more links to new reports are sent to you."))
    else:
        subscribing.subscribe(owner=request.user, every=every)
        messages.success(request, _("We send you a link as soon as a report is frozen."))
    back = request.POST.get("key", "")
    return redirect("report", back) if selectors.is_key(back) else redirect("reports")
