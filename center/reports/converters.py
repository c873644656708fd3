"""Parts of the addresses of reports. Kept apart from the views: nothing here reads anything."""

from __future__ import annotations


class PeriodConverter:
    """``2026-10``, ``2026-q4``, ``2026-h2``, ``2026``: periods that are frozen."""

    regex = r"20\d\d(?:-(?:0[1-9]|1[0-2]|[qQ][1-4]|[hH][12]))?"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value.lower()


class EditionConverter:
    """``v1``, ``v2`` …, or what stands before them."""

    regex = r"v[1-9]\d{0,3}|preliminary"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class FormatConverter:
    regex = "xlsx|csv|pdf|hwpx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
