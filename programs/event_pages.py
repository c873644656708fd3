"""Broadcasts and exhibitions shaped for pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Prefetch, Q, QuerySet
from django.http import Http404

from bookings.models import Allocation, Booking
from center.models import User
from programs import kinds
from programs.models import (
    Application,
    ApplicationState,
    Booth,
    Broadcast,
    Product,
    Program,
    ProgramState,
    ReviewState,
    Session,
    SessionKind,
    Settlement,
)
from programs.services import rooms

_EVENTS = [k.key for k in kinds.KINDS.values() if k.has_broadcast or k.has_products]
_SLOTS = (SessionKind.REHEARSAL, SessionKind.BROADCAST)


def programs_with_events() -> QuerySet[Program]:
    """Programs with products that take place, the latest first, with their participants and
    the products to be looked at again."""
    rows = Program.objects.filter(
        kind__in=_EVENTS, state__in={*ProgramState.running, ProgramState.FINISHED}
    ).defer("body", "body_en")
    taking = Q(applications__state__in=ApplicationState.taking_part)
    return rows.annotate(
        participants=Count("applications", filter=taking, distinct=True),
        answered=Count(
            "applications__products__review",
            filter=Q(applications__products__review__state=ReviewState.ANSWERED),
            distinct=True,
        ),
    ).order_by("-closes_at", "-pk")


def participants(program: Program) -> QuerySet[Application]:
    """Who takes part, by place, with what their page needs."""
    slots = Session.objects.standing().filter(kind__in=_SLOTS)
    rows = program.applications.taking_part().select_related(
        "merchant", "broadcast", "booth", "settlement"
    )
    return rows.prefetch_related(
        Prefetch("sessions", queryset=slots, to_attr="slots"),
        Prefetch("products", queryset=Product.objects.ready().select_related("review")),
    ).order_by("place")


def case_of(pk: int) -> Application:
    """One participant with all of it, or 404. 3 queries."""
    rows = Application.objects.taking_part().select_related(
        "merchant", "program", "broadcast", "booth", "settlement"
    )
    row = rows.filter(pk=pk, program__kind__in=_EVENTS).first()
    if row is None:
        raise Http404
    return row


@dataclass(frozen=True)
class Slot:
    """A rehearsal or a broadcast, with the studio and the equipment it has in words."""

    session: Session
    place: str


def slots_of(application: Application) -> list[Slot]:
    """Those that stand, by time. 2 queries."""
    rows = application.sessions.standing().filter(kind__in=_SLOTS)
    taken = Allocation.objects.select_related("unit__resource").order_by("pk")
    rows = rows.select_related("booking__resource").prefetch_related(
        Prefetch("booking__allocations", queryset=taken)
    )
    return [Slot(session, _place(session.booking)) for session in rows.order_by("starts")]


def next_slot(application: Application) -> dict[str, Any]:
    """What the form of a slot begins with: the broadcast once there is a rehearsal, as long and
    with the studio and the equipment of the last slot of this participant, else of the program.
    At most 3 queries."""
    there = Session.objects.standing().filter(program=application.program_id, kind__in=_SLOTS)
    own = Q(application=application)
    last = (
        there.annotate(is_own=ExpressionWrapper(own, BooleanField()))
        .select_related("booking__resource")
        .order_by(F("is_own").desc(nulls_last=True), "-pk")  # NULL: for all of the program
        .first()
    )
    if last is None:
        return {}
    kinds_had = set(there.filter(own).order_by().values_list("kind", flat=True))
    is_rehearsed = kinds_had == {SessionKind.REHEARSAL}
    given = {
        "kind": SessionKind.BROADCAST if is_rehearsed else SessionKind.REHEARSAL,
        "minutes": last.minutes,
    }
    room = rooms.room_before(last)
    if room is None:
        return given
    return {**given, "room": room.resource.slug, "equipment": [it.slug for it in room.equipment]}


def _place(booking: Booking | None) -> str:
    """The studio first; equipment for as long as it is taken."""
    if booking is None:
        return ""
    things = [row.unit.resource for row in booking.allocations.all()]
    return " · ".join(dict.fromkeys(it.display_name for it in (booking.resource, *things)))


def products_of(application: Application) -> list[Product]:
    """Handed in with it, each with its review. 1 query."""
    return list(application.products.ready().select_related("review"))


@dataclass(frozen=True)
class BroadcastPart:
    """What ``programs/_broadcast.html`` shows on an application's page."""

    broadcast: Broadcast | None
    slots: Sequence[Slot]
    chosen: Sequence[Product]


def broadcast_part(application: Application) -> BroadcastPart | None:
    """Of a participant of a kind with broadcasts; None for all others. 5 queries."""
    takes_part = application.state in ApplicationState.taking_part
    if not (application.program.the_kind.has_broadcast and takes_part):
        return None
    found = Broadcast.objects.filter(application=application)
    chosen = application.products.filter(is_chosen=True)
    with_rows = found.prefetch_related("cues", "results__product").first()
    return BroadcastPart(with_rows, slots_of(application), list(chosen))


@dataclass(frozen=True)
class BoothPart:
    """What ``programs/_booth.html`` shows: products as the house sees them, booth, sales."""

    products: Sequence[Product]
    booth: Booth | None
    settlement: Settlement | None


def booth_part(application: Application) -> BoothPart | None:
    """Of a participant of an exhibition; None for all others. 3 queries."""
    kind = application.program.the_kind
    takes_part = application.state in ApplicationState.taking_part
    if not takes_part or not kind.has_products or kind.has_broadcast:
        return None
    return BoothPart(
        products_of(application),
        Booth.objects.filter(application=application).first(),
        Settlement.objects.filter(application=application).first(),
    )


def product_for(user: User, pk: int) -> Product:
    """A product of one of the person's businesses about which something is asked, or 404."""
    rows = Product.objects.filter(
        application__merchant__memberships__user=user, review__state=ReviewState.SUPPLEMENT
    )
    row = rows.select_related("application__program", "review").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def settlements(program: Program) -> QuerySet[Settlement]:
    """For the export, by place."""
    rows = Settlement.objects.filter(application__program=program)
    return rows.select_related("application__merchant", "application__booth").order_by(
        "application__place"
    )
