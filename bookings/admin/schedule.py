"""The board of the operator's day, its table, and the data the board's script asks for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from bookings import board_events, board_table
from bookings.board import Board, Length, Wanted, load
from bookings.board_words import legend, shown_words
from bookings.models import Category
from center import access, clock, display
from center.admin_site import AdminPage, CenterAdminSite
from center.models import AccessAction


@require_safe
def schedule(request: HttpRequest) -> HttpResponse:
    """A day of all units as a table; the board draws the same day, or its week, in its place."""
    wanted = Wanted.of(request.GET.dict())
    day = replace(wanted, length=Length.DAY)
    board = load(day)
    _look(request, day, board)
    may_act = request.user.has_perm("bookings.change_booking")
    view = "table" if wanted.show or request.GET.get("view") == "table" else "board"
    context = {
        "wanted": wanted,
        "view": view,
        "groups": board_table.groups_of(board, may_act=may_act),
        "figures": board_table.figures_of(board),
        "elsewhere": board.elsewhere,
        "printed_at": board.now,
        "may_act": may_act,
        **_around(wanted, view),
        **_for_the_script(wanted),
    }
    return render_desk(request, "schedule", _("Schedule"), context)


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What the board draws, in the words and styles of the table."""
    wanted = Wanted.of(request.GET.dict())
    board = load(wanted)
    _look(request, wanted, board)
    return JsonResponse(board_events.of(board), json_dumps_params={"ensure_ascii": False})


def _look(request: HttpRequest, wanted: Wanted, board: Board) -> None:
    """An open board is one look of its person at its filter for ten minutes, whoever is new
    on it another (``access.record_look``)."""
    action = AccessAction.SEARCH if wanted.term else AccessAction.VIEW
    what = f"{reverse('admin:schedule')}{wanted.query()}"
    access.record_look(request, action=action, subjects=("booking", board.seen), what=what)


def _around(wanted: Wanted, view: str) -> dict[str, Any]:
    """What stands above the board and its table: title, neighbours, other views, filters."""
    is_table = view == "table"
    days = [wanted.day] if is_table else wanted.days
    kept = {"view": "table"} if is_table else {}
    first, today = clock.monday_of(wanted.day), clock.today()

    def on(day: dt.date) -> str:
        return wanted.query(day=day.isoformat(), **kept)

    return {
        "heading": _heading(days),
        "is_today": wanted.day == today,
        "before": on(wanted.day - len(days) * clock.DAY),
        "today": on(today),
        "after": on(wanted.day + len(days) * clock.DAY),
        "as_day": wanted.query(length="", show=""),
        "as_week": wanted.query(length=Length.WEEK, show=""),
        "as_table": wanted.query(view="table"),
        "shown": shown_words().get(wanted.show, ""),
        "all_shown": wanted.query(show="", **kept),
        "week": [
            (on(day), display.short_day(day), day == wanted.day)
            for day in (first + n * clock.DAY for n in range(7))
        ],
        "categories": Category.choices,
    }


def _heading(days: list[dt.date]) -> str:
    if len(days) == 1:
        return display.full_day(days[0])
    return display.week_span(days[0], days[-1])


def _for_the_script(wanted: Wanted) -> dict[str, Any]:
    return {
        "legend": legend(),
        "base": reverse("admin:schedule"),
        "book": board_table.book_address(),
        "close": reverse("admin:bookings_closure_add"),
        "events": reverse("admin:schedule_events") + wanted.query(),
    }


def render_desk(
    request: HttpRequest, name: str, title: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the board among the pages of the desk."""
    whole = {"title": title, "has_permission": True, "is_popup": False, **context}
    return render(request, f"admin/schedule/{name}.html", whole, status=status)


_site = cast("CenterAdminSite", admin.site)
_site.add_page(
    AdminPage(
        address="schedule/",
        name="schedule",
        view=schedule,
        permission="bookings.view_booking",
        title=gettext_lazy("Schedule"),
    )
)
_site.add_page(
    AdminPage(
        address="schedule/events.json",
        name="schedule_events",
        view=events,
        permission="bookings.view_booking",
    )
)
