"""A National Tax Service of our own: a real HTTP server that speaks its format, or misbehaves."""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "secret+key/with=signs=="
UNKNOWN = "국세청에 등록되지 않은 사업자등록번호입니다."

Behaviour = Callable[["Handler", list[str]], None]


@dataclass
class Asked:
    """One request as it arrived."""

    path: str
    query: dict[str, list[str]]
    numbers: list[str]
    headers: dict[str, str]


@dataclass
class TaxOffice:
    """What the server was asked, and how it is to behave.

    ``behaviours`` are used up in turn, one a request; after the last one answers are good.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    behaviours: deque[Behaviour] = field(default_factory=deque)
    paused: set[str] = field(default_factory=set)
    closed: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def behave(self, *behaviours: Behaviour) -> None:
        self.behaviours.extend(behaviours)

    def row(self, number: str) -> dict[str, Any]:
        """What the office says of one number, field by field as documented."""
        if number in self.unknown:
            return row(number, "", "", UNKNOWN)
        if number in self.closed:
            return row(number, "03", "01", "부가가치세 일반과세자", end_dt=self.closed[number])
        code = "02" if number in self.paused else "01"
        return row(number, code, "01", "부가가치세 일반과세자")


def row(number: str, code: str, tax_code: str, tax_type: str, end_dt: str = "") -> dict[str, Any]:
    names = {"": "", "01": "계속사업자", "02": "휴업자", "03": "폐업자"}
    return {
        "b_no": number,
        "b_stt": names.get(code, code),
        "b_stt_cd": code,
        "tax_type": tax_type,
        "tax_type_cd": tax_code,
        "end_dt": end_dt,
        "utcc_yn": "N",
        "tax_type_change_dt": "",
        "invoice_apply_dt": "",
        "rbf_tax_type": "해당없음",
        "rbf_tax_type_cd": "99",
    }


class Handler(BaseHTTPRequestHandler):
    office: TaxOffice
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        numbers = json.loads(body)["b_no"]
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.office.asked.append(Asked(address.path, parse_qs(address.query), numbers, headers))
        behave = self.office.behaviours.popleft() if self.office.behaviours else answers
        try:
            behave(self, numbers)
        except OSError:  # the client has gone, as it should
            self.close_connection = True

    def send(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


def body_of(rows: list[Any]) -> bytes:
    answer = {"request_cnt": len(rows), "match_cnt": len(rows), "status_code": "OK", "data": rows}
    return json.dumps(answer, ensure_ascii=False).encode()


# Behaviours --------------------------------------------------------------------------------


def answers(handler: Handler, numbers: list[str]) -> None:
    handler.send(body_of([handler.office.row(number) for number in numbers]))


def status(code: int, **headers: str) -> Behaviour:
    """Answers with an error page, in HTML as gateways do."""
    page = "<html><body>잠시 후 다시 이용해 주십시오.</body></html>".encode()
    return lambda handler, numbers: handler.send(page, code, **headers)


def says(body: bytes | str, **headers: str) -> Behaviour:
    """Answers 200 with whatever it is given."""
    raw = body if isinstance(body, bytes) else body.encode()
    return lambda handler, numbers: handler.send(raw, **headers)


def lists(rows: Callable[[list[str]], list[Any]]) -> Behaviour:
    """Answers in the right frame with rows of the test's own."""
    return lambda handler, numbers: handler.send(body_of(rows(numbers)))


def hangs(handler: Handler, numbers: list[str]) -> None:
    """Takes the request and never says a word."""
    handler.office.over.wait(30)
    handler.close_connection = True


def drips(parts: Iterable[bytes], every: float = 0.05) -> Behaviour:
    """Sends a piece now and then, so that no single read ever times out."""

    def drip(handler: Handler, numbers: list[str]) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            if handler.office.over.wait(every):
                break
        handler.close_connection = True

    return drip


def hangs_up(handler: Handler, numbers: list[str]) -> None:
    handler.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *args: Any) -> None:
        """A client that leaves early is what half of these tests are about."""


def open_office() -> tuple[TaxOffice, Callable[[], None]]:
    """A running office on a free port of this machine, and what closes it."""
    office = TaxOffice()
    close = serve(office, Handler)
    office.url += "/api/nts-businessman/v1"
    return office, close


def serve(office: TaxOffice, handler: type[Handler]) -> Callable[[], None]:
    """Open ``office`` on a free port of this machine; returns what closes it."""
    server = _Server(("127.0.0.1", 0), type("OfficeHandler", (handler,), {"office": office}))
    office.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def close() -> None:
        office.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)

    return close
