"""By which ways a kind of message goes to a person, in which order."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from center import accounts
from center.models import User
from center.notifications import kinds
from center.notifications.kinds import Kind
from center.notifications.models import ChannelChoice


def ways_to(person: User | None, kind: Kind) -> tuple[str, ...]:
    """The kind's channels in the person's order. One query, and none where there is nothing
    to choose from."""
    if person is None or not _may_choose(person, kind):
        return kind.channels
    chosen = ChannelChoice.objects.filter(user=person, group=kind.group)
    return in_order(person, kind, chosen.values_list("first", flat=True).first())


def in_order(person: User, kind: Kind, first: str | None) -> tuple[str, ...]:
    """The kind's channels, the one the person chose for its group before the others."""
    if not _may_choose(person, kind) or first not in kind.channels:
        return kind.channels
    return (first, *(name for name in kind.channels if name != first))


def _may_choose(person: User, kind: Kind) -> bool:
    """Without a telephone there is nothing to choose from."""
    return bool(person.phone) and len(kind.channels) > 1


def choices_of(person: User) -> dict[str, str]:
    """What the person chose: group → channel."""
    return dict(ChannelChoice.objects.filter(user=person).values_list("group", "first"))


@transaction.atomic
def choose(*, person: User, language: str, firsts: Mapping[str, str]) -> None:
    """Write down how the person wants to be told, for groups there are; an empty channel
    leaves the order to the house."""
    accounts.choose_language(person=person, language=language)
    for group, first in firsts.items():
        if first:
            ChannelChoice.objects.update_or_create(
                user=person, group=group, defaults={"first": first}
            )
        else:
            ChannelChoice.objects.filter(user=person, group=group).delete()


def groups() -> list[str]:
    """The groups in which there is something to choose, in the order of their names."""
    found = {kind.group for kind in kinds.every() if len(kind.channels) > 1}
    return sorted(found, key=lambda group: (group == kinds.PROMOTION, kinds.group_name(group)))
