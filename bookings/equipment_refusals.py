"""Every refusal about devices: booking, lending, repair, training. See ``bookings.refusals``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from center import display
from center.errors import Violation


def photo_type(field: str) -> Violation:
    return Violation(
        "photo_type",
        _("This is not a photo."),
        _("Accepted are JPEG, PNG, WebP and HEIC pictures. Take a photo and send that."),
        field=field,
    )


def not_of_this_booking() -> Violation:
    return Violation(
        "not_allocated",
        _("This device does not belong to that booking."),
        _("Load the list again: the booking may have been moved, or given another device."),
    )


def not_to_be_handed_out(state: str) -> Violation:
    return Violation(
        "not_confirmed",
        _("Devices go out for confirmed bookings. The state of this one is: %(state)s.")
        % {"state": state},
        _("Approve the booking first, or load the list again."),
    )


def other_day(day: dt.date) -> Violation:
    return Violation(
        "other_day",
        _("This booking is for %(day)s.") % {"day": display.short_day(day)},
        _("Devices go out on the day of the booking, until its end."),
    )


def already_out(booking: str, since: dt.datetime) -> Violation:
    return Violation(
        "already_out",
        _("This device is out already, since %(since)s, for booking %(booking)s.")
        % {"since": display.moment(since), "booking": booking},
        _("Take it back first, or give another one."),
    )


def out_of_service(reason: str) -> Violation:
    return Violation(
        "out_of_service",
        _("This device is out of service: %(reason)s.") % {"reason": reason or "–"},
        _("Open its page of repair to give the booking another one."),
    )


def already_back(at: dt.datetime) -> Violation:
    return Violation(
        "already_back",
        _("This device has been taken back already, on %(at)s.") % {"at": display.moment(at)},
        _("Load the page again to see what was noted."),
    )


def damage_closed(state: str) -> Violation:
    return Violation(
        "damage_closed",
        _("This damage has been dealt with already: %(state)s.") % {"state": state},
        _("Load the page again to see who did it."),
    )


def still_damaged() -> Violation:
    return Violation(
        "still_damaged",
        _("A damage of this device is still open."),
        _("Mark it as repaired first."),
    )


def written_off() -> Violation:
    return Violation(
        "written_off",
        _("This device has been written off."),
        _("Enter a new one in the ledger in its place."),
    )


def device_overdue(due: dt.datetime) -> Violation:
    return Violation(
        "device_overdue",
        _("Equipment your business was to bring back by %(due)s is still out.")
        % {"due": display.moment(due)},
        _("Bring it back and you can book again at once, or call us at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def training_needed(name: str = "") -> Violation:
    """Of the space that is being booked, or of the equipment called ``name``."""
    missing = _("Nobody of your business has had the training for this space yet.")
    if name:
        missing = _("Nobody of the business has had the training for %(name)s yet.")
        missing %= {"name": name}
    return Violation(
        "training_needed",
        missing,
        _(
            "It is needed before the first use. Call %(phone)s for a date, or look for one among our programs."
        )
        % {"phone": settings.CENTER_PHONE},
        field="equipment" if name else "",
    )


def not_a_member() -> Violation:
    return Violation(
        "not_a_member",
        _("This person does not act for the business any longer."),
        _("Search again and choose the person from the list."),
    )


def trained_later(day: dt.date) -> Violation:
    return Violation(
        "trained_later",
        _("%(day)s is still to come.") % {"day": display.full_day(day)},
        _("Record a training once it has been held."),
        field="trained_on",
    )


def trained_already() -> Violation:
    return Violation(
        "trained_already",
        _("This training of that day has been recorded already."),
        _("It stands in the list below."),
    )


def equipment_taken(names: Sequence[str]) -> Violation:
    return Violation(
        "equipment_taken",
        _("Not free at that time: %(names)s.") % {"names": ", ".join(names)},
        _("Go on without it, or choose other equipment. The space is still held for you."),
        field="equipment",
    )


def equipment_unknown() -> Violation:
    return Violation(
        "equipment_unknown",
        _("This equipment is not lent with this space."),
        _("Choose from the equipment listed."),
        field="equipment",
    )


def equipment_needs_space() -> Violation:
    return Violation(
        "equipment_needs_space",
        _("Equipment is lent together with a space."),
        _("Book a space first; the next page offers its equipment."),
    )


def equipment_out(name: str) -> Violation:
    """A booking cannot go elsewhere while its equipment is in somebody's hands."""
    return Violation(
        "equipment_out",
        _("%(name)s has been handed out for this booking.") % {"name": name},
        _("It can be moved or cancelled once that is back at the equipment desk."),
    )
