"""A queue in front of the database's, for the threads of one process.

Of many threads that want the same space, all but one would wait inside PostgreSQL, each with
a transaction it began when the space still looked free. Here they wait before they begin, and
most of them then see at once that it is gone. Only a courtesy: the locks and the constraint
of the database decide, between processes and here, also for whoever is let through early.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: seconds after which a thread goes on without its turn
PATIENCE = 0.5
_GATES = [threading.Lock() for _ in range(64)]


@contextmanager
def through(resource_id: int) -> Iterator[None]:
    """Let one thread at a time pass for a space, as far as patience goes."""
    gate = _GATES[resource_id % len(_GATES)]
    mine = gate.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            gate.release()
