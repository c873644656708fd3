"""The load generator: one loop over plain sockets, so that the clients cost little.

Two cores serve everything, the generator among it: a thread per client would take half of
them away from the server that is measured.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlencode

#: a request that is not answered by then counts as status 0
PATIENCE = 60.0


@dataclass(frozen=True)
class Request:
    path: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None

    def encoded(self, port: int) -> bytes:
        """The bytes on the wire; a form is posted, with its CSRF token if a cookie has one."""
        body = b"" if self.form is None else urlencode(self.form).encode()
        lines = [
            f"{'GET' if self.form is None else 'POST'} {self.path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Accept-Encoding: gzip",
        ]
        if self.cookies:
            pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {pairs}")
        if self.form is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass(frozen=True)
class Answer:
    request: Request
    status: int
    seconds: float
    location: str = ""


@dataclass(frozen=True)
class Run:
    """What came back, and how long all of it took."""

    answers: list[Answer]
    seconds: float

    def per_second(self, status: int) -> float:
        return sum(a.status == status for a in self.answers) / self.seconds

    def statuses(self) -> dict[int, int]:
        found: dict[int, int] = {}
        for answer in self.answers:
            found[answer.status] = found.get(answer.status, 0) + 1
        return found

    @property
    def p50(self) -> float:
        return median(answer.seconds for answer in self.answers)

    @property
    def slowest(self) -> float:
        return max(answer.seconds for answer in self.answers)


class _Client:
    """One connection at a time; kept where the server keeps it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.request = Request("")
        self.socket: socket.socket | None = None
        self.received = b""
        self.missing: int | None = None
        self.began = 0.0

    def connect(self) -> socket.socket:
        if self.socket is None:
            self.socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE)
        return self.socket

    def send(self, request: Request, began: float | None = None) -> socket.socket:
        self.received, self.missing, self.request = b"", None, request
        self.began = began or time.perf_counter()
        connected = self.connect()
        connected.sendall(request.encoded(self.port))
        return connected

    def receive(self) -> Answer | None:
        """Read what is there; an answer when it is whole."""
        assert self.socket is not None
        try:
            chunk = self.socket.recv(262144)
        except OSError:
            chunk = b""
        self.received += chunk
        head, found, body = self.received.partition(b"\r\n\r\n")
        if not chunk:
            self.close()
            return self._answer(head if found else b"")
        if not found:
            return None
        if self.missing is None:
            self.missing = _content_length(head)
        if self.missing is not None and len(body) >= self.missing:
            if b"connection: close" in head.lower():
                self.close()
            return self._answer(head)
        return None

    def _answer(self, head: bytes) -> Answer:
        location = ""
        for line in head.split(b"\r\n")[1:]:
            if line.lower().startswith(b"location:"):
                location = line.split(b":", 1)[1].strip().decode()
        seconds = time.perf_counter() - self.began
        return Answer(self.request, int(head[9:12] or 0), seconds, location)

    def close(self) -> None:
        if self.socket is not None:
            self.socket.close()
            self.socket = None


def _content_length(head: bytes) -> int | None:
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return int(line.split(b":")[1])
    return None


def run(port: int, requests: Iterator[Request], *, clients: int, seconds: float) -> Run:
    """Send requests for so many seconds, each client one after the other.

    Ends earlier when there are no more requests; the last answers are waited for.
    """
    answers: list[Answer] = []
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        deadline = began + seconds
        busy = 0
        for _ in range(clients):
            busy += _next(selector, _Client(port), requests)
        while busy:
            events = selector.select(PATIENCE)
            if not events:
                raise TimeoutError(f"The server on port {port} does not answer.")
            for key, _event in events:
                answer = key.data.receive()
                if answer is None:
                    continue
                answers.append(answer)
                selector.unregister(key.fileobj)
                busy -= 1
                if time.perf_counter() < deadline:
                    busy += _next(selector, key.data, requests)
                else:
                    key.data.close()
        return Run(answers, time.perf_counter() - began)


def _next(selector: selectors.DefaultSelector, client: _Client, requests: Iterator[Request]) -> int:
    request = next(requests, None)
    if request is None:
        client.close()
        return 0
    selector.register(client.send(request), selectors.EVENT_READ, client)
    return 1


def at_once(port: int, requests: list[Request]) -> Run:
    """Connect all clients first, then send all requests in one breath: a race."""
    clients = [_Client(port) for _ in requests]
    for client in clients:
        client.connect()
    answers: list[Answer] = []
    with selectors.DefaultSelector() as selector:
        began = time.perf_counter()
        for client, request in zip(clients, requests, strict=True):
            selector.register(client.send(request, began), selectors.EVENT_READ, client)
        while len(answers) < len(requests):
            events = selector.select(PATIENCE)
            if not events:
                raise TimeoutError(f"The server on port {port} does not answer.")
            for key, _event in events:
                if (answer := key.data.receive()) is not None:
                    selector.unregister(key.fileobj)
                    key.data.close()
                    answers.append(answer)
        return Run(answers, time.perf_counter() - began)
