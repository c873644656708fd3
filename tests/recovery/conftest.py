"""Databases of their own, as a backup is committed and a restore destroys."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, connections
from django.test import override_settings

_count = itertools.count(1)


@pytest.fixture(scope="module")
def database(django_db_blocker: Any) -> Iterator[Callable[..., str]]:
    """Call it for the name of a new database: a migrated one unless another is named."""
    made = []

    def make(*, template: str = settings.DATABASES["default"]["TEST"]["TEMPLATE"]) -> str:
        name = f"recovery_{os.getpid()}_{next(_count)}"
        on_the_server(f"CREATE DATABASE {name} TEMPLATE {template}")
        made.append(name)
        return name

    yield make
    for name in made:
        on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def inside(django_db_blocker: Any) -> Callable[[str], contextlib.AbstractContextManager[None]]:
    """A context in which this process works in the database of that name."""

    @contextlib.contextmanager
    def work(name: str) -> Iterator[None]:
        before = connection.settings_dict["NAME"]
        connections.close_all()
        with django_db_blocker.unblock():
            connection.settings_dict["NAME"] = connections.databases["default"]["NAME"] = name
            try:
                yield
            finally:
                connections.close_all()
                connections.databases["default"]["NAME"] = before
                connection.settings_dict["NAME"] = before

    return work


@contextlib.contextmanager
def papers_in(root: Path, keys: list[str] | None = None) -> Iterator[None]:
    """Papers lie in that folder, under these keys."""
    papers = settings.STORAGES["papers"]
    papers = {**papers, "OPTIONS": {**papers["OPTIONS"], "location": root}}
    changed: dict[str, Any] = {"STORAGES": {**settings.STORAGES, "papers": papers}}
    with override_settings(**changed, PAPERS_KEYS=keys or settings.PAPERS_KEYS):
        yield


def on_the_server(statement: str, *, within: str = "") -> None:
    at = {"dbname": within} if within else {}
    with contextlib.closing(psycopg2.connect(settings.DATABASE_URL, **at)) as session:
        session.autocommit = True
        with session.cursor() as cursor:
            cursor.execute(statement)


def without_role(role: str, database: str) -> None:
    """Give what it owns in the database to ourselves, and be rid of it."""
    on_the_server(f"ALTER DATABASE {database} OWNER TO CURRENT_USER")
    on_the_server(f"REASSIGN OWNED BY {role} TO CURRENT_USER", within=database)
    on_the_server(f"DROP OWNED BY {role}", within=database)
    on_the_server(f"DROP ROLE {role}")
