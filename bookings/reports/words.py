"""Words the definitions of several figures share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TIMES = pgettext_lazy("unit", "uses")
BOOKINGS = pgettext_lazy("unit", "bookings")
HOURS = pgettext_lazy("unit", "hours")
PER_CENT = pgettext_lazy("unit", "%")
FIRMS = pgettext_lazy("unit", "businesses")
PEOPLE = pgettext_lazy("unit", "people")
DAYS = pgettext_lazy("unit", "days")
DEVICES = pgettext_lazy("unit", "devices")
POINTS = pgettext_lazy("unit", "points")
ANSWERS = pgettext_lazy("unit", "answers")
ENTRIES = pgettext_lazy("unit", "entries")
CASES = pgettext_lazy("unit", "cases")

FROM_BOOKINGS = _("Bookings of the portal")
FROM_ATTENDANCE = _("Arrivals and departures noted at the door or by staff")
FROM_HOURS = _("Opening hours, holidays and closures of the house")
FROM_LEDGER = _("Ledger of devices, hand-overs and damages")
FROM_FEEDBACK = _("Answers given within 30 days after a use")
FROM_WAITING = _("Waiting list")
