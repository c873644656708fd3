"""Words the definitions of several figures share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

APPLICATIONS = pgettext_lazy("unit", "applications")
PRODUCTS = pgettext_lazy("unit", "products")
FIRMS = pgettext_lazy("unit", "businesses")
PER_CENT = pgettext_lazy("unit", "%")
PAPERS = pgettext_lazy("unit", "papers")
SESSIONS = pgettext_lazy("unit", "sessions")
CASES = pgettext_lazy("unit", "cases")
BROADCASTS = pgettext_lazy("unit", "broadcasts")
WON = pgettext_lazy("unit", "won")
ORDERS = pgettext_lazy("unit", "orders")
VIEWERS = pgettext_lazy("unit", "viewers")
ANSWERS = pgettext_lazy("unit", "answers")
POINTS = pgettext_lazy("unit", "points")

FROM_APPLICATIONS = _("Applications and what was decided on them")
FROM_SESSIONS = _("Sessions, attendance and papers of the programs")
FROM_CONSULTING = _("Logs of the consultants")
FROM_BROADCASTS = _("Results of broadcasts as entered by staff")
FROM_SETTLEMENTS = _("Settlements of the exhibitions")
FROM_OUTCOMES = _("What businesses say 7, 30 and 90 days after a program")
FROM_OPINIONS = _("Answers given once after a program")
FROM_ALL = _("Bookings, applications and logs of the consultants")
