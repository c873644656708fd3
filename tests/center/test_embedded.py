"""The embedded servers, with real processes and real servers in a folder of awkward name."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from center.embedded import postgres, valkey

ROOT = Path(__file__).resolve().parents[2]
# Reports its addresses, then waits for the end of its input and ends in the ordinary way.
USER = """
import sys
from pathlib import Path
from center.embedded import EmbeddedServerError, provide
try:
    urls = provide(Path(sys.argv[1]))
except EmbeddedServerError as reason:
    sys.exit(str(reason))
print(urls.database_url, urls.redis_url, flush=True)
sys.stdin.read()
"""
# The same with a child of its own, which inherits the addresses and outlives it.
# It goes by a signal: a line on the input could be read by its child, who has the same.
PARENT = """
import signal, subprocess, sys
from pathlib import Path
from center.embedded import provide
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
provide(Path(sys.argv[1]))
subprocess.Popen([sys.executable, "-c", sys.argv[2], sys.argv[1]])
signal.sigwait({signal.SIGUSR1})
"""


class User:
    """A process that uses the servers."""

    def __init__(self, var: Path, program: str = USER, **variables: str) -> None:
        names = {"DATABASE_URL", "REDIS_URL", "CENTER_EMBEDDED"}
        clean = {name: value for name, value in os.environ.items() if name not in names}
        self.process = subprocess.Popen(
            [sys.executable, "-c", program, str(var), USER],
            cwd=ROOT,
            env=clean | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.database_url = self.redis_url = ""

    def ready(self) -> "User":
        """Wait until it has the servers, or has said why not."""
        line = self.process.stdout.readline().strip()
        self.database_url, _, self.redis_url = line.partition(" ")
        return self

    def leave(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)

    def query(self, statement: str) -> object:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None
        finally:
            connection.close()


@pytest.fixture
def var(tmp_path: Path) -> Iterator[Path]:
    # pytest's own folders are closed to PostgreSQL's user; the data then lies elsewhere.
    folder = (tmp_path / "소상공인 지원 센터" / "var").resolve()
    yield folder
    for process in servers(folder):
        process.kill()
    if folder.exists():
        postgres.remove(folder)


def servers(var: Path) -> list[psutil.Process]:
    """The servers of this folder that run, found without the code under test."""
    folders = {str(postgres.home_of(var) / "data"), str(var / "valkey")} if var.exists() else set()
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.cwd() in folders and process.parent().name() != "postgres":
                found.append(process)
    return found


def names(var: Path) -> list[str]:
    return sorted(process.name() for process in servers(var))


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 15
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_provide_when_nothing_runs_then_both_servers_answer(var):
    user = User(var).ready()

    assert user.query("SELECT current_database()") == "center"
    assert redis.from_url(user.redis_url).ping()
    assert user.query("SHOW server_encoding") == "UTF8"
    assert user.query("SHOW TimeZone") == "UTC"
    assert [user.query(f"SHOW {name}") for name in ("fsync", "synchronous_commit")] == ["on", "on"]
    user.leave()


def test_provide_when_password_is_wrong_then_servers_refuse(var):
    user = User(var).ready()
    password = user.database_url.split(":")[2].split("@")[0]

    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(user.database_url.replace(password, "guess"))
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(user.redis_url.rpartition(":")[2]), retry=None).ping()
    user.leave()


def test_provide_when_servers_run_then_joins_and_last_one_stops_them(var):
    first = User(var).ready()
    second = User(var).ready()
    assert (second.database_url, second.redis_url) == (first.database_url, first.redis_url)

    first.leave()
    assert names(var) == ["postgres", "valkey-server"]
    assert second.query("SELECT 1") == 1

    second.leave()
    assert names(var) == []


def test_provide_when_users_start_together_then_they_share_one_server(var):
    users = [User(var) for _ in range(3)]

    assert len({user.ready().database_url for user in users}) == 1
    assert names(var) == ["postgres", "valkey-server"]
    for user in users:
        user.leave()
    assert names(var) == []


def test_provide_when_user_is_terminated_then_servers_stop(var):
    user = User(var).ready()
    user.process.send_signal(signal.SIGTERM)
    assert user.process.wait(timeout=30) == 128 + signal.SIGTERM
    assert names(var) == []


def test_provide_when_user_was_killed_then_next_one_joins_and_stops(var):
    killed = User(var).ready()
    killed.kill()
    assert names(var) == ["postgres", "valkey-server"]

    next_one = User(var).ready()
    assert next_one.database_url == killed.database_url
    next_one.leave()
    assert names(var) == []


def test_provide_when_parent_leaves_first_then_child_keeps_the_servers(var):
    parent = User(var, PARENT).ready()  # its first line is that of the child
    parent.process.send_signal(signal.SIGUSR1)
    parent.process.wait(timeout=120)
    assert names(var) == ["postgres", "valkey-server"]

    parent.process.stdin.close()  # the child's, too
    assert eventually(lambda: names(var) == [])


def test_provide_when_servers_were_killed_then_starts_again_with_the_data(var):
    user = User(var).ready()
    user.query("CREATE TABLE kept AS SELECT 7 AS number")
    redis.from_url(user.redis_url).set("kept", "7")
    time.sleep(1.1)  # Valkey writes once a second
    for server in servers(var):
        server.kill()
    user.kill()

    again = User(var).ready()
    assert again.query("SELECT number FROM kept") == 7
    assert redis.from_url(again.redis_url).get("kept") == b"7"
    again.leave()


def test_provide_when_pid_files_name_another_process_then_starts(var):
    User(var).ready().leave()
    data = postgres.home_of(var) / "data"
    # A process that lives, and that PostgreSQL's user may signal: its own.
    options = postgres.service_account(data).popen_options
    stranger = subprocess.Popen(["sleep", "60"], **options)
    lines = [str(stranger.pid), str(data), "1", "1", "", "127.0.0.1", "0 0", "ready", ""]
    (data / "postmaster.pid").write_text("\n".join(lines))
    (var / "valkey" / "valkey.pid").write_text(str(stranger.pid))

    user = User(var).ready()
    assert user.query("SELECT 1") == 1
    user.leave()
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_provide_when_first_start_was_broken_off_then_starts_from_scratch(var):
    # By somebody who pulled the plug in the middle of making the data folder.
    var.mkdir(parents=True)
    home = postgres.home_of(var)
    broken_off = User(var)
    assert eventually(lambda: any(home.glob("data.new-*/base")))
    broken_off.kill()
    assert not (home / "data").exists()

    user = User(var).ready()
    assert user.query("SELECT 1") == 1
    user.leave()
    assert not list(home.glob("data.new-*"))


def test_provide_when_addresses_are_given_then_nothing_starts(var):
    user = User(
        var, DATABASE_URL="postgresql://elsewhere/db", REDIS_URL="redis://elsewhere"
    ).ready()
    assert (user.database_url, user.redis_url) == ("postgresql://elsewhere/db", "redis://elsewhere")
    user.leave()
    assert not var.exists()


def test_provide_when_one_address_is_given_then_only_the_other_server_starts(var):
    user = User(var, DATABASE_URL="postgresql://elsewhere/db").ready()
    assert user.database_url == "postgresql://elsewhere/db"
    assert names(var) == ["valkey-server"]
    user.leave()
    assert names(var) == []


def test_provide_when_data_is_of_another_version_then_says_so_in_one_sentence(var):
    User(var).ready().leave()
    (postgres.home_of(var) / "data" / "PG_VERSION").write_text("12\n")
    user = User(var).ready()
    _, said = user.process.communicate(timeout=30)
    assert user.process.returncode == 1
    assert said.count("\n") == 1
    assert "was made by PostgreSQL 12" in said


def test_servers_when_started_then_they_hold_none_of_our_locks(var):
    user = User(var).ready()
    for server in servers(var):
        links = (Path("/proc") / str(server.pid) / "fd").iterdir()
        assert not [link for link in links if "servers." in os.readlink(link)]
    user.leave()


def test_secrets_when_started_then_only_their_owner_reads_them(var):
    User(var).ready().leave()
    secret_files = [postgres.home_of(var) / "password", var / "valkey" / "password"]
    secret_files.append(var / "valkey" / "valkey.conf")
    assert {path.stat().st_mode & 0o777 for path in secret_files} == {0o600}
    assert valkey._port(var / "valkey") > 0
