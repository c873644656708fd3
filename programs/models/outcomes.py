"""What a program brought: asked for three times after it, and how it was.

A figure is what somebody said or it is not there: an answer that is missing has no figures,
which the database keeps true, so that no report can take it for a zero.
"""

from __future__ import annotations

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.feedback import Mark
from center import clock
from programs.models.applications import Application

#: how often an answer that is missing is asked for again
CHASES = 2


class OutcomeStage(models.IntegerChoices):
    """Days after the end; the figures are those from the end until then (domain.md §1)."""

    WEEK = 7, _("7 days after")
    MONTH = 30, _("30 days after")
    QUARTER = 90, _("90 days after")


class OutcomeState(models.TextChoices):
    ASKED = "asked", _("Asked")
    ANSWERED = "answered", _("Answered")
    MISSING = "missing", _("No answer")

    unanswered: ClassVar[frozenset[OutcomeState]]


#: has no figures
OutcomeState.unanswered = frozenset({OutcomeState.ASKED, OutcomeState.MISSING})


class OutcomeSource(models.TextChoices):
    FORM = "form", _("the business itself")
    PHONE = "phone", _("on the telephone")


class OutcomeFlag(models.TextChoices):
    """Why staff should look at an answer; the rules are in ``programs.outliers``."""

    BASELINE = "baseline", _("far above what the business sold before")
    MEDIAN = "median", _("far above what the others sold")
    NO_ORDERS = "no_orders", _("sales without an order")
    NO_SALES = "no_sales", _("orders without sales")


class Use(models.TextChoices):
    """Whether a business uses what it learned."""

    YES = "yes", _("Yes, we use it")
    PARTLY = "partly", _("In part")
    NOT_YET = "not_yet", _("Not yet")

    using: ClassVar[frozenset[Use]]


Use.using = frozenset({Use.YES, Use.PARTLY})


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def answered(self) -> OutcomeQuerySet:
        return self.filter(state=OutcomeState.ANSWERED)

    def to_look_at(self) -> OutcomeQuerySet:
        """Flagged, and nobody has looked at it since."""
        return self.answered().filter(flags__len__gt=0, checked_at=None)

    def counted(self) -> OutcomeQuerySet:
        """What figures are made of: answered, and not doubtful any more."""
        return self.answered().filter(Q(flags__len=0) | Q(checked_at__isnull=False))


@pghistory.track()
class Outcome(models.Model):
    """What a program brought one business, as asked at one stage: what it sold in the days
    since, or whether it uses what it learned, as its kind declares."""

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="outcomes",
        verbose_name=_("application"),
    )
    stage = models.PositiveSmallIntegerField(_("stage"), choices=OutcomeStage)
    state = models.CharField(
        _("state"), max_length=8, choices=OutcomeState, default=OutcomeState.ASKED
    )
    ended_on = models.DateField(_("end of the program"))
    asked_at = models.DateTimeField(_("asked"), default=clock.now, editable=False)
    told_at = models.DateTimeField(_("asked last"), default=clock.now, editable=False)
    chases = models.PositiveSmallIntegerField(_("asked again"), default=0)
    sales = models.PositiveBigIntegerField(_("sales, won"), null=True, blank=True)
    orders = models.PositiveIntegerField(_("orders"), null=True, blank=True)
    viewers = models.PositiveIntegerField(_("viewers"), null=True, blank=True)
    use = models.CharField(
        _("use of what was learned"),
        max_length=7,
        choices=Use,
        blank=True,
        default="",
        db_default="",  # the release before this one writes rows without it
    )
    text = models.CharField(_("remark"), max_length=500, blank=True)
    source = models.CharField(
        _("where the figures come from"), max_length=5, choices=OutcomeSource, blank=True
    )
    source_note = models.CharField(_("who said so, when"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("figures sent"), null=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("entered by"),
    )
    flags = ArrayField(
        models.CharField(max_length=9, choices=OutcomeFlag),
        verbose_name=_("stands out"),
        default=list,
        blank=True,
    )
    checked_at = models.DateTimeField(_("looked at"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("looked at by"),
    )
    check_note = models.CharField(_("what was found"), max_length=200, blank=True)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("figures after a program")
        verbose_name_plural = _("figures after a program")
        ordering = ["application_id", "stage"]
        indexes = [
            models.Index(fields=["told_at"], condition=Q(state="asked"), name="outcome_asked"),
            models.Index(
                fields=["answered_at"],
                condition=Q(state="answered", flags__len__gt=0, checked_at=None),
                name="outcome_to_look_at",
            ),
            models.Index(fields=["ended_on"], name="outcome_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["application", "stage"], name="outcome_once_a_stage"),
            models.CheckConstraint(
                condition=Q(stage__in=OutcomeStage.values), name="outcome_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                & ~Q(source="")
                & (Q(sales__isnull=False) | ~Q(use=""))
                | Q(
                    state__in=["asked", "missing"],
                    sales=None,
                    orders=None,
                    viewers=None,
                    use="",
                    answered_at=None,
                ),
                name="outcome_figures_exactly_when_answered",
            ),
            models.CheckConstraint(
                condition=Q(sales__isnull=False, orders__isnull=False)
                | Q(sales=None, orders=None, viewers=None),
                name="outcome_sales_with_orders",
            ),
            models.CheckConstraint(
                condition=~Q(state="missing") | Q(chases=CHASES),
                name="outcome_missing_after_asking_again",
            ),
            models.CheckConstraint(condition=Q(chases__lte=CHASES), name="outcome_asked_no_more"),
            models.CheckConstraint(
                condition=~Q(source="phone") | ~Q(source_note=""),
                name="outcome_on_the_telephone_from_whom",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="outcome_states",
                field="state",
                transitions=[
                    (OutcomeState.ASKED, OutcomeState.ANSWERED),
                    (OutcomeState.ASKED, OutcomeState.MISSING),
                    (OutcomeState.MISSING, OutcomeState.ANSWERED),
                ],
            ),
            pgtrigger.Protect(name="keep_outcomes", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.get_stage_display()}"


class Satisfaction(models.Model):
    """How a program was, asked once after it (requirement 17); never rewritten."""

    application = models.OneToOneField(
        Application,
        on_delete=models.PROTECT,
        related_name="satisfaction",
        verbose_name=_("application"),
    )
    content = models.PositiveSmallIntegerField(_("content"), choices=Mark)
    conduct = models.PositiveSmallIntegerField(_("conduct"), choices=Mark)
    usefulness = models.PositiveSmallIntegerField(_("use for the business"), choices=Mark)
    text = models.CharField(_("in their words"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("satisfaction with a program")
        verbose_name_plural = _("satisfaction with programs")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="satisfaction_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(content__range=(1, 5), conduct__range=(1, 5), usefulness__range=(1, 5)),
                name="satisfaction_marks_from_1_to_5",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_rewritten_satisfaction", operation=pgtrigger.Update)
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.content}"
