"""Equipment: what was lent, how long it was out, what came back late or damaged."""

from __future__ import annotations

from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from bookings.reports import facts, words
from center.figures import WHOLE, Counted, Figure, Group, Number, Wish

FIGURES = (
    Figure(
        "equipment.uses",
        _("Devices used"),
        words.DEVICES,
        _("Devices of the bookings that were used, counted where the use begins"),
        words.FROM_BOOKINGS,
        counts=True,
    ),
    Figure(
        "equipment.hours",
        _("Device hours"),
        words.HOURS,
        _("Hours of these uses within the period, once for each device"),
        words.FROM_ATTENDANCE,
        decimals=1,
    ),
    Figure(
        "equipment.businesses",
        _("Businesses with equipment (each once)"),
        words.FIRMS,
        _("Businesses that used a device in a use that begins in the period, each counted once"),
        words.FROM_BOOKINGS,
        additive=False,
        counts=True,
        distinct=True,
    ),
    Figure(
        "equipment.hand_outs",
        _("Hand-outs"),
        words.CASES,
        _("Devices handed over the counter for bookings that begin in the period"),
        words.FROM_LEDGER,
        counts=True,
    ),
    Figure(
        "equipment.days_out",
        _("Days out"),
        words.DAYS,
        _(
            "Calendar days of these hand-outs, the first and the last included; of what is not"
            " back yet up to the end of the period"
        ),
        words.FROM_LEDGER,
    ),
    Figure(
        "equipment.overdue",
        _("Back late"),
        words.CASES,
        _("Of these hand-outs, those back after the time promised or still out after it"),
        words.FROM_LEDGER,
        counts=True,
    ),
    Figure(
        "equipment.damages",
        _("Damages"),
        words.CASES,
        _("Damages reported in the period"),
        words.FROM_LEDGER,
        counts=True,
    ),
)

_DEVICE = """
JOIN bookings_unit u ON u.id = {unit}
JOIN bookings_resource e ON e.id = u.resource_id AND e.category = 'equipment'"""
_LENT = "JOIN bookings_allocation a ON a.booking_id = f.id" + _DEVICE.format(unit="a.unit_id")
_HANDED = "JOIN bookings_handover h ON h.booking_id = f.id" + _DEVICE.format(unit="h.unit_id")
_USES = f"""
    count(*) FILTER (WHERE {facts.HERE}),
    sum({facts.SECONDS}) / 3600,
    count(DISTINCT f.merchant_id) FILTER (WHERE {facts.HERE})"""
_HAND_OUTS = """
    count(*),
    sum(1 + greatest(0, (least(h.back_at, %(until)s) AT TIME ZONE 'Asia/Seoul')::date
        - (h.out_at AT TIME ZONE 'Asia/Seoul')::date)),
    count(*) FILTER (WHERE least(h.back_at, %(until)s) > h.due_back)"""
_DAMAGES = f"""
FROM bookings_damage d
JOIN spans s ON d.reported_at >= s.low AND d.reported_at < s.high
{_DEVICE.format(unit="d.unit_id")}
GROUP BY 1"""
_KEYS = {WHOLE: "''", "month": "s.key", "device": "e.slug"}


def _count(wish: Wish, cut: str) -> Counted:
    """Three statements: uses, hand-outs, damages."""
    key = _KEYS[cut]
    found: dict[str, dict[str, Number]] = defaultdict(EQUIPMENT.nothing)
    lent = facts.count(_USES, wish, cut, joins=_LENT, where="f.used", key=key)
    for row, (uses, hours, firms) in lent.items():
        found[row] |= {
            "equipment.uses": uses,
            "equipment.hours": hours,
            "equipment.businesses": firms,
        }
    handed = facts.count(_HAND_OUTS, wish, cut, joins=_HANDED, where=facts.HERE, key=key)
    for row, (hand_outs, days, late) in handed.items():
        found[row] |= {
            "equipment.hand_outs": hand_outs,
            "equipment.days_out": days,
            "equipment.overdue": late,
        }
    for row, (damages,) in facts.run(
        wish, f"SELECT {key}, count(*) {_DAMAGES}", {}, cut=cut
    ).items():
        found[row]["equipment.damages"] = damages
    return found


EQUIPMENT = Group("bookings.equipment", FIGURES, frozenset(_KEYS), frozenset(), _count)
