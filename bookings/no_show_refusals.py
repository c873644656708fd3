"""Why a no-show is not appealed against or decided: code, sentence, what to do now."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from bookings.models import NoShow
from center import display
from center.errors import Violation


def already_appealed(at: dt.datetime) -> Violation:
    return Violation(
        "already_appealed",
        _("You appealed on %(when)s; that is possible once.") % {"when": display.moment(at)},
        _("We answer here and by message. Questions: %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def appeal_over(until: dt.datetime) -> Violation:
    return Violation(
        "appeal_over",
        _("The time for an appeal ended on %(until)s.") % {"until": display.end(until)},
        _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
    )


def already_decided(no_show: NoShow) -> Violation:
    return Violation(
        "already_decided",
        _("This no-show has been decided on: %(decision)s.")
        % {"decision": no_show.get_decision_display()},
        _("Load the page again to see the decision and its reason."),
    )


def reason_needed() -> Violation:
    return Violation(
        "reason_needed",
        _("The business is told why, so a reason is needed."),
        _("Write one or two sentences."),
        field="reason",
    )
