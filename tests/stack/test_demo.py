"""``manage.py demo`` itself, with real processes: one first start, whose folder all tests share."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from center.embedded import postgres
from center.embedded.account import service_account
from center.embedded.machine import free_port
from center.management.commands.demo import free_port_from_environment
from center.supervisor import answers
from tests.stack.conftest import load_migrated

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 600
#: what the plan promises of a second start, on a machine that does nothing else
SECOND_START_SECONDS = 15
#: the first words of what is announced, in its order
_AHEAD = ["Preparing", "Loading", "Starting"]
#: Starts the servers of a folder, says where, and leaves them at the end of its input.
_SERVERS = """
import sys
from pathlib import Path
from center.embedded import provide
print(provide(Path(sys.argv[1])).database_url, flush=True)
sys.stdin.read()
"""


class Demo:
    """One run of the command in a folder of its own, or beside another."""

    def __init__(self, var: Path, port: int | str) -> None:
        clean = _clean_environment()
        clean |= {"VAR_DIR": str(var), "PORT": str(port), "WEB_CONCURRENCY": "1"}
        clean |= {"STATIC_ROOT": str(settings.STATIC_ROOT), "SLOW_QUERY_MS": "20"}
        self.var, self.port = var, port
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=clean,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def opened(self) -> float:
        """Wait for the sentence with the address; how many seconds that took."""
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("E-mails"):
                assert f"http://127.0.0.1:{self.port}/" in "".join(said)
                assert not [log for log in said if log.startswith("{")]  # a terminal is for people
                # What takes long is said before it begins, also into a pipe.
                assert [line.split()[0] for line in said if line.endswith("…\n")] == _AHEAD
                return time.monotonic() - self.began
        raise AssertionError(f"the demo ended:\n{''.join(said)}")

    def said_at_its_end(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, said

    def ended_by(self, number: signal.Signals) -> int:
        """The code with which it ends upon the signal."""
        self.process.send_signal(number)
        self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose path has a space and Hangul; whatever still runs there is ended."""
    folder = (tmp_path_factory.mktemp("demo") / "소상공인 지원 센터" / "var").resolve()
    yield folder
    for process in running(folder):
        process.kill()
    postgres.remove(folder)


@pytest.fixture(scope="module")
def first(var: Path) -> Demo:
    """The first start, on a folder with nothing but a migrated database; the tests below end it,
    and start others in its place."""
    _carry_over_migrations(var)
    demo = Demo(var, free_port())
    demo.opened()
    return demo


def _carry_over_migrations(var: Path) -> None:
    """Running all of them once more would take longer than all tests here."""
    with subprocess.Popen(
        [sys.executable, "-c", _SERVERS, str(var)],
        cwd=ROOT,
        env=_clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as servers:
        assert servers.stdin is not None
        assert servers.stdout is not None
        home = postgres.home_of(var)
        target = servers.stdout.readline().strip()
        load_migrated(postgres.programs_of(home, service_account(home / "data")), target)
        servers.stdin.close()


def _clean_environment() -> dict[str, str]:
    names = {"DATABASE_URL", "REDIS_URL", "CENTER_EMBEDDED", "METRICS_DIR"}
    return {name: value for name, value in os.environ.items() if name not in names}


def running(var: Path) -> list[psutil.Process]:
    """Every process that was started for this folder or works in it, found from outside."""
    found, folders = [], (str(var), str(postgres.home_of(var)))
    for process in psutil.process_iter():
        try:
            is_ours = process.environ().get("VAR_DIR") == str(var)
            works_there = process.cwd().startswith(folders)
            if (is_ours or works_there) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def page_of(port: int | str) -> str:
    web = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    try:
        web.request("GET", "/spaces/studio/")
        return web.getresponse().read().decode()
    finally:
        web.close()


@pytest.mark.parametrize("port", ["eighty", "65536"])
def test_demo_when_the_port_is_no_number_then_one_sentence(var, port):
    code, said = Demo(var, port).said_at_its_end()
    assert (code, said) == (1, f'PORT must be a number from 1 to 65535, not "{port}".\n')


@pytest.mark.parametrize("port", ["0", "-1", "８０００", "80.0", " 80"])
def test_port_when_it_looks_nearly_like_one_then_refused(monkeypatch, port):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(SystemExit, match="PORT must be a number from 1 to 65535"):
        free_port_from_environment()


def test_demo_when_the_port_is_in_use_then_one_sentence_with_another(var, first):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = Demo(var, port).said_at_its_end()
    way_out = port + 1 if port < 65535 else 8001
    assert code == 1
    assert said == (
        f"Port {port} is in use by another program; choose another one: PORT={way_out} make demo\n"
    )
    assert answers(int(first.port))


def test_demo_when_started_beside_another_of_its_folder_then_both_are_open(var, first):
    second = Demo(var, free_port())
    second.opened()
    assert "스튜디오" in page_of(first.port)
    assert "스튜디오" in page_of(second.port)
    logs = {path.name for path in (var / "log").iterdir()}
    assert {f"web-{first.port}.log", f"web-{second.port}.log"} <= logs
    assert second.ended_by(signal.SIGINT) == 0
    assert answers(int(first.port))  # on the servers that the second one joined
    assert "스튜디오" in page_of(first.port)


def test_demo_when_a_connection_was_idle_for_seconds_then_it_still_serves(var, first):
    """Clients keep connections; one closed under a booking just sent would look like a fault."""
    web = http.client.HTTPConnection("127.0.0.1", int(first.port), timeout=60)
    web.auto_open = 0  # a closed connection is not opened anew behind our back
    web.connect()
    for pause in (4, 0):
        web.request("GET", "/health/live")
        assert web.getresponse().read() == b'{"status": "ok"}'
        time.sleep(pause)
    web.close()


def test_demo_when_terminated_then_nothing_runs_and_started_again_then_soon_open(var, first):
    assert len(running(var)) > 5  # the programs, PostgreSQL and Valkey: else it proved nothing
    assert first.ended_by(signal.SIGTERM) == 0
    assert running(var) == []

    again = Demo(var, first.port)
    took, waiting = again.opened(), os.getloadavg()[0] / (os.cpu_count() or 1)
    # Others on this machine make it slower; by itself it is to be as quick as promised.
    assert took <= SECOND_START_SECONDS * max(1.0, waiting)
    assert again.ended_by(signal.SIGINT) == 0
    assert running(var) == []
