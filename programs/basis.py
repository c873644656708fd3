"""What results are worked out from, as rows say it: one plain value with a digest.

The value is JSON, so that it can be kept with the announcement and worked out again from
there. Its digest is what two looks at the same preview have in common.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from decimal import Decimal
from typing import Any, TypeAlias

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import BooleanField, ExpressionWrapper, F

from center import clock
from programs.models import (
    Application,
    ApplicationState,
    Criterion,
    Mark,
    Program,
    SelectionMode,
    SheetState,
)
from programs.ranking import Candidate, Outcome, Places, Scoring, rank, rank_drawn
from programs.services import facts, standings

Basis: TypeAlias = dict[str, Any]


def of_program(program: Program, drawn: list[str] | None = None) -> Basis:
    """Everything that decides, as it stands now. 4 queries; a draw brings its order along, and
    of a call once a year says who was supported meanwhile: 2 or 3 more."""
    value: Basis = {"rules": _rules(program), "applications": _applications(program)}
    if program.selection == SelectionMode.SCORED:
        sheets = sheets_of(program)
        for row in value["applications"]:
            row["sheets"] = sheets.get(row["key"], [])
    if drawn is not None:
        value["drawn"] = drawn
        if program.once_a_year:
            _mark_supported(program, value["applications"])
    return value


def _mark_supported(program: Program, rows: list[dict[str, Any]]) -> None:
    """Between the list, which nobody is taken off, and the draw another program may have given
    a place; who has one this year is passed over, as who withdrew is."""
    waiting = list(program.applications.filter(state=ApplicationState.SUBMITTED))
    found = standings.with_support_in(clock.today().year, program, waiting)
    for row in rows:
        row["supported_elsewhere"] = row["key"] in found


def digest(basis: Basis) -> str:
    """SHA-256 of the value, keys sorted, nothing between them."""
    text = json.dumps(basis, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def outcomes(basis: Basis) -> list[Outcome]:
    """The results that follow, the best first. Raises ValueError where a sheet is missing."""
    found = candidates(basis)
    if "drawn" in basis:
        waiting = {one.receipt: one for one in found}
        order = [waiting[receipt] for receipt in basis["drawn"] if receipt in waiting]
        return rank_drawn(order, places(basis))
    return rank(found, scoring(basis), places(basis))


def scoring(basis: Basis) -> Scoring:
    rules = basis["rules"]
    return Scoring(
        weights=tuple(weight for _pk, _name, weight in rules["criteria"]),
        drops_extremes=rules["drops_extremes"],
        threshold=None if rules["threshold"] is None else Decimal(rules["threshold"]),
        tie_rules=tuple(rules["tie_rules"]),
    )


def places(basis: Basis) -> Places:
    rules = basis["rules"]
    return Places(
        rules["quota"], rules["reserve"], dict(rules["districts"]), rules["repeat_percent"]
    )


def candidates(basis: Basis) -> list[Candidate]:
    return [
        Candidate(
            key=row["key"],
            receipt=row["receipt"],
            submitted_at=dt.datetime.fromisoformat(row["submitted_at"]),
            sheets=tuple(tuple(points) for _assignment, points in row.get("sheets", [])),
            district=row["district"],
            supported_before=row["supported_before"],
            founded_on=_day(row["founded_on"]),
            supported_elsewhere=row.get("supported_elsewhere", False),
        )
        for row in basis["applications"]
    ]


def _day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)


def _rules(program: Program) -> dict[str, Any]:
    criteria = Criterion.objects.filter(program=program).order_by("position", "pk")
    return {
        "selection": program.selection,
        "quota": program.quota,
        "reserve": program.reserve,
        "districts": list(map(list, program.district_quotas.values_list("district", "places"))),
        "repeat_percent": program.repeat_percent,
        "criteria": list(map(list, criteria.values_list("pk", "name", "weight"))),
        "drops_extremes": program.drops_extremes,
        "threshold": None if program.threshold is None else str(program.threshold),
        "tie_rules": list(program.tie_rules),
    }


def _applications(program: Program) -> list[dict[str, Any]]:
    """Those that wait for a result, by receipt number."""
    rows = (
        Application.objects.filter(program=program, state=ApplicationState.SUBMITTED)
        .annotate(
            founded_on=F("merchant__founded_on"),
            supported_before=supported_before(program),
        )
        .order_by("receipt")
    )
    fields = ("pk", "receipt", "submitted_at", "district", "supported_before", "founded_on")
    return [
        {
            "key": row["pk"],
            "receipt": row["receipt"],
            "submitted_at": row["submitted_at"].isoformat(),
            "district": row["district"],
            "supported_before": row["supported_before"],
            "founded_on": row["founded_on"].isoformat() if row["founded_on"] else None,
        }
        for row in rows.values(*fields)
    ]


def too_few(basis: Basis, each: int) -> int:
    """How many scored applications have fewer sheets than ``each``; those without any aside."""
    return sum(0 < len(row["sheets"]) < each for row in basis["applications"])


def supported_before(program: Program) -> ExpressionWrapper:
    """Whether a business of the application took part in an earlier program of the same kind."""
    return ExpressionWrapper(facts.with_support(program), output_field=BooleanField())


def sheets_of(program: Program) -> dict[int, list[list[Any]]]:
    """Locked sheets that count, by application: the assignment, and the points in the order of
    the criteria. 1 query."""
    rows = (
        Mark.objects.filter(
            sheet__assignment__application__program=program,
            sheet__assignment__released_at=None,
            sheet__state=SheetState.LOCKED,
        )
        .order_by()
        .values("sheet__assignment__application_id", "sheet__assignment_id")
        .annotate(given=ArrayAgg("points", order_by=["criterion__position", "criterion_id"]))
        .order_by("sheet__assignment_id")
    )
    found: dict[int, list[list[Any]]] = defaultdict(list)
    for row in rows:
        found[row["sheet__assignment__application_id"]].append(
            [row["sheet__assignment_id"], row["given"]]
        )
    return dict(found)
