"""What the first page of the admin says of bookings: who is late, who is in, who comes next;
and spaces with units out of service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings import board_lines
from bookings.board import Board, Show, Use, Wanted, load
from bookings.board_words import belongs, name_of, shown_words, standing
from bookings.models import Unit
from center import access, clock, display
from center.admin_site import CenterAdminSite, Errand, Item, Line, Outlook, Panel
from center.models import AccessAction

#: so many bookings a panel names; the schedule has all of them
SHOWN = 8


def _day(request: HttpRequest) -> Iterator[Panel]:
    """Today on its units, from the read model of the schedule. 3 queries, 2 for the record."""
    board = load(Wanted(clock.today()))
    access.record_look(
        request, action=AccessAction.VIEW, subjects=("booking", board.seen), what=request.path
    )
    nobody = {
        Show.LATE: _("Nobody is late."),
        Show.INSIDE: _("Nobody is here now."),
        Show.COMING: _("Nobody else is expected today."),
    }
    standings = {use.booking_id: (*standing(use, board.now), use) for use in _spaces(board)}
    ordered = sorted(standings.values(), key=lambda row: row[2].starts)
    titles = shown_words()
    for show, none in nobody.items():
        rows = [row for row in ordered if belongs(row[2], show, board.now)]
        items = [_item(board, *row, may_act=_may_act(request)) for row in rows[:SHOWN]]
        listed = Wanted(board.wanted.day, show=show).query(day="", view="table")
        yield Panel(titles[show], len(rows), reverse("admin:schedule") + listed, items, none)


def _spaces(board: Board) -> Iterator[Use]:
    return (use for uses in board.uses.values() for use in uses if not use.is_extra)


def _may_act(request: HttpRequest) -> bool:
    return request.user.has_perm("bookings.change_booking")


def _item(board: Board, word: str, style: str, use: Use, *, may_act: bool) -> Item:
    units = {unit.pk: unit for unit in board.units}
    step = board_lines.due_step(board, use) if may_act else ""
    address = reverse("admin:schedule_booking", args=[use.reference])
    return Item(
        when=display.span(use.starts, use.ends),
        name=name_of(use),
        address=address,
        note=str(units[use.unit_id]),
        word=word,
        style=style,
        act=f"{address}{step}/?back=today" if step else "",
        act_word=board_lines.step_word(step) if step else "",
    )


def _out_of_service() -> Iterator[Line]:
    """Units of spaces on offer that cannot be booked. 1 query."""
    if n := Unit.objects.spaces_out_of_service().count():
        said = ngettext("%(n)d unit is out of service.", "%(n)d units are out of service.", n)
        address = f"{reverse('admin:bookings_resource_changelist')}?out_of_service=yes"
        yield Line(said % {"n": n}, address)


_site = cast("CenterAdminSite", admin.site)
_site.add_outlook(Outlook("bookings.view_booking", _day))
_site.add_errand(Errand("bookings.view_unit", _out_of_service))
