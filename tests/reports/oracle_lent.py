"""Devices that were lent, one by one; part of the oracle."""

from collections import defaultdict
from fractions import Fraction

from bookings import models as rows
from tests.reports.oracle_opening import CAME, KST


def korean_day(instant):
    return instant.astimezone(KST).date()


class Lent:
    """Reads what the oracle loaded: bookings, units, spaces."""

    def equipment(self, cut):
        found, firms = defaultdict(lambda: defaultdict(Fraction)), defaultdict(set)
        device_of = {u["id"]: self.spaces[u["resource_id"]] for u in self.units}
        booked = {b["id"]: b for b in self.bookings}
        for name, low, high in self.spans("month" if cut == "month" else ""):
            key = lambda unit, name=name: device_of[unit]["slug"] if cut == "device" else name  # noqa: E731
            for taken in rows.Allocation.objects.exclude(booking=None).values():
                booking, unit = booked[taken["booking_id"]], taken["unit_id"]
                if device_of[unit]["category"] != "equipment" or booking["state"] not in CAME:
                    continue
                found[key(unit)]["hours"] += Fraction(self.seconds(booking, low, high)) / 3600
                if low <= booking["starts"] < high:
                    found[key(unit)]["uses"] += 1
                    firms[key(unit)] |= {booking["merchant_id"]} - {None}
            for out in rows.HandOver.objects.values():
                if not low <= booked[out["booking_id"]]["starts"] < high:
                    continue
                back = min(out["back_at"] or self.until, self.until)
                days = (korean_day(back) - korean_day(out["out_at"])).days
                found[key(out["unit_id"])]["hand_outs"] += 1
                found[key(out["unit_id"])]["days_out"] += max(days, 0) + 1
                found[key(out["unit_id"])]["overdue"] += back > out["due_back"]
            for damage in rows.Damage.objects.values():
                if low <= damage["reported_at"] < high:
                    found[key(damage["unit_id"])]["damages"] += 1
        for key in found:
            found[key]["businesses"] = len(firms[key])
        return found
