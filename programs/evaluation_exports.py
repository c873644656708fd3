"""What the portal holds of a person as an evaluator, for the export of one's own data."""

from __future__ import annotations

from typing import Any

from center.exports import Part
from center.models import User
from programs.models import Assignment


def evaluations_of(user: User) -> Part:
    """Applications the person was asked to score, what was declared and the sheets."""
    mine = Assignment.objects.of_evaluator(user.pk).select_related("application__program", "sheet")
    rows = mine.prefetch_related("sheet__marks__criterion").order_by("pk")
    return [_evaluation(row) for row in rows], []


def _evaluation(row: Assignment) -> dict[str, Any]:
    sheet = getattr(row, "sheet", None)
    return {
        "program": row.application.program.title,
        "application": row.application.receipt,
        "assigned": row.assigned_at,
        "conflict_of_interest": row.has_conflict,
        "conflict_reason": row.conflict_reason,
        "released": row.released_at,
        "points": {mark.criterion.name: mark.points for mark in sheet.marks.all()} if sheet else {},
        "remark": sheet.comment if sheet else "",
        "locked": sheet.locked_at if sheet else None,
    }
