"""The selection desk: which programs are to be decided, and each of their steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from center import access, clock
from center.admin_site import AdminPage, CenterAdminSite
from center.errors import RuleViolation
from center.models import AccessAction
from center.requests import PersonRequest
from merchants import regions
from programs import selection_desk as desk
from programs.models import Program, ProgramState, SelectionMode, TieRule
from programs.selection_forms import AnnounceForm
from programs.services import announce

PAGE = 50
PERMISSION = "programs.select_application"

site = cast("CenterAdminSite", admin.site)


def program_of(pk: int, *, mode: str | None = None) -> Program:
    """A program of the desk; else Http404."""
    rows = desk.programs()
    return get_object_or_404(rows.filter(selection=mode) if mode else rows, pk=pk)


def show(
    request: HttpRequest, name: str, program: Program, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    whole = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,
        "program": program,
        "is_scored": program.selection == SelectionMode.SCORED,
        "is_announced": program.announced_at is not None,
        "is_over": program.state != ProgramState.PUBLISHED,
        "tab": name,
        **context,
    }
    return render(request, f"admin/selection/{name}.html", whole, status=status)


@require_safe
def programs(request: HttpRequest) -> HttpResponse:
    """All programs by scores or by lot, those to decide first."""
    page = Paginator(desk.programs(), PAGE).get_page(request.GET.get("page"))
    whole = {**admin.site.each_context(request), "is_nav_sidebar_enabled": False}
    context = {"title": _("Selection"), "page": page, "now": clock.now()}
    return render(request, "admin/selection/list.html", {**whole, **context})


@require_safe
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one program stands, and what is next."""
    program = program_of(pk)
    context = {
        "title": program.display_title,
        "n": desk.counts(program),
        "is_closed": clock.now() >= program.closes_at,
        "draw": getattr(program, "draw", None),
        "criteria": program.criteria.all(),
        "districts": [
            (regions.district_name(row.district), row.places)
            for row in program.district_quotas.all()
        ],
        "ties": [TieRule(rule).label for rule in program.tie_rules],
    }
    return show(request, "overview", program, context)


@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: PersonRequest, pk: int) -> HttpResponse:
    """The preview of the results, and their announcement."""
    program = program_of(pk)
    if request.method != "POST":
        return _ranking(request, program)
    form = AnnounceForm(request.POST)
    if not form.is_valid():
        return _ranking(request, program, form, status=400)
    said = {name: form.cleaned_data[name] for name in ("seen", "fewer_because")}
    try:
        done = announce.announce(program=program, by=request.user, **said)
    except RuleViolation as refusal:
        form.refuse(refusal)
        return _ranking(request, program_of(pk), form, status=409)
    n = done.results.count()
    told = ngettext("%(n)d result announced.", "%(n)d results announced.", n)
    messages.success(request, told % {"n": n})
    return redirect("admin:selection_ranking", pk)


def _ranking(
    request: PersonRequest, program: Program, form: AnnounceForm | None = None, *, status: int = 200
) -> HttpResponse:
    announcement = program.announcement if program.announced_at else None
    if announcement is None and program.selection == SelectionMode.LOTTERY:
        return redirect("admin:selection_draw", program.pk)
    found = desk.announced(announcement) if announcement else desk.preview(program)
    page = Paginator(found.lines, PAGE).get_page(request.GET.get("page"))
    shown = ("application", [line.key for line in page.object_list])
    access.record(request, action=AccessAction.VIEW, subjects=shown)
    again = "again" in request.GET  # 5,000 applications take seconds: not with every page
    fresh = AnnounceForm(initial={"seen": found.seen}) if form is None else desk_form(form, found)
    context = {
        "title": _("Results") if announcement else _("Ranking"),
        "found": found,
        "page": page,
        "form": fresh,
        "announcement": announcement,
        "differences": desk.differences(announcement) if announcement and again else None,
    }
    return show(request, "ranking", program, context, status)


def desk_form(form: AnnounceForm, found: desk.Preview) -> AnnounceForm:
    """The form again with its errors, for the ranking as it is now."""
    form.data = {**form.data.dict(), "seen": found.seen}  # type: ignore[attr-defined]
    return form


def add(address: str, name: str, view: Callable[..., HttpResponse], title: Any = "") -> None:
    site.add_page(
        AdminPage(
            address=f"selection/{address}",
            name=name,
            view=view,
            permission=PERMISSION,
            title=title,
        )
    )


add("", "selection", programs, gettext_lazy("Selection"))
add("<int:pk>/", "selection_program", overview)
add("<int:pk>/ranking/", "selection_ranking", ranking)
