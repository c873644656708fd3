"""The one place that reads the clock, and the Korean calendar day around it.

Instants are stored and compared in UTC; days, months and quotas are counted in Korean
standard time (UTC+9, no daylight saving since 1988). Intervals are half-open.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

KST = ZoneInfo("Asia/Seoul")
DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return timezone.now()


def today() -> dt.date:
    """The calendar day in Korea."""
    return local(now()).date()


def local(instant: dt.datetime) -> dt.datetime:
    """The same instant on a Korean wall clock."""
    return instant.astimezone(KST)


def day_of(instant: dt.datetime) -> dt.date:
    """The Korean calendar day an instant falls on."""
    return instant.astimezone(KST).date()


def at(day: dt.date, time: dt.time = dt.time.min) -> dt.datetime:
    """The instant at which a Korean wall clock shows ``time`` on ``day``."""
    return dt.datetime.combine(day, time, tzinfo=KST)


def day_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Start of ``day`` and start of the next one."""
    return at(day), at(day + DAY)


def month_bounds(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    """Start of the month of ``day`` and start of the next month."""
    first = day.replace(day=1)
    return at(first), at((first + 32 * DAY).replace(day=1))


def monday_of(day: dt.date) -> dt.date:
    """The Monday of the week of ``day``."""
    return day - day.weekday() * DAY


def months_before(day: dt.date, months: int) -> dt.date:
    """The same date that many months earlier; where there is none, the last of its month."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = ((dt.date(years, month + 1, 28) + 4 * DAY).replace(day=1) - DAY).day
    return dt.date(years, month + 1, min(day.day, last))


def years_before(instant: dt.datetime, years: int) -> dt.datetime:
    """The same UTC date and time that many calendar years earlier; 29 February becomes 28.

    As PostgreSQL subtracts ``interval '1 year'`` in a session that runs in UTC.
    """
    utc = instant.astimezone(dt.UTC)
    try:
        return utc.replace(year=utc.year - years)
    except ValueError:
        return utc.replace(year=utc.year - years, day=28)
