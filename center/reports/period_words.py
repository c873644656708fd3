"""How periods and instants of reports read, in the language in force."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from center.reports.content import Period

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def name(period: Period) -> str:
    """``2026년 10월``, ``2026년 3분기``, ``2026년 상반기``, ``2026년``, or from – to."""
    first = dt.date.fromisoformat(period["starts"])
    last = dt.date.fromisoformat(period["ends"]) - dt.timedelta(days=1)
    kind = period["kind"]
    if kind == "month":
        return _month(first)
    if kind == "quarter":
        return _("quarter %(n)d of %(year)d") % {"n": (first.month + 2) // 3, "year": first.year}
    if kind == "half":
        half = _("first half of %(year)d") if first.month == 1 else _("second half of %(year)d")
        return half % {"year": first.year}
    if kind == "year":
        return _("the year %(year)d") % {"year": first.year}
    return f"{day(first)} – {day(last)}"


def day(date: dt.date) -> str:
    """``2026. 10. 1.`` or ``1 Oct 2026``."""
    if get_language() == "ko":
        return f"{date.year}. {date.month}. {date.day}."
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"


def instant(local: dt.datetime) -> str:
    """``2026. 11. 2. 00:00``; the caller has brought it to Korean time."""
    return f"{day(local.date())} {local.hour:02}:{local.minute:02}"


def _month(first: dt.date) -> str:
    if get_language() == "ko":
        return f"{first.year}년 {first.month}월"
    return f"{_MONTHS[first.month - 1]} {first.year}"
