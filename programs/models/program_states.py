"""How a call stands, and the ways its places are given."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from programs import kinds


class ProgramState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    PUBLISHED = "published", _("Published")
    ANNOUNCED = "announced", _("Results announced")
    FINISHED = "finished", _("Finished")
    CANCELLED = "cancelled", _("Called off")

    public: ClassVar[frozenset[ProgramState]]
    running: ClassVar[frozenset[ProgramState]]


_S = ProgramState
#: anybody may read it
_S.public = frozenset(_S) - {_S.DRAFT}
#: may still be applied for, decided on or take place
_S.running = frozenset({_S.PUBLISHED, _S.ANNOUNCED})

TRANSITIONS: list[tuple[str, str]] = [
    (_S.DRAFT, _S.PUBLISHED),
    (_S.PUBLISHED, _S.ANNOUNCED),
    (_S.PUBLISHED, _S.FINISHED),  # first come has no day of results
    (_S.PUBLISHED, _S.CANCELLED),
    (_S.ANNOUNCED, _S.FINISHED),
    (_S.ANNOUNCED, _S.CANCELLED),
]


#: columns scores and results follow from; fixed once there are any
SCORED_BY = (
    "selection",
    "threshold",
    "drops_extremes",
    "tie_rules",
    "evaluators_each",
    "repeat_percent",
)


class SelectionMode(models.TextChoices):
    FIRST_COME = kinds.Selection.FIRST_COME, _("First come, first served")
    SCORED = kinds.Selection.SCORED, _("Scored by evaluators")
    LOTTERY = kinds.Selection.LOTTERY, _("By lot")


class TieRule(models.TextChoices):
    """Which of two with the same score comes first; stated in the call."""

    FIRST_CRITERION = "criterion", _("the higher score in the first criterion")
    NEVER_SUPPORTED = "new", _("who has not been supported before")
    YOUNGER = "younger", _("the younger business")
    EARLIER = "earlier", _("who applied earlier")
