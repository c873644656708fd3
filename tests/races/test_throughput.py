"""How fast one worker delivers, against the least its database can do at the same moment."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from django.db import connection

from center.notifications.delivery import deliver_due
from center.notifications.models import Message
from tests.races.conftest import Figures
from tests.races.test_messages import write

ROUNDS, MESSAGES = 5, 100
#: one writing transaction a message is the least. PostgreSQL alone makes some 2,500 of them a
#: second on the machine of the bound, which is 300 messages a second for each worker.
BOUND = 300 / 2500


def rate(work: Callable[[], None]) -> float:
    """Messages a second."""
    began = time.perf_counter()
    work()
    return MESSAGES / (time.perf_counter() - began)


def test_deliver_when_the_channel_costs_nothing_then_fast_enough(
    settings: Any, figures: Figures
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    def write_rows_alone() -> None:
        with connection.cursor() as cursor:
            for pk in Message.objects.values_list("pk", flat=True):
                cursor.execute(
                    "UPDATE notifications_message SET body = 'x', attempts = 0 WHERE id = %s", [pk]
                )

    def deliver() -> None:
        assert deliver_due(limit=MESSAGES) == MESSAGES

    rates = []
    for _ in range(ROUNDS):
        write(MESSAGES)
        rates.append((rate(write_rows_alone), rate(deliver)))
        Message.objects.all().delete()

    figures.note(
        bare_writes_per_second=round(median(bare for bare, _own in rates)),
        messages_per_second=round(median(own for _bare, own in rates)),
    )
    assert median(own / bare for bare, own in rates) >= BOUND
