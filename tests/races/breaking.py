"""A server for controls that answers some requests by 500: what the fuzzing must notice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    is_good = environ["REQUEST_METHOD"] == "GET"
    start("200 OK" if is_good else "500 Internal Server Error", [("Content-Length", "0")])
    return [b""]
