"""Verification once more, by walking through the history of each business from row to row."""

from collections import defaultdict
from fractions import Fraction

from django.apps import apps

from tests.reports.oracle import Oracle
from tests.reports.oracle_lent import korean_day
from tests.reports.oracle_opening import DAY

CUTS = ("", "month", "kind", "district", "section")


class Verification(Oracle):
    """What was handed in and decided on the days ``first`` to ``last`` as of ``as_of``."""

    def steps(self):
        """What happened, when, since when the case had waited, and the row as it was then."""
        told = apps.get_model("merchants", "MerchantEvent").objects.order_by("pgh_id")
        before = {}
        for row in told.values():
            was = before.get(row["pgh_obj_id"], defaultdict(lambda: None))
            if row["state"] == "submitted" != was["state"]:
                yield "submitted", row["submitted_at"], None, row
            decided = row["decided_at"] and row["decided_at"] != was["decided_at"]
            if decided and row["state"] in ("verified", "returned"):
                waited = was["review_asked_at"] or was["status_checked_at"]
                since = was["submitted_at"] if was["state"] == "submitted" else waited
                yield row["state"], row["decided_at"], since, row
            before[row["pgh_obj_id"]] = row

    def verification(self, cut, filters=None):
        found, days = defaultdict(lambda: defaultdict(int)), defaultdict(list)
        for what, at, since, row in self.steps():
            if at is None or not self.low <= at < self.until:
                continue
            if not all(self._of(row, name, at) in keys for name, keys in (filters or {}).items()):
                continue
            key = self._of(row, cut, at)
            found[key][what] += 1
            if since is not None:
                days[key].append(self.working_days(korean_day(since), korean_day(at)))
        for key, waited in days.items():
            found[key]["days_to_decide"] = Fraction(sum(waited), len(waited))
        return found

    @staticmethod
    def _of(row, cut, at):
        if cut in ("", "month"):
            return cut and f"{korean_day(at):%Y-%m}"
        return row[cut] or "unknown"

    def working_days(self, since, at):
        """After ``since``, up to and with ``at``."""
        return sum(
            day.weekday() < 5 and not self.is_holiday(day)
            for day in (since + n * DAY for n in range(1, (at - since).days + 1))
        )
