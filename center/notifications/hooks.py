"""What others tell the portal about messages, without a log-in."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from center.notifications import reports
from center.notifications.reports import Taken


@csrf_exempt
@never_cache
@require_POST
def solapi(request: HttpRequest, secret: str) -> HttpResponse:
    """Delivery reports. Whoever does not know the secret finds nothing here; what comes too
    early is asked for once more."""
    ours = settings.SOLAPI_WEBHOOK_SECRET
    if not ours or not constant_time_compare(secret, ours):
        raise Http404
    try:
        entries = json.loads(request.body)
    except (ValueError, RecursionError):
        return HttpResponseBadRequest()
    taken = [reports.take(report) for report in reports.read(entries)]
    status = 503 if Taken.TOO_EARLY in taken else 200
    return JsonResponse({"taken": taken.count(Taken.DONE)}, status=status)
