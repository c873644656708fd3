"""A provider of text messages on this machine: a real HTTP server that speaks its format, takes
messages and lists them, or misbehaves."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "NCSKEY", "api-secret"
Behaviour = Callable[["_Handler"], None]


@dataclass
class Carrier:
    """What it took, and how it is to behave: one behaviour a sending, used up in turn."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    #: (method, path, Authorization) of every request
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    #: our references of messages taken without an answer: the sender cannot know
    unanswered: list[str] = field(default_factory=list)
    #: what it does with a sending once the behaviours are used up
    usual: Behaviour | None = None
    behaviours: deque[Behaviour] = field(default_factory=deque)
    lookups: deque[Behaviour] = field(default_factory=deque)
    #: the code under which a message taken stands in the list
    codes: dict[str, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)
    #: several senders at once: no number twice
    _counting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def texts(self) -> list[str]:
        return [message.get("text", "") for message in self.taken]

    def requests(self, method: str) -> int:
        return sum(asked[0] == method for asked in self.asked)

    def take(self, message: dict[str, Any]) -> dict[str, Any]:
        with self._counting:
            number = f"M4V{len(self.taken) + 1:04}"
            self.taken.append({**message, "messageId": number})
        return {"messageId": number, "statusCode": "2000", "statusMessage": "정상 접수"}

    def report(self, number: int = 0, code: str = "4000", said: str = "") -> dict[str, Any]:
        """What it posts about a message it took."""
        message = self.taken[number]
        data = {name: message[name] for name in ("messageId", "customFields", "to")}
        return {"eventDataId": "E1", "data": {**data, "statusCode": code, "statusMessage": said}}


class _Handler(BaseHTTPRequestHandler):
    carrier: Carrier
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.messages = json.loads(body)["messages"]
        self._obey(self.carrier.behaviours, self.carrier.usual or takes)

    def do_GET(self) -> None:
        self._obey(self.carrier.lookups, lists)

    def _obey(self, behaviours: deque[Behaviour], ordinary: Behaviour) -> None:
        signed = self.headers.get("Authorization", "")
        self.carrier.asked.append((self.command, urlsplit(self.path).path, signed))
        behave = behaviours.popleft() if behaviours else ordinary
        try:
            behave(self)
        except OSError:  # the client has gone, as it should
            self.close_connection = True

    def say(self, answer: Any, status: int = 200, **headers: str) -> None:
        body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


# Behaviours --------------------------------------------------------------------------------


def takes(handler: _Handler) -> None:
    rows = [handler.carrier.take(message) for message in handler.messages]
    handler.say({"failedMessageList": [], "groupInfo": {"groupId": "G1"}, "messageList": rows})


def lists(handler: _Handler) -> None:
    wanted = parse_qs(urlsplit(handler.path).query)["to"][0]
    found = {
        message["messageId"]: {
            **message,
            "statusCode": handler.carrier.codes.get(message["messageId"], "2000"),
        }
        for message in handler.carrier.taken
        if message["to"] == wanted
    }
    handler.say({"limit": 100, "messageList": found, "startKey": None, "nextKey": None})


def takes_and_hangs_up(handler: _Handler) -> None:
    """The sender cannot know."""
    _take_in_silence(handler)
    handler.close_connection = True


def hangs(handler: _Handler) -> None:
    handler.carrier.over.wait(30)
    handler.close_connection = True


def takes_and_hangs(handler: _Handler) -> None:
    _take_in_silence(handler)
    hangs(handler)


def _take_in_silence(handler: _Handler) -> None:
    for message in handler.messages:
        handler.carrier.take(message)
        handler.carrier.unanswered.append(reference_of(message))


def reference_of(message: dict[str, Any]) -> str:
    """What the sender calls it."""
    return str(message["customFields"]["reference"])


def drips(handler: _Handler) -> None:
    """A byte now and then, so that no single read ever times out."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(300):
        handler.wfile.write(b"{")
        handler.wfile.flush()
        time.sleep(0.05)


def refuses(handler: _Handler) -> None:
    """A line of the list of those it did not take."""
    failed = [{"statusCode": "3104", "statusMessage": "결번"} for _message in handler.messages]
    handler.say({"failedMessageList": failed, "groupInfo": {}, "messageList": []})


def status(code: int, answer: Any = b"<html>", **headers: str) -> Behaviour:
    return lambda handler: handler.say(answer, code, **headers)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: Any) -> None:
        """A client that leaves early is what half of these tests are about."""


@contextmanager
def carrier_office() -> Iterator[Carrier]:
    """A running provider on a free port."""
    carrier = Carrier()
    handler = type("CarrierHandler", (_Handler,), {"carrier": carrier})
    with _Server(("127.0.0.1", 0), handler) as server:
        carrier.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield carrier
        finally:
            carrier.over.set()
            server.shutdown()
            thread.join()
