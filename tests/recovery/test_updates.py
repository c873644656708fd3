"""A change of a table lets those who use it pass."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from django.core.management import get_commands
from django.db import OperationalError, connection, transaction

from center import updates

TABLE = "center_updates_of_a_test"
CHANGE = f"ALTER TABLE {TABLE} ADD COLUMN more text"


@pytest.fixture(scope="module")
def empty(database, inside) -> Iterator[None]:
    """A database of its own, as a change of tables is committed."""
    with inside(database(template="template1")):
        yield


@pytest.fixture
def reader(empty) -> Iterator[psycopg2.extensions.connection]:
    """Somebody who reads a table in a transaction that goes on."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (number int)")
    wanted = connection.get_connection_params()
    where = {name: wanted[name] for name in ("dbname", "user", "password", "host", "port")}
    with closing(psycopg2.connect(**where)) as session:
        with session.cursor() as cursor:
            cursor.execute(f"SELECT FROM {TABLE}")
        yield session
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {TABLE}")


def change() -> None:
    with (
        connection.execute_wrapper(updates.brief),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(CHANGE)


def test_change_when_somebody_reads_on_then_it_lets_others_pass(reader):
    began = time.monotonic()
    with pytest.raises(OperationalError, match="lock timeout"):
        change()
    assert updates.WAIT_SECONDS <= time.monotonic() - began < 30
    # Its own patience ends with its transaction.
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


def test_change_when_the_reader_is_done_then_made_at_the_next_try(reader, monkeypatch):
    monkeypatch.setattr(updates, "PAUSE_SECONDS", 0.1)
    said: list[str] = []

    def told(words: str) -> None:
        said.append(words)
        reader.rollback()

    updates.again(change, told=told)
    assert len(said) == 1
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT more FROM {TABLE}")


def test_change_when_the_reader_stays_then_given_up_after_all_tries(reader, monkeypatch):
    monkeypatch.setattr(updates, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(updates, "WAIT_SECONDS", 1)
    monkeypatch.setattr(updates, "TRIES", 2)
    said: list[str] = []
    with pytest.raises(OperationalError, match="lock timeout"):
        updates.again(change, told=said.append)
    assert len(said) == 1


def test_change_when_wrong_by_itself_then_not_tried_again(empty):
    said: list[str] = []

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 10")
            cursor.execute("SELECT pg_sleep(5)")

    try:
        with pytest.raises(OperationalError, match="statement timeout"):
            updates.again(work, told=said.append)
    finally:
        connection.close()
    assert said == []


def test_index_when_built_beside_those_who_write_then_it_waits_for_them(reader):
    """Broken off it would stay behind, of no use and in the way of the next try."""
    with reader.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} VALUES (1)")
    done = threading.Timer(updates.WAIT_SECONDS + 1, reader.commit)
    done.start()
    try:
        with connection.execute_wrapper(updates.brief), connection.cursor() as cursor:
            cursor.execute(f"CREATE INDEX CONCURRENTLY ON {TABLE} (number)")
            cursor.execute(
                "SELECT count(*) FROM pg_index WHERE indisvalid AND indrelid = %s::regclass",
                [TABLE],
            )
            assert cursor.fetchone() == (1,)
    finally:
        done.join()


def test_migrate_when_asked_for_then_the_portal_s_own():
    assert get_commands()["migrate"] == "center"
