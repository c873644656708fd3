"""Work that takes seconds of a processor while somebody waits for the page.

So few threads of a process do such work at once that the others go on showing pages; who comes
then is told to try again instead of waiting with a thread.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

#: of the four threads a process of a web server has: one is left, whatever is asked of these and
#: of the workshop of uploaded papers (``merchants.papers.workshop``)
TOGETHER = 3
#: of these, counting and making files
AT_ONCE = 2
#: … and pictures: a page asks for two at once, one is drawn while the other waits
PICTURES = 2
#: … and papers businesses fetch: whoever asks for them without end leaves two to staff
PAPERS = 1
_threads = threading.BoundedSemaphore(TOGETHER)
_places = threading.BoundedSemaphore(AT_ONCE)
_pictures = threading.BoundedSemaphore(PICTURES)
_papers = threading.BoundedSemaphore(PAPERS)


class NotNowError(Exception):
    """Such work was not done, through no fault of whoever asked: later it is worth asking again.
    ``center.middleware.BusyMiddleware`` says so."""


class TooMuchAtOnceError(NotNowError):
    """Others are at such work already."""


def heavy_work() -> AbstractContextManager[None]:
    """One of the places, given back at the end. Raises TooMuchAtOnceError at once where all are
    taken. Not to be asked for by whoever has one already."""
    return one_of(_places)


def picture_work() -> AbstractContextManager[None]:
    """The same for a picture of a page."""
    return one_of(_pictures)


def paper_work() -> AbstractContextManager[None]:
    """The same for a paper of a business."""
    return one_of(_papers)


@contextmanager
def one_of(places: threading.BoundedSemaphore) -> Iterator[None]:
    """The same for a kind of work with ``places`` of its own."""
    with _taken(places), _taken(_threads):
        yield


@contextmanager
def _taken(places: threading.BoundedSemaphore) -> Iterator[None]:
    if not places.acquire(blocking=False):
        raise TooMuchAtOnceError
    try:
        yield
    finally:
        places.release()
