"""The sorts of things that happen in programs, each as facts of the same shape.

A fact is one thing at one instant, with its business, its program and, where it has any, its
numbers. Each sort is found by an index over its instants, so that the work grows with the
period and not with the history.
"""

from __future__ import annotations

from merchants.reports import firms
from programs.models import (
    ApplicationState,
    ConsultationState,
    OutcomeStage,
    OutcomeState,
    ProgramState,
    ReviewState,
    SessionKind,
    SessionState,
    Use,
)

_NUMBERS = ("sales", "orders", "viewers", "baseline", "content", "conduct", "usefulness")


def _part(
    what: str,
    source: str,
    at: str,
    where: str = "true",
    who: str = "a.merchant_id",
    **numbers: str,
) -> str:
    """Facts of one sort out of ``source``, in which ``a`` is the application; of its business
    unless ``who`` says of which."""
    columns = ", ".join(f"{numbers.get(name, 'NULL')}::bigint AS {name}" for name in _NUMBERS)
    return f"""
    SELECT {what} AS what, {who} AS who, a.program_id, {at} AS at, {columns} FROM {source}
    WHERE {at} >= %(low)s AND {at} < %(until)s AND {where}"""  # noqa: S608  (our own constants)


_OF = "JOIN programs_application a ON a.id ="
_COUNTS = "(cardinality(o.flags) = 0 OR o.checked_at IS NOT NULL)"
_ENDED = "(o.ended_on::timestamp AT TIME ZONE 'Asia/Seoul')"
# The days of the period, as an index of days knows them; ``_ENDED`` is the exact condition.
_DAYS = (
    "BETWEEN ({low} AT TIME ZONE 'Asia/Seoul')::date AND ({until} AT TIME ZONE 'Asia/Seoul')::date"
)
_DAYS = _DAYS.format(low="%(low)s::timestamptz", until="%(until)s::timestamptz")
_OUTCOMES = f"""(
    SELECT * FROM programs_outcome WHERE ended_on {_DAYS}
) o {_OF} o.application_id"""  # noqa: S608
# Stages are sums since the end, so the latest one that counts stands for the business.
_LATEST = f"""(
    SELECT DISTINCT ON (o.application_id) o.* FROM programs_outcome o
    WHERE o.state = '{OutcomeState.ANSWERED}' AND {_COUNTS} AND {{said}} AND o.application_id IN (
        SELECT application_id FROM programs_outcome WHERE ended_on {_DAYS}
    )
    ORDER BY o.application_id, o.stage DESC
) o {_OF} o.application_id"""  # noqa: S608
_LATEST_SOLD = _LATEST.format(said="o.sales IS NOT NULL")
_LATEST_USE = _LATEST.format(said="o.use <> ''")
_USING = ", ".join(f"'{use}'" for use in sorted(Use.using))
# A broadcast that was repeated counts where it began last. Only those with one in the period are
# looked at, so that the work does not grow with the history.
_ON_AIR = f"""(
        SELECT DISTINCT s.application_id FROM programs_session s
        WHERE s.starts >= %(low)s AND s.starts < %(until)s AND s.kind = '{SessionKind.BROADCAST}'
    ) here
    JOIN programs_broadcast b ON b.application_id = here.application_id
    {_OF} b.application_id
    CROSS JOIN LATERAL (
        SELECT max(s.starts) AS began FROM programs_session s
        WHERE s.application_id = a.id AND s.kind = '{SessionKind.BROADCAST}'
            AND s.state <> '{SessionState.CANCELLED}'
    ) air
    CROSS JOIN LATERAL (
        SELECT sum(r.sales) AS sales, sum(r.orders) AS orders FROM programs_productresult r
        WHERE r.broadcast_id = b.id
    ) sold"""  # noqa: S608
# Of the products of an application those chosen for it, where some were; none that was refused.
# Asked as a value and not by EXISTS, which the planner may answer by reading all products.
_SUPPORTED = f"""(g.is_chosen OR NOT (
        SELECT coalesce(bool_or(c.is_chosen), false) FROM programs_product c
        WHERE c.application_id = a.id
    )) AND NOT EXISTS (
        SELECT 1 FROM programs_productreview v
        WHERE v.product_id = g.id AND v.state = '{ReviewState.REFUSED}'
    )"""  # noqa: S608
