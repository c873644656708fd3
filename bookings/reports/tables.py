"""The tables of the standing report about bookings and equipment."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from center.figures import Table

_AS_THEN = _(
    "Businesses as they were at the end of the period, by the history of their entries; where"
    " that begins later, as first known. Each business stands in one row."
)
_EACH_ONCE = _(
    "Who used several spaces stands in each of their rows, so businesses do not sum to the total."
)
# Where small numbers are hidden, each sum among the columns has more of them hidden: uses,
# no-shows and cancellations stand without their sum, and who came back in one table alone.
_BY_BUSINESS = (
    "bookings.uses",
    "bookings.hours",
    "bookings.businesses",
    "bookings.no_shows",
)
_COMEBACKS = (
    "bookings.new_businesses",
    "bookings.returning_businesses",
    "bookings.repeat_share",
)
_BY_PLACE = (
    "bookings.uses",
    "bookings.hours",
    "bookings.hours_offered",
    "bookings.utilisation",
    "bookings.utilisation_days",
    "bookings.businesses",
    "bookings.no_shows",
    "bookings.cancelled_in_time",
    "bookings.cancelled_late",
    "bookings.waiting",
)

TABLES = (
    Table(
        "usage_by_space",
        _("Use of each space"),
        "space",
        _BY_PLACE,
        note=_EACH_ONCE,
        drawn="bookings.utilisation",
        rank=10,
    ),
    Table(
        "usage_by_category",
        _("Use by kind of space"),
        "category",
        (*_BY_PLACE, "bookings.people", "bookings.no_show_rate"),
        note=_EACH_ONCE,
        drawn="bookings.hours",
        rank=11,
    ),
    Table(
        "usage_by_month",
        _("Use by month"),
        "month",
        _BY_PLACE,
        note=_(
            "Who came in several months stands in each of them, so businesses do not sum to the"
            " total."
        ),
        drawn="bookings.uses",
        wanted=lambda period: len(period.months()) > 1,
        rank=12,
    ),
    Table(
        "usage_by_district",
        _("Use by district"),
        "district",
        _BY_BUSINESS,
        note=_AS_THEN,
        drawn="bookings.businesses",
        rank=20,
    ),
    Table(
        "usage_by_section",
        _("Use by KSIC section"),
        "section",
        _BY_BUSINESS,
        note=_AS_THEN,
        drawn="bookings.businesses",
        rank=21,
    ),
    Table(
        "usage_by_kind",
        _("Use by kind of business"),
        "kind",
        (*_BY_BUSINESS, *_COMEBACKS),
        note=_AS_THEN,
        rank=22,
    ),
    Table(
        "usage_by_trait",
        _("Use by owner"),
        "trait",
        _BY_BUSINESS,
        note=_(
            "A business may stand in several rows or in none, so there is no total. Businesses as"
            " they were at the end of the period."
        ),
        rank=23,
    ),
    Table(
        "usage_by_age", _("Use by age of the business"), "age", _BY_BUSINESS, note=_AS_THEN, rank=24
    ),
    Table("usage_by_market", _("Use by market"), "market", _BY_BUSINESS, note=_AS_THEN, rank=25),
    Table(
        "equipment_by_device",
        _("Equipment"),
        "device",
        (
            "equipment.uses",
            "equipment.hours",
            "equipment.businesses",
            "equipment.hand_outs",
            "equipment.days_out",
            "equipment.overdue",
            "equipment.damages",
        ),
        note=_("Who used several devices stands in each of their rows."),
        drawn="equipment.uses",
        rank=60,
    ),
    Table(
        "satisfaction_by_space",
        _("Satisfaction"),
        "space",
        (
            "satisfaction.answers",
            "satisfaction.with_equipment",
            "satisfaction.mean",
            "satisfaction.space",
            "satisfaction.equipment",
            "satisfaction.help",
        ),
        drawn="satisfaction.mean",
        rank=80,
    ),
)
