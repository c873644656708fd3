"""The report of an edition as the very bytes its digest is of, so that anybody can check it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from center.reports.models import Edition


def as_json(edition: Edition) -> HttpResponse:
    """What may leave the house; ``sha256sum`` of it is the digest in every other file that may.
    Files for the house alone state the digest of all numbers."""
    body = edition.public_content.encode()
    response = HttpResponse(body, content_type="application/json")
    name = f"{settings.REPORT_FILE_NAME}_{edition.period_key}_{edition.label}.json"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response
