"""Memory of a server's workers while it works."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from statistics import median
from types import TracebackType

import psutil

MEGABYTE = 1024 * 1024
EVERY_SECONDS = 2.0


class Watched:
    """Megabytes that all workers of a process have for themselves, looked at in between."""

    def __init__(self, process: psutil.Process, every: float = EVERY_SECONDS) -> None:
        self.seen: list[float] = []
        self._process, self._every = process, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            try:
                workers = self._process.children(recursive=True)
                # "uss", since pages shared with the first process would count once a worker
                own = sum(worker.memory_full_info().uss for worker in workers)
            except psutil.NoSuchProcess:
                continue  # one ended between the two questions; the next look finds the rest
            self.seen.append(own / MEGABYTE)


def growth(seen: Sequence[float]) -> float:
    """How much more the last fifth has than the second one, as a share of the latter.

    The first fifth is the warm-up: catalogues, templates and pools are filled once.
    ``ValueError`` where fewer than ten looks were taken.
    """
    if len(seen) < 10:
        raise ValueError("too few looks at the memory to say anything")
    fifth = len(seen) // 5
    early, late = median(seen[fifth : 2 * fifth]), median(seen[-fifth:])
    return (late - early) / early


def course(seen: Sequence[float]) -> str:
    """The middle of each tenth of the time, in whole megabytes."""
    tenth = max(1, len(seen) // 10)
    return " ".join(f"{median(seen[n : n + tenth]):.0f}" for n in range(0, len(seen), tenth))
