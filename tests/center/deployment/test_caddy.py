"""deploy/Caddyfile in Caddy itself: it starts, and does what production counts on."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest

from center.embedded import machine
from merchants.papers.limits import MAX_BYTES
from tests.center.deployment.files import ROOT, text_of

CADDY = Path(sys.executable).with_name("caddy")
SHEET = "/static/css/house.0123456789ab.css"
KILO, MEGA = 1024, 1024 * 1024
#: answered with a file of the largest size there is
LARGE = "/merchants/papers/large/"


def run(*arguments: str | Path, folder: Path) -> str:
    done = subprocess.run(
        [CADDY, *arguments],
        env={"SITE_HOST": "center.example.com", "HOME": str(folder), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_caddyfile_when_read_by_caddy_then_valid_and_with_the_limits_meant(tmp_path: Path) -> None:
    config = ROOT / "deploy" / "Caddyfile"
    run("validate", "--adapter", "caddyfile", "--config", config, folder=tmp_path)
    adapted = json.loads(
        run("adapt", "--adapter", "caddyfile", "--config", config, folder=tmp_path)
    )
    [site] = [
        server
        for server in adapted["apps"]["http"]["servers"].values()
        if ":443" in server["listen"]
    ]
    seconds = 1_000_000_000
    limits = ("read_header_timeout", "read_timeout", "write_timeout", "idle_timeout")
    assert [site[name] / seconds for name in limits] == [10, 120, 300, 120]
    assert adapted["admin"] == {"disabled": True}


@dataclass
class Asked:
    """A request that came through to the web server."""

    method: str
    path: str
    headers: dict[str, str]
    length: int


@dataclass
class Proxy:
    port: int
    published: Path
    asked: list[Asked]
    #: once a web server is rid of the whole of a LARGE answer
    given: threading.Event

    def came_through(self, path: str) -> list[Asked]:
        """Of this path alone: one that was broken off may come in late."""
        return [one for one in self.asked if one.path == path]

    def send(
        self, path: str, *, method: str = "GET", body: bytes = b"", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with contextlib.closing(caller):
            caller.request(method, path, body or None, headers)
            answer = caller.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The Caddyfile as it is but for the places it leads to, in front of a web server that
    tells what reached it."""
    folder = tmp_path_factory.mktemp("caddy")
    asked: list[Asked] = []
    given = threading.Event()

    class Web(BaseHTTPRequestHandler):
        said = b"from the web server"
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            got = len(self.rfile.read(length))
            asked.append(Asked(self.command, self.path, dict(self.headers.items()), got))
            self.send_response(404 if self.path.startswith("/static/") else 200)
            said = bytes(MAX_BYTES) if self.path == LARGE else self.said
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            if self.path == LARGE:  # and the kernel does not take it over instead
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 64 * KILO)
            self.wfile.write(said)
            if self.path == LARGE:
                given.set()

        do_GET = do_POST = _answer

        def log_message(self, *arguments: Any) -> None: ...

    class Calls(Web):
        said = b"from that of calls"

    port = machine.free_port()
    with (
        ThreadingHTTPServer(("127.0.0.1", 0), Web) as web,
        ThreadingHTTPServer(("127.0.0.1", 0), Calls) as calls,
    ):
        for server in (web, calls):
            threading.Thread(target=server.serve_forever, daemon=True).start()
        text = text_of("deploy/Caddyfile")
        for there, here in {
            "dynamic a {args[1]} 8000 {\n\t\trefresh 5s\n\t}\n": "to {args[1]}\n",
            " web-calls\n": f" 127.0.0.1:{calls.server_port}\n",
            "MiB web\n": f"MiB 127.0.0.1:{web.server_port}\n",
            "root /srv\n": f"root {folder}/srv\n",
            "http://:2080 {": f"http://:{machine.free_port()} {{",
        }.items():
            assert there in text
            text = text.replace(there, here)
        (folder / "Caddyfile").write_text(text)
        with (folder / "log").open("wb") as log:
            caddy = subprocess.Popen(
                [CADDY, "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"],
                env={
                    "SITE_HOST": f"http://127.0.0.1:{port}",
                    "HOME": str(folder),
                    "PATH": os.defpath,
                },
                stdout=log,
                stderr=log,
            )
        try:
            _wait_until_open(port, caddy, folder / "log")
            yield Proxy(port, folder / "srv" / "static", asked, given)
        finally:
            caddy.terminate()
            caddy.wait(20)
            web.shutdown()
            calls.shutdown()


