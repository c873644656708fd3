"""Work that takes seconds of a processor while somebody waits for the page.

So few threads of a process do such work at once that the others go on showing pages; who comes
then is told to try again instead of waiting with a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

#: of the four threads a process of a web server has
AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)


class NotNowError(Exception):
    """Such work was not done, through no fault of whoever asked: later it is worth asking again.
    ``center.middleware.BusyMiddleware`` says so."""


class TooMuchAtOnceError(NotNowError):
    """Others are at such work already."""


@contextmanager
def heavy_work() -> Iterator[None]:
    """One of the places, given back at the end. Raises TooMuchAtOnceError at once where all are
    taken. Not to be asked for by whoever has one already."""
    if not _places.acquire(blocking=False):
        raise TooMuchAtOnceError
    try:
        yield
    finally:
        _places.release()
