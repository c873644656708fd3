"""Periods of reports; they live below the apps, which count them."""

from center.periods import Period, PeriodKind, half, month, of_key, quarter, span, to_date, year

__all__ = [
    "Period",
    "PeriodKind",
    "half",
    "month",
    "of_key",
    "quarter",
    "span",
    "to_date",
    "year",
]
