"""One request after another over a connection each, for thousands of people in one thread."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

#: so long an answer is waited for; none counts as status 0
PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    status: int
    location: str = ""
    text: str = ""


@dataclass
class Browser:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, path: str, form: Mapping[str, str] | None = None) -> Answer:
        try:
            return await asyncio.wait_for(self._ask(path, form), PATIENCE_SECONDS)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return Answer(0)

    async def _ask(self, path: str, form: Mapping[str, str] | None) -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self._written(path, form))
            received = await reader.read()
        finally:
            writer.close()
        return self._read(received)

    def _written(self, path: str, form: Mapping[str, str] | None) -> bytes:
        body = urlencode(form or {}).encode()
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self.port}",
            f"Cookie: {pairs}",
            "Connection: close",
        ]
        if form is not None:
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "", ""]).encode() + body

    def _read(self, received: bytes) -> Answer:
        head, _, body = received.partition(b"\r\n\r\n")
        location = ""
        for line in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            if name.lower() == "location":
                location = value
            elif name.lower() == "set-cookie":
                self.cookies |= {k: m.value for k, m in SimpleCookie(value).items()}
        status = int(head[9:12]) if head[9:12].isdigit() else 0
        return Answer(status, location, body.decode("utf-8", "replace"))
