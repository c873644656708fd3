"""Open data for everybody, without logging in."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from center import periods
from center.reports import edition_files, open_data
from center.reports.models import Edition

_MAKERS = {open_data.DATA: open_data.data_csv, open_data.DICTIONARY: open_data.dictionary_csv}


@require_safe
def open_data_list(request: HttpRequest) -> HttpResponse:
    quarters = [(periods.of_key(each.period_key), each) for each in open_data.quarters()]
    context = {"quarters": quarters, "licence": open_data.LICENCE}
    return render(request, "reports/open_data.html", context)


@require_safe
def open_data_catalogue(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        open_data.catalogue(open_data.quarters()), content_type="application/ld+json; charset=utf-8"
    )


@require_safe
def open_data_report(request: HttpRequest, key: str, edition: str) -> HttpResponse:
    """A version of a quarter's report as JSON, to the byte what its SHA-256 is of."""
    return edition_files.as_json(_edition(key, edition))


@require_safe
def open_data_file(request: HttpRequest, key: str, part: str, version: str = "") -> HttpResponse:
    """A version of a quarter, the newest unless named, as data; or the dictionary of it."""
    edition = _edition(key, version)
    if part not in _MAKERS:
        raise Http404
    name = f"{settings.REPORT_FILE_NAME}_{key}_{edition.label}_{part}.csv"
    response = HttpResponse(_MAKERS[part](edition), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _edition(key: str, version: str) -> Edition:
    """Raises Http404 where it is no quarter, or not frozen so."""
    known = Edition.objects.of(key) if "Q" in key else Edition.objects.none()
    if version:
        known = known.filter(version=int(version[1:]) if version[1:].isdigit() else 0)
    edition = known.first()
    if edition is None:
        raise Http404
    return edition
