"""Why a step of the selection is refused: code, sentence, what to do now."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from center import display
from center.errors import Violation
from programs.models import MOST_POINTS, Program


def not_scored() -> Violation:
    return Violation(
        "not_scored",
        _("This program is not selected by scores."),
        _("Places are given the way its call says."),
    )


def not_by_lot() -> Violation:
    return Violation(
        "not_by_lot",
        _("This program is not selected by lot."),
        _("Places are given the way its call says."),
    )


def still_open(program: Program) -> Violation:
    return Violation(
        "still_open",
        _("Applications are taken until %(until)s.") % {"until": display.end(program.closes_at)},
        _("Come back after that."),
    )


def already_announced() -> Violation:
    return Violation(
        "already_announced",
        _("The results of this program have been announced."),
        _("They stay as they are; load the page again to see them."),
    )


def not_running() -> Violation:
    return Violation(
        "not_running",
        _("This program is not published, or is over."),
        _("Load the page again to see where it stands."),
    )


def changed_meanwhile() -> Violation:
    return Violation(
        "changed_meanwhile",
        _("Something changed since you opened this page."),
        _("Look at it as it is now and decide again."),
    )


def not_waiting() -> Violation:
    return Violation(
        "not_waiting",
        _("This application does not wait for this decision."),
        _("Load the page again to see where it stands."),
    )


def reason_needed() -> Violation:
    return Violation(
        "reason_needed",
        _("A reason is needed; it is kept and can be read later."),
        _("Write one or two sentences."),
        field="reason",
    )


def list_is_frozen() -> Violation:
    return Violation(
        "list_frozen",
        _("The list for the draw has been published and does not change any more."),
        _("Draw the lots, then answer questions about single applications."),
    )


def not_an_evaluator(name: str) -> Violation:
    return Violation(
        "not_an_evaluator",
        _("%(name)s does not have the role of an evaluator.") % {"name": name},
        _("A manager gives roles in the administration under people."),
        field="evaluator",
    )


def nobody_to_assign() -> Violation:
    return Violation(
        "nobody_to_assign",
        _("No evaluator is chosen."),
        _("Choose at least one."),
        field="evaluators",
    )


def own_application(name: str) -> Violation:
    return Violation(
        "own_application",
        _("%(name)s acts for this business.") % {"name": name},
        _("Choose somebody else."),
        field="evaluator",
    )


def had_a_conflict(name: str) -> Violation:
    return Violation(
        "had_a_conflict",
        _("%(name)s declared a conflict of interest for this application.") % {"name": name},
        _("Choose somebody else."),
        field="evaluator",
    )


def already_assigned(name: str) -> Violation:
    return Violation(
        "already_assigned",
        _("%(name)s has this application already.") % {"name": name},
        _("Choose somebody else."),
        field="evaluator",
    )


def sheet_is_locked() -> Violation:
    return Violation(
        "sheet_locked",
        _("This score sheet is locked and does not change any more."),
        _("Ask our staff if something in it is wrong."),
    )


def not_declared() -> Violation:
    return Violation(
        "not_declared",
        _("First say whether you have a conflict of interest."),
        _("The list of your applications asks for it."),
    )


def already_declared() -> Violation:
    return Violation(
        "already_declared",
        _("You have declared this already."),
        _("If it has changed, ask our staff to release the application from you."),
    )


def no_longer_yours() -> Violation:
    return Violation(
        "no_longer_yours",
        _("This application is not assigned to you any more."),
        _("Go on with the next one."),
    )


def points_missing(criterion: str, position: int) -> Violation:
    return Violation(
        "points_missing",
        _("%(criterion)s has no points yet.") % {"criterion": criterion},
        _("Enter a whole number from 0 to %(most)d.") % {"most": MOST_POINTS},
        field=f"points_{position}",
    )


def points_out_of_range(criterion: str, position: int) -> Violation:
    return Violation(
        "points_out_of_range",
        _("%(criterion)s takes 0 to %(most)d points.")
        % {"criterion": criterion, "most": MOST_POINTS},
        _("Enter a whole number from 0 to %(most)d.") % {"most": MOST_POINTS},
        field=f"points_{position}",
    )


def nothing_to_lock() -> Violation:
    return Violation(
        "nothing_to_lock",
        _("No score sheet is complete and unlocked."),
        _("Fill in the points of every criterion first."),
    )


def sheets_open(n: int) -> Violation:
    return Violation(
        "sheets_open",
        ngettext("%(n)d score sheet is not locked.", "%(n)d score sheets are not locked.", n)
        % {"n": n},
        _("Remind the evaluators, or release those who cannot."),
    )


def unscored(n: int) -> Violation:
    return Violation(
        "unscored",
        ngettext(
            "%(n)d application has no score sheet.", "%(n)d applications have no score sheet.", n
        )
        % {"n": n},
        _("Assign evaluators to all of them."),
    )


def too_few_sheets(n: int, each: int) -> Violation:
    return Violation(
        "too_few_sheets",
        ngettext(
            "%(n)d application was scored by fewer than the %(each)d evaluators the call promises.",
            "%(n)d applications were scored by fewer than the %(each)d evaluators the call"
            " promises.",
            n,
        )
        % {"n": n, "each": each},
        _("Assign the missing evaluators, or write why it is announced with fewer."),
        "fewer_because",
    )


def supplements_open(n: int) -> Violation:
    return Violation(
        "supplements_open",
        ngettext(
            "%(n)d application waits for something asked of its business.",
            "%(n)d applications wait for something asked of their businesses.",
            n,
        )
        % {"n": n},
        _("Wait for the answer, or decide that the conditions are not met."),
    )


def no_applications() -> Violation:
    return Violation(
        "no_applications",
        _("No application waits for a result."),
        _("Look at the list of applications."),
    )


def no_criteria() -> Violation:
    return Violation(
        "no_criteria",
        _("This program has no criteria."),
        _("Enter them in the program first."),
    )


def seed_too_late() -> Violation:
    return Violation(
        "seed_too_late",
        _("The seed must be committed before applications close."),
        _("Extend the call, or give the places another way that it states."),
    )


def no_seed() -> Violation:
    return Violation(
        "no_seed",
        _("No seed has been committed for this draw."),
        _("Commit it before applications close."),
    )


def no_list() -> Violation:
    return Violation(
        "no_list",
        _("The list for the draw has not been published."),
        _("Publish it first."),
    )


def list_differs() -> Violation:
    return Violation(
        "list_differs",
        _("The applications differ from the published list."),
        _(
            "Take back what was decided after the list was published: nobody joins it and nobody "
            "is taken off it."
        ),
    )


def beacon_needed(source: str) -> Violation:
    return Violation(
        "beacon_needed",
        _("The draw promised to mix in a public number: %(source)s.") % {"source": source},
        _("Enter it exactly as it was published."),
        field="beacon",
    )
