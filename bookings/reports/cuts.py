"""How uses are divided: by space, kind of space, month; and equipment by device."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from bookings.models import Category, Resource
from center.figures import Cut, Row, Wish
from merchants.reports.cuts import in_words

#: the row of those who wait for any space of a kind
ANY = "any"


def _named(resources: Sequence[Resource], seen: Collection[str]) -> list[Row]:
    shown = [r for r in resources if r.is_active or r.slug in seen]
    return [Row(r.slug, r.name, r.name_en or r.name, r.category) for r in shown]


def _spaces(wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Every space offered, idle ones too, and those that were used before they ended."""
    rows = _named(list(Resource.objects.spaces()), seen)
    rows += [in_words(ANY, _("Any space of a kind"))] if ANY in seen else []
    wanted = wish.filters.get("space")
    return [row for row in rows if wanted is None or row.key in wanted or row.key in seen]


def _devices(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    return _named(list(Resource.objects.equipment()), seen)


def _categories(_wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Those the house has, in its order; equipment has figures of its own."""
    spaces = Resource.objects.spaces().order_by("position", "pk")
    known = dict.fromkeys(space.category for space in spaces if space.is_active)
    known |= dict.fromkeys(key for key in seen if key in Category.values)
    return [in_words(key, Category(key).label) for key in known]


def _months(wish: Wish, seen: Collection[str]) -> Sequence[Row]:
    """Every month of the period that has begun."""
    rows = []
    for part in wish.period.months():
        if part.bounds[0] >= wish.until and part.key not in seen:
            continue
        with override("ko"):
            korean = part.label
        with override("en"):
            rows.append(Row(part.key, korean, part.label))
    return rows


CUTS = (
    Cut("space", _("Space"), _spaces, parent="category"),
    Cut("category", _("Kind of space"), _categories),
    Cut("month", _("Month"), _months, is_filter=False),
    Cut("device", _("Equipment"), _devices, is_filter=False),
)
