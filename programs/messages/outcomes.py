"""Asking what a program brought, and how it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bookings.models import FEEDBACK_DAYS
from center import clock
from center.notifications.kinds import Kind, Value, register
from center.notifications.services import queue
from programs import outcome_links, recipients
from programs.messages.people import title_of
from programs.models import CHASES, Application, Outcome

#: how long after the asking a business may answer or correct by itself
OPEN_DAYS = 30
_FACTS: dict[str, Value] = {"business": "달구벌 수제청", "program": "가을 라이브커머스"}
_ASKED: dict[str, Value] = {
    **_FACTS,
    "days": 30,
    "until": dt.datetime(2026, 12, 24, 10, tzinfo=clock.KST),
}

ASKED = register(
    Kind(
        "programs.outcome_asked",
        name=_("Sales after a program asked for"),
        example=_ASKED,
        mass=True,
    )
)
AGAIN = register(
    Kind(
        "programs.outcome_again",
        name=_("Sales after a program asked for again"),
        example={**_ASKED, "is_last": False},
        mass=True,
    )
)
USE_ASKED = register(
    Kind(
        "programs.use_asked",
        name=_("Use of what was learned asked for"),
        example={**_ASKED, "program": "상품 사진 교실"},
        mass=True,
    )
)
USE_AGAIN = register(
    Kind(
        "programs.use_again",
        name=_("Use of what was learned asked for again"),
        example={**_ASKED, "program": "상품 사진 교실", "is_last": False},
        mass=True,
    )
)
SATISFACTION = register(
    Kind(
        "programs.satisfaction",
        name=_("Satisfaction with a program asked for"),
        example={**_FACTS, "until_day": dt.date(2026, 12, 24)},
        mass=True,
    )
)


def ask(rows: Sequence[Outcome]) -> None:
    """Ask one person of each business, for the first time or again. 1 query for the people."""
    people = recipients.one_each([row.application for row in rows])
    for row in rows:
        if person := people.get(row.application_id):
            context = {**_facts(row.application), "days": row.stage}
            context["until"] = row.asked_at + OPEN_DAYS * clock.DAY
            if row.chases:
                context["is_last"] = row.chases == CHASES
            queue(
                kind=_kind_of(row),
                recipient=person,
                context=context,
                link=reverse("outcome", args=[outcome_links.outcome_token(row, person)]),
                dedupe_key=f"{ASKED.key}:{row.pk}:{row.chases}",
            )


def _kind_of(row: Outcome) -> Kind:
    """In words of sales wherever they are asked for, else in words of what was learned."""
    if row.application.program.the_kind.asks_outcome:
        return AGAIN if row.chases else ASKED
    return USE_AGAIN if row.chases else USE_ASKED


def ask_satisfaction(applications: Sequence[Application], *, ended: dict[int, dt.date]) -> None:
    """Ask one person of each business once. ``ended``: the day by application."""
    people = recipients.one_each(applications)
    for application in applications:
        if person := people.get(application.pk):
            last = ended[application.pk] + FEEDBACK_DAYS * clock.DAY
            queue(
                kind=SATISFACTION,
                recipient=person,
                context={**_facts(application), "until_day": last},
                link=reverse(
                    "satisfaction", args=[outcome_links.satisfaction_token(application, person)]
                ),
                dedupe_key=f"{SATISFACTION.key}:{application.pk}",
            )


def _facts(application: Application) -> dict[str, Value]:
    return {"business": application.merchant.name, "program": title_of(application.program)}
