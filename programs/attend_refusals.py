"""Every refusal about attendance, completion and papers: code, sentence, way out."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation
from programs.models import Program, Session


def _call_us() -> str:
    return _("Please call us at %(phone)s.") % {"phone": settings.CENTER_PHONE}


def not_a_participant(session: Session) -> Violation:
    return Violation(
        "not_a_participant",
        _("Your business does not take part in this session: %(title)s.")
        % {"title": session.title},
        _call_us(),
    )


def called_off(session: Session) -> Violation:
    return Violation(
        "called_off",
        _("This session was called off: %(title)s.") % {"title": session.title},
        _("It does not count against anybody's attendance."),
    )


def too_early(opens: dt.datetime) -> Violation:
    return Violation(
        "too_early",
        _("Attendance is noted from %(when)s on.") % {"when": display.moment(opens)},
        _("Scan the code again then."),
    )


def too_late(ended: dt.datetime) -> Violation:
    return Violation(
        "too_late",
        _("Attendance could be noted until the end of the session, %(when)s.")
        % {"when": display.moment(ended)},
        _("If you were there, please tell the staff in the room."),
    )


def old_code() -> Violation:
    return Violation(
        "old_code",
        _("This code is no longer the one on the screen."),
        _("Scan the code on the screen again; it changes by itself."),
    )


def unknown_pin() -> Violation:
    return Violation(
        "unknown_pin",
        _("This is not the number on the screen of a session of yours that runs now."),
        _("Look at the screen again; the number changes by itself."),
        field="pin",
    )


def too_many_tries() -> Violation:
    return Violation(
        "too_many_tries",
        _("These were too many tries."),
        _("Wait a few minutes, or tell the staff in the room."),
    )


def not_begun(opens: dt.datetime) -> Violation:
    return Violation(
        "not_begun",
        _("Attendance is noted from %(when)s on.") % {"when": display.moment(opens)},
        _("Before that you can only excuse somebody."),
    )


def minutes_wrong(most: int) -> Violation:
    return Violation(
        "minutes_wrong",
        ngettext("The session lasts %(n)d minute.", "The session lasts %(n)d minutes.", most)
        % {"n": most},
        _("Enter a number up to that, or leave it empty for the whole session."),
        field="minutes",
    )


def reason_needed() -> Violation:
    return Violation(
        "reason_needed",
        _("A correction needs a reason; it stays in the history."),
        _("Say why in a few words."),
        field="reason",
    )


def nothing_held() -> Violation:
    return Violation(
        "nothing_held",
        _("This program has no sessions with attendance."),
        _("Plan and hold them first."),
    )


def round_not_over(until: dt.datetime) -> Violation:
    return Violation(
        "round_not_over",
        _("The last session ends %(when)s.") % {"when": display.moment(until)},
        _("The round can be closed after that; it also closes by itself."),
    )


def not_completed_yet() -> Violation:
    return Violation(
        "not_completed_yet",
        _("The program has not been completed by this business."),
        _("A confirmation of participation can be issued to who came at least once."),
    )


def took_no_part() -> Violation:
    return Violation(
        "took_no_part",
        _("This business has not taken part so far."),
        _("It can be confirmed when the program is over and the business came at least once."),
    )


def barred(missed_in: Program, absences: int, allowed: int) -> Violation:
    return Violation(
        "barred",
        ngettext(
            "In “%(title)s” your business missed %(n)d session without an excuse; "
            "up to %(allowed)d may be missed.",
            "In “%(title)s” your business missed %(n)d sessions without an excuse; "
            "up to %(allowed)d may be missed.",
            absences,
        )
        % {"title": missed_in.display_title, "n": absences, "allowed": allowed},
        _("This round is closed to it; you can apply again for the one after it."),
    )
