"""The mixed traffic of ``tests.load`` in the stack's own million of bookings, beside the people
whose diaries are judged."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.db.models import Max

from bookings.models import Allocation
from tests.stack.conftest import RunningStack

BUSINESSES, ACCOUNTS = 50_000, 2_000
PACE_SECONDS = 0.5


@dataclass(frozen=True)
class Traffic:
    """What Locust tells of each request, one a line; without a file there is no traffic."""

    requests: Path | None = None

    def between(self, began: float, over: float) -> tuple[int, int]:
        """How many requests were over then, and how many of them had failed."""
        if self.requests is None:
            return 0, 0
        # The last line may still be written.
        lines = self.requests.read_text().rpartition("\n")[0].splitlines()
        told = [line.split() for line in lines]
        failed = [int(fault) for at, fault, _took in told if began <= float(at) <= over]
        return len(failed), sum(failed)


def fill(stack: RunningStack, bookings: int) -> int:
    """A house with so many bookings, past the pool, whose statements end after a minute.
    The number of the last allocation: there is nothing to judge up to it."""
    from tests.bench import content

    pool = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = str(stack.plan.ports[stack.plan.primary])
    try:
        content.fill(bookings=bookings, businesses=BUSINESSES, accounts=ACCOUNTS)
        return int(Allocation.objects.aggregate(last=Max("pk"))["last"])
    finally:
        connection.close()
        connection.settings_dict["PORT"] = pool


@contextlib.contextmanager
def beside(stack: RunningStack, people: int, out: Path) -> Iterator[Traffic]:
    """So many browsers until the end of the context; logs everybody else out when it begins."""
    from tests.bench import accounts, targets
    from tests.load import __main__ as mixed

    cookies = [account.cookies for account in accounts.log_in(ACCOUNTS)]
    mixed.write_plan(out, targets.plenty(), cookies)
    with mixed.sending(stack.plan.port, out, people, PACE_SECONDS) as requests:
        yield Traffic(requests)
