"""Where in the demo the things are that addresses name."""

from __future__ import annotations

import contextlib
from typing import Any
from urllib.parse import quote

import psycopg2
from django.core.signing import Signer

from tests.fuzz.addresses import SLOT


def filled(template: str, values: list[Any]) -> str:
    """The address with its parts put in, in their order."""
    parts = iter(values)
    return "/" + SLOT.sub(lambda _found: quote(str(next(parts)), safe=""), template)


class Finder:
    """Looks for things of the demo that addresses name."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url

    def address(self, template: str, how: str | tuple[str, str]) -> str:
        """Where the page is to be seen. Raises AssertionError where the demo has none."""
        if not how:
            return filled(template, [])
        salt, sql = how if isinstance(how, tuple) else ("", how)
        row = self.row(sql)
        assert row, f"the demo has nothing for {template}"
        return filled(template, [Signer(salt=salt).sign(str(row[0]))] if salt else list(row))

    def row(self, sql: str) -> tuple[Any, ...] | None:
        with (
            contextlib.closing(psycopg2.connect(self._url)) as session,
            session.cursor() as cursor,
        ):
            cursor.execute(f"{sql} LIMIT 1")
            found: tuple[Any, ...] | None = cursor.fetchone()
            return found
