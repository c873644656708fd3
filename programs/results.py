"""Results as their applicants and the public read them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from programs import basis, grounds
from programs.models import Application, Draw, Ground, Program, Result, Verdict
from programs.ranking import printed, score

_STYLES = {Verdict.SELECTED: "ok", Verdict.RESERVE: "go", Verdict.NOT_SELECTED: ""}


@dataclass(frozen=True)
class Shown:
    """What an applicant reads of its result. Score, rank and means by criterion only where
    the call shows them; ``of`` is how many were ranked."""

    verdict: str
    style: str
    reason: str
    score: Decimal | None
    rank: int | None
    of: int
    threshold: str
    means: list[tuple[str, Decimal]]
    is_drawn: bool


def of_application(application: Application) -> Shown | None:
    """The announced result of one application; None before that. At most 3 queries."""
    rows = Result.objects.select_related("announcement").filter(application=application)
    row = rows.first()
    if row is None:
        return None
    program, drawn = application.program, "drawn" in row.announcement.basis
    threshold = grounds.printed_threshold(program)
    shows = program.shows_scores
    return Shown(
        verdict=row.get_verdict_display(),
        style=_STYLES[Verdict(row.verdict)],
        reason=grounds.sentence(row.ground, number=row.number, threshold=threshold),
        score=row.score if shows else None,
        rank=row.rank if shows else None,
        of=len(row.announcement.basis["applications"]),
        threshold=threshold,
        means=_means(row) if shows and not drawn else [],
        is_drawn=drawn,
    )


def _means(row: Result) -> list[tuple[str, Decimal]]:
    """The mean of each criterion over the sheets that counted."""
    kept = row.announcement.basis
    facts = [one for one in kept["applications"] if one["key"] == row.application_id]
    (candidate,) = basis.candidates({**kept, "applications": facts})
    scored = score(candidate, basis.scoring(kept))
    counted = [s for n, s in enumerate(candidate.sheets) if n not in scored.dropped]
    return [
        (name, printed(Fraction(sum(points[n] for points in counted), len(counted))))
        for n, (_pk, name, _weight) in enumerate(kept["rules"]["criteria"])
    ]


@dataclass(frozen=True)
class Drawn:
    """A receipt number in the order of the draw, and what came of it."""

    receipt: str
    word: str
    style: str


def drawn_rows(program: Program, draw: Draw) -> list[Drawn]:
    """The order that was drawn; who withdrew before it, or was supported elsewhere by then, is
    passed over. 2 queries."""
    if draw.drawn_at is None:
        return []
    order = program.announcement.basis["drawn"]
    found: dict[str, tuple[str, str]] = defaultdict(lambda: ("", ""))
    rows = Result.objects.filter(announcement=program.announcement).select_related("application")
    for row in rows:
        verdict = Verdict(row.verdict)
        if row.ground == Ground.SUPPORTED:
            found[row.application.receipt] = (_("passed over: supported this year"), "")
            continue
        found[row.application.receipt] = (f"{verdict.label}", _STYLES[verdict])
    return [Drawn(receipt, *found[receipt]) for receipt in order]
