"""Refusals around outcomes and satisfaction: code, sentence, way out."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from center import display
from center.errors import Violation


def _call_us() -> str:
    return _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE}


def outcome_closed(until: dt.datetime) -> Violation:
    return Violation(
        "outcome_closed",
        _("These figures could be sent or corrected until %(until)s.")
        % {"until": display.moment(until)},
        _("We still take them down on the telephone: %(phone)s.")
        % {"phone": settings.CENTER_PHONE},
    )


def outcome_taken_down() -> Violation:
    return Violation(
        "outcome_taken_down",
        _("Our staff have these figures already."),
        _("To correct them, please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE},
    )


def source_needed() -> Violation:
    return Violation(
        "source_needed",
        _("Please write who gave you the figures and when."),
        field="source_note",
    )


def note_needed() -> Violation:
    return Violation("note_needed", _("Please write what you found."), field="note")


def not_asked_of_this_kind() -> Violation:
    return Violation(
        "not_asked_of_this_kind",
        _("Nothing is asked for after programs of this kind, or the business has no place in it."),
    )


def answer_incomplete() -> Violation:
    return Violation(
        "answer_incomplete", _("Something is still missing. Please fill in every required field.")
    )


def end_unknown() -> Violation:
    return Violation(
        "end_unknown",
        _("Nobody has said when this program ended, so no figures are due yet."),
        _("Write the last day under “runs until” of the call, then take the figures down."),
    )


def too_early(day: dt.date) -> Violation:
    return Violation(
        "too_early",
        _("These figures are those until %(day)s, which is still to come.")
        % {"day": display.full_day(day)},
        field="stage",
    )


def nothing_to_look_at() -> Violation:
    return Violation(
        "nothing_to_look_at", _("These figures do not stand out, or have been looked at.")
    )


def satisfaction_given() -> Violation:
    return Violation(
        "satisfaction_given",
        _("We have your answers about this program. They help us to improve."),
    )


def satisfaction_over(days: int) -> Violation:
    return Violation(
        "satisfaction_over",
        _("The questions can be answered from the end of the program for %(n)d days.")
        % {"n": days},
        _call_us(),
    )


def acts_no_more() -> Violation:
    return Violation(
        "acts_no_more",
        _("You do not act for this business any more."),
        _("Its members find the form at its application."),
    )
