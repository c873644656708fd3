"""The lottery at the desk: seed, list, draw."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from center import clock
from center.errors import RuleViolation
from center.requests import PersonRequest
from programs import selection_desk as desk
from programs.admin.selection import add, program_of, show
from programs.models import Program, SelectionMode
from programs.selection_forms import DrawForm, RefusableForm, SeedForm
from programs.services import lottery


@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: PersonRequest, pk: int) -> HttpResponse:
    """One step after the other; each can be taken once."""
    program = program_of(pk, mode=SelectionMode.LOTTERY)
    if request.method != "POST":
        return _page(request, program)
    chosen = _STEPS.get(request.POST.get("do", ""))
    if chosen is None:
        raise BadRequest
    make, said = chosen
    form = make(request.POST)
    if not form.is_valid():
        return _page(request, program, form, status=400)
    try:
        _carry_out(request, program, form)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _page(request, program_of(pk), form, status=409)
    messages.success(request, str(said))
    return redirect("admin:selection_draw", pk)


def _carry_out(request: PersonRequest, program: Program, form: RefusableForm) -> None:
    given, by = form.cleaned_data, request.user
    if isinstance(form, SeedForm):
        lottery.commit_seed(program=program, beacon_source=given["beacon_source"], by=by)
    elif isinstance(form, DrawForm):
        lottery.draw_lots(program=program, by=by, beacon=given["beacon"])
    else:
        lottery.freeze_list(program=program, by=by)


_STEPS = {
    "seed": (SeedForm, gettext_lazy("The seed is committed and its digest published.")),
    "list": (RefusableForm, gettext_lazy("The list is published.")),
    "draw": (DrawForm, gettext_lazy("The lots are drawn and the results announced.")),
}


def _page(
    request: PersonRequest,
    program: Program,
    sent: RefusableForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "title": _("Draw"),
        "draw": getattr(program, "draw", None),
        "n": desk.counts(program),
        "is_closed": clock.now() >= program.closes_at,
        "seed_form": sent if isinstance(sent, SeedForm) else SeedForm(),
        "draw_form": sent if isinstance(sent, DrawForm) else DrawForm(),
        "form": sent,
    }
    return show(request, "draw", program, context, status)


add("<int:pk>/draw/", "selection_draw", draw)
