"""Businesses the house supported in any way, each once: 지원업체수(중복 제외)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookings.reports import facts as house
from center.figures import WHOLE, Counted, Figure, Group, Wish
from merchants.reports import firms
from programs.models import ApplicationState, ConsultationState, CoState
from programs.reports import words
from programs.reports.parts import PLACED

FIGURES = (
    Figure(
        "programs.supported",
        _("Businesses supported (each once)"),
        words.FIRMS,
        _(
            "Businesses with a use that begins in the period, a place in a program given in it"
            " (partners of joint applications too; of programs called off none) or a consultation"
            " closed in it; each counted once, however often and in whatever way, by its business"
            " registration number; founders without a number one by one"
        ),
        words.FROM_ALL,
        additive=False,
        counts=True,
        distinct=True,
    ),
)

_PLACED = sorted(map(str, ApplicationState.placed))
_SUPPORT = f"""
    SELECT b.merchant_id AS who, b.starts AS at FROM bookings_booking b
    WHERE b.starts >= %(low)s AND b.starts < %(until)s AND b.state = ANY(%(used)s)
    UNION ALL
    SELECT a.merchant_id, coalesce(a.decided_at, a.submitted_at) FROM {PLACED}
    WHERE coalesce(a.decided_at, a.submitted_at) >= %(low)s
        AND coalesce(a.decided_at, a.submitted_at) < %(until)s AND a.state = ANY(%(placed)s)
    UNION ALL
    SELECT o.merchant_id, coalesce(a.decided_at, a.submitted_at)
    FROM {PLACED} JOIN programs_coapplicant o ON o.application_id = a.id
    WHERE coalesce(a.decided_at, a.submitted_at) >= %(low)s
        AND coalesce(a.decided_at, a.submitted_at) < %(until)s AND a.state = ANY(%(placed)s)
        AND o.state = '{CoState.CONFIRMED}'
    UNION ALL
    SELECT c.merchant_id, c.closed_at FROM programs_consultation c
    WHERE c.closed_at >= %(low)s AND c.closed_at < %(until)s
        AND c.state = '{ConsultationState.CLOSED}'"""  # noqa: S608  (made of our own constants)
_FACTS = f"facts AS MATERIALIZED ({firms.by_number(_SUPPORT)})"
_KEYS = {WHOLE: "''", "month": "s.key", **firms.KEYS}


def _count(wish: Wish, cut: str) -> Counted:
    conditions, given = firms.conditions(wish)
    tables = "FROM facts f JOIN spans s ON f.at >= s.low AND f.at < s.high"
    if firms.needed(wish, cut):
        tables += f" LEFT JOIN firms m ON m.id = f.merchant_id {firms.JOINS.get(cut, '')}"
    statement = f"""
        SELECT {_KEYS[cut]}, count(DISTINCT f.merchant_id) {tables}
        WHERE {" AND ".join(["f.merchant_id IS NOT NULL", *conditions])} GROUP BY 1"""
    rows = house.rows(wish, statement, {**given, "placed": _PLACED}, cut=cut, facts=_FACTS)
    return {key: {"programs.supported": supported} for key, supported in rows}


SUPPORTED = Group("programs.supported", FIGURES, frozenset(_KEYS), firms.CUTS, _count)
