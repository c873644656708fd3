"""What the booking engine refuses: a stable code, its sentence, its way out.

The one place where these sentences live; those about equipment, entry, staff, the waiting
list, regular use and no-shows stand in the files named after them. Each names the number that applies and what the
person can do now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bookings.intervals import Interval
from center import clock, display
from center.errors import Violation


def _call_us() -> str:
    return _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE}


def no_business() -> Violation:
    return Violation(
        "no_business",
        _("Booking is for registered businesses, and none is registered to your account yet."),
        _(
            "Registering takes about three minutes. If the business is registered already, ask its owner to let you in."
        ),
    )


def not_verified() -> Violation:
    return Violation(
        "not_verified",
        _("Your business has not been verified yet, or its papers have run out."),
        _(
            "The page of your business says what is missing and until when we answer. Questions: %(phone)s."
        )
        % {"phone": settings.CENTER_PHONE},
    )


def suspended(until: dt.datetime) -> Violation:
    return Violation(
        "suspended",
        _("Your business cannot book until %(until)s.") % {"until": display.end(until)},
        _("The page of your business says why. It ends by itself; to object, call us at %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def day_quota(limit: int) -> Violation:
    return Violation(
        "day_quota",
        ngettext(
            "A business can use this kind of space %(n)d time a day, and yours already does on that day.",
            "A business can use this kind of space %(n)d times a day, and yours already does on that day.",
            limit,
        )
        % {"n": limit},
        _("Choose another day, or change the booking you have."),
    )


def month_quota(limit: int, used: int) -> Violation:
    return Violation(
        "month_quota",
        _("Your business has used %(used)d of %(limit)d uses of that month.")
        % {"used": used, "limit": limit},
        _("Choose a day in another month, or cancel a booking you no longer need."),
    )


def past() -> Violation:
    return Violation(
        "past", _("That time has already passed."), _("Choose a later time from the timetable.")
    )


def too_soon(days: int, hours: int, earliest: dt.datetime) -> Violation:
    if days:
        rule = ngettext(
            "This space is booked at least %(n)d business day ahead.",
            "This space is booked at least %(n)d business days ahead.",
            days,
        ) % {"n": days}
    else:
        rule = ngettext(
            "This space is booked at least %(n)d hour ahead.",
            "This space is booked at least %(n)d hours ahead.",
            hours,
        ) % {"n": hours}
    return Violation(
        "too_soon",
        rule,
        _("The earliest day you can choose now is %(day)s.")
        % {"day": display.short_day(clock.day_of(earliest))},
    )


def too_far(horizon: int, last: dt.date) -> Violation:
    return Violation(
        "too_far",
        ngettext("Bookings open %(n)d day ahead.", "Bookings open %(n)d days ahead.", horizon)
        % {"n": horizon},
        _("The last day you can choose now is %(day)s.") % {"day": display.short_day(last)},
    )


def off_grid(minutes: int) -> Violation:
    return Violation(
        "off_grid",
        _("Times start and end every %(length)s from midnight.")
        % {"length": display.length(minutes)},
        _("Choose one of the times in the timetable."),
    )


def too_short(minutes: int) -> Violation:
    return Violation(
        "too_short",
        _("The shortest use is %(length)s.") % {"length": display.length(minutes)},
        _("Choose a later end."),
    )


def too_long(minutes: int) -> Violation:
    return Violation(
        "too_long",
        _("The longest use is %(length)s, setting up and tidying included.")
        % {"length": display.length(minutes)},
        _("Choose an earlier end, or two uses on different days."),
    )


def holiday(day: dt.date, name: str) -> Violation:
    return Violation(
        "outside_hours",
        _("We are closed on %(day)s: %(name)s.") % {"day": display.short_day(day), "name": name},
        _("Choose another day from the timetable."),
    )


def outside_hours(openings: Sequence[Interval[dt.datetime]]) -> Violation:
    if not openings:
        return Violation(
            "outside_hours",
            _("This space is closed on that day."),
            _("Choose another day from the timetable."),
        )
    hours = ", ".join(display.span(*opening) for opening in openings)
    return Violation(
        "outside_hours",
        _("On that day this space is open %(hours)s.") % {"hours": hours},
        _("Choose a time within these hours; a use cannot run across a break."),
    )


def closed(reason: str) -> Violation:
    return Violation(
        "closed",
        _("This space is closed at that time: %(reason)s.") % {"reason": reason},
        _("Choose another time from the timetable."),
    )


def slot_taken() -> Violation:
    return Violation(
        "slot_taken",
        _("Somebody else has just taken the last place at that time."),
        _("Choose one of the nearest free times below."),
    )


def followed() -> Violation:
    return Violation(
        "followed",
        _("Somebody else follows too soon, or the space is closed then."),
        _("Choose an earlier end, or move the booking to a unit that is free for longer."),
        field="ends",
    )


def too_many_people(capacity: int) -> Violation:
    return Violation(
        "too_many_people",
        ngettext(
            "This space is for %(n)d person at most.",
            "This space is for %(n)d people at most.",
            capacity,
        )
        % {"n": capacity},
        _("Enter a smaller number, or choose a larger space."),
        field="headcount",
    )


def too_many_companions(most: int) -> Violation:
    return Violation(
        "too_many_companions",
        ngettext(
            "%(n)d person may come along at most.",
            "%(n)d people may come along at most.",
            most,
        )
        % {"n": most}
        if most
        else _("Nobody else may come along."),
        _("Enter %(n)d people at most, or ask the center at %(phone)s.")
        % {"n": most + 1, "phone": settings.CENTER_PHONE},
        field="headcount",
    )


def hold_expired() -> Violation:
    return Violation(
        "hold_expired",
        _("The time for which we held your choice has run out."),
        _("Choose the time again from the timetable."),
    )


def deadline_passed(until: dt.datetime) -> Violation:
    return Violation(
        "deadline_passed",
        _("This booking could be cancelled or changed here until %(until)s.")
        % {"until": display.moment(until)},
        _call_us(),
    )


def not_cancellable(state: str) -> Violation:
    return Violation(
        "not_changeable",
        _("This booking can no longer be changed. Its state is: %(state)s.") % {"state": state},
        _call_us(),
    )


def already_decided(state: str, who: str = "") -> Violation:
    if who:
        said = _("%(who)s has already decided. The state is: %(state)s.") % {
            "who": who,
            "state": state,
        }
    else:
        said = _("This booking has already been dealt with. Its state is: %(state)s.") % {
            "state": state
        }
    return Violation("already_decided", said, _("Load the page again to see where it stands."))


def changed_meanwhile() -> Violation:
    return Violation(
        "changed_meanwhile",
        _("The business has changed the request while you were looking."),
        _("Look at it again as it is now; nothing has been decided yet."),
    )


def not_offered() -> Violation:
    return Violation(
        "not_offered",
        _("This space is not offered at the moment."),
        _("Choose another space."),
    )


def too_many_stranded(most: int) -> Violation:
    return Violation(
        "too_many_stranded",
        _("More than %(n)d bookings would be left without their room.") % {"n": most},
        _("Do it in shorter spans, one after the other."),
    )


def not_a_replacement() -> Violation:
    return Violation(
        "not_a_replacement",
        _("This booking cannot be moved there: it is a space or device of another kind."),
        _("Choose one of the same kind, or cancel and book anew."),
    )


def feedback_given() -> Violation:
    return Violation(
        "feedback_given",
        _("Your answers are with us already."),
        _("Thank you. Nothing is left to do."),
    )


def feedback_over(days: int) -> Violation:
    return Violation(
        "feedback_over",
        ngettext(
            "It could be answered for %(n)d day after the use.",
            "It could be answered for %(n)d days after the use.",
            days,
        )
        % {"n": days},
        _call_us(),
    )
