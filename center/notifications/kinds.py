"""What messages there are. Each app registers its own in ``messages.py``:

    ACCEPTED = kinds.register(
        Kind(
            "merchants.accepted",
            name=_("Business verified"),
            example={"business": "달구벌 공방", "until": dt.date(2027, 3, 31)},
        )
    )

with the words in ``templates/emails/merchants/accepted.{subject.txt,short.txt,txt,html}``,
in English through gettext like every page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext as _


class ForReader:
    """A text of a context that each person is told in his language: the name of a space, a
    reason out of a list. ``words`` says it in the active one."""

    def __init__(self, words: Callable[[], str]) -> None:
        self._words = words

    def __str__(self) -> str:
        return self._words()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ForReader) and str(self) == str(other)


Text = str | ForReader
Value = Text | int | bool | dt.datetime | dt.date | list[str] | list[ForReader]
#: the group of everything that needs consent, whichever app sends it
PROMOTION = "promotion"
PARTS = ("subject.txt", "short.txt", "txt", "html")
_TYPES = (bool, int, str, dt.datetime, dt.date, list)  # a bool is an int, an instant a date


@dataclass(frozen=True)
class Kind:
    """One occasion to write.

    ``key`` is ``<app>.<name>`` and never renamed: rows carry it. ``example`` names every
    placeholder of the words with a value like those to come; its type is the placeholder's.
    ``channels`` besides the inbox, in the order in which they are tried: the next one when
    one cannot reach the person. What is not set up or switched off is passed over. A
    ``promotional`` kind reaches those who agreed to such, not at night, and carries "(광고)"
    and a link that stops it; one ``about_news`` is no advertisement and carries the link. An
    ``urgent`` one does not wait for the morning. One that is ``mailed`` goes by mail besides
    the way it takes: its link is the answer, and texts carry none. A ``mass`` one goes to many
    at a time, or by the house's own timetable, and lets what answers somebody go before.
    """

    key: str
    name: str | Promise
    example: Mapping[str, Value] = field(default_factory=dict)
    channels: tuple[str, ...] = ("email", "alimtalk", "sms")
    promotional: bool = False
    urgent: bool = False
    about_news: bool = False
    mailed: bool = False
    mass: bool = False

    @property
    def group(self) -> str:
        """People choose for all kinds of an app together how they want to be told."""
        return PROMOTION if self.promotional else self.key.partition(".")[0]

    @property
    def gives_way(self) -> bool:
        """Whether everything else that is due is delivered before it."""
        return self.mass or self.stops_news

    @property
    def stops_news(self) -> bool:
        """Whether its mail has the link that ends advertisements."""
        return self.promotional or self.about_news

    def template(self, part: str) -> str:
        app, _dot, name = self.key.partition(".")
        return f"emails/{app}/{name}.{part}"

    def encode(self, context: Mapping[str, Value]) -> dict[str, Any]:
        """The context as JSON keeps it; what is ``ForReader`` in the active language.

        Raises ValueError unless it has exactly the placeholders, each of its type.
        """
        if context.keys() != self.example.keys():
            raise ValueError(f"{self.key} takes {sorted(self.example)}, not {sorted(context)}")
        for name, value in context.items():
            if _type(value) is not _type(self.example[name]):
                raise ValueError(f"{self.key}: {name} is {value!r}, unlike {self.example[name]!r}")
        return {name: _encode(value) for name, value in context.items()}

    def decode(self, stored: Mapping[str, Any]) -> dict[str, Value]:
        """The context as templates want it: instants and days again as such."""
        return {name: _decode(stored[name], like) for name, like in self.example.items()}


def _type(value: object) -> type:
    if isinstance(value, ForReader):
        return str
    found = next((kind for kind in _TYPES if isinstance(value, kind)), type(value))
    if found is dt.datetime and value.tzinfo is None:  # type: ignore[attr-defined]
        raise ValueError("an instant without a time zone")
    return found


def _encode(value: Value) -> Any:
    if isinstance(value, list):
        return [_encode(one) for one in value]
    if isinstance(value, ForReader):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _decode(stored: Any, like: Value) -> Value:
    if isinstance(like, dt.datetime):
        return dt.datetime.fromisoformat(stored)
    if isinstance(like, dt.date):
        return dt.date.fromisoformat(stored)
    value: Value = stored
    return value


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known. Raises ValueError for a key taken already."""
    if kind.key in _kinds:
        raise ValueError(f"two kinds are called {kind.key}")
    _kinds[kind.key] = kind
    return kind


def get(key: str) -> Kind:
    """Raises LookupError where no app has this kind."""
    return _kinds[key]


def every() -> list[Kind]:
    return [_kinds[key] for key in sorted(_kinds)]


def group_name(group: str) -> str:
    """In words; the bare name where there is no such app any more."""
    if group == PROMOTION:
        return _("News and advertisements")
    if group == "notifications":
        return _("Your account")
    try:
        return str(apps.get_app_config(group).verbose_name)
    except LookupError:
        return group


def name_of(key: str) -> str:
    return str(_kinds[key].name) if key in _kinds else key
