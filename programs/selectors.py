"""Reads on programs and applications, shaped for pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import ngettext

from center.models import User
from programs import own_sessions, wording
from programs.barring import barred_from
from programs.models import (
    AnswerFile,
    Application,
    ApplicationState,
    Material,
    Picture,
    Program,
    ProgramState,
    SelectionMode,
)
from programs.wording import Badge

__all__ = ["barred_from"]


@dataclass(frozen=True)
class Card:
    """A call as a list shows it, all of it ready to print."""

    program: Program
    address: str
    title: str
    summary: str
    kind: str
    stage: Badge
    countdown: Badge | None
    places: str
    for_whom: str
    closes: str
    left: str


def listed(now: dt.datetime) -> QuerySet[Program]:
    """What the list shows: open ones first, the soonest deadline first; then those to come,
    then those that are over, the last one first."""
    is_open = Q(state=ProgramState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)
    is_ahead = Q(state=ProgramState.PUBLISHED, opens_at__gt=now)
    rank = Case(
        When(is_open, then=0), When(is_ahead, then=1), default=2, output_field=IntegerField()
    )
    soonest = Case(When(closes_at__gt=now, then=F("closes_at")))
    rows = Program.objects.listed().annotate(rank=rank, soonest=soonest)
    return rows.defer("body", "body_en").order_by("rank", "soonest", "-closes_at", "-pk")


def front_cards(now: dt.datetime, count: int = 4) -> list[Card]:
    """The open calls whose deadline is nearest. 2 queries."""
    rows = Program.objects.listed().open_at(now).defer("body", "body_en")
    return cards(rows.order_by("closes_at", "pk")[:count], now)


def cards(programs: Iterable[Program], now: dt.datetime) -> list[Card]:
    """1 query more, for the places left of first come."""
    rows = list(programs)
    taken = taken_places([row for row in rows if row.is_open(now)])
    return [_card(row, taken.get(row.pk, 0), now) for row in rows]


def taken_places(programs: Sequence[Program]) -> dict[int, int]:
    """How many places of first come are taken, by program. 1 query, or none."""
    asked = [row.pk for row in programs if row.selection == SelectionMode.FIRST_COME]
    if not asked:
        return {}
    placed = Application.objects.placed().filter(program__in=asked).order_by()
    return dict(placed.values_list("program_id").annotate(n=Count("pk")))


def _card(program: Program, taken: int, now: dt.datetime) -> Card:
    return Card(
        program=program,
        address=program.get_absolute_url(),
        title=program.display_title,
        summary=program.display_summary,
        kind=wording.kind_name(program),
        stage=wording.stage(program, now),
        countdown=wording.countdown(program, now),
        places=wording.places(program),
        for_whom=wording.for_whom(program),
        closes=wording.closes(program, now),
        left=left_in_words(program, taken, now),
    )


def left_in_words(program: Program, taken: int, now: dt.datetime) -> str:
    """Of first come while it is open; the others give their places later."""
    if program.selection != SelectionMode.FIRST_COME or not program.is_open(now):
        return ""
    left = max(0, program.quota - taken)
    if not left:
        return str(wording.RESERVE_ONLY if program.reserve else wording.NO_PLACE_LEFT)
    return ngettext("%(n)d place left", "%(n)d places left", left) % {"n": left}


def public_program(user: User | AnonymousUser, slug: str) -> Program:
    """A call by its address; drafts for staff alone, as a preview. Raises Http404."""
    rows = Program.objects.select_related("poster").defer("poster__content")
    found = get_object_or_404(rows, slug=slug)
    if found.state not in ProgramState.public and not user.has_perm("programs.view_program"):
        raise Http404
    return found


def application_for(user: User, receipt: str) -> Application:
    """An application for a member of its business. Raises Http404: nobody learns which there
    are. Staff see them in the admin."""
    mine = Application.objects.of_user(user.pk).select_related("program", "merchant")
    return get_object_or_404(mine, receipt=receipt)


def has_applied(user: User, slug: str) -> bool:
    """Whether there is an application of this person's with the call, handed in or not; those
    given up do not count. 1 query."""
    mine = Application.objects.of_user(user.pk).filter(program__slug=slug)
    return mine.exclude(state__in=ApplicationState.given_up).exists()


def applications_of(user: User) -> QuerySet[Application]:
    """All of a person's businesses, what waits for him first, then the latest."""
    waits = {ApplicationState.OFFERED, ApplicationState.SUPPLEMENT}
    rank = Case(When(state__in=waits, then=0), default=1, output_field=IntegerField())
    mine = Application.objects.of_user(user.pk).select_related("program", "merchant")
    mine = mine.defer("program__body", "program__body_en")
    return mine.annotate(waits=rank).order_by("waits", "-created_at", "-pk")


def file_for(user: User, public_id: object) -> AnswerFile:
    """A file of an answer for the members of its business or for staff. Raises Http404."""
    files = AnswerFile.objects.select_related("application__merchant", "application__program")
    files = files.filter(stored_name__isnull=False)
    if not user.has_perm("programs.view_application"):
        files = files.filter(application__merchant__memberships__user=user)
    return get_object_or_404(files, public_id=public_id)


def material_for(user: User, public_id: object) -> Material:
    """A file of a session for those who take part in it, its consultant and staff. Raises
    Http404."""
    files = Material.objects.there()
    if not user.has_perm("programs.view_session"):
        mine = Q(session__in=own_sessions.of_user(user))
        if user.has_perm("programs.hold_consultation"):  # not of one who was a consultant once
            mine |= Q(session__consultant=user)
        files = files.given_out().filter(mine)
    return get_object_or_404(files, public_id=public_id)


def photo_for(user: User, public_id: object) -> Picture:
    """A photo of a product, for the same people. Raises Http404."""
    photos = Picture.objects.filter(product_photo__isnull=False)
    if not user.has_perm("programs.view_application"):
        mine = {"product_photo__product__application__merchant__memberships__user": user}
        photos = photos.filter(**mine)
    return get_object_or_404(photos, public_id=public_id)


def poster_of(user: User | AnonymousUser, slug: str) -> Picture:
    poster = public_program(user, slug).poster
    if poster is None:
        raise Http404
    return Picture.objects.get(pk=poster.pk)
