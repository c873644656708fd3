"""The addresses of the URL map, with plausible and hostile parts."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

from tests.fuzz import hostile

SLOT = re.compile(r"<(?:(\w+):)?(\w+)>")
_GROUP = re.compile(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")
#: leaving the portal with every request would leave nobody to go on with
LEFT_OUT = ("account/logout/", "account/sessions/end/", "admin/logout/")
#: of each model only so many values are tried
_EACH = 6


def templates() -> list[str]:
    """Each address of the map, its parts as ``<converter:name>``; the same order each time."""
    found = sorted(set(_walk(get_resolver(), "")))
    return [path for path in found if path not in LEFT_OUT]


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for part in resolver.url_patterns:
        path = before + _written(part.pattern)
        if isinstance(part, URLPattern):
            yield path
        else:
            yield from _walk(part, path)


def _written(pattern: Any) -> str:
    text = str(pattern)
    if isinstance(pattern, RegexPattern):
        text = _GROUP.sub(r"<str:\1>", text).strip("^$").replace("\\", "").replace("?", "")
    return text


@dataclass
class Known:
    """What the database has to put into addresses: by the name of the part, and by its type."""

    by_name: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls) -> Known:
        """Values of every model's column of that name; anything unique that names a row."""
        known = cls()
        for model in apps.get_models():
            if model._meta.app_label in ("center", "merchants", "bookings", "programs", "reports"):
                for column in model._meta.concrete_fields:
                    if _names_a_row(column):
                        known._add(model, column)
        return known

    def _add(self, model: type[models.Model], column: Any) -> None:
        name = "pk" if column.primary_key else column.name
        rows = model._base_manager.order_by("pk").values_list(column.attname, flat=True)
        some = [str(value) for value in rows[:_EACH] if value not in (None, "")]
        self.by_name.setdefault(name, []).extend(some)

    def fill(self, template: str, chance: random.Random) -> str:
        """The address, percent-encoded; mostly of something there is."""

        def part(match: re.Match[str]) -> str:
            return quote(self._value(match[1] or "str", match[2], chance), safe="", errors=_LONE)

        return "/" + SLOT.sub(part, template)

    def _value(self, kind: str, name: str, chance: random.Random) -> str:
        if chance.random() < 0.15:
            return hostile.text(chance)[:3000]
        candidates = self.by_name.get(name) or self.by_name.get("pk" if kind == "int" else "slug")
        if kind == "uuid":
            candidates = self.by_name.get("public_id") or [str(uuid.UUID(int=1))]
        if name == "object_id" or (kind == "path" and name != "url"):
            candidates = self.by_name["pk"]
        if kind not in ("int", "str", "slug", "uuid", "path"):  # a period, an edition
            candidates = ["2026-10", "2026-q3", "2026-h1", "2026", "v1", "xlsx"]
        return chance.choice(candidates or ["1"])


_LONE = "surrogatepass"


def _names_a_row(column: Any) -> bool:
    named = ("slug", "reference", "receipt", "token", "number", "public_id", "code", "key")
    return column.primary_key or (column.name in named and not column.is_relation)
