"""Results in words, for the applicant: what came of it, and why."""

from __future__ import annotations

from django.utils.translation import gettext as _

from programs.models import Ground, Program


def sentence(ground: str, *, number: int | None = None, threshold: str = "") -> str:
    """Why a result is as it is. ``number``: the place in line; ``threshold``: least score."""
    return {
        Ground.PLACE: _("You are within the places of the program."),
        Ground.DISTRICT_PLACE: _("You are within the places kept for your district."),
        Ground.IN_LINE: _(
            "The places are taken. You are number %(n)s on the reserve list and hear from us as "
            "soon as a place becomes free for you."
        )
        % {"n": number},
        Ground.NO_PLACE: _("The places and the reserve list went to those before you."),
        Ground.BELOW_THRESHOLD: _("The score is below the least score of %(threshold)s.")
        % {"threshold": threshold},
        Ground.REPEAT_SHARE: _("The share of places for businesses supported before is used up."),
        Ground.SUPPORTED: _(
            "Your business, or one that applied with it, got a place in another such program this "
            "year. This one is for each business once a year, so the draw passed you over. You "
            "can apply again next year."
        ),
    }[Ground(ground)]


def for_staff(ground: str, *, threshold: str = "") -> str:
    """The same in few words, for a table."""
    if ground == Ground.BELOW_THRESHOLD:
        return _("below %(threshold)s") % {"threshold": threshold}
    return f"{Ground(ground).label}"


def printed_threshold(program: Program) -> str:
    """``60``, ``62.5``; empty where the call has none."""
    return "" if program.threshold is None else f"{program.threshold.normalize():f}"