# Who has a place in a program that was called off keeps it in the books and was not supported.
PLACED = f"""programs_application a
    JOIN programs_program t ON t.id = a.program_id AND t.state <> '{ProgramState.CANCELLED}'"""
_PARTS = (
    _part(
        "'applied'",
        "programs_application a",
        "a.submitted_at",
        f"a.state <> '{ApplicationState.DRAFT}'",
    ),
    _part(
        "'selected'",
        PLACED,
        "coalesce(a.decided_at, a.submitted_at)",
        "a.state = ANY(%(placed)s)",
    ),
    _part(
        "'product'",
        f"{PLACED} JOIN programs_product g ON g.application_id = a.id",
        "coalesce(a.decided_at, a.submitted_at)",
        f"a.state = ANY(%(placed)s) AND g.is_ready AND {_SUPPORTED}",
    ),
    _part("a.state", PLACED, "a.ended_at", "a.state = ANY(%(ended)s)"),
    _part(
        "'certificate'",
        f"{PLACED} JOIN programs_certificate c ON c.application_id = a.id"
        " LEFT JOIN programs_coapplicant w ON w.id = c.co_applicant_id",
        "c.issued_at",
        "c.voided_at IS NULL",
        who="coalesce(w.merchant_id, a.merchant_id)",
    ),
    # For all of a program; what is for one business is its broadcast or consultation.
    _part(
        "'session'",
        "programs_session a",
        "a.starts",
        f"a.application_id IS NULL AND a.state = '{SessionState.HELD}'"
        f" AND a.kind <> '{SessionKind.CONSULTATION}'",
    ),
    _part(
        "'consultation'",
        f"programs_consultation c {_OF} c.application_id",
        "c.closed_at",
        f"c.state = '{ConsultationState.CLOSED}'",
    ),
    _part(
        "'broadcast'",
        _ON_AIR,
        "air.began",
        "b.entered_at IS NOT NULL",
        sales="sold.sales",
        orders="sold.orders",
        viewers="b.viewers",
    ),
    _part(
        "'settled'",
        f"programs_settlement t {_OF} t.application_id",
        "t.settled_at",
        sales="t.sales",
    ),
    _part("'missing'", _OUTCOMES, _ENDED, f"o.state = '{OutcomeState.MISSING}'"),
    _part("'answered'", _OUTCOMES, _ENDED, f"o.state = '{OutcomeState.ANSWERED}'"),
    _part(
        "'doubtful'", _OUTCOMES, _ENDED, f"o.state = '{OutcomeState.ANSWERED}' AND NOT {_COUNTS}"
    ),
    _part(
        "'brought'",
        _LATEST_SOLD,
        _ENDED,
        sales="o.sales",
        orders="o.orders",
        viewers="o.viewers",
    ),
    _part("'use_told'", _LATEST_USE, _ENDED),
    _part("'used'", _LATEST_USE, _ENDED, f"o.use IN ({_USING})"),
    _part(
        "'compared'",
        _OUTCOMES,
        _ENDED,
        f"o.state = '{OutcomeState.ANSWERED}' AND {_COUNTS} AND o.stage = {OutcomeStage.QUARTER:d}"
        " AND o.sales IS NOT NULL AND a.baseline_sales IS NOT NULL",
        sales="o.sales",
        baseline="a.baseline_sales",
    ),
    _part(
        "'opinion'",
        f"programs_satisfaction g {_OF} g.application_id",
        "g.at",
        content="g.content",
        conduct="g.conduct",
        usefulness="g.usefulness",
    ),
)
FACTS = f"facts AS MATERIALIZED ({firms.by_number(' UNION ALL '.join(_PARTS))})"


#: what ``FACTS`` asks for besides the period
GIVEN = {
    "placed": sorted(map(str, ApplicationState.placed)),
    "ended": sorted(map(str, {ApplicationState.COMPLETED, ApplicationState.NOT_COMPLETED})),
}
