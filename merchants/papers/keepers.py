"""Which models keep files in the storage ``papers``.

Change of keys and the sweep of orphans go through all of them; a model that is not named here
has its files swept away after an hour.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True)
class Keeper:
    """A model with ``stored_name`` and ``key_id``; ``business`` is the lookup of the id whose
    lock every change of its files takes, empty where it takes that of the row itself."""

    model: type[Model]
    business: str


_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Called from ``AppConfig.ready``."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def every() -> list[Keeper]:
    return list(_keepers)
