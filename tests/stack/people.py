"""Who looks and who books while something happens to the stack."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from tests import factories
from tests.races import ledger
from tests.races.clients import Account, Visitor, open_account, to_confirm, to_hold


def ask(port: int, path: str) -> int:
    """The status, or 0 where there was no answer."""
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(web):
        try:
            web.request("GET", path)
            return web.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0


@contextlib.contextmanager
def visitors(port: int, number: int = 4) -> Iterator[Counter[int]]:
    """People who open a page again and again meanwhile; counts what they were answered."""
    answered: Counter[int] = Counter()
    over = threading.Event()

    def visit() -> None:
        while not over.is_set():
            answered[ask(port, "/privacy/")] += 1
            time.sleep(0.02)

    threads = [threading.Thread(target=visit) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield answered
    finally:
        over.set()
        for thread in threads:
            thread.join()


@dataclass
class Booked:
    """What somebody who books all the while was answered: the statuses of holds, confirmations
    and cancellations, 0 where there was no answer, and the references of all three."""

    statuses: Counter[int] = field(default_factory=Counter)
    references: list[str] = field(default_factory=list)


@contextlib.contextmanager
def bookers(port: int, number: int = 2) -> Iterator[list[Booked]]:
    """People who book, each a space of their own, and give it back again and again meanwhile."""
    over = threading.Event()

    def book(slug: str, account: Account, told: Booked) -> None:
        visitor, span = Visitor.of(account, port), ledger.slot()
        while not over.is_set():
            try:
                held = to_hold(visitor, slug, span).send()
                told.statuses[held.status] += 1
                if held.status == 302:
                    reference = held.location.split("/")[2]
                    told.references.append(reference)
                    told.statuses[to_confirm(visitor, reference).send().status] += 1
                    given_back = visitor.post(f"/bookings/{reference}/cancel/", reason="schedule")
                    told.statuses[given_back.status] += 1
            except (OSError, http.client.HTTPException):
                told.statuses[0] += 1
                visitor.close()  # it opens another connection the next time
                time.sleep(0.02)
        visitor.close()

    told = [Booked() for _ in range(number)]
    places = [(factories.studio().slug, open_account(), one) for one in told]
    with ThreadPoolExecutor(number) as pool:
        all_of_them = [pool.submit(book, *place) for place in places]
        try:
            yield told
        finally:
            over.set()
    for one in all_of_them:
        one.result()  # raises what somebody stumbled over
