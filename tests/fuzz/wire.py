"""Sending bytes that no client library would send, and reading what comes back."""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from tests.fuzz.cases import CSRF, Case

#: no answer by then is a hang
PATIENCE_SECONDS = 20
#: no more of an answer is read into memory
_MOST = 2_000_000


@dataclass(frozen=True)
class Answer:
    #: 0: the server closed the connection without a word
    status: int
    seconds: float
    text: str
    is_hung: bool = False


def written(case: Case, sessions: Mapping[str, str]) -> bytes:
    """The bytes, with the cookies of somebody of that role."""
    cookies = f"csrftoken={CSRF}"
    if session := sessions.get(case.role):
        cookies += f"; sessionid={session}"
    last = f"\r\nCookie: {cookies}\r\nConnection: close\r\n\r\n".encode()
    return case.head + last + case.body


def warm_up(port: int, seconds: float = 180) -> None:
    """Wait until the server's workers have loaded the portal: their first answer may take long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        look = Case(0, "anonymous", "", b"GET /guide/ HTTP/1.1\r\nHost: 127.0.0.1", b"")
        if send(port, look, {}).status == 200:
            return
    raise TimeoutError(f"The server on port {port} does not answer.")


def send(port: int, case: Case, sessions: Mapping[str, str]) -> Answer:
    began = time.perf_counter()
    received, is_hung = b"", False
    with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as connection:
        try:
            _say(connection, case, sessions)
            while (chunk := connection.recv(65536)) and len(received) < _MOST:
                received += chunk
        except TimeoutError:
            is_hung = True
        except OSError:  # it had said all and closed, with something of ours unread
            pass
    head, body = _final(received)
    status = int(head[9:12]) if head[9:12].isdigit() else 0
    is_page = b"text/html" in head.lower()
    text = body.decode("utf-8", "replace") if is_page else ""
    return Answer(status, time.perf_counter() - began, text, is_hung)


def _say(connection: socket.socket, case: Case, sessions: Mapping[str, str]) -> None:
    """All of it, or as much as the server wants to read: its answer is there to be read then."""
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(written(case, sessions))
        if case.is_cut:
            connection.shutdown(socket.SHUT_WR)


def _final(received: bytes) -> tuple[bytes, bytes]:
    """Head and body of the answer itself, behind such as "100 Continue"."""
    head, _, body = received.partition(b"\r\n\r\n")
    return _final(body) if head[9:10] == b"1" else (head, body)
