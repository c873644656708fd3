"""What came of a selection: announced once, each result with its reason; and the lottery."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.applications import Application
from programs.models.programs import Program


class Verdict(models.TextChoices):
    SELECTED = "selected", _("Selected")
    RESERVE = "reserve", _("On the reserve list")
    NOT_SELECTED = "not_selected", _("Not selected")


class Ground(models.TextChoices):
    """Why a result is as it is; the sentences are in ``programs.grounds``."""

    PLACE = "place", _("within the places")
    DISTRICT_PLACE = "district_place", _("within the places of its district")
    IN_LINE = "in_line", _("next in line")
    NO_PLACE = "no_place", _("no place left")
    BELOW_THRESHOLD = "below_threshold", _("below the least score")
    REPEAT_SHARE = "repeat_share", _("share for those supported before is used up")
    SUPPORTED = "supported", _("supported elsewhere this year")


@pghistory.track()
class Announcement(models.Model):
    """The results of a program, published once and to all. Never changed, never taken back.

    ``basis`` is what they were worked out from (rules, sheets, order of the draw), ``sha256``
    its digest: whoever works it out again comes to the same results, or sees why not.
    """

    program = models.OneToOneField(
        Program, on_delete=models.PROTECT, related_name="announcement", verbose_name=_("program")
    )
    at = models.DateTimeField(_("announced"), default=clock.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("announced by"),
    )
    basis = models.JSONField(_("worked out from"))
    sha256 = models.CharField(_("digest"), max_length=64)
    fewer_because = models.CharField(
        _("why fewer evaluators than promised"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )

    class Meta:
        verbose_name = _("announcement of results")
        verbose_name_plural = _("announcements of results")
        ordering = ["-at"]
        triggers = [
            pgtrigger.Protect(
                name="announced_for_good", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.sha256[:12]}"


class ResultQuerySet(models.QuerySet["Result"]):
    def untold(self) -> ResultQuerySet:
        return self.filter(told_at=None).order_by("pk")


class Result(models.Model):
    """What became of one application when the results were announced. Only ``told_at``, when
    its people were written to, is filled in afterwards."""

    announcement = models.ForeignKey(Announcement, on_delete=models.PROTECT, related_name="results")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="result", verbose_name=_("application")
    )
    verdict = models.CharField(_("result"), max_length=12, choices=Verdict)
    ground = models.CharField(_("reason"), max_length=16, choices=Ground)
    number = models.PositiveIntegerField(
        _("place or place in line"), null=True, help_text=_("Empty: not selected.")
    )
    rank = models.PositiveIntegerField(_("rank"))
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=4, null=True)
    told_at = models.DateTimeField(_("told"), null=True)

    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = _("result")
        verbose_name_plural = _("results")
        ordering = ["announcement", "rank"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(told_at=None), name="result_untold")
        ]
        constraints = [
            models.UniqueConstraint(fields=["announcement", "rank"], name="result_rank_once"),
            models.CheckConstraint(
                condition=models.Q(verdict="not_selected", number=None)
                | (
                    ~models.Q(verdict="not_selected")
                    & models.Q(number__gte=1, number__isnull=False)
                ),
                name="result_numbered_unless_not_selected",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_results", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="results_stay", exclude=["told_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.verdict}"


@pghistory.track()
class Draw(models.Model):
    """A lottery that nobody can steer and anybody can run again (``programs.lottery``).

    Before the call closes only the digest of a random seed is known, to the public and to
    staff alike: the seed itself lies encrypted. After the close the list is frozen and
    published. The draw reveals the seed, once.
    """

    program = models.OneToOneField(
        Program, on_delete=models.PROTECT, related_name="draw", verbose_name=_("program")
    )
    commitment = models.CharField(_("SHA-256 of the seed"), max_length=64, editable=False)
    sealed_seed = models.TextField(editable=False)
    beacon_source = models.CharField(
        _("public number mixed in"),
        max_length=200,
        blank=True,
        help_text=_(
            "Stated now, known only after the list is frozen: for example the numbers of a "
            "named round of the state lottery. Empty: the seed and the list alone decide."
        ),
    )
    committed_at = models.DateTimeField(_("seed committed"), default=clock.now, editable=False)
    committed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("committed by"),
        help_text=_("Empty: the system itself."),
    )
    receipts = ArrayField(
        models.CharField(max_length=10), verbose_name=_("list, sorted"), null=True, editable=False
    )
    list_sha256 = models.CharField(_("SHA-256 of the list"), max_length=64, blank=True)
    listed_at = models.DateTimeField(_("list frozen"), null=True, editable=False)
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    beacon = models.CharField(_("the public number"), max_length=200, blank=True)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True, editable=False)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(listed_at=None, receipts=None, list_sha256="")
                | (
                    models.Q(listed_at__isnull=False, receipts__isnull=False)
                    & ~models.Q(list_sha256="")
                ),
                name="draw_list_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_at=None, seed="")
                | (models.Q(drawn_at__isnull=False, listed_at__isnull=False) & ~models.Q(seed="")),
                name="draw_reveals_the_seed_after_the_list",
            ),
            models.CheckConstraint(
                condition=models.Q(drawn_at=None)
                | models.Q(beacon_source="")
                | ~models.Q(beacon=""),
                name="draw_with_the_number_it_promised",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_draws", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="commitment_stays",
                fields=["program", "commitment", "beacon_source", "committed_at", "committed_by"],
            ),
            pgtrigger.Protect(
                name="drawn_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.drawn_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="list_frozen_for_good",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.listed_at IS NOT NULL AND (NEW.receipts, NEW.list_sha256, NEW.listed_at)"
                    " IS DISTINCT FROM (OLD.receipts, OLD.list_sha256, OLD.listed_at)"
                ),
                func="""
                    RAISE EXCEPTION 'the list of draw % is frozen', OLD.id
                        USING ERRCODE = 'integrity_constraint_violation';
                """,
            ),
            pgtrigger.Trigger(
                name="draw_in_its_order",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NEW.seed <> '' AND NEW.commitment <>
                       encode(sha256(convert_to(NEW.seed, 'UTF8')), 'hex') THEN
                        RAISE EXCEPTION 'the seed of draw % is not the one committed', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF NEW.receipts IS NOT NULL AND NEW.list_sha256 <> encode(sha256(
                       convert_to(array_to_string(NEW.receipts, E'\\n'), 'UTF8')), 'hex') THEN
                        RAISE EXCEPTION 'the digest of draw % is another list''s', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF EXISTS (SELECT 1 FROM programs_program p WHERE p.id = NEW.program_id
                               AND (p.closes_at <= NEW.committed_at
                                    OR p.closes_at > NEW.listed_at)) THEN
                        RAISE EXCEPTION 'draw % commits before the close and lists after it',
                            NEW.id USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program_id}: {self.commitment[:12]}"
