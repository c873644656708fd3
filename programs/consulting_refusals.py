"""Refusals around consultations: code, sentence, way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation
from programs.models import Session


def _call_us() -> str:
    return _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE}


def no_consulting() -> Violation:
    return Violation(
        "no_consulting",
        _("Consultations are for businesses with a place in a consulting program that runs."),
        _("The list of programs says which of them can be applied for."),
    )


def used_up(limit: int, year: int, together: Sequence[str] = ()) -> Violation:
    """``together``: programs of joint applications led by others that counted for it."""
    said = ngettext(
        "A business can have %(n)d consultation a year, and yours has had it in %(year)d.",
        "A business can have %(n)d consultations a year, and yours has had them in %(year)d.",
        limit,
    ) % {"n": limit, "year": year}
    if together:
        counted = _("Those of an application together with others count, too: %(programs)s.")
        said = f"{said} {counted % {'programs': ', '.join(together)}}"
    return Violation(
        "consultations_used_up", said, _("From 1 January on you can ask for one again.")
    )


def partner_used_up(limit: int) -> Violation:
    """Neither who it is nor how it came: what a partner does elsewhere is its own affair."""
    said = ngettext(
        "A business can have %(n)d consultation a year, and the limit of one that applies "
        "together with you has been reached.",
        "A business can have %(n)d consultations a year, and the limit of one that applies "
        "together with you has been reached.",
        limit,
    )
    return Violation("partner_used_up", said % {"n": limit}, _call_us())


def one_is_open() -> Violation:
    return Violation(
        "consultation_open",
        _("One consultation of yours is being arranged or still to come."),
        _("Ask for the next one after it, or call that one off."),
    )


def wishes_alike() -> Violation:
    return Violation(
        "wishes_alike",
        _("Please wish for three different times."),
        field="first",
    )


def too_soon(day: dt.date, field: str) -> Violation:
    return Violation(
        "wish_too_soon",
        _("The earliest day you can wish for is %(day)s.") % {"day": display.full_day(day)},
        field=field,
    )


def too_far(day: dt.date, field: str) -> Violation:
    return Violation(
        "wish_too_far",
        _("The latest day you can wish for is %(day)s.") % {"day": display.full_day(day)},
        field=field,
    )


def not_waiting(state: str) -> Violation:
    return Violation(
        "consultation_not_waiting",
        _("This consultation is not waiting any more. Its state is: %(state)s.") % {"state": state},
        _("Load the page again to see where it stands."),
    )


def not_a_consultant() -> Violation:
    return Violation(
        "not_a_consultant",
        _("This person takes no consultations at present."),
        _("Choose another consultant."),
        field="consultant",
    )


def not_at_work(name: str) -> Violation:
    return Violation(
        "consultant_not_at_work",
        _("%(name)s does not work at that time.") % {"name": name},
        _("Choose another time, or another consultant."),
        field="consultant",
    )


def own_business(name: str) -> Violation:
    return Violation(
        "consultant_of_the_business",
        _("%(name)s belongs to this business.") % {"name": name},
        _("Choose another consultant."),
        field="consultant",
    )


def place_needed() -> Violation:
    return Violation(
        "place_needed",
        _("Choose a room, or write where it takes place or its online link."),
        field="place_text",
    )


def cannot_be_called_off() -> Violation:
    return Violation(
        "consultation_begun",
        _("This consultation has begun or is over."),
        _call_us(),
    )


def reason_needed() -> Violation:
    return Violation("reason_needed", _("Please say why."), field="reason")


def not_yours() -> Violation:
    return Violation("not_your_consultation", _("This consultation is not yours."))


def not_begun() -> Violation:
    return Violation(
        "consultation_not_begun",
        _("The log is closed after the consultation has begun."),
        _("You can keep what you have written until then."),
    )


def log_needed(field: str, name: str) -> Violation:
    return Violation(
        "log_needed",
        _("To close, please fill in: %(name)s.") % {"name": name},
        field=field,
    )


def absence_ends_before_start() -> Violation:
    return Violation(
        "absence_ends_before_start",
        _("The absence ends before it begins."),
        _("Choose a later end."),
        field="last",
    )


def absence_past() -> Violation:
    return Violation(
        "absence_past",
        _("This absence is over already."),
        _("Only times to come are kept free."),
        field="first",
    )


def absence_too_long() -> Violation:
    return Violation(
        "absence_too_long",
        _("One absence is a year at most."),
        _("To take no consultations for longer, the center switches the entry off."),
        field="last",
    )


def absence_overlaps(starts: dt.datetime, ends: dt.datetime) -> Violation:
    return Violation(
        "absence_overlaps",
        _("Another absence is entered for that time: %(starts)s – %(ends)s.")
        % {"starts": display.moment(starts), "ends": display.end(ends)},
        _("Take that one back first, or choose other days."),
        field="first",
    )


def absence_in_the_way(sessions: Sequence[Session]) -> Violation:
    n, first = len(sessions), sessions[0]
    return Violation(
        "absence_in_the_way",
        ngettext(
            "%(n)d session stands in that time: %(title)s, %(moment)s.",
            "%(n)d sessions stand in that time, the first of them: %(title)s, %(moment)s.",
            n,
        )
        % {"n": n, "title": first.title, "moment": display.moment(first.starts)},
        _("It has to be arranged anew before. The center does that: %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
        field="first",
    )


def absence_taken() -> Violation:
    return Violation(
        "absence_taken",
        _("Somebody has just entered something else for that time."),
        _("Load the page again to see where it stands."),
    )
