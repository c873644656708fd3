"""Tables people put together: figures × cut × period, and those they keep."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from center.errors import RuleViolation, Violation
from center.figures import Table, Wish, registry
from center.models import User
from center.reports import dashboard, publishing, reading
from center.reports.content import Content
from center.reports.models import SavedTable
from center.reports.outline import Outline

KEY = "adhoc"
#: so many tables one person keeps at most
MOST = 30


def made_of(figures: Sequence[str], cut: str) -> Table:
    """The table of a choice, in the order in which figures are defined."""
    known = [figure.key for figure in registry.figures() if figure.key in set(figures)]
    return Table(KEY, registry.cuts[cut].name, cut, tuple(known))


def content(wish: Wish, table: Table, *, full: bool) -> Content:
    return reading.read(wish, [table], full=full)


def as_file(content: Content, *, full: bool) -> Outline:
    """As it is taken out: that numbers are rounded is said in the file as on the page."""
    made = dashboard.drawn_up(content, full=full)
    if full:
        return made
    words = _(
        "What no frozen report states is rounded to fives, as of last midnight and over whole"
        " months; shares of few are not shown."
    )
    return dataclasses.replace(made, notes=(*made.notes, words))


def query(wish: Wish, table: Table) -> str:
    """The choice as the part of an address after the question mark, always spelled alike."""
    chosen = QueryDict(dashboard.query(wish), mutable=True)
    chosen.setlist("figures", list(table.columns))
    chosen["cut"] = table.cut
    return chosen.urlencode()


def shown(wish: Wish, table: Table, *, full: bool) -> dict[str, Any]:
    """What the page prints; without a section where no filter applies to the figures."""
    made = dashboard.drawn_up(content(wish, table, full=full), full=full)
    return {
        "outline": made,
        "section": made.sections[0] if made.sections else None,
        "query": query(wish, table),
        "is_filtered": bool(wish.filters),
        "is_coarse": not full,
        "is_whole": not full and not publishing.is_frozen(wish.period),
    }


@transaction.atomic
def keep(*, owner: User, name: str, query: str) -> SavedTable:
    """Keep a choice under a name; the same name again replaces it.

    Raises RuleViolation ``too_many_tables``.
    """
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    others = SavedTable.objects.filter(owner=owner).exclude(name=name)
    if others.count() >= MOST:
        raise RuleViolation(
            Violation(
                "too_many_tables",
                _("You keep %(n)d tables already.") % {"n": MOST},
                _("Remove one you no longer need, then save this one."),
                "name",
            )
        )
    saved, _made = SavedTable.objects.update_or_create(
        owner=owner, name=name, defaults={"query": query}
    )
    return saved


def drop(*, owner: User, pk: int) -> None:
    """Forget a kept table of one's own; of another's or none, nothing happens."""
    SavedTable.objects.filter(owner=owner, pk=pk).delete()


def forget(person: User) -> None:
    """Somebody leaves: what was kept goes along."""
    SavedTable.objects.filter(owner=person).delete()
