"""The two PostgreSQL clusters of the stack: one takes writes, the other streams from it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Session

from center.embedded import machine, postgres
from center.embedded.account import Account, private_folder, service_account
from center.stack.plan import Plan

PRODUCTION = Path(__file__).resolve().parents[2] / "deploy" / "postgresql.conf"
# Over those of production: this machine runs two of them beside everything else.
OVERRIDES = """\

listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_buffers = 128MB
effective_cache_size = 512MB
maintenance_work_mem = 64MB
max_wal_size = 1GB
wal_keep_size = 512MB
"""


@dataclass(frozen=True)
class Cluster:
    """A data folder with the programs and the user that serve it."""

    plan: Plan
    name: str
    home: Path
    account: Account
    programs: Path

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def command(self) -> list[str | Path]:
        return [self.programs / "postgres", "-D", self.data]

    @property
    def is_standby(self) -> bool:
        return (self.data / "standby.signal").exists()

    def session(self) -> Session:
        return psycopg2.connect(self.plan.database_url(self.name), connect_timeout=2)

    def answers(self) -> bool:
        try:
            self.session().close()
        except psycopg2.OperationalError:
            return False
        return True

    def write_settings(self) -> None:
        text = PRODUCTION.read_text("utf-8") + OVERRIDES.format(port=self.plan.ports[self.name])
        ids = {"uid": self.account.uid, "gid": self.account.gid}
        machine.write_private(self.data / "center.conf", text, **ids)


def cluster(plan: Plan, name: str) -> Cluster:
    """Its folders, ready for ``prepare_…``; nothing runs yet."""
    folder = plan.var / name
    folder.mkdir(exist_ok=True)
    home = postgres.home_of(folder)
    account = service_account(home / "data")
    private_folder(home, account)
    password = home / "password"
    machine.write_private(password, plan.password, uid=account.uid, gid=account.gid)
    return Cluster(plan, name, home, account, postgres.programs_of(home, account))


def prepare_primary(one: Cluster) -> None:
    """Make it if it is new; the database ``center`` is in it, empty."""
    postgres.clear_leftovers(one.home)
    if not one.data.exists():
        postgres.initialise(one.programs, one.home, one.account)
    postgres.check_version(one.programs, one.data, one.account)
    one.write_settings()


def prepare_replica(one: Cluster, primary: Cluster) -> None:
    """A copy of the running primary, unless it is one already and can go on from where it was."""
    postgres.clear_leftovers(one.home)
    if not (one.data.exists() and one.is_standby and _goes_on(one, primary)):
        copy_from(one, primary)
    one.write_settings()


def copy_from(one: Cluster, primary: Cluster) -> None:
    """A base backup; a replication slot of its own keeps the WAL it has not seen yet."""
    shutil.rmtree(one.data, ignore_errors=True)
    with primary.session() as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            " WHERE slot_name = %s",
            [_slot(one)],
        )
    address = one.plan.database_url(primary.name, f"center?application_name={one.name}")
    command: list[str | Path] = [
        *(one.programs / "pg_basebackup", "-D", one.data, "-d", address),
        *("--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf"),
        *("--create-slot", f"--slot={_slot(one)}"),
    ]
    postgres.run(command, one.account)
    one.write_settings()


def promote(one: Cluster) -> None:
    """Make the standby take writes. Returns when it does."""
    session = one.session()
    session.autocommit = True
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_promote(true, 30)")
    finally:
        session.close()


def _slot(one: Cluster) -> str:
    return one.name.replace("-", "_")


def _goes_on(one: Cluster, primary: Cluster) -> bool:
    """Whether the primary still keeps what this one has not seen."""
    with primary.session() as session, session.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND wal_status <> 'lost'",
            [_slot(one)],
        )
        return cursor.fetchone() is not None
