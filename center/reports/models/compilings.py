from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center import clock
from center.reports.models.editions import Edition


class CompilingState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a worker")
    WORKING = "working", _("Being compiled")
    DONE = "done", _("Frozen")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")

    @classmethod
    def open(cls) -> list[CompilingState]:
        """Not over yet."""
        return [cls.WAITING, cls.WORKING]


class Step(models.IntegerChoices):
    """How far a compiling is; the order is that of the work."""

    QUEUED = 0, _("In the queue")
    COUNTING = 1, _("Counting the figures")
    PROTECTING = 2, _("Hiding small numbers")
    WRITING = 3, _("Trying the four formats")
    FREEZING = 4, _("Freezing")


_TRANSITIONS: list[tuple[str, str]] = [
    (CompilingState.WAITING, CompilingState.WORKING),
    (CompilingState.WAITING, CompilingState.CANCELLED),
    (CompilingState.WAITING, CompilingState.FAILED),
    (CompilingState.WORKING, CompilingState.DONE),
    (CompilingState.WORKING, CompilingState.CANCELLED),
    (CompilingState.WORKING, CompilingState.FAILED),
]


class CompilingQuerySet(models.QuerySet["Compiling"]):
    def open(self) -> CompilingQuerySet:
        return self.filter(state__in=CompilingState.open())


class Compiling(models.Model):
    """The making of an edition: what a worker is at, and what came of it.

    One open at a time per period, as the database sees to. Written by ``services.freezing``.
    """

    period_key = models.CharField(_("period"), max_length=7, editable=False)
    state = models.CharField(
        _("state"), max_length=9, choices=CompilingState, default=CompilingState.WAITING
    )
    step = models.PositiveSmallIntegerField(_("step"), choices=Step, default=Step.QUEUED)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    edition = models.OneToOneField(
        Edition, on_delete=models.PROTECT, related_name="compiling", null=True, editable=False
    )
    failure = models.CharField(_("what went wrong"), max_length=300, blank=True)

    objects = CompilingQuerySet.as_manager()

    class Meta:
        verbose_name = _("compiling of a report")
        verbose_name_plural = _("compilings of reports")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["period_key"],
                condition=Q(state__in=["waiting", "working"]),
                name="compiling_one_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "working"], ended_at=None, edition=None)
                | Q(state="done", ended_at__isnull=False, edition__isnull=False)
                | Q(state__in=["cancelled", "failed"], ended_at__isnull=False, edition=None),
                name="compiling_ends_whole",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="compiling_states", field="state", transitions=_TRANSITIONS),
            pgtrigger.Protect(name="keep_compilings", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.period_key} {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state in CompilingState.open()

    @property
    def share(self) -> int:
        """How far it is, in per cent of the steps."""
        return round(100 * self.step / len(Step))
