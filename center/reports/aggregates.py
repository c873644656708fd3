"""What somebody who has to do with aggregates only may see: officials of city and ministry.

Exact numbers are those of frozen editions. Whatever else is counted could be asked for again
tomorrow, over other days or other tables, and be compared; so there

* it is the state of the last midnight, over whole months;
* counts are rounded to fives, sums to fives or two digits, and shares of few are left out;
* while a month of it is not frozen, only the whole is stated and nothing narrows it: its rows
  come with the edition, so that no row shown earlier gives away one that the edition hides;
* once frozen, what an edition hides in a row stays hidden when somebody narrows a choice to
  that row, and what is hidden does not depend on which figures were chosen;
* a choice that leaves fewer than five businesses shows nothing.

``tests/reports/test_aggregates.py`` has an attacker read the pages day by day.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from center import clock, periods
from center.figures import WHOLE, Table, Wish, registry, share
from center.periods import LONGEST_DAYS, Period, PeriodKind
from center.reports import disclosure, publishing
from center.reports.assemble import answers, rounded
from center.reports.content import HIDDEN, Cell, Content, Figure, figures_of, number
from center.reports.content import Table as Stated
from center.reports.counting import Counting
from center.reports.disclosure_covering import THRESHOLD
from center.reports.disclosure_links import TELLS_OF, Spot, hidden_in
from center.reports.models import Edition

_STEP = 5
#: what says how many businesses are behind a choice, the first that can be narrowed so
_BUSINESSES = ("bookings.businesses", "programs.businesses")
#: where more months than these are open, rounding leaves enough between them
_OPEN_MONTHS = 2
Count = Callable[[Wish, Sequence[Table]], Content]


def permitted(wish: Wish) -> Wish:
    """The wish over whole months, as of the midnight before."""
    midnight = clock.at(clock.day_of(wish.as_of))
    return Wish(_whole_months(wish.period, wish), midnight, wish.filters)


def _whole_months(period: Period, wish: Wish) -> Period:
    last = periods.month(period.last)
    if period.kind == PeriodKind.TO_DATE:
        return periods.to_date(last.last if last.is_over(wish.as_of) else clock.day_of(wish.as_of))
    if period.kind != PeriodKind.RANGE:
        return period
    first = periods.month(period.starts)
    while (last.ends - first.starts).days > LONGEST_DAYS:
        first = periods.month(first.ends)
    return periods.span(first.starts, last.last)


def edition_of(wish: Wish) -> Edition | None:
    """The newest edition that states all of a wish."""
    if wish.filters:
        return None
    return Edition.objects.of(wish.period.key).defer("content").first()


def shown(wish: Wish, tables: Sequence[Table], count: Count) -> Content:
    """The content of a permitted wish; ``count`` counts everything, hiding nothing."""
    edition = edition_of(wish)
    if edition is not None and list(tables) == registry.standing(wish.period):
        return edition.public
    whole, counting = not publishing.is_frozen(wish.period), Counting(wish)
    asked = [table for table in tables if answers(counting, table)]
    made = _protected(wish, count(wish, [_with_all(wish, table) for table in asked]), count)
    made = coarse(made, bare=(whole and bool(wish.filters)) or _is_of_few(wish, counting))
    for stated, table in zip(made["tables"], asked, strict=True):
        _cut_down(stated, len(table.columns))
    made = without_rows(made) if whole else made
    named = {key for table in made["tables"] for key in table["columns"]}
    named |= {target["key"] for target in made["targets"]}
    made["figures"] = [figure for figure in made["figures"] if figure["key"] in named]
    return made


def _with_all(wish: Wish, table: Table) -> Table:
    """A table of somebody's own with every figure there is, those asked for first: what is
    hidden is the same whatever was chosen, else two choices together would tell what each of
    them hides."""
    if table in registry.standing(wish.period):
        return table
    every = dict.fromkeys([*table.columns, *(figure.key for figure in registry.figures())])
    return dataclasses.replace(table, columns=tuple(every))


def without_rows(content: Content) -> Content:
    """Only the whole of each table."""
    tables = [Stated(**{**table, "rows": []}) for table in content["tables"]]
    return Content(**{**content, "tables": tables})


def _cut_down(table: Stated, columns: int) -> None:
    """To the columns that were asked for, and the rows that say something about them."""
    table["columns"] = table["columns"][:columns]
    table["sums"] = table["sums"][:columns]
    table["total"] = table["total"] and table["total"][:columns]
    for row in table["rows"]:
        row["cells"] = row["cells"][:columns]
    said = [row for row in table["rows"] if any(cell is not None for cell in row["cells"])]
    table["rows"] = said


def _protected(wish: Wish, content: Content, count: Count) -> Content:
    """Hidden is what the editions of the period and its months hide, and in a longer period
    what the months not frozen yet would not show of themselves."""
    open_months = [
        count(Wish(month, wish.as_of), registry.standing(month))
        for month in _open_beside_frozen(wish)
    ]
    made = publishing.protect(wish.period, content, also=[_whole_of(each) for each in open_months])
    _withhold(made, _hidden_behind(wish))
    return made


def _open_beside_frozen(wish: Wish) -> list[Period]:
    """The few months of a longer period that are not frozen: less the others, the whole of the
    period would be theirs."""
    if wish.filters or wish.period.kind == PeriodKind.MONTH:
        return []
    missing = publishing.months_open(wish.period)
    return missing if len(missing) <= _OPEN_MONTHS else []


def _whole_of(content: Content) -> Content:
    """What is hidden in the whole of it, rows aside."""
    return without_rows(disclosure.protect(content))


def _hidden_behind(wish: Wish) -> set[str]:
    """The figures that an edition hides in a row the choice is narrowed to."""
    hidden: set[Spot] = set()
    for edition in publishing.editions_in(wish.period) if wish.filters else ():
        hidden |= hidden_in(edition.public)
    return {spot.figure for spot in hidden if spot.row in wish.filters.get(spot.cut, ())}


def _withhold(content: Content, figures: set[str]) -> None:
    """Hide these figures wherever they stand, and what tells of them."""
    known = figures_of(content)
    told = {key for key, figure in known.items() if figures & set(_tells(figure))}
    for table in content["tables"]:
        for cells in _lines(table):
            for place, key in enumerate(table["columns"]):
                if key in figures | told and cells[place] is not None:
                    cells[place] = HIDDEN


def _tells(figure: Figure) -> Sequence[str]:
    return TELLS_OF.get(figure["key"], figure.get("parts", ()))


def _is_of_few(wish: Wish, counting: Counting) -> bool:
    """Whether fewer than five businesses, but some, are behind a narrowed choice."""
    if not wish.filters:
        return False
    values = (counting.value(key, WHOLE, WHOLE) for key in _BUSINESSES)
    found = next((value for value in values if value is not None), None)
    return found is None or 0 < found < THRESHOLD


def coarse(content: Content, *, bare: bool) -> Content:
    """Counts and sums rounded, shares of counts hidden; everything hidden if ``bare``."""
    made, figures = copy.deepcopy(content), figures_of(content)
    for table in made["tables"]:
        for cells in _lines(table):
            for place, key in enumerate(table["columns"]):
                cells[place] = _coarse(figures[key], cells[place], figures, bare=bare)
    for target in made["targets"]:
        figure = figures[target["key"]]
        for name in ("result", "to_date"):
            target[name] = _coarse(figure, target[name], figures, bare=bare)
        if target["rate"] != HIDDEN:
            target["rate"] = _rate(target["to_date"], target["target"])
    return made


def _lines(table: Stated) -> list[list[Cell]]:
    return [row["cells"] for row in table["rows"]] + ([table["total"]] if table["total"] else [])


def _coarse(figure: Figure, cell: Cell, figures: dict[str, Figure], *, bare: bool) -> Cell:
    amount = number(cell)
    if amount is None:
        return cell
    parts = figure.get("parts", [])
    if bare or any(key not in figures or figures[key]["counts"] for key in parts):
        return HIDDEN
    if not figure["counts"] and not parts:
        if figure["key"] in TELLS_OF and not TELLS_OF[figure["key"]]:
            return cell  # what the house offers tells of nobody
        return rounded(_step(amount, max(_STEP, _two_digits(amount))), figure["decimals"])
    return rounded(_step(amount, _STEP), figure["decimals"])


def _two_digits(amount: Decimal) -> int:
    """The power of ten of its second digit."""
    return int(Decimal(10) ** max(0, amount.adjusted() - 1))


def _step(amount: Decimal, step: int) -> Decimal:
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _rate(to_date: Cell, target: Cell) -> Cell:
    if to_date == HIDDEN:
        return HIDDEN
    return rounded(share(number(to_date), number(target)), 1)
