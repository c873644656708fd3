"""What a booking can be, through what it came, and why it ended."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingState(models.TextChoices):
    HELD = "held", _("Held for you")
    REQUESTED = "requested", _("Waiting for approval")
    CONFIRMED = "confirmed", _("Confirmed")
    CHECKED_IN = "checked_in", _("In use")
    COMPLETED = "completed", _("Used")
    REJECTED = "rejected", _("Not approved")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Hold ran out")
    NO_SHOW = "no_show", _("Not used")

    # Named groups of states; nobody lists states inline.
    occupying: ClassVar[frozenset[BookingState]]
    live: ClassVar[frozenset[BookingState]]
    cancellable: ClassVar[frozenset[BookingState]]
    counted: ClassVar[frozenset[BookingState]]
    booked: ClassVar[frozenset[BookingState]]
    ended: ClassVar[frozenset[BookingState]]
    reserved: ClassVar[frozenset[BookingState]]
    used: ClassVar[frozenset[BookingState]]


_S = BookingState
#: still to come or under way
_S.live = frozenset({_S.HELD, _S.REQUESTED, _S.CONFIRMED, _S.CHECKED_IN})
#: has allocations; exactly these block a unit (a used booking keeps its past)
_S.occupying = _S.live | {_S.COMPLETED}
#: its owner may still give it up or move it
_S.cancellable = frozenset({_S.HELD, _S.REQUESTED, _S.CONFIRMED})
#: counts against the business's limits
_S.counted = _S.live | {_S.COMPLETED, _S.NO_SHOW}
#: became a booking, more than a hold
_S.booked = frozenset(_S) - {_S.HELD, _S.EXPIRED}
#: booked and still to come: a hold that was confirmed
_S.reserved = frozenset({_S.REQUESTED, _S.CONFIRMED})
#: somebody came; reports count these as uses
_S.used = frozenset({_S.CHECKED_IN, _S.COMPLETED})
#: came to nothing
_S.ended = frozenset({_S.REJECTED, _S.CANCELLED, _S.EXPIRED, _S.NO_SHOW})

TRANSITIONS: list[tuple[str, str]] = [
    (_S.HELD, _S.REQUESTED),
    (_S.HELD, _S.CONFIRMED),
    (_S.HELD, _S.CANCELLED),
    (_S.HELD, _S.EXPIRED),
    (_S.REQUESTED, _S.CONFIRMED),
    (_S.REQUESTED, _S.REJECTED),
    (_S.REQUESTED, _S.CANCELLED),
    (_S.CONFIRMED, _S.REQUESTED),  # moved by its owner where a move needs approval again
    (_S.CONFIRMED, _S.CHECKED_IN),
    (_S.CONFIRMED, _S.CANCELLED),
    (_S.CONFIRMED, _S.NO_SHOW),
    (_S.CHECKED_IN, _S.COMPLETED),
    (_S.CHECKED_IN, _S.CONFIRMED),  # staff had let in the wrong booking
]


class BookingSource(models.TextChoices):
    WEB = "web", _("Web")
    STAFF = "staff", _("Staff")
    PHONE = "phone", _("Telephone")
    WALK_IN = "walk_in", _("Walk-in")
    PROGRAM = "program", _("Program")
    IMPORT = "import", _("Taken over")


class CancelReason(models.TextChoices):
    UNSAID = "unsaid", _("I would rather not say")
    SCHEDULE = "schedule", _("My schedule changed")
    NOT_READY = "not_ready", _("The products or the crew are not ready")
    HEALTH = "health", _("Illness or an emergency")
    ANOTHER_TIME = "another_time", _("I will book another time")
    OTHER = "other", _("Another reason")


class StaffCancelReason(models.TextChoices):
    """Why the house cancels; no value of it means another thing in ``CancelReason``."""

    ASKED = "asked_by_phone", _("The business asked us to")
    HOUSE_CLOSED = "house_closed", _("The house is closed at that time")
    BROKEN = "equipment_broken", _("The space or its equipment is out of order")
    HOUSE_USE = "house_use", _("The house needs the space at that time")
    MISTAKE = "mistake", _("It was booked by mistake or twice")
    CONDUCT = "conduct", _("The rules of use were not kept")
    SERIES = "series", _("The regular use was ended")
    OTHER = "other", _("Another reason")


class RejectReason(models.TextChoices):
    PURPOSE = "purpose", _("The purpose does not fit this space")
    HOUSE_USE = "house_use", _("The house needs the space at that time")
    INCOMPLETE = "incomplete", _("The request says too little")
    OTHER = "other", _("Another reason")
    UNANSWERED = "unanswered", _("We did not answer in time")

    @classmethod
    def of_staff(cls) -> list[tuple[str, Any]]:
        """Those staff choose from; that nobody answered is found by the clock alone."""
        return [(str(reason), reason.label) for reason in cls if reason != cls.UNANSWERED]
