"""Kakao and Naver on a free port of this machine: a real HTTP server in their formats."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = {"access_token": "token-of-provider", "token_type": "bearer", "expires_in": "21599"}


@dataclass
class Elsewhere:
    """What the server says of the person, and what it was asked with."""

    url: str = ""
    person: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=lambda: dict(TOKEN))
    status: int = 200
    exchanged: list[dict[str, list[str]]] = field(default_factory=list)
    bearers: list[str] = field(default_factory=list)


def kakao(number: int, email: str = "", *, valid: bool = True, verified: bool = True) -> dict:
    account = {"email": email, "is_email_valid": valid, "is_email_verified": verified}
    profile = {"profile": {"nickname": "무지", "profile_image_url": "https://k.kakaocdn.net/a.jpg"}}
    return {"id": number, "kakao_account": {**profile, **(account if email else {})}}


def naver(number: str, email: str) -> dict:
    person = {"id": number, "email": email, "name": "오픈", "mobile": "010-1234-5678"}
    return {"resultcode": "00", "message": "success", "response": person}


class _Handler(BaseHTTPRequestHandler):
    elsewhere: Elsewhere

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.elsewhere.exchanged.append(parse_qs(body))
        self._send(self.elsewhere.token)

    def do_GET(self) -> None:
        self.elsewhere.bearers.append(self.headers["Authorization"])
        self._send(self.elsewhere.person)

    def _send(self, answer: Any) -> None:
        body = json.dumps(answer).encode()
        self.send_response(self.elsewhere.status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


def open_elsewhere() -> tuple[Elsewhere, Callable[[], None]]:
    """A running provider, and what closes it."""
    elsewhere = Elsewhere()
    handler = type("Handler", (_Handler,), {"elsewhere": elsewhere})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    elsewhere.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()

    def close() -> None:
        server.shutdown()
        server.server_close()
        thread.join(5)

    return elsewhere, close
