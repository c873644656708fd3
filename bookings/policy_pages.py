"""What the page of a rule says besides its fields: what is inherited, and its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from django.apps import apps
from django.db.models import F
from django.utils.translation import gettext as _

from bookings import house
from bookings.models import Policy, Resource
from bookings.policies import RULE_NAMES, Rules
from center.models import User

if TYPE_CHECKING:
    from django.db.models import Field


def inherited(policy: Policy) -> dict[str, str]:
    """For each rule what applies where its field is empty, with whose rule that is."""
    scopes = _broader(policy)
    return {name: _from(scopes, name) for name in RULE_NAMES}


def _broader(policy: Policy) -> list[Policy]:
    """The newest rows of the broader scopes in force on its first day, narrower first."""
    wanted: list[str] = []
    if policy.resource_id and policy.resource:
        wanted = [policy.resource.category]
    if policy.resource_id or policy.category:
        wanted.append("")
    day = policy.valid_from or dt.date.max
    rows = [
        row for row in house.current().policies if not row.resource_id and row.valid_from <= day
    ]
    newest = {row.category: row for row in rows}  # later rows win
    return [newest[category] for category in wanted if category in newest]


def _from(scopes: Sequence[Policy], name: str) -> str:
    for row in scopes:
        if (value := getattr(row, name)) is not None:
            source = row.get_category_display() if row.category else _("rule of the house")
            return _("Empty: %(value)s (%(source)s)") % {"value": _word(value), "source": source}
    value = _word(getattr(Rules(), name))
    return _("Empty: %(value)s (%(source)s)") % {"value": value, "source": _("built in")}


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    return "–" if value in (None, "") else str(value)


@dataclass(frozen=True)
class Change:
    """One change of a rule: who, when, and each field before and after."""

    at: dt.datetime
    by: str
    fields: Sequence[tuple[str, str, str]]


def history_of(policy: Policy) -> list[Change]:
    """From the append-only history, the newest first. 2 queries."""
    events = list(_events().filter(pgh_obj_id=policy.pk).order_by("pgh_id"))
    people = _people(events)
    changes, before = [], None
    for event in events:
        fields = list(_differences(before, event))
        changes.append(Change(event.pgh_created_at, people.get(event.user, ""), fields))
        before = event
    return changes[::-1]


@dataclass(frozen=True)
class Withdrawn:
    """A rule that was taken back before its first day, with what it said."""

    rule: str
    valid_from: dt.date
    at: dt.datetime
    by: str
    says: Sequence[tuple[str, str]]


def withdrawn(most: int = 20) -> list[Withdrawn]:
    """The last rules that were taken back, the newest first. 3 queries, 2 without resources."""
    events = list(_events().filter(pgh_label="delete").order_by("-pgh_id")[:most])
    people = _people(events)
    resources = Resource.objects.in_bulk({e.resource_id for e in events if e.resource_id})
    rows = []
    for event in events:
        resource = resources.get(event.resource_id)
        scope = Policy(resource=resource, category=event.category).scope_name
        by = people.get(event.user, "")
        rows.append(Withdrawn(scope, event.valid_from, event.pgh_created_at, by, says(event)))
    return rows


def says(policy: Any) -> list[tuple[str, str]]:
    """Each number the rule, or an event of its history, gives; what is inherited is left out."""
    return [(label, new) for label, _old, new in _differences(None, policy)][1:]


def _events() -> Any:
    events = apps.get_model("bookings", "PolicyEvent").objects
    return events.annotate(user=F("pgh_context__metadata__user"))


def _people(events: Sequence[Any]) -> dict[int, str]:
    people = User.objects.in_bulk({event.user for event in events if event.user})
    return {key: str(person) for key, person in people.items()}


def _differences(before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    for name in ("valid_from", *RULE_NAMES):
        old = getattr(before, name) if before is not None else None
        new = getattr(after, name)
        if old != new:
            field = cast("Field[Any, Any]", Policy._meta.get_field(name))
            yield str(field.verbose_name), _word(old), _word(new)
