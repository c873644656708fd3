"""Every refusal around the call itself: its stable code, its sentence, its way out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation

# Publishing ---------------------------------------------------------------------------------


def not_a_draft() -> Violation:
    return Violation(
        "not_a_draft",
        _("This call has been published already."),
        _("To change it, edit it; to end it, call it off."),
    )


def body_missing() -> Violation:
    return Violation(
        "body_missing",
        _("The description is empty."),
        _("Say what is offered, when and where."),
        "body",
    )


def summary_missing() -> Violation:
    return Violation(
        "summary_missing",
        _("The sentence for the list is empty."),
        _("Say in one sentence what the program brings."),
        "summary",
    )


def deadline_past() -> Violation:
    return Violation(
        "deadline_past",
        _("The deadline has passed already."),
        _("Choose when applications open and close."),
        "closes_at",
    )


def criteria_missing() -> Violation:
    return Violation(
        "criteria_missing",
        _("Places are given by scores, and no criterion is named."),
        _("Add the criteria with their weights, or choose another way of selection."),
    )


def weights_wrong(total: int) -> Violation:
    return Violation(
        "weights_wrong",
        _("The weights of the criteria add up to %(n)d.") % {"n": total},
        _("Let them add up to 100."),
    )


def tie_rules_missing() -> Violation:
    return Violation(
        "tie_rules_missing",
        _("Nothing says who comes first at equal scores."),
        _("Choose the rules for equal scores."),
        "tie_rules",
    )


def too_few_evaluators() -> Violation:
    return Violation(
        "too_few_evaluators",
        _("Leaving out the highest and the lowest sheet needs at least three evaluators."),
        _("Raise the number of evaluators, or keep all sheets."),
        "evaluators_each",
    )


def districts_too_many(total: int, quota: int) -> Violation:
    return Violation(
        "districts_too_many",
        _("The districts have %(total)d places together, the program has %(quota)d.")
        % {"total": total, "quota": quota},
        _("Raise the places of the program, or lower those of the districts."),
    )


def poster_in_words_missing() -> Violation:
    return Violation(
        "poster_in_words_missing",
        _("The poster is not put into words."),
        _("Write what it says, for those who cannot see it."),
        "poster_alt",
    )


def end_missing() -> Violation:
    return Violation(
        "end_missing",
        _("Nothing says when the program ends, and sales are asked for from that day on."),
        _("Write the last day under “runs until”, or plan the sessions first."),
        "runs_until",
    )


# What stands once people have applied -------------------------------------------------------


def quota_below(placed: int) -> Violation:
    return Violation(
        "quota_below",
        ngettext(
            "%(n)d place has been given already.", "%(n)d places have been given already.", placed
        )
        % {"n": placed},
        _("The number of places cannot go below the highest that is taken."),
        "quota",
    )


def closes_before_the_seed() -> Violation:
    return Violation(
        "closes_before_the_seed",
        _("This call would be closed before its seed is committed, and lots could not be drawn."),
        _("Commit the seed at the selection first, or choose a later time."),
        "closes_at",
    )


# Calling off, deciding ----------------------------------------------------------------------


def not_running() -> Violation:
    return Violation(
        "not_running",
        _("This program is not running."),
        _("Only a published program can be called off; a draft is deleted."),
    )


def reason_missing() -> Violation:
    return Violation(
        "reason_missing",
        _("The reason is missing."),
        _("Those who applied read it; one sentence is enough."),
        "reason",
    )


def not_undecided(state: str) -> Violation:
    return Violation(
        "not_undecided",
        _("This application stands at: %(state)s.") % {"state": state},
        _("Only what waits for the house is decided here."),
    )


def supported_meanwhile(names: Sequence[str], year: int) -> Violation:
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    return Violation(
        "supported_meanwhile",
        _("Got a place in another program of this kind in %(year)d already: %(names)s.")
        % {"year": year, "names": shown},
        _("Open the check of conditions and decide on them there first."),
    )


def decided_already(state: str) -> Violation:
    return Violation(
        "decided_already",
        _("The program stands at: %(state)s. Its applications stay as they are.")
        % {"state": state},
        _("If somebody was wronged, write to the business and note it there."),
    )


def not_rejected() -> Violation:
    return Violation(
        "not_rejected",
        _("This application has not been rejected, or no longer is."),
        _("Open it again to see how it stands."),
    )


def until_past() -> Violation:
    return Violation(
        "until_past", _("That time has already passed."), _("Choose a later time."), "until"
    )


def still_taking(closes_at: dt.datetime) -> Violation:
    return Violation(
        "still_taking",
        _("Applications are taken until %(moment)s.") % {"moment": display.end(closes_at)},
        _("Wait for the deadline, or move it."),
    )


def still_undecided(n: int) -> Violation:
    return Violation(
        "still_undecided",
        ngettext(
            "%(n)d application waits for a decision.", "%(n)d applications wait for a decision.", n
        )
        % {"n": n},
        _("Announce the results, or decide on each of them."),
    )


def still_offered(n: int) -> Violation:
    return Violation(
        "still_offered",
        ngettext("%(n)d place is offered.", "%(n)d places are offered.", n) % {"n": n},
        _("Wait for the answer; the offer runs out by itself."),
    )


def not_judged(n: int) -> Violation:
    return Violation(
        "not_judged",
        ngettext(
            "Of %(n)d participant it is not said whether the program was completed.",
            "Of %(n)d participants it is not said whether the program was completed.",
            n,
        )
        % {"n": n},
        _("Close the round under “Completion and documents”."),
    )


def still_runs(day: dt.date) -> Violation:
    return Violation(
        "still_runs",
        _("The program runs until %(day)s.") % {"day": display.full_day(day)},
        _("Wait for that day, or change it."),
    )


def sessions_to_come(last: dt.datetime) -> Violation:
    return Violation(
        "sessions_to_come",
        _("Sessions are to come, the last until %(moment)s.") % {"moment": display.end(last)},
        _("Wait for them, or call them off."),
    )


def consultations_open(n: int) -> Violation:
    return Violation(
        "consultations_open",
        ngettext(
            "The consultation of %(n)d participant is not closed.",
            "The consultations of %(n)d participants are not closed.",
            n,
        )
        % {"n": n},
        _("Each of them has its log written, or is called off."),
    )


def end_unknown(n: int) -> Violation:
    return Violation(
        "end_unknown",
        ngettext(
            "Of %(n)d participant it is not known when the program ended, so sales would never"
            " be asked for.",
            "Of %(n)d participants it is not known when the program ended, so sales would never"
            " be asked for.",
            n,
        )
        % {"n": n},
        _("Write the last day under “runs until” of the call."),
        "runs_until",
    )


def figures_open(n: int) -> Violation:
    return Violation(
        "figures_open",
        ngettext(
            "Figures of %(n)d participant are still to come.",
            "Figures of %(n)d participants are still to come.",
            n,
        )
        % {"n": n},
        _("They are asked for until three months after the end, finished or not."),
    )
