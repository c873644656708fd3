"""Words the definitions of several figures share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

TIMES = _("uses")
BOOKINGS = _("bookings")
HOURS = _("hours")
PER_CENT = _("%")
FIRMS = _("businesses")
PEOPLE = _("people")
DAYS = _("days")
DEVICES = _("devices")
POINTS = _("points")
ANSWERS = _("answers")
ENTRIES = _("entries")
CASES = _("cases")

FROM_BOOKINGS = _("Bookings of the portal")
FROM_ATTENDANCE = _("Arrivals and departures noted at the door or by staff")
FROM_HOURS = _("Opening hours, holidays and closures of the house")
FROM_LEDGER = _("Ledger of devices, hand-overs and damages")
FROM_FEEDBACK = _("Answers given within 30 days after a use")
FROM_WAITING = _("Waiting list")
