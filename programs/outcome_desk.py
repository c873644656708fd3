"""What businesses said their programs brought, for staff and for the application's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from center import clock
from center.models import User
from programs import outcome_links
from programs.models import Application, Outcome, OutcomeFlag, OutcomeStage, OutcomeState
from programs.services import outcomes


class Show(StrEnum):
    """What the desk lists."""

    LOOK = "look"
    MISSING = "missing"
    ASKED = "asked"
    ALL = "all"

    @classmethod
    def of(cls, text: str) -> Show:
        return cls(text) if text in list(cls) else cls.LOOK


def for_staff(show: Show) -> QuerySet[Outcome]:
    """Those to look at and those asked oldest first, the others newest first."""
    rows = Outcome.objects.select_related("application__program", "application__merchant")
    match show:
        case Show.LOOK:
            return rows.to_look_at().order_by("answered_at", "pk")
        case Show.ASKED:
            return rows.filter(state=OutcomeState.ASKED).order_by("asked_at", "pk")
        case Show.MISSING:
            return rows.filter(state=OutcomeState.MISSING).order_by("-asked_at", "-pk")
        case _:
            return rows.order_by("-asked_at", "-pk")


def counts() -> dict[str, int]:
    """How many wait to be looked at, are asked and are missing. 1 query."""
    return Outcome.objects.aggregate(
        look=Count("pk", filter=Q(state="answered", flags__len__gt=0, checked_at=None)),
        asked=Count("pk", filter=Q(state=OutcomeState.ASKED)),
        missing=Count("pk", filter=Q(state=OutcomeState.MISSING)),
    )


def words_of(row: Outcome) -> list[str]:
    """Why it stands out, in words."""
    return [str(OutcomeFlag(flag).label) for flag in row.flags]


@dataclass(frozen=True)
class Asked:
    """One stage on the page of an application; ``address`` where the figures can be sent."""

    row: Outcome
    stage: str
    address: str
    is_of_sales: bool


@dataclass(frozen=True)
class OutcomePart:
    """What ``programs/_outcome.html`` shows."""

    asked: Sequence[Asked]

    def __bool__(self) -> bool:
        return bool(self.asked)


def part_of(application: Application, reader: User | None) -> OutcomePart:
    """The stages asked so far, for the owner's page, with the links of a member who reads it.
    1 query."""
    rows, sales = application.outcomes.order_by("stage"), application.program.the_kind.asks_outcome
    return OutcomePart([_asked(row, reader, is_of_sales=sales) for row in rows])


def _asked(row: Outcome, reader: User | None, *, is_of_sales: bool) -> Asked:
    taken = row.source == "phone" or row.checked_at is not None
    is_open = clock.now() < outcomes.open_until(row) and not taken
    address = ""
    if is_open and reader is not None:
        address = reverse("outcome", args=[outcome_links.outcome_token(row, reader)])
    return Asked(row, str(OutcomeStage(row.stage).label), address, is_of_sales)


def history_of(row: Outcome) -> QuerySet[Any, Any]:
    """Every version of a row, oldest first; corrections keep what was said before."""
    events = apps.get_model("programs", "OutcomeEvent").objects
    return events.filter(pgh_obj_id=row.pk).order_by("pgh_id")
