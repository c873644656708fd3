"""Every refusal about sessions: its stable code, its sentence, its way out."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import clock, display
from center.errors import Violation
from programs.models import Session


def program_over(state: str) -> Violation:
    return Violation(
        "program_over",
        _("Nothing can be planned for this program any more. Its state is: %(state)s.")
        % {"state": state},
        _("Plan it in a program that still runs."),
    )


def ends_before_start() -> Violation:
    return Violation(
        "ends_before_start",
        _("The end is not after the start."),
        _("Choose a later end."),
        field="ends_at",
    )


def not_planned(state: str) -> Violation:
    return Violation(
        "session_not_planned",
        _("This session can no longer be changed. Its state is: %(state)s.") % {"state": state},
        _("Load the page again to see where it stands."),
    )


def consultant_busy(other: Session) -> Violation:
    return Violation(
        "consultant_busy",
        _("%(who)s is in another session at that time: %(title)s, %(when)s.")
        % {"who": other.consultant.name if other.consultant else "", **_named(other)},
        _("Choose another time, or another consultant."),
        field="consultant",
    )


def consultant_absent(name: str, until: dt.datetime) -> Violation:
    return Violation(
        "consultant_absent",
        _("%(who)s is away until %(moment)s.") % {"who": name, "moment": display.end(until)},
        _("Choose another time, or another consultant."),
        field="consultant",
    )


def business_busy(other: Session) -> Violation:
    return Violation(
        "business_busy",
        _("%(who)s is in another session at that time: %(title)s, %(when)s.")
        % {"who": other.merchant.name if other.merchant else "", **_named(other)},
        _("Choose another time."),
        field="starts_at",
    )


def somebody_busy() -> Violation:
    return Violation(
        "somebody_busy",
        _("The consultant is away by now, or one of the two has another session at that time."),
        _("Load the page again and choose another time."),
    )


def needs_reason() -> Violation:
    return Violation(
        "reason_needed",
        _("The participants are told why it is called off."),
        _("Say why in a few words."),
        field="reason",
    )


def no_dates() -> Violation:
    return Violation(
        "no_dates",
        _("None of the chosen weekdays lies between the two days."),
        _("Choose other days."),
    )


def too_many_dates(most: int) -> Violation:
    return Violation(
        "too_many_dates",
        ngettext(
            "%(n)d session at most can be planned at once.",
            "%(n)d sessions at most can be planned at once.",
            most,
        )
        % {"n": most},
        _("Plan the first of them now and the others afterwards."),
    )


def session_called_off() -> Violation:
    return Violation(
        "session_called_off",
        _("This session has been called off; nobody reads its materials."),
        _("Put the file to the session that takes place instead."),
        field="upload",
    )


def too_many_materials(most: int) -> Violation:
    return Violation(
        "too_many_materials",
        ngettext(
            "A session can have %(n)d file at most.",
            "A session can have %(n)d files at most.",
            most,
        )
        % {"n": most},
        _("Take one away first, or put several into one PDF."),
        field="upload",
    )


def _named(other: Session) -> dict[str, str]:
    day = display.short_day(clock.day_of(other.starts))
    when = f"{day} {display.span(other.starts, other.ends)}"
    return {"title": other.title, "when": when}
