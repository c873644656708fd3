"""What the portal holds about attendance and papers of a person's businesses, for the export."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from center.exports import Part
from center.models import User
from programs.models import Attendance, Certificate


def attendance_of(user: User) -> Part:
    """Every session in which something was noted of the person's businesses, and the papers."""
    own = {"co_applicant": None, "application__merchant__memberships__user": user}
    mine = Q(**own) | Q(co_applicant__merchant__memberships__user=user)
    noted = Attendance.objects.filter(mine).select_related(
        "session__program", "application__merchant", "co_applicant__merchant"
    )
    papers = Certificate.objects.filter(mine).order_by("issued_at").distinct()
    return {
        "attendance": [_noted(row) for row in noted.order_by("session__starts", "pk").distinct()],
        "documents": [_paper(row) for row in papers],
    }, []


def _noted(row: Attendance) -> dict[str, Any]:
    return {
        "business": (row.co_applicant or row.application).merchant.name,
        "program": row.session.program.title,
        "session": row.session.title,
        "starts": row.session.starts,
        "ends": row.session.ends,
        "noted": row.get_mark_display(),
        "minutes": row.minutes,
        "how": row.get_method_display(),
        "at": row.noted_at,
        "reason": row.reason,
    }


def _paper(row: Certificate) -> dict[str, Any]:
    return {
        "kind": row.get_kind_display(),
        "number": row.number,
        "business": row.business,
        "name": row.person,
        "program": row.program,
        "from": row.first_day,
        "until": row.last_day,
        "minutes": row.minutes,
        "attended": row.attended,
        "issued": row.issued_at,
        "void_since": row.voided_at,
        "void_because": row.void_reason,
    }
