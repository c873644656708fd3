"""Back to the second: the server is lost, and comes back as it was just before a mistake.

With a server of its own, the script that archives in production, and the settings as
docs/recovery.md has them.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psycopg2
import pytest
import yaml

from center.embedded import machine, postgres
from center.embedded.account import service_account

ROOT = Path(__file__).resolve().parents[2]
ARCHIVE = "/var/lib/postgresql/archive"
S = TypeVar("S", bound="Server")


class Server:
    """A cluster of PostgreSQL that archives its WAL as docker-compose.yml says."""

    def __init__(self, home: Path) -> None:
        self.home, self.data = home, home / "data"
        self.archive, self.port = home / "archive", machine.free_port()
        self.account = service_account(self.data)
        self.account.own(home)
        self.programs = postgres.programs_of(home, self.account)
        for script in ("archive-wal.sh", "base-backup.sh"):
            shutil.copy(ROOT / "deploy" / script, home)
            (home / script).chmod(0o644)
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, program: str, *options: str | Path) -> None:
        options_of = {"env": {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, **self.account.popen_options}
        command = [self.programs / program, *options]
        done = subprocess.run(command, capture_output=True, text=True, **options_of)
        assert done.returncode == 0, done.stderr

    @property
    def bases(self) -> list[Path]:
        """Its base backups, the oldest first."""
        return sorted((self.archive / "base").glob("2*"))

    def base_backup(self, *, days: int = 0, keep: int = 2) -> None:
        """Run what the service base-backup runs; their names tell seconds apart."""
        time.sleep(1 - time.time() % 1)
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres"}
        done = subprocess.run(
            ["sh", self.home / "base-backup.sh"],
            env={
                **where,
                "LC_ALL": "C",
                "PATH": f"{self.programs}:/usr/bin:/bin",
                "WAL_ARCHIVE": str(self.archive),
                "BASE_DAYS": str(days),
                "BASE_KEEP": str(keep),
                "BASE_OPTIONS": "--no-sync",
            },
            capture_output=True,
            text=True,
            **self.account.popen_options,
        )
        assert done.returncode == 0, done.stderr

    def switch_wal(self) -> str:
        """End a segment and wait until it is archived; its name."""
        # One with nothing in it would not end.
        self.ask("SELECT pg_logical_emit_message(true, 'tests', 'something')")
        name = str(self.ask("SELECT pg_walfile_name(pg_switch_wal())"))
        self.eventually(lambda: (self.archive / f"{name}.gz").exists())
        return name

    def start(self) -> None:
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
        options = [o for o in compose["services"]["db"]["command"] if o.startswith("-carchive_")]
        assert len(options) == 3
        options = [o.replace("/etc/archive-wal.sh", f"{self.home}/archive-wal.sh") for o in options]
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    *(self.programs / "postgres", "-D", self.data, "-p", str(self.port)),
                    *("-cunix_socket_directories=", "-clisten_addresses=127.0.0.1"),
                    *("-cfsync=off", "-cshared_buffers=16MB", *options),
                ],
                env={"LC_ALL": "C", "PATH": "/usr/bin:/bin", "WAL_ARCHIVE": str(self.archive)},
                stdout=log,
                stderr=log,
                **self.account.popen_options,
            )
        self.eventually(lambda: self.ask("SELECT NOT pg_is_in_recovery()"))

    def ask(self, statement: str) -> object:
        address = {"host": "127.0.0.1", "port": self.port, "user": "postgres"}
        with contextlib.closing(psycopg2.connect(**address, dbname="postgres")) as session:
            session.autocommit = True
            with session.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchone()[0] if cursor.description else None

    def eventually(self, true: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with contextlib.suppress(psycopg2.OperationalError):
                if true():
                    return
            time.sleep(0.1)
        raise AssertionError((self.home / "log").read_text()[-2000:])

    def end(self, number: int) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(30)


class Replica(Server):
    """Made and started by what docker-compose.yml has its service ``replica`` run."""

    def __init__(self, home: Path, primary: Server) -> None:
        super().__init__(home)
        self.primary = primary

    def start(self) -> None:
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                ["sh", "-c", self._script()],
                env={
                    "PGDATA": str(self.data),
                    "PGPORT": str(self.primary.port),
                    "POSTGRES_PASSWORD": "none is asked for",
                    "LC_ALL": "C",
                    "PATH": f"{self.programs}:/usr/bin:/bin",
                },
                stdout=log,
                stderr=log,
                **self.account.popen_options,
            )
        self.eventually(lambda: self.ask("SELECT pg_is_in_recovery()"))

    def _script(self) -> str:
        compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
        script = compose["services"]["replica"]["command"][-1].replace("$$", "$")
        settings = "-cconfig_file=/etc/postgresql/postgresql.conf"
        for there, here in {
            "host=db ": "host=127.0.0.1 ",
            f"exec postgres {settings}": f"exec postgres -p {self.port} -cshared_buffers=16MB"
            " -cunix_socket_directories= -clisten_addresses=127.0.0.1",
        }.items():
            assert there in script
            script = script.replace(there, here)
        return str(script)

    @property
    def said(self) -> str:
        return (self.home / "log").read_text()

    def has(self, notes: str) -> bool:
        return self.ask("SELECT string_agg(note, ',') FROM booking") == notes


@pytest.fixture
def server() -> Iterator[Server]:
    with _home() as home, _ended(Server(home)) as server:
        yield server


@pytest.fixture
def replica(server: Server) -> Iterator[Replica]:
    with _home() as home, _ended(Replica(home, server)) as replica:
        yield replica


@contextlib.contextmanager
def _home() -> Iterator[Path]:
    # pytest's folders are closed to PostgreSQL's user.
    home = Path(tempfile.mkdtemp(prefix="center-recovery-", dir="/var/tmp"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def _ended(server: S) -> Iterator[S]:
    try:
        yield server
    finally:
        server.end(signal.SIGQUIT)


def documented(archive: Path, target: str) -> str:
    """The settings docs/recovery.md says to write, with our folder and our second."""
    text = (ROOT / "docs" / "recovery.md").read_text("utf-8")
    [block] = re.findall(r"^(restore_command = .*?)^```", text, re.MULTILINE | re.DOTALL)
    assert ARCHIVE in block
    block = block.replace(ARCHIVE, str(archive))
    return re.sub(r"(recovery_target_time = )'[^']+'", rf"\1'{target}'", block)


def test_server_when_lost_then_it_comes_back_as_it_was_in_a_certain_second(server, replica):
    server.run("initdb", "-D", server.data, "-U", "postgres", "--auth=trust", "--no-sync")
    server.start()
    server.ask("CREATE TABLE booking (note text)")
    server.ask("CREATE ROLE replicator LOGIN REPLICATION")
    replica.start()
    server.base_backup()
    [base] = server.bases

    server.ask("INSERT INTO booking VALUES ('before')")
    target = int(time.time()) + 1
    time.sleep(target - time.time() + 0.05)
    server.ask("INSERT INTO booking VALUES ('after')")
    server.switch_wal()
    replica.eventually(lambda: replica.has("before,after"))

    server.end(signal.SIGQUIT)
    shutil.rmtree(server.data)

    shutil.copytree(base, server.data, copy_function=shutil.copy)
    text = time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(target))
    with (server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write(documented(server.archive, text))
    (server.data / "recovery.signal").touch()
    for path in [server.data, *server.data.rglob("*")]:
        server.account.own(path)
    server.start()
    assert server.ask("SELECT string_agg(note, ',') FROM booking") == "before"
    server.ask("INSERT INTO booking VALUES ('life goes on')")

    # The replica is of the past that was discarded, and stays there; made anew, it follows.
    replica.eventually(lambda: "could not start WAL streaming" in replica.said)
    assert replica.has("before,after")
    replica.end(signal.SIGINT)
    shutil.rmtree(replica.data)
    replica.start()
    replica.eventually(lambda: replica.has("before,life goes on"))

    # As many bases are kept as wanted, and no WAL from before the oldest of them.
    before = server.switch_wal()
    server.base_backup(keep=1)
    [newer] = server.bases
    assert newer != base
    assert not (server.archive / f"{before}.gz").exists()
    assert (server.archive / f"{server.switch_wal()}.gz").exists()
    server.base_backup(days=7)  # asked again within the week
    assert server.bases == [newer]


def test_base_backup_when_another_is_under_way_then_waited_for_and_left_alone(tmp_path):
    folder = tmp_path / "base"
    part = folder / "unfinished" / "part"
    part.parent.mkdir(parents=True)
    part.touch()
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            ["sh", ROOT / "deploy" / "base-backup.sh"],
            env={"PATH": "/usr/bin:/bin", "WAL_ARCHIVE": str(tmp_path), "BASE_DAYS": "7"},
            stderr=subprocess.PIPE,
            text=True,
        )
        with second:
            assert "under way" in second.stderr.readline()
            assert second.poll() is None
            assert part.exists()
            (folder / "2026-11-23T000000").mkdir()
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert second.wait(20) == 0  # the week has its backup
    assert part.exists()


def test_archive_when_a_segment_is_there_already_then_only_the_same_is_fine(tmp_path):
    segment, archive = tmp_path / "segment", tmp_path / "archive"
    segment.write_bytes(b"one" * 1000)

    def keep() -> int:
        return subprocess.run(
            ["sh", ROOT / "deploy" / "archive-wal.sh", segment, "0001"],
            env={"PATH": "/usr/bin:/bin", "WAL_ARCHIVE": str(archive)},
        ).returncode

    assert (keep(), keep()) == (0, 0)
    segment.write_bytes(b"two" * 1000)
    assert keep() == 1
    assert [path.name for path in archive.iterdir()] == ["0001.gz"]