def _wait_until_open(port: int, caddy: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and caddy.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text()[-2000:])


def test_page_when_asked_then_answered_with_the_address_that_really_called(proxy: Proxy) -> None:
    forged = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
    status, headers, body = proxy.send("/spaces/", **forged)
    assert (status, body) == (200, b"from the web server")
    assert "Server" not in headers
    told = proxy.came_through("/spaces/")[-1].headers
    assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == ("127.0.0.1", "http")


@pytest.mark.parametrize(
    ("path", "server"),
    [
        ("/programs/a-call/apply/", b"from that of calls"),
        ("/programs/a-call/apply/wait/", b"from that of calls"),
        ("/programs/a-call/apply/products/", b"from the web server"),
        ("/programs/a-call/", b"from the web server"),
        ("/spaces/studio/", b"from the web server"),
    ],
)
def test_door_of_a_call_when_asked_for_then_by_the_web_server_of_its_own(
    proxy: Proxy, path: str, server: bytes
) -> None:
    assert proxy.send(path)[2] == server


@pytest.mark.parametrize("path", ["/health/ready", "/health/", "/metrics", "/metrics/x"])
def test_inside_when_asked_from_outside_then_not_there(proxy: Proxy, path: str) -> None:
    assert proxy.send(path)[0] == 404
    assert proxy.came_through(path) == []


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/spaces/studio/hold/", 900 * KILO, 200),
        ("/spaces/studio/hold/", 2 * MEGA, 413),
        ("/merchants/papers/registration/", 6 * MEGA, 200),
        ("/merchants/papers/registration/", 51 * MEGA, 413),
    ],
)
def test_body_when_sent_then_as_large_as_its_page_needs(
    proxy: Proxy, path: str, size: int, status: int
) -> None:
    before = len(proxy.came_through(path))
    try:
        answered = proxy.send(path, method="POST", body=bytes(size))[0]
    except (BrokenPipeError, ConnectionResetError):
        answered = 413  # refused while it was still being sent
    assert answered == status
    # One that is too large is broken off, wherever it has got to by then.
    whole = [one for one in proxy.came_through(path)[before:] if one.length == size]
    assert len(whole) == (1 if status == 200 else 0)


def test_request_when_only_half_sent_then_no_web_server_waits_for_the_rest(proxy: Proxy) -> None:
    path = "/account/login/"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as caller:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n"
        caller.sendall(f"{head}Content-Length: 10\r\n\r\nhalf".encode())
        time.sleep(0.5)
        assert proxy.came_through(path) == []
        caller.sendall(b"ofall!")
        assert caller.recv(100).startswith(b"HTTP/1.1 200")
    assert [one.length for one in proxy.came_through(path)] == [10]


def test_largest_file_when_nobody_reads_it_then_no_web_server_waits(proxy: Proxy) -> None:
    with socket.socket() as caller:
        caller.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * KILO)
        caller.connect(("127.0.0.1", proxy.port))
        caller.sendall(f"GET {LARGE} HTTP/1.1\r\nHost: 127.0.0.1:{proxy.port}\r\n\r\n".encode())
        assert proxy.given.wait(20)


def test_static_file_when_no_web_server_has_it_any_more_then_from_the_published(
    proxy: Proxy,
) -> None:
    sheet = proxy.published / SHEET.removeprefix("/static/")
    sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.write_bytes(b"body { color: navy }")
    sheet.with_name(f"{sheet.name}.br").write_bytes(brotli.compress(sheet.read_bytes()))
    status, headers, body = proxy.send(SHEET, **{"Accept-Encoding": "br, gzip"})
    assert (status, brotli.decompress(body)) == (200, b"body { color: navy }")
    assert headers["Content-Type"].startswith("text/css")
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert proxy.came_through(SHEET) == []
    assert proxy.send(SHEET)[2] == b"body { color: navy }"


def test_static_file_when_nobody_has_it_then_its_absence_is_not_kept(proxy: Proxy) -> None:
    gone = "/static/css/gone.ba9876543210.css"
    status, headers, _body = proxy.send(gone)
    assert status == 404
    assert "Cache-Control" not in headers
    assert len(proxy.came_through(gone)) == 1


@pytest.mark.parametrize("path", ["/static/../Caddyfile", "/static/%2e%2e/%2e%2e/log"])
def test_static_file_when_the_path_leads_out_then_nothing_of_ours(proxy: Proxy, path: str) -> None:
    assert proxy.send(path)[2] == b"from the web server"
