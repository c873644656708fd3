"""Calls for everybody: the list, the call, its poster, the feed."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from center import clock
from programs import gates, selectors, structured, wording
from programs.forms.filter import FilterForm
from programs.models import Program
from programs.richtext import shown
from programs.standing import standing_of

PAGE = 20


@require_safe
def program_list(request: HttpRequest) -> HttpResponse:
    """What the center offers, what is open first; filtered by a GET form."""
    now, form = clock.now(), FilterForm(request.GET)
    page = Paginator(form.filtered(selectors.listed(now), now), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"form": form, "page": page, "cards": selectors.cards(page.object_list, now)}
    return render(request, "programs/program_list.html", context)


@require_safe
def program(request: HttpRequest, slug: str) -> HttpResponse:
    """One call with everything an applicant wants to know, and the way in."""
    found, now = selectors.public_program(request.user, slug), clock.now()
    context = {
        "program": found,
        "standing": standing_of(request.user, found, now),
        "is_gathering": gates.is_gathering(found, now),
        "structured": structured.data_of(found, request.build_absolute_uri("/")[:-1]),
        **page_of(found, now),
    }
    return render(request, "programs/program.html", context)


def page_of(found: Program, now: Any) -> dict[str, Any]:
    """What the page of a call shows to everybody. 5 queries at most."""
    taken = selectors.taken_places([found]).get(found.pk, 0)
    return {
        "kind": found.the_kind,
        "kind_name": wording.kind_name(found),
        "stage": wording.stage(found, now),
        "countdown": wording.countdown(found, now),
        "body": shown(found.display_body),
        "window": wording.window(found),
        "period": wording.period(found),
        "places": wording.places(found),
        "left": selectors.left_in_words(found, taken, now),
        "eligibility": wording.eligibility(found),
        "papers": found.papers.all(),
        "criteria": found.criteria.all(),
        "tie_rules": wording.tie_rules(found),
        "district_places": wording.district_places(found),
        "sessions": found.sessions.standing()
        .filter(application=None)
        .select_related("booking__resource"),
        "kind_template": wording.kind_template(found.kind),
    }


@require_safe
@cache_control(max_age=3600)
def poster(request: HttpRequest, slug: str) -> HttpResponse:
    """The poster of a call, made anew when it came in."""
    picture = selectors.poster_of(request.user, slug)
    return HttpResponse(
        bytes(picture.content),
        content_type=picture.content_type,
        headers={"X-Content-Type-Options": "nosniff"},
    )
