"""Taking part: who applied, who got a place, who completed; sessions and consultations held."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from center.figures import Counted, Figure, Group, Wish, share
from programs.reports import facts, words

FIGURES = (
    Figure(
        "programs.applied",
        _("Applications handed in"),
        words.APPLICATIONS,
        _("Applications handed in within the period, whatever became of them; drafts left out"),
        words.FROM_APPLICATIONS,
        counts=True,
    ),
    Figure(
        "programs.selected",
        _("Selected"),
        words.APPLICATIONS,
        _(
            "Applications with a place, counted when it was decided, or handed in where nothing"
            " had to be decided; places given back and programs called off left out"
        ),
        words.FROM_APPLICATIONS,
        counts=True,
    ),
    Figure(
        "programs.businesses",
        _("Businesses selected (each once)"),
        words.FIRMS,
        _(
            "Businesses with at least one of these places, each counted once by its business"
            " registration number; founders without a number one by one"
        ),
        words.FROM_APPLICATIONS,
        additive=False,
        counts=True,
        distinct=True,
    ),
    # It counts things: what it may tell of is the businesses behind it (``TELLS_OF``).
    Figure(
        "programs.products",
        _("Products supported"),
        words.PRODUCTS,
        _(
            "Products of the applications selected; where some of an application's were chosen"
            " only those, and none that was refused"
        ),
        words.FROM_APPLICATIONS,
    ),
    Figure(
        "programs.completed",
        _("Programs completed"),
        words.APPLICATIONS,
        _(
            "Applications completed in the period: of courses, with the share of hours attended;"
            " programs called off left out"
        ),
        words.FROM_SESSIONS,
        counts=True,
    ),
    Figure(
        "programs.not_completed",
        _("Programs not completed"),
        words.APPLICATIONS,
        _(
            "Applications that ended in the period without being completed; programs called off"
            " left out"
        ),
        words.FROM_SESSIONS,
        counts=True,
    ),
    Figure(
        "programs.completion_rate",
        _("Completion rate"),
        words.PER_CENT,
        _("Completed ÷ (completed + not completed) × 100"),
        words.FROM_SESSIONS,
        decimals=1,
        additive=False,
        parts=("programs.completed", "programs.not_completed"),
    ),
    Figure(
        "programs.certificates",
        _("Certificates issued"),
        words.PAPERS,
        _(
            "Certificates of completion and confirmations of participation issued in the period;"
            " those that were voided, and programs called off, left out"
        ),
        words.FROM_SESSIONS,
        counts=True,
    ),
)


def _count(wish: Wish, cut: str) -> Counted:
    found = {
        key: {
            "programs.applied": row["applied"],
            "programs.selected": row["selected"],
            "programs.businesses": row["businesses"],
            "programs.products": row["products"],
            "programs.completed": row["completed"],
            "programs.not_completed": row["not_completed"],
            "programs.completion_rate": share(
                row["completed"], (row["completed"] or 0) + (row["not_completed"] or 0)
            ),
            "programs.certificates": row["certificates"],
        }
        for key, row in facts.count(wish, cut).items()
    }
    return facts.seen(TAKING_PART, found)


TAKING_PART = Group("programs.taking_part", FIGURES, facts.CUTS, facts.FILTERS, _count)

HELD = (
    Figure(
        "programs.sessions",
        _("Sessions held"),
        words.SESSIONS,
        _(
            "Classes, briefings and events for all of a program that began in the period and"
            " took place; broadcasts and consultations are counted as such"
        ),
        words.FROM_SESSIONS,
    ),
)


def _count_sessions(wish: Wish, cut: str) -> Counted:
    counted = facts.count(wish, cut)
    found = {key: {"programs.sessions": row["sessions"]} for key, row in counted.items()}
    return facts.seen(SESSIONS, found)


SESSIONS = Group(
    "programs.sessions", HELD, facts.CUTS_OF_PROGRAMS, facts.FILTERS_OF_PROGRAMS, _count_sessions
)

CONSULTED = (
    Figure(
        "programs.consultations",
        _("Consultations held"),
        words.CASES,
        _("Consultations whose log was closed in the period"),
        words.FROM_CONSULTING,
        counts=True,
    ),
    Figure(
        "programs.advised",
        _("Businesses advised (each once)"),
        words.FIRMS,
        _("Businesses with at least one of these consultations, each counted once"),
        words.FROM_CONSULTING,
        additive=False,
        counts=True,
        distinct=True,
    ),
)


def _count_consultations(wish: Wish, cut: str) -> Counted:
    found = {
        key: {"programs.consultations": row["consultations"], "programs.advised": row["advised"]}
        for key, row in facts.count(wish, cut).items()
    }
    return facts.seen(CONSULTING, found)


CONSULTING = Group(
    "programs.consulting", CONSULTED, facts.CUTS, facts.FILTERS, _count_consultations
)
