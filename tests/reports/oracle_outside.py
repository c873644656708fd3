"""Figures that staff enter, once more: each row added where it belongs, by hand."""

from center.reports.models import OutsideFigure

KINDS = ("contents", "shops", "jobs", "spent")


class Outside:
    """Of the months whose first day is in the period; whenever it was entered."""

    def outside(self, cut):
        """A dash where nothing was entered: that is not nought."""
        named = {"": [""], "month": [f"{month:%Y-%m}" for month in self.months]}.get(cut, [])
        found = {key: dict.fromkeys(KINDS) for key in named}
        for entry in OutsideFigure.objects.values():
            if not self.first <= entry["month"] <= self.last:
                continue
            key = {"": "", "month": f"{entry['month']:%Y-%m}", "source": entry["source"]}[cut]
            row = found.setdefault(key, dict.fromkeys(KINDS))
            row[entry["kind"]] = (row[entry["kind"]] or 0) + entry["value"]
        return found
