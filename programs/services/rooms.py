"""The room of a session: the house's own booking, through the booking services."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bookings.locking import lock_resources
from bookings.models import Booking, BookingSource, BookingState, Resource, StaffCancelReason, Unit
from bookings.services import change as changing
from bookings.services import on_behalf
from center import clock
from center.models import User
from programs.models import Session


@dataclass(frozen=True)
class Room:
    """A space with the equipment lent with it, to be booked for a session; ``unit`` of the
    space or nothing."""

    resource: Resource
    equipment: Sequence[Resource] = ()
    unit: Unit | None = None


#: its units are still the session's to give back
_COMING = frozenset({BookingState.CONFIRMED})


def book(session: Session, room: Room, *, by: User, override: str = "") -> Booking:
    """Take the room with all its equipment or raise RuleViolation, as ``on_behalf.book``."""
    return on_behalf.book(
        by=by,
        merchant=None,
        resource=room.resource,
        starts=session.starts,
        ends=session.ends,
        source=BookingSource.PROGRAM,
        purpose=purpose_of(session),
        headcount=session.capacity or 1,
        equipment=room.equipment,
        user_name=session.instructor,
        unit=room.unit,
        override=override,
    )


def change(session: Session, room: Room | None, *, by: User, override: str = "") -> Booking | None:
    """The booking the session has afterwards, at its new time. In the one transaction of the
    caller: what the new room cannot give undoes the leaving of the old."""
    old = session.booking if is_coming(session.booking) else None
    if room is None or old is None:
        give_back(session, by=by)
        return book(session, room, by=by, override=override) if room else None
    has = taken(old)
    if {unit.resource_id for unit in has} == wanted(room) and room.resource == old.resource:
        return changing.move(
            booking=old,
            starts=session.starts,
            ends=session.ends,
            by_staff=True,
            by=by,
            to_unit=room.unit,
            override=override,
            with_session=True,
        )
    # All resources first: whoever takes waits for them before any booking's row.
    lock_resources({unit.resource_id for unit in has} | wanted(room))
    give_back(session, by=by)
    return book(session, room, by=by, override=override)


def give_back(session: Session, *, by: User | None) -> None:
    """Free the room for others; a use that has begun stays what it was."""
    booking = session.booking
    if booking is not None and is_coming(booking):
        reason = StaffCancelReason.HOUSE_USE
        changing.cancel(booking=booking, reason=reason, by_staff=True, by=by)


def is_coming(booking: Booking | None) -> bool:
    """Whether the room can still be given back or moved."""
    return booking is not None and booking.state in _COMING and booking.starts >= clock.now()


def taken(booking: Booking) -> list[Unit]:
    """The units a booking has, its space's and its equipment's."""
    return list(Unit.objects.filter(allocations__booking=booking).select_related("resource"))


def wanted(room: Room) -> set[int]:
    return {room.resource.pk, *(item.pk for item in room.equipment)}


def room_of(session: Session) -> Room | None:
    """What it has now, to be kept by ``sessions.move``; any free unit of it will do."""
    return room_before(session) if is_coming(session.booking) else None


def room_before(session: Session) -> Room | None:
    """What it has or had, over or not: to be taken again for another session."""
    if session.booking is None:
        return None
    extra = [
        u.resource for u in taken(session.booking) if u.resource_id != session.booking.resource_id
    ]
    return Room(session.booking.resource, extra)


def purpose_of(session: Session) -> str:
    """What the board and the history of the booking say."""
    return f"{session.program.title} – {session.title}"[:200]
