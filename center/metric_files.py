"""Where the counts of all processes of a machine meet.

Each process writes into files of its own in ``METRICS_DIR``, and whichever is asked for
``/metrics`` adds them up. A process takes the lowest number nobody holds (the kernel frees it
at its end) and goes on with the counts that lie there, so that there are never more files than
processes at once, however often they are replaced. Without a folder to write to a process
counts for itself.

Counts under names or labels of another release stay out: each ``LAYOUT`` has a folder of its
own in there.
"""

from __future__ import annotations

import fcntl
import itertools
import os
from pathlib import Path

from prometheus_client import CollectorRegistry, multiprocess, values

#: to be raised by whoever changes the labels of a metric, or files would have both for good
LAYOUT = "2"
#: of this process: a fork starts without
_held: dict[int, tuple[str, int]] = {}


def share(folder: str) -> None:
    """Have this process and its forks count in the folder; before any metric is made."""
    ours = Path(folder) / LAYOUT
    try:
        ours.mkdir(parents=True, exist_ok=True)
        writable = os.access(ours, os.W_OK)
    except OSError:
        writable = False
    if writable:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(ours)
        # The library says nothing of the types of this one, nor of the collector below.
        values.ValueClass = values.MultiProcessValue(_slot)  # type: ignore[no-untyped-call]


def together(own: CollectorRegistry) -> CollectorRegistry:
    """The counts of all processes, or of this one where it counts for itself."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return own
    shared = CollectorRegistry()
    multiprocess.MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _slot() -> str:
    process = os.getpid()
    if process not in _held:
        for _number, descriptor in _held.values():  # the parent's, which it goes on holding
            os.close(descriptor)
        _held.clear()
        _held[process] = _claim(Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]))
    return _held[process][0]


def _claim(folder: Path) -> tuple[str, int]:
    for number in itertools.count(1):
        descriptor = os.open(
            folder / f"{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return str(number), descriptor
    raise AssertionError  # itertools.count does not end
