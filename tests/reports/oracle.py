"""Every figure once more, from the raw rows, one row and one minute at a time.

Written from the words of the definitions and sharing no code with them: plain loops, sets and
fractions. Slow on purpose.
"""

import datetime as dt
from collections import defaultdict
from fractions import Fraction

import holidays
from django.apps import apps

from bookings import models as rows
from merchants.models import Merchant
from tests.reports.oracle_lent import Lent
from tests.reports.oracle_opening import CAME, DAY, Opening, midnight
from tests.reports.oracle_outside import Outside

CUTS = ("", "space", "category", "month", "district", "section", "kind", "trait", "age", "market")
_TRAITS = (("women", "women_owned"), ("youth", "youth_owned"), ("disabled", "disabled_owned"))


def per_cent(part, whole):
    return Fraction(part) * 100 / Fraction(whole) if whole else None


def stated(value, decimals):
    """Half up, below nought half down; whole numbers as numbers, others as text."""
    if value is None:
        return None
    scaled = abs(Fraction(value)) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    if decimals == 0:
        return -whole if value < 0 else whole
    sign = "-" if value < 0 and whole else ""
    return f"{sign}{whole // 10**decimals}.{whole % 10**decimals:0{decimals}}"


class Oracle(Opening, Lent, Outside):
    """What is true of the days ``first`` to ``last`` as of ``as_of``."""

    def __init__(self, first, last, as_of):
        self.first, self.last = first, last
        self.low, self.until = (
            midnight(first),
            max(min(midnight(last + DAY), as_of), midnight(first)),
        )
        self.first_of = self._by_number()
        self.bookings = [self.once(b) for b in rows.Booking.objects.values()]
        self.spaces = {r["id"]: r for r in rows.Resource.objects.values()}
        self.units = list(rows.Unit.objects.values())
        self.firms = {m["id"]: self._then(m) for m in Merchant.objects.values()}
        self.first_came = self._first_came()
        self.counted = {}
        self.allocations = list(rows.Allocation.objects.values())
        self.absences = list(rows.UnitAbsence.objects.values())
        self.closures = list(rows.Closure.objects.values())
        self.specials = list(rows.SpecialOpening.objects.values())
        self.hours = list(rows.OpeningHours.objects.values())
        self.overrides = list(rows.HolidayOverride.objects.values())
        self.public = holidays.country_holidays("KR", years=range(first.year, last.year + 1))
        self.months = sorted({d.replace(day=1) for d in self._days()})

    def _days(self):
        return [self.first + n * DAY for n in range((self.last - self.first).days + 1)]

    @staticmethod
    def _by_number():
        """Of each business the one its number stands for: the registered one, else the oldest."""
        known = sorted(Merchant.objects.values(), key=lambda m: (m["state"] == "draft", m["id"]))
        firsts = {}
        for firm in known:
            firsts.setdefault(firm["number"] or ("no number", firm["id"]), firm["id"])
        return {m["id"]: firsts[m["number"] or ("no number", m["id"])] for m in known}

    def once(self, row):
        """The row as one of the business its number stands for."""
        if row.get("merchant_id") is None:
            return row
        return {**row, "merchant_id": self.first_of[row["merchant_id"]]}

    def _first_came(self):
        found = {}
        for booking in self.bookings:
            if booking["state"] in CAME:
                known = found.get(booking["merchant_id"], booking["starts"])
                found[booking["merchant_id"]] = min(known, booking["starts"])
        return found

    def _then(self, firm):
        """The business as its history has it at the end; drafts say nothing."""
        history = apps.get_model("merchants", "MerchantEvent").objects
        known = list(history.filter(id=firm["id"]).order_by("pgh_id").values())
        known = [e for e in known if e["state"] != "draft"]
        before = [e for e in known if e["pgh_created_at"] < self.until]
        after = [e for e in known if e["pgh_created_at"] >= self.until]
        return before[-1] if before else after[0] if after else firm

    # Rows of a cut -------------------------------------------------------------------------

    def spans(self, cut):
        if cut != "month":
            return [("", self.low, self.until)]
        found = []
        for first in self.months:
            end = (first + 32 * DAY).replace(day=1)
            low, high = max(midnight(first), self.low), min(midnight(end), self.until)
            found.append((f"{first:%Y-%m}", low, high))
        return found

    def keys(self, cut, booking, span_key):
        if cut in ("", "month"):
            return [span_key]
        if cut == "space":
            return [self.spaces[booking["resource_id"]]["slug"]]
        if cut == "category":
            return [self.spaces[booking["resource_id"]]["category"]]
        return self.keys_of_firm(cut, booking["merchant_id"])

    def keys_of_firm(self, cut, pk):
        if cut == "trait":
            firm = self.firms.get(pk)
            return [name for name, field in _TRAITS if firm and firm[field]]
        if pk is None:
            return ["house"]
        firm = self.firms[pk]
        if cut == "age":
            return [self._age(firm["founded_on"])]
        if cut == "market":
            return [firm["market_area"] or "none"]
        return [firm[cut] or "unknown"]

    def _age(self, founded):
        if founded is None:
            return "unknown"
        years = self.last.year - founded.year
        if (founded.month, founded.day) > (self.last.month, self.last.day):
            years -= 1
        for limit, name in ((1, "under_1"), (3, "1_to_3"), (7, "3_to_7")):
            if years < limit:
                return name
        return "from_7"

    def passes(self, filters):
        """Whether a booking, or what has its space and business, is asked for."""
        return lambda row: all(
            chosen & set(self.keys(name, row, "")) for name, chosen in filters.items()
        )

    # Usage ---------------------------------------------------------------------------------

    def left(self, booking):
        ends = [booking["ends"], self.until]
        if booking["completed_at"] is not None:
            ends.append(booking["completed_at"])
        return max(booking["starts"], min(ends))

    def seconds(self, booking, low, high):
        """Of one use within a span, counted by its microseconds."""
        begin, end = max(booking["starts"], low), min(self.left(booking), high)
        return Fraction((end - begin) // dt.timedelta(microseconds=1), 10**6) if begin < end else 0

    def usage(self, cut, kept=lambda booking: True):
        found = defaultdict(lambda: defaultdict(Fraction))
        firms = defaultdict(set)
        for booking in filter(kept, self.bookings):
            for name, low, high in self.spans(cut):
                for key in self.keys(cut, booking, name):
                    self._one(booking, low, high, found[key], firms[key])
        for key, values in found.items():
            came = {pk for pk, _low in firms[key]}
            before = {pair for pair in firms[key] if self._was_here(*pair)}
            values["businesses"] = len(came)
            values["returning_businesses"] = len(before)
            values["new_businesses"] = len(firms[key]) - len(before)
            values["repeat_share"] = per_cent(len(before), len(firms[key]))
            values["no_show_rate"] = per_cent(
                values["no_shows"], values["uses"] + values["no_shows"]
            )
        return dict(found)

    def _one(self, booking, low, high, values, firms):
        state, here = booking["state"], low <= booking["starts"] < high
        came = state in CAME
        if came:
            values["hours"] += Fraction(self.seconds(booking, low, high)) / 3600
        if not here or state in ("held", "expired", "rejected"):
            return
        values["bookings"] += 1
        values["no_shows"] += state == "no_show"
        if state == "cancelled" and booking["source"] != "import":
            in_time = booking["closed_at"] <= booking["cancellable_until"]
            values["cancelled_in_time" if in_time else "cancelled_late"] += 1
        if came:
            values["uses"] += 1
            values["people"] += booking["headcount"]
            if booking["merchant_id"] is not None:
                firms.add((booking["merchant_id"], low))

    def _was_here(self, firm, low):
        return self.first_came[firm] < low

    # Utilisation ---------------------------------------------------------------------------

    def utilisation(self, cut, kept=lambda space: True):
        found = defaultdict(lambda: defaultdict(Fraction))
        for space in filter(kept, self.spaces.values()):
            uses = [b for b in self.bookings if b["resource_id"] == space["id"] and self.inside(b)]
            if space["category"] == "equipment" or not (space["is_active"] or uses):
                continue
            for day in self._days():
                key = {"space": space["slug"], "category": space["category"]}.get(cut, "")
                key = f"{day:%Y-%m}" if cut == "month" else key
                low, high = midnight(day), min(midnight(day + DAY), self.until)
                values = found[key]
                values["used"] += sum(self.seconds(b, low, high) for b in uses)
                offered = self.minutes_offered(space["id"], day)
                values["offered"] += offered
                if offered:
                    values["days_open"] += 1
                    values["days_used"] += any(self.touches(b, low, high) for b in uses)
        return {key: self._of(values) for key, values in found.items()}

    def _of(self, values):
        used, offered = values["used"] / 3600, values["offered"] / 60
        return {
            "hours_offered": offered,
            "utilisation": per_cent(used, offered),
            "days_open": values["days_open"],
            "days_used": values["days_used"],
            "utilisation_days": per_cent(values["days_used"], values["days_open"]),
        }

    def inside(self, booking):
        """A use that begins in the period, or reaches into it."""
        if booking["state"] not in CAME:
            return False
        return self.touches(booking, self.low, self.until)

    def touches(self, booking, low, high):
        if low <= booking["starts"] < high:
            return True
        return booking["starts"] < low < self.left(booking)

    # The rest ------------------------------------------------------------------------------

    def waiting(self, cut, filters=None):
        found = defaultdict(lambda: defaultdict(int))
        for entry in map(self.once, rows.Waiting.objects.values()):
            chosen = (filters or {}).items()
            if not all(keys & set(self._waited(name, entry, "")) for name, keys in chosen):
                continue
            for name, low, high in self.spans(cut):
                if low <= entry["starts"] < high:
                    for key in self._waited(cut, entry, name):
                        found[key]["waiting"] += 1
                        found[key]["waiting_served"] += entry["state"] == "taken"
        return found

    def _waited(self, cut, entry, name):
        space = self.spaces.get(entry["resource_id"])
        if cut == "space":
            return [space["slug"] if space else "any"]
        if cut == "category":
            return [space["category"] if space else entry["category"]]
        if cut in ("", "month"):
            return [name]
        return self.keys_of_firm(cut, entry["merchant_id"])

    def satisfaction(self, cut, kept=lambda booking: True):
        marks = defaultdict(lambda: defaultdict(list))
        said = {f["booking_id"]: f for f in rows.Feedback.objects.values()}
        for booking in filter(kept, self.bookings):
            answer = said.get(booking["id"])
            for name, low, high in self.spans(cut):
                if answer is None or not low <= booking["starts"] < high:
                    continue
                for key in self.keys(cut, booking, name):
                    for what in ("space", "equipment", "help"):
                        if answer[what] is not None:
                            marks[key][what].append(answer[what])
        found = {}
        for key, of in marks.items():
            every = [mark for given in of.values() for mark in given]
            means = {w: Fraction(sum(of[w]), len(of[w])) if of[w] else None for w in of}
            found[key] = {"answers": len(of["space"]), "with_equipment": len(of["equipment"])}
            found[key] |= {"mean": Fraction(sum(every), len(every))}
            found[key] |= {w: means.get(w) for w in ("space", "equipment", "help")}
        return found
