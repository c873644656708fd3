"""The draw of a call by lot, for everybody: what is needed to run it again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from programs import results, selectors
from programs.models import Draw, SelectionMode


@require_safe
def program_draw(request: HttpRequest, slug: str) -> HttpResponse:
    """The digest, then the list, then seed and order, as each is published."""
    program = selectors.public_program(request.user, slug)
    if program.selection != SelectionMode.LOTTERY:
        raise Http404
    draw = Draw.objects.filter(program=program).first()
    rows = results.drawn_rows(program, draw) if draw else []
    context = {"program": program, "draw": draw, "rows": rows}
    return render(request, "programs/program_draw.html", context)
