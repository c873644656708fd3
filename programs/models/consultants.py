"""Who advises, in which fields, at which hours; and the numbers of the rules."""

from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from center import clock


class ConsultingField(models.TextChoices):
    """분야: what a business asks about and a consultant knows."""

    STRATEGY = "strategy", _("Channels and strategy")
    PAGE = "page", _("Product page")
    MEDIA = "media", _("Photos and clips")
    LIVE = "live", _("Live commerce")
    MARKETING = "marketing", _("Online marketing")
    DELIVERY = "delivery", _("Packing and delivery")
    LAW = "law", _("Taxes, law, certification")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


@pghistory.track()
class Consultant(models.Model):
    """A person with the role of evaluator and consultant who takes consultations."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="consultant",
        verbose_name=_("person"),
    )
    fields = ArrayField(
        models.CharField(max_length=10, choices=ConsultingField), verbose_name=_("fields")
    )
    introduction = models.CharField(_("in one sentence"), max_length=200, blank=True)
    is_active = models.BooleanField(_("takes consultations"), default=True)

    class Meta:
        verbose_name = _("consultant")
        verbose_name_plural = _("consultants")
        ordering = ["user__name", "pk"]

    def __str__(self) -> str:
        return self.user.name


class ConsultantHours(models.Model):
    """When a consultant works, on the Korean wall clock, week for week."""

    consultant = models.ForeignKey(Consultant, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")), name="consultant_hours_end_after_start"
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(0, 6)), name="consultant_hours_on_a_weekday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class ConsultantAbsenceQuerySet(models.QuerySet["ConsultantAbsence"]):
    def standing(self) -> ConsultantAbsenceQuerySet:
        return self.filter(withdrawn_at=None)

    def to_come(self, now: dt.datetime) -> ConsultantAbsenceQuerySet:
        """Those that stand and are not over."""
        return self.standing().filter(ends__gt=now)


class _Span(Func):
    function = "tstzrange"


@pghistory.track()
class ConsultantAbsence(models.Model):
    """A time off. Why is nobody's business, so it is not asked.

    No session of the consultant stands in it: whichever of the two comes second is refused by
    a trigger, on either table. Both wait for the consultant's row first, so that neither
    overlooks the other while both are being written.
    """

    consultant = models.ForeignKey(
        Consultant,
        on_delete=models.PROTECT,
        related_name="absences",
        verbose_name=_("consultant"),
    )
    starts = models.DateTimeField(_("from"))
    ends = models.DateTimeField(_("until"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("entered by"),
    )
    entered_at = models.DateTimeField(_("entered"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True, editable=False)

    objects = ConsultantAbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")), name="absence_ends_after_start"
            ),
            ExclusionConstraint(
                name="absence_once",
                expressions=[
                    ("consultant", RangeOperators.EQUAL),
                    (_Span(F("starts"), F("ends"), RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                condition=Q(withdrawn_at=None),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_absences", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="absence_without_sessions",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.withdrawn_at IS NULL"),
                func="""
                    PERFORM 1 FROM programs_consultant WHERE id = NEW.consultant_id
                        FOR NO KEY UPDATE;
                    IF EXISTS (
                        SELECT 1 FROM programs_session s
                        JOIN programs_consultant c ON c.user_id = s.consultant_id
                        WHERE c.id = NEW.consultant_id AND s.state <> 'cancelled'
                          AND s.starts < NEW.ends AND s.ends > NEW.starts
                    ) THEN
                        RAISE EXCEPTION 'absence_without_sessions: consultant % has a session',
                            NEW.consultant_id USING ERRCODE = 'exclusion_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultant_id}: {self.starts} – {self.ends}"


@pghistory.track()
class ConsultingRule(models.Model):
    """The numbers of consulting from a day on; the latest that has begun is in force."""

    valid_from = models.DateField(_("in force from"), unique=True)
    per_year = models.PositiveSmallIntegerField(
        _("consultations a business may have in a year"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(50)],
    )
    minutes = models.PositiveSmallIntegerField(
        _("length, minutes"),
        default=60,
        validators=[MinValueValidator(10), MaxValueValidator(480)],
    )
    notice_days = models.PositiveSmallIntegerField(
        _("asked for at least so many business days before"),
        default=2,
        validators=[MaxValueValidator(30)],
    )

    class Meta:
        verbose_name = _("rule of consulting")
        verbose_name_plural = _("rules of consulting")
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(per_year__gte=1, minutes__gte=10),
                name="consulting_rule_allows_something",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}: {self.per_year}"
