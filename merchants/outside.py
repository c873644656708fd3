"""Asking services of others: over TLS, within a time, and without ever telling a key.

What they say helps and never hinders. Who asks here catches whatever goes wrong, writes its
name into the log and goes on by hand.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Coroutine
from typing import Any

import httpx
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random_exponential

_ATTEMPTS = 3
#: the largest answers, of a hundred numbers or addresses, have about 100 kB
_MAX_BYTES = 256 * 1024


class NoAnswer(Exception):
    """What came back is no answer; ``again`` tells whether another attempt may bring one."""

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


def is_safe(url: str) -> bool:
    """Only over TLS, or to this very machine, is a key sent and an answer believed."""
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return bool(address.host) and (
        address.scheme == "https" or (address.scheme == "http" and _is_loopback(address.host))
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def within(seconds: float, work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end or for so long. Raises TimeoutError, and what the work raises.

    An event loop, because only cancelling ends every kind of waiting: an answer that drips
    byte by byte keeps each single time-out from ever running out. The loop is closed by hand:
    ``asyncio.run`` would wait for a name server that does not reply.
    """
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(asyncio.wait_for(work, seconds))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def client(
    *, seconds: float, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """A client for work that may take ``seconds`` in all."""
    return httpx.AsyncClient(
        transport=transport,
        timeout=seconds / 2,  # for each connect, read and write: room for a second attempt
        follow_redirects=False,
        headers={"Accept": "application/json", "Accept-Encoding": "identity"},
    )


def _worth_another_try(error: BaseException) -> bool:
    return isinstance(error, httpx.TransportError) or (isinstance(error, NoAnswer) and error.again)


@retry(
    retry=retry_if_exception(_worth_another_try),
    wait=wait_random_exponential(multiplier=0.25, max=2),
    stop=stop_after_attempt(_ATTEMPTS),
    reraise=True,
)
async def post(asker: httpx.AsyncClient, url: str, **content: Any) -> bytes:
    """The body of a good answer, read raw so that nothing unpacks to more than it weighs.

    ``content`` is httpx's ``json`` or ``data``. Raises NoAnswer or httpx.HTTPError.
    """
    async with asker.stream("POST", url, **content) as response:
        status = response.status_code
        if status != httpx.codes.OK:
            raise NoAnswer(f"HTTP {status}", again=status == 429 or status >= 500)
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > _MAX_BYTES:
                raise NoAnswer("too large")
    return bytes(body)
