"""The minutes a house was open, one by one; part of the oracle."""

import datetime as dt
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
TIMES = [dt.time(*divmod(n, 60)) for n in range(24 * 60)]
CAME = ("checked_in", "completed")


def midnight(day):
    return dt.datetime(day.year, day.month, day.day, tzinfo=KST)


class Opening:
    """Reads what the oracle loaded: hours, specials, overrides, public, closures, units."""

    def minutes_offered(self, space, day):
        """Of all its units; the same whatever the cut, so counted once."""
        if (space, day) not in self.counted:
            self.counted[space, day] = self._minutes_offered(space, day)
        return self.counted[space, day]

    def _minutes_offered(self, space, day):
        open_minutes = self.open_minutes(space, day)
        near = [
            c
            for c in self.closures
            if c["starts"] < midnight(day + DAY) and midnight(day) < c["ends"]
        ]
        total = 0
        for unit in self.units:
            if unit["resource_id"] == space:
                away = [a for a in self.absences if a["unit_id"] == unit["id"]]
                total += sum(
                    self.is_there(m, unit, away) and not (near and self.is_closed(m, unit, near))
                    for m in open_minutes
                )
        return total

    def open_minutes(self, space, day):
        spans = [
            (s["opens"], s["closes"])
            for s in self.specials
            if s["date"] == day and s["resource_id"] in (None, space)
        ]
        if not self.is_holiday(day):
            weekly = [
                h
                for h in self.hours
                if h["weekday"] == day.weekday()
                and h["resource_id"] in (None, space)
                and h["valid_from"] <= day
                and (h["valid_until"] is None or day <= h["valid_until"])
            ]
            own = [h for h in weekly if h["resource_id"] is not None]
            spans += [(h["opens"], h["closes"]) for h in own or weekly]
        minutes = {n for o, c in spans for n, time in enumerate(TIMES) if o <= time < c}
        first = midnight(day)
        return [minute for n in minutes if (minute := first + n * MINUTE) < self.until]

    def is_holiday(self, day):
        for row in self.overrides:
            if row["date"] == day:
                return row["is_holiday"]
        return day in self.public

    def is_closed(self, minute, unit, closures):
        scopes = (unit["id"], None), (None, unit["resource_id"]), (None, None)
        return any(
            c["starts"] <= minute < c["ends"] and (c["unit_id"], c["resource_id"]) in scopes
            for c in closures
        )

    def is_there(self, minute, unit, away):
        """In service by then, and not out of it."""
        if unit["serves_from"] and minute < midnight(unit["serves_from"]):
            return False
        return not any(
            (a["starts"] is None or a["starts"] <= minute)
            and (a["ends"] is None or minute < a["ends"])
            for a in away
        )
