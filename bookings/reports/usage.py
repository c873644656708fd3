"""Usage: what was booked and used, who came, who did not, who cancelled."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from bookings.reports import facts, words
from center.figures import Counted, Figure, Group, Wish, share

FIGURES = (
    Figure(
        "bookings.bookings",
        _("Bookings"),
        words.BOOKINGS,
        _(
            "Bookings whose use begins in the period, cancelled ones and no-shows included;"
            " holds and requests that were not approved left out"
        ),
        words.FROM_BOOKINGS,
        counts=True,
    ),
    Figure(
        "bookings.uses",
        _("Uses"),
        words.TIMES,
        _("Bookings somebody came to, counted in the period in which the use begins"),
        words.FROM_ATTENDANCE,
        counts=True,
    ),
    Figure(
        "bookings.hours",
        _("Hours used"),
        words.HOURS,
        _(
            "From the booked beginning to the booked end, or to the departure where that was"
            " earlier; of a use over the edge of the period only the part inside; rounded,"
            " so that parts may differ from their sum in the last place"
        ),
        words.FROM_ATTENDANCE,
        decimals=1,
    ),
    Figure(
        "bookings.businesses",
        _("Businesses (each once)"),
        words.FIRMS,
        _(
            "Businesses with at least one use that begins in the period, each counted once by"
            " its business registration number; founders without a number one by one"
        ),
        words.FROM_ATTENDANCE,
        additive=False,
        counts=True,
        distinct=True,
    ),
    Figure(
        "bookings.people",
        _("People (visits)"),
        words.PEOPLE,
        _("People named in the bookings that were used; who comes twice counts twice"),
        words.FROM_BOOKINGS,
        counts=True,
    ),
    Figure(
        "bookings.no_shows",
        _("No-show bookings"),
        words.BOOKINGS,
        _("Bookings nobody came to in time, those later waived included; not counted as uses"),
        words.FROM_ATTENDANCE,
        counts=True,
    ),
    Figure(
        "bookings.no_show_rate",
        _("No-show rate"),
        words.PER_CENT,
        _("No-shows ÷ (uses + no-shows) × 100"),
        words.FROM_ATTENDANCE,
        decimals=1,
        additive=False,
        parts=("bookings.no_shows", "bookings.uses"),
    ),
    Figure(
        "bookings.cancelled_in_time",
        _("Cancelled in time"),
        words.BOOKINGS,
        _(
            "Bookings cancelled until the instant promised when they were booked; those taken"
            " over from a file left out, since nobody knows when they were cancelled"
        ),
        words.FROM_BOOKINGS,
        counts=True,
    ),
    Figure(
        "bookings.cancelled_late",
        _("Cancelled late"),
        words.BOOKINGS,
        _(
            "Bookings cancelled after the instant promised when they were booked; those taken"
            " over from a file left out, since nobody knows when they were cancelled"
        ),
        words.FROM_BOOKINGS,
        counts=True,
    ),
)

# A file of past uses says that one was cancelled, not when.
_CANCELLED = f"{facts.HERE} AND f.state = 'cancelled' AND NOT f.taken_over"
_SELECT = f"""
    count(*) FILTER (WHERE {facts.HERE} AND f.state <> 'rejected'),
    count(*) FILTER (WHERE {facts.HERE} AND f.used),
    coalesce(sum({facts.SECONDS}) FILTER (WHERE f.used), 0) / 3600,
    count(DISTINCT f.merchant_id) FILTER (WHERE {facts.HERE} AND f.used),
    coalesce(sum(f.headcount) FILTER (WHERE {facts.HERE} AND f.used), 0),
    count(*) FILTER (WHERE {facts.HERE} AND f.state = 'no_show'),
    count(*) FILTER (WHERE {_CANCELLED} AND f.noticed),
    count(*) FILTER (WHERE {_CANCELLED} AND f.noticed IS NOT true)
"""


def _count(wish: Wish, cut: str) -> Counted:
    found = {}
    for key, row in facts.count(_SELECT, wish, cut).items():
        bookings, uses, hours, businesses, people, no_shows, in_time, late = row
        found[key] = {
            "bookings.bookings": bookings,
            "bookings.uses": uses,
            "bookings.hours": hours,
            "bookings.businesses": businesses,
            "bookings.people": people,
            "bookings.no_shows": no_shows,
            "bookings.no_show_rate": share(no_shows, uses + no_shows),
            "bookings.cancelled_in_time": in_time,
            "bookings.cancelled_late": late,
        }
    return found


USAGE = Group("bookings.usage", FIGURES, facts.CUTS, facts.FILTERS, _count)

COMEBACKS = (
    Figure(
        "bookings.new_businesses",
        _("First-time businesses"),
        words.FIRMS,
        _("Businesses with a use in the period and none in the house before it began"),
        words.FROM_ATTENDANCE,
        additive=False,
        counts=True,
        distinct=True,
    ),
    Figure(
        "bookings.returning_businesses",
        _("Returning businesses"),
        words.FIRMS,
        _("Businesses with a use in the period and one in the house before it began"),
        words.FROM_ATTENDANCE,
        additive=False,
        counts=True,
        distinct=True,
    ),
    Figure(
        "bookings.repeat_share",
        _("Share of repeat support"),
        words.PER_CENT,
        _("Returning businesses ÷ businesses with a use × 100"),
        words.FROM_ATTENDANCE,
        decimals=1,
        additive=False,
        parts=("bookings.returning_businesses", "bookings.businesses"),
    ),
)

# Asked of each business by its own index; EXISTS in a join would read the whole history. What
# its number stood under besides is asked apart, since hardly any has that.
_USED_BEFORE = """
    SELECT 1 FROM bookings_booking p WHERE p.merchant_id = {merchant} AND p.starts < came.low
        AND p.state = ANY(%(used)s)"""
_BEFORE = f"""
    EXISTS ({_USED_BEFORE.format(merchant="came.merchant_id")})
    OR EXISTS (
        SELECT 1 FROM same WHERE same.first = came.merchant_id
            AND EXISTS ({_USED_BEFORE.format(merchant="same.id")})
    )"""  # noqa: S608  (made of our own constants)


def _count_comebacks(wish: Wish, cut: str) -> Counted:
    came, given = facts.scoped(
        wish, cut, "f.merchant_id, s.low", f"f.used AND {facts.HERE} AND f.merchant_id IS NOT NULL"
    )
    statement = f"""
        SELECT key, count(*), count(*) FILTER (WHERE before)
        FROM (SELECT came.key, {_BEFORE} AS before FROM ({came}) came) known
        GROUP BY key"""  # noqa: S608  (made of our own constants)
    found = facts.run(wish, statement, given, cut=cut)
    return {
        key: {
            "bookings.new_businesses": all_of_them - before,
            "bookings.returning_businesses": before,
            "bookings.repeat_share": share(before, all_of_them),
        }
        for key, (all_of_them, before) in found.items()
    }


RETURNING = Group("bookings.returning", COMEBACKS, facts.CUTS, facts.FILTERS, _count_comebacks)
