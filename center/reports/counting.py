"""Counting figures for one wish, each group and cut at most once."""

from __future__ import annotations

from center.figures import WHOLE, Counted, Figure, Group, Number, Row, Wish, registry


class Counting:
    """The figures of one period and filter. The number of statements depends on the groups
    and cuts asked for, never on the number of rows."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self._found: dict[tuple[str, str], Counted] = {}

    def of(self, group: Group, cut: str) -> Counted:
        """The group over a cut; nothing where it knows no such cut or filter."""
        key = (group.key, cut)
        if key not in self._found:
            answers = cut in group.cuts and self.wish.filters.keys() <= group.filters
            self._found[key] = group.count(self.wish, cut) if answers else {}
        return self._found[key]

    def value(self, figure_key: str, cut: str, row: str) -> Number:
        """None where the figure cannot be said over this cut or under these filters."""
        group = registry.group_of(figure_key)
        if not self.answers(group, cut):
            return None
        row_values = self.of(group, cut).get(row)
        return group.nothing()[figure_key] if row_values is None else row_values[figure_key]

    def answers(self, group: Group, cut: str) -> bool:
        return cut in group.cuts and self.wish.filters.keys() <= group.filters

    def rows(self, cut_key: str, figures: list[Figure]) -> list[Row]:
        """The rows of a cut for these figures: those seen, and the idle ones."""
        groups = {registry.group_of(figure.key).key: None for figure in figures}
        seen: set[str] = set()
        for key in groups:
            seen |= self.of(registry.groups[key], cut_key).keys()
        if cut_key == WHOLE:
            return [Row(WHOLE, "", "")]
        return list(registry.cuts[cut_key].rows(self.wish, seen))
