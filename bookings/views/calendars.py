"""Calendars of bookings: the page that gives their addresses, and what is found there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bookings import calendars as content
from bookings import feeds, links
from bookings.calendars import Choice, Content
from bookings.models import CalendarFeed
from bookings.services import calendars
from center import access, clock
from center.models import AccessAction
from center.requests import PersonRequest


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_list(request: PersonRequest) -> HttpResponse:
    """The addresses a person may give to a calendar program; a POST makes, renews, ends one."""
    choices = content.choices_of(request.user)
    if request.method == "POST":
        chosen = next((c for c in choices if c.key == request.POST.get("calendar")), None)
        if chosen is None:
            raise Http404
        _act(request, chosen)
        return redirect("account_calendars")
    rows = [(choice, _address(request, choice)) for choice in choices]
    return render(request, "bookings/calendar_list.html", {"rows": rows})


def _act(request: PersonRequest, chosen: Choice) -> None:
    merchant, resource = chosen.merchant, chosen.resource
    if request.POST.get("act") == "end":
        calendars.end(user=request.user, merchant=merchant, resource=resource)
        messages.success(request, _("That address is closed."))
        return
    calendars.renew(user=request.user, merchant=merchant, resource=resource)
    messages.success(request, _("The address is ready. An earlier one is closed."))


def _address(request: HttpRequest, choice: Choice) -> str:
    if choice.feed is None:
        return ""
    path = reverse("calendar", args=[links.token_of_feed(choice.feed)])
    return request.build_absolute_uri(path)


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program reads; the address is the key. Nothing new costs it no more
    than a look (304)."""
    feed, now = _feed_of(token), clock.now()
    with translation.override(feed.user.language):
        found = content.content_of(feed, now)
    content.note_reading(feed, found.fingerprint, now)
    etag, changed = quote_etag(found.fingerprint), int(feed.changed_at.timestamp())
    response = get_conditional_response(request, etag=etag, last_modified=changed)
    if response is None:
        response = _file(request, feed, found)
    response["ETag"], response["Last-Modified"] = etag, http_date(changed)
    response["X-Robots-Tag"] = "noindex"
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _feed_of(token: str) -> CalendarFeed:
    try:
        feed = links.feed_of(token)
    except CalendarFeed.DoesNotExist:
        raise Http404 from None
    if not content.may_read(feed):
        raise Http404
    return feed


def _file(request: HttpRequest, feed: CalendarFeed, found: Content) -> HttpResponse:
    if feed.resource is not None:
        request.user = feed.user  # the key stands for its person, here for the access log
        what = f"{reverse('account_calendars')}#{feed.resource.slug}"
        subjects = ("booking", found.seen)
        access.record_look(request, action=AccessAction.VIEW, subjects=subjects, what=what)
    body = feeds.calendar_of(found.entries, stamp=feed.changed_at, name=found.name)
    return HttpResponse(body, content_type="text/calendar; charset=utf-8")
