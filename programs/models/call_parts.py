"""The parts of a call: places by district, the questions of its form, criteria of a review."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.models.programs import Program


class DistrictQuota(models.Model):
    """So many of a program's places belong to one district (스마트슈퍼: ten each of three)."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="district_quotas")
    district = models.CharField(_("district code"), max_length=5)
    places = models.PositiveSmallIntegerField(_("places"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("places of a district")
        verbose_name_plural = _("places by district")
        ordering = ["district"]
        constraints = [
            models.UniqueConstraint(fields=["program", "district"], name="district_quota_once")
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.district}: {self.places}"


class QuestionKind(models.TextChoices):
    LINE = "line", _("one line")
    TEXT = "text", _("several lines")
    CHOICE = "choice", _("one of a list")
    CHOICES = "choices", _("several of a list")
    NUMBER = "number", _("a number")
    DATE = "date", _("a date")
    FILE = "file", _("a file")
    PRODUCTS = "products", _("a list of products")

    apart: ClassVar[frozenset[QuestionKind]]


#: answered by rows of their own, not by a field of the form
QuestionKind.apart = frozenset({QuestionKind.FILE, QuestionKind.PRODUCTS})


#: the code of the refusal of a second question for products
PRODUCTS_ONCE = "products_once"


class Question(models.Model):
    """One question of the form of a call, as staff built it. That for products is answered by
    the application's products, so a call asks it once at most."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("position"))
    kind = models.CharField(_("kind of answer"), max_length=8, choices=QuestionKind)
    label = models.CharField(_("question"), max_length=200)
    label_en = models.CharField(_("question in English"), max_length=200, blank=True)
    help = models.CharField(_("hint"), max_length=200, blank=True)
    choices = ArrayField(
        models.CharField(max_length=100), verbose_name=_("list"), default=list, blank=True
    )
    is_needed = models.BooleanField(_("needed"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind__in=["choice", "choices"]) | models.Q(choices__len__gte=1),
                name="question_with_a_list_has_one",
            ),
            models.UniqueConstraint(
                fields=["program"],
                condition=models.Q(kind="products"),
                name="question_for_products_once",
                violation_error_code=PRODUCTS_ONCE,
                violation_error_message=_("A call asks for a list of products once."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def display_label(self) -> str:
        return self.label if get_language() == "ko" or not self.label_en else self.label_en


class Criterion(models.Model):
    """One criterion of a scored review; published with the call."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(_("position"))
    name = models.CharField(_("criterion"), max_length=100)
    name_en = models.CharField(_("criterion in English"), max_length=100, blank=True)
    explanation = models.CharField(_("what is looked at"), max_length=300, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, 100)), name="criterion_weight_in_range"
            )
        ]
        triggers = [
            # What is scored by is what was published: no weight moves once there are sheets.
            pgtrigger.Trigger(
                name="criteria_stay_once_scored",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert
                | pgtrigger.Delete
                | pgtrigger.UpdateOf("program_id", "weight", "position"),  # type: ignore[no-untyped-call]
                func="""
                    IF EXISTS (SELECT 1 FROM programs_sheet t
                               JOIN programs_assignment s ON s.id = t.assignment_id
                               JOIN programs_application a ON a.id = s.application_id
                               WHERE a.program_id = COALESCE(NEW.program_id, OLD.program_id)) THEN
                        RAISE EXCEPTION 'program % is being scored',
                            COALESCE(NEW.program_id, OLD.program_id)
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return self.name if get_language() == "ko" or not self.name_en else self.name_en
