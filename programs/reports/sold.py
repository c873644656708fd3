"""What was sold: in broadcasts, in exhibitions, and as businesses say afterwards.

A sum nobody contributed to is no zero: it is not stated. Money in won.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from center.figures import Counted, Figure, Group, Number, Wish, share
from programs.reports import facts, words

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def _firms(key: str, name: _StrOrPromise, formula: _StrOrPromise, source: _StrOrPromise) -> Figure:
    """A sum of many cases may be of one business: what is shown hangs on these."""
    return Figure(
        key, name, words.FIRMS, formula, source, additive=False, counts=True, distinct=True
    )


def _sum(
    key: str, name: _StrOrPromise, unit: _StrOrPromise, formula: _StrOrPromise, of: str
) -> Figure:
    """``of`` counts those who contributed: hidden with them, and nothing without them."""
    source = {
        "programs.broadcasts": words.FROM_BROADCASTS,
        "programs.settled": words.FROM_SETTLEMENTS,
    }.get(of, words.FROM_OUTCOMES)
    return Figure(key, name, unit, formula, source, additive=True, parts=(of,))


BROADCAST_FIGURES = (
    Figure(
        "programs.broadcasts",
        _("Broadcasts"),
        words.BROADCASTS,
        _("Broadcasts that began in the period and whose results are entered"),
        words.FROM_BROADCASTS,
        counts=True,
    ),
    _firms(
        "programs.broadcast_businesses",
        _("Businesses in broadcasts"),
        _("Businesses with at least one of these broadcasts, each counted once"),
        words.FROM_BROADCASTS,
    ),
    _sum(
        "programs.broadcast_viewers",
        _("Viewers of broadcasts"),
        words.VIEWERS,
        _("Viewers of these broadcasts"),
        "programs.broadcasts",
    ),
    _sum(
        "programs.broadcast_orders",
        _("Orders in broadcasts"),
        words.ORDERS,
        _("Orders of all products in these broadcasts"),
        "programs.broadcasts",
    ),
    _sum(
        "programs.broadcast_sales",
        _("Sales in broadcasts"),
        words.WON,
        _("Sales of all products in these broadcasts"),
        "programs.broadcasts",
    ),
)

SETTLED = (
    Figure(
        "programs.settled",
        _("Settled in exhibitions"),
        words.CASES,
        _("Participations in exhibitions settled in the period"),
        words.FROM_SETTLEMENTS,
        counts=True,
    ),
    _firms(
        "programs.settled_businesses",
        _("Businesses settled"),
        _("Businesses with at least one of these settlements, each counted once"),
        words.FROM_SETTLEMENTS,
    ),
    _sum(
        "programs.settled_sales",
        _("Sales in exhibitions"),
        words.WON,
        _("Sales of these settlements, before the fee"),
        "programs.settled",
    ),
)

BROUGHT = (
    Figure(
        "programs.with_figures",
        _("Participations with figures"),
        words.APPLICATIONS,
        _(
            "Participations that ended in the period and for which an answer counts; one that"
            " stands out counts once staff have looked at it"
        ),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    _firms(
        "programs.businesses_with_figures",
        _("Businesses with figures"),
        _("Businesses with at least one of these participations, each counted once"),
        words.FROM_OUTCOMES,
    ),
    _sum(
        "programs.sales",
        _("Sales afterwards"),
        words.WON,
        _("Of each of these participations the newest answer that counts, from its end until then"),
        "programs.with_figures",
    ),
    _sum(
        "programs.orders",
        _("Orders afterwards"),
        words.ORDERS,
        _("Of each of these participations the newest answer that counts, from its end until then"),
        "programs.with_figures",
    ),
    _sum(
        "programs.viewers",
        _("Viewers afterwards"),
        words.VIEWERS,
        _("Of each of these participations the newest answer that counts, where it names viewers"),
        "programs.with_figures",
    ),
    Figure(
        "programs.compared",
        _("Compared with before"),
        words.APPLICATIONS,
        _(
            "Participations that ended in the period with an answer after 90 days that counts and"
            " with sales of the three months before"
        ),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    _firms(
        "programs.businesses_compared",
        _("Businesses compared"),
        _("Businesses with at least one participation compared, each counted once"),
        words.FROM_OUTCOMES,
    ),
    Figure(
        "programs.change",
        _("Change of sales"),
        words.PER_CENT,
        _(
            "(Sales of the 90 days after − sales of the three months before) ÷ sales of the three"
            " months before × 100, of those compared"
        ),
        words.FROM_OUTCOMES,
        decimals=1,
        additive=False,
        parts=("programs.compared",),
    ),
    Figure(
        "programs.use_told",
        _("Answers on the use of what was learned"),
        words.APPLICATIONS,
        _(
            "Participations that ended in the period and of which the newest answer says whether"
            " the business uses what it learned"
        ),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    Figure(
        "programs.used",
        _("Use what they learned"),
        words.APPLICATIONS,
        _("Of these, those that use it, wholly or in part"),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    Figure(
        "programs.use_rate",
        _("Rate of use"),
        words.PER_CENT,
        _("Those that use what they learned ÷ those that said whether they do × 100"),
        words.FROM_OUTCOMES,
        decimals=1,
        additive=False,
        parts=("programs.used", "programs.use_told"),
    ),
    Figure(
        "programs.answered",
        _("Answers afterwards"),
        words.ANSWERS,
        _(
            "Answers on sales, or on the use of what was learned, after programs that ended in the"
            " period; three are asked for of each participation, two after education"
        ),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    Figure(
        "programs.doubtful",
        _("Answers to look at"),
        words.ANSWERS,
        _("Of these, those that stand out and that nobody has looked at; in none of the sums"),
        words.FROM_OUTCOMES,
        counts=True,
    ),
    Figure(
        "programs.missing",
        _("Answers missing"),
        words.ANSWERS,
        _("Answers that never came, though asked for again; in none of the sums, never a zero"),
        words.FROM_OUTCOMES,
        counts=True,
    ),
)


def _count_broadcasts(wish: Wish, cut: str) -> Counted:
    return _named(wish, cut, BROADCASTS)


def _count_settled(wish: Wish, cut: str) -> Counted:
    return _named(wish, cut, EXHIBITIONS)


def _named(wish: Wish, cut: str, group: Group) -> Counted:
    """Figures that are called as they are counted."""
    names = {figure.key: figure.key.partition(".")[2] for figure in group.figures}
    found = {
        key: {figure: row[name] for figure, name in names.items()}
        for key, row in facts.count(wish, cut).items()
    }
    return facts.seen(group, found)


def _count_brought(wish: Wish, cut: str) -> Counted:
    ratios = ("programs.change", "programs.use_rate")
    names = [figure.key for figure in BROUGHT if figure.key not in ratios]
    found = {
        key: {
            **{name: row[name.partition(".")[2]] for name in names},
            "programs.change": _change(row["compared_sales"], row["baseline"]),
            "programs.use_rate": share(row["used"], row["use_told"]),
        }
        for key, row in facts.count(wish, cut).items()
    }
    return facts.seen(OUTCOMES, found)


def _change(after: Number, before: Number) -> Number:
    return None if after is None or before is None else share(after - before, before)


BROADCASTS = Group(
    "programs.broadcasts", BROADCAST_FIGURES, facts.CUTS, facts.FILTERS, _count_broadcasts
)
EXHIBITIONS = Group("programs.exhibitions", SETTLED, facts.CUTS, facts.FILTERS, _count_settled)
OUTCOMES = Group("programs.outcomes", BROUGHT, facts.CUTS, facts.FILTERS, _count_brought)
