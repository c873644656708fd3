"""PostgreSQL's own log, under production's settings: what failed, and nothing of people."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from center.embedded import machine, postgres
from center.stack import database
from center.stack.plan import CLUSTERS, Plan

NAME, PHONE = "김하나", "010-2345-6789"
START_SECONDS = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Callable[[], Any], Path]]:
    """How to open a session of a server as ``make stack`` and docker-compose.yml have it, and
    its log."""
    var = tmp_path_factory.mktemp("var")
    plan = Plan(var, machine.free_port())
    one = database.cluster(plan, CLUSTERS[0])
    database.prepare_primary(one)
    log = var / "log"
    with log.open("wb") as said:
        running = subprocess.Popen(
            list(map(str, one.command)), stdout=said, stderr=said, **one.account.popen_options
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not one.answers():
            assert running.poll() is None, log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield one.session, log
    finally:
        running.send_signal(signal.SIGINT)
        running.wait(START_SECONDS)
        postgres.remove(var / CLUSTERS[0])


@pytest.fixture(scope="module")
def said(server: tuple[Callable[[], Any], Path]) -> str:
    """The log after a person's row was refused in each way there is."""
    opened, log = server
    with contextlib.closing(opened()) as one, contextlib.closing(opened()) as other:
        one.autocommit = True
        with one.cursor() as cursor, other.cursor() as rival:
            cursor.execute(
                "CREATE TABLE person (name text CONSTRAINT one_name UNIQUE, phone text"
                " CONSTRAINT some_phone CHECK (length(phone) < 20) NOT NULL)"
            )
            cursor.execute("INSERT INTO person VALUES (%s, %s)", [NAME, PHONE])
            for row in ((NAME, PHONE), (f"{NAME}2", PHONE * 2), (f"{NAME}3", None)):
                with pytest.raises(psycopg2.IntegrityError):
                    cursor.execute("INSERT INTO person VALUES (%s, %s)", row)
            with pytest.raises(psycopg2.ProgrammingError):
                cursor.execute("INSERT INTO persons VALUES (%s)", [NAME])
            rival.execute("SELECT FROM person FOR UPDATE")
            # Longer than the second after which who waits is told of.
            cursor.execute("SET lock_timeout = '1500ms'")
            with pytest.raises(psycopg2.OperationalError):
                cursor.execute("UPDATE person SET phone = %s WHERE name = %s", [PHONE, NAME])
    return log.read_text("utf-8")


def test_log_when_rows_of_people_are_refused_then_says_by_what_and_code(said: str) -> None:
    for told in ("one_name", "some_phone", '"phone"', "persons", "still waiting", "lock timeout"):
        assert told in said
    for code in ("23505", "23514", "23502", "42P01", "55P03"):
        assert f" {code} " in said


def test_log_when_rows_of_people_are_refused_then_nobody_is_in_it(said: str) -> None:
    assert [word for word in (NAME, PHONE, "STATEMENT", "DETAIL") if word in said] == []
