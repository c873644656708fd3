"""Why somebody is not let in or out, or not marked: code, sentence, what to do now."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from bookings.models import Booking
from center import display
from center.errors import Violation

#: whose way out speaks to who stands at the door; staff, who know, read the first half
TO_VISITORS = frozenset(
    {
        "wrong_day",
        "too_early",
        "too_late",
        "already_in",
        "already_left",
        "marked_no_show",
        "not_confirmed",
        "cancelled",
    }
)


def _ask_staff() -> str:
    return _("Please speak to our staff or call %(phone)s.") % {"phone": settings.CENTER_PHONE}


def unknown() -> Violation:
    return Violation(
        "unknown",
        _("There is no booking with that number for this door."),
        _("Check the number in your booking notice: four letters or digits, a hyphen, four more."),
        field="reference",
    )


def wrong_space(booking: Booking) -> Violation:
    return Violation(
        "wrong_space",
        _("This booking is for another space: %(space)s.")
        % {"space": booking.resource.display_name},
        _("Please go to that door. Our staff will show you the way."),
    )


def wrong_day(booking: Booking) -> Violation:
    return Violation(
        "wrong_day",
        _("This booking is for %(when)s.") % {"when": display.moment(booking.starts)},
        _("Please come back then. To move it, open My bookings or speak to our staff."),
    )


def day_over(booking: Booking) -> Violation:
    return Violation(
        "wrong_day",
        _("This booking was for %(when)s.") % {"when": display.moment(booking.starts)},
        _("Its time has passed. Book again, or speak to our staff."),
    )


def too_early(opens: dt.datetime) -> Violation:
    return Violation(
        "too_early",
        _("The door opens for this booking at %(time)s.") % {"time": display.time(opens)},
        _("Please wait a little and show the number again."),
    )


def too_late(closes: dt.datetime) -> Violation:
    return Violation(
        "too_late",
        _("Entry for this booking ended at %(time)s.") % {"time": display.time(closes)},
        _ask_staff(),
    )


def already_in(booking: Booking) -> Violation:
    assert booking.checked_in_at is not None
    return Violation(
        "already_in",
        _("You checked in at %(time)s already.") % {"time": display.time(booking.checked_in_at)},
        _("You need do nothing more. When you leave, check out here."),
    )


def already_left(booking: Booking) -> Violation:
    assert booking.completed_at is not None
    return Violation(
        "already_left",
        _("This use ended at %(when)s.") % {"when": display.moment(booking.completed_at)},
        _("For more time, make another booking or speak to our staff."),
    )


def not_in() -> Violation:
    return Violation(
        "not_in",
        _("Nobody has checked in for this booking yet."),
        _("Check in first."),
    )


def marked_no_show() -> Violation:
    return Violation(
        "marked_no_show",
        _("Nobody came in time, so this booking was released."),
        _("You can appeal under My bookings. %(ask)s") % {"ask": _ask_staff()},
    )


def undo_too_late(until: dt.datetime) -> Violation:
    return Violation(
        "undo_too_late",
        _("This check-in could be taken back until %(time)s.") % {"time": display.time(until)},
        _("If nobody came, check out: the rest of the time is free again."),
    )


def device_out() -> Violation:
    return Violation(
        "device_out",
        _("Equipment has been handed out for this booking, so somebody is here."),
        _("Look at the equipment desk first."),
    )


def not_confirmed() -> Violation:
    return Violation("not_confirmed", _("This booking is not confirmed yet."), _ask_staff())


def cancelled(booking: Booking) -> Violation:
    return Violation(
        "cancelled",
        _("This booking does not stand. Its state is: %(state)s.")
        % {"state": booking.get_state_display()},
        _("Book again, or speak to our staff."),
    )


def entry_still_open(closes: dt.datetime) -> Violation:
    return Violation(
        "entry_still_open",
        _("Entry for this booking is possible until %(when)s.") % {"when": display.moment(closes)},
        _("Mark it as not used after that."),
    )


def expected_when(booking: Booking) -> Violation:
    return Violation(
        "expected_when",
        _("Somebody can be expected later only between now and the end at %(time)s.")
        % {"time": display.time(booking.ends)},
        _("Choose one of the times on the page, or move the booking."),
    )


def not_to_be_marked(booking: Booking) -> Violation:
    return Violation(
        "not_to_be_marked",
        _("Only a confirmed booking can be marked as not used. Its state is: %(state)s.")
        % {"state": booking.get_state_display()},
        _("Load the page again to see what happened."),
    )


def code_unknown() -> Violation:
    return Violation(
        "code_unknown",
        _("This code is wrong, has been used, or is over."),
        _("Check it, or make a new one in the administration; it is valid for 15 minutes."),
        field="code",
    )


def door_revoked() -> Violation:
    return Violation(
        "door_revoked",
        _("This door device has been revoked."),
        _("Set up a new one."),
    )


def too_many_tries() -> Violation:
    return Violation(
        "too_many_tries",
        _("Too many numbers were tried here."),
        _("Please wait a few minutes, or speak to our staff."),
    )
