"""PostgreSQL and Valkey without installing anything: the servers come out of Python packages.

Whoever has ``DATABASE_URL`` and ``REDIS_URL`` set uses those servers and nothing is started.
Everybody else starts or joins the servers of this project folder, with their data under
``var/``; the last process that leaves stops them (see ``lifetime``).
"""

import os
from dataclasses import dataclass
from pathlib import Path

from center.embedded import lifetime
from center.embedded.errors import EmbeddedServerError

__all__ = ["EmbeddedServerError", "Urls", "needed", "provide", "remove", "stop"]

# Tells a child process that the addresses it inherited are those of embedded servers, and
# in which folder the lock lies that keeps them alive.
MARK = "CENTER_EMBEDDED"


@dataclass(frozen=True)
class Urls:
    """Addresses with passwords in them; the Redis one names no database number."""

    database_url: str
    redis_url: str


def needed() -> bool:
    """Whether ``provide`` has anything to do; false where both servers come from outside."""
    return MARK in os.environ or not _given()


def provide(var: Path) -> Urls:
    """Give this process and its children both servers, starting what is missing.

    Sets ``DATABASE_URL`` and ``REDIS_URL`` in ``os.environ``. Calling it again, or in a child
    process, starts nothing but makes sure the servers live as long as the caller.

    Raises EmbeddedServerError with a sentence for the person at the keyboard.
    """
    if _given():
        if marked := os.environ.get(MARK):
            lifetime.hold(Path(marked), at_end=_stop_servers)
    else:
        try:
            _start_or_join(var.resolve())
        except OSError as trouble:  # a full disk, files of another user
            raise EmbeddedServerError(f"The embedded servers do not start: {trouble}.") from trouble
    return Urls(os.environ["DATABASE_URL"], os.environ["REDIS_URL"])


def stop(var: Path) -> None:
    """Stop the embedded servers of this folder now, even under processes that use them."""
    if (var := var.resolve()).is_dir():
        with lifetime.starting(var):
            _stop_servers(var)


def remove(var: Path) -> None:
    """Stop the servers and delete the database, wherever it is kept, and the queue."""
    from center.embedded import postgres, valkey  # needs psutil, absent in production

    stop(var)
    postgres.remove(var.resolve())
    valkey.remove(var.resolve())


def _given() -> bool:
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def _start_or_join(var: Path) -> None:
    try:
        from center.embedded import (  # needs psutil, absent in production
            postgres,
            valkey,
        )
    except ModuleNotFoundError as missing:
        raise EmbeddedServerError(
            "DATABASE_URL and REDIS_URL are not both set and the embedded servers are not"
            " installed: set them, or install requirements/demo.lock."
        ) from missing
    with lifetime.starting(var):
        lifetime.hold(var, at_end=_stop_servers)
        if not os.environ.get("DATABASE_URL"):
            os.environ["DATABASE_URL"] = postgres.ensure_running(var)
        if not os.environ.get("REDIS_URL"):
            os.environ["REDIS_URL"] = valkey.ensure_running(var)
        os.environ[MARK] = str(var)


def _stop_servers(var: Path) -> None:
    from center.embedded import postgres, valkey  # needs psutil, absent in production

    valkey.stop(var)
    postgres.stop(var)
