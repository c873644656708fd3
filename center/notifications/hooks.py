"""What others tell the portal about messages, without a log-in."""

from __future__ import annotations

import json

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from center.notifications import reports, stop_links, stopping
from center.notifications.reports import Taken


@csrf_exempt  # the provider's server has no session; the secret in the path is the key
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


@csrf_exempt  # the signed link is the key; mail programs post to it by themselves (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Asks, as programs look at links before people do; a POST ends the advertisements."""
    person = stop_links.person_of(token)
    if person is None:
        raise Http404
    if request.method == "POST":
        stopping.stop(person=person)
    context = {"stopped": request.method == "POST"}
    return render(request, "notifications/stop.html", context)
