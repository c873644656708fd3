"""The call: what is offered, to whom, until when, and how the places are given."""

from __future__ import annotations

import datetime as dt

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants.models import DocumentKind, MerchantKind
from programs import kinds
from programs.models.pictures import Picture
from programs.models.program_states import (
    SCORED_BY,
    TRANSITIONS,
    ProgramState,
    SelectionMode,
    TieRule,
)


class ProgramQuerySet(models.QuerySet["Program"]):
    def public(self) -> ProgramQuerySet:
        return self.filter(state__in=ProgramState.public)

    def listed(self) -> ProgramQuerySet:
        """What the list shows; unlisted ones are reached by their address alone."""
        return self.public().filter(is_listed=True)

    def open_at(self, now: dt.datetime) -> ProgramQuerySet:
        """Takes applications at ``now``: from the opening on, until just before the deadline."""
        return self.filter(state=ProgramState.PUBLISHED, opens_at__lte=now, closes_at__gt=now)


@pghistory.track()
class Program(models.Model):
    """One call for applications and the round that follows it."""

    kind = models.CharField(_("kind"), max_length=20)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    title = models.CharField(_("title"), max_length=100)
    title_en = models.CharField(_("title in English"), max_length=100, blank=True)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    summary_en = models.CharField(_("in one sentence, in English"), max_length=200, blank=True)
    body = models.TextField(_("description"), blank=True, help_text=_("Sanitised rich text."))
    body_en = models.TextField(_("description in English"), blank=True)
    poster = models.ForeignKey(
        Picture,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("poster"),
    )
    poster_alt = models.CharField(_("the poster in words"), max_length=200, blank=True)
    partner = models.CharField(_("partner of the consortium"), max_length=60, blank=True)
    contact = models.CharField(_("whom to ask"), max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=ProgramState, default=ProgramState.DRAFT
    )
    is_listed = models.BooleanField(
        _("listed"), default=True, help_text=_("Off: reached by its address alone.")
    )
    opens_at = models.DateTimeField(_("applications from"))
    closes_at = models.DateTimeField(_("applications until"), help_text=_("Not included."))
    results_on = models.DateField(_("results on"), null=True, blank=True)
    runs_from = models.DateField(_("runs from"), null=True, blank=True)
    runs_until = models.DateField(_("runs until"), null=True, blank=True)

    # How places are given.
    selection = models.CharField(_("selection"), max_length=10, choices=SelectionMode)
    quota = models.PositiveIntegerField(_("places"), validators=[MinValueValidator(1)])
    reserve = models.PositiveIntegerField(_("places on the reserve list"), default=0)
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to accept a place that became free"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(336)],
    )
    # A room to wait in at the opening moment (center.waiting_room); both empty: none.
    queue_inside = models.PositiveIntegerField(
        _("people on the form at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Who comes when so many are on the form waits for a turn. Empty: no limit."),
    )
    queue_per_minute = models.PositiveIntegerField(
        _("people let in each minute"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: no limit. Both empty: there is no waiting room."),
    )
    threshold = models.DecimalField(
        _("least score"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    drops_extremes = models.BooleanField(_("highest and lowest sheet left out"), default=False)
    evaluators_each = models.PositiveSmallIntegerField(_("evaluators for each"), default=3)
    shows_scores = models.BooleanField(
        _("applicants see their score and rank"),
        default=True,
        help_text=_("Off: they see the result and its reason alone."),
    )
    tie_rules = ArrayField(
        models.CharField(max_length=10, choices=TieRule),
        verbose_name=_("at equal scores"),
        default=list,
        blank=True,
    )

    # Who may apply; empty lists and numbers ask nothing.
    districts = ArrayField(
        models.CharField(max_length=5), verbose_name=_("districts"), default=list, blank=True
    )
    sections = ArrayField(
        models.CharField(max_length=1), verbose_name=_("KSIC sections"), default=list, blank=True
    )
    merchant_kinds = ArrayField(
        models.CharField(max_length=12, choices=MerchantKind),
        verbose_name=_("kinds of businesses"),
        default=list,
        blank=True,
    )
    least_months = models.PositiveSmallIntegerField(
        _("in business for at least, months"), null=True, blank=True
    )
    most_months = models.PositiveSmallIntegerField(
        _("in business for at most, months"), null=True, blank=True
    )
    once_a_year = models.BooleanField(
        _("not for those supported this year"),
        default=False,
        help_text=_("By a program of the same kind, between January and December."),
    )
    repeat_percent = models.PositiveSmallIntegerField(
        _("share of places for those supported before, percent"),
        null=True,
        blank=True,
        help_text=_("0 to 100. Empty: as many of them as there are places; 0: none of them."),
        validators=[MaxValueValidator(100)],
    )
    is_joint = models.BooleanField(_("several businesses may apply together"), default=False)
    papers = models.ManyToManyField(
        DocumentKind, blank=True, related_name="+", verbose_name=_("papers needed")
    )

    # How it ends.
    completion_percent = models.PositiveSmallIntegerField(
        _("completed from, percent of the hours"),
        default=80,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
    )
    absences_allowed = models.PositiveSmallIntegerField(
        _("absences until the next round is closed to them"), null=True, blank=True
    )
    copied_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="copies"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("made by"),
    )
    created_at = models.DateTimeField(_("made"), default=clock.now, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    announced_at = models.DateTimeField(_("results announced"), null=True, editable=False)
    ended_at = models.DateTimeField(_("finished or called off"), null=True, editable=False)
    ended_because = models.CharField(_("why it was called off"), max_length=500, blank=True)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["-closes_at", "-pk"]
        indexes = [models.Index(fields=["state", "closes_at"], name="program_by_deadline")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")),
                name="program_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=models.Q(selection__in=SelectionMode.values),
                name="program_selection_known",
            ),
            models.CheckConstraint(condition=models.Q(quota__gte=1), name="program_has_a_place"),
            models.CheckConstraint(
                condition=models.Q(runs_until__isnull=True)
                | models.Q(runs_from__isnull=True)
                | models.Q(runs_until__gte=models.F("runs_from")),
                name="program_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(completion_percent__range=(1, 100)),
                name="program_completion_is_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(repeat_percent__isnull=True) | models.Q(repeat_percent__lte=100),
                name="program_repeats_are_a_share",
            ),
            models.CheckConstraint(
                condition=models.Q(queue_inside__isnull=True) | models.Q(queue_inside__gte=1),
                name="program_lets_somebody_in",
            ),
            models.CheckConstraint(
                condition=models.Q(queue_per_minute__isnull=True)
                | models.Q(queue_per_minute__gte=1),
                name="program_lets_somebody_in_each_minute",
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(published_at__isnull=False),
                name="program_published_at_a_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="announced") | models.Q(announced_at__isnull=False),
                name="program_announced_at_a_time",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="program_states", field="state", transitions=TRANSITIONS),
            pgtrigger.Protect(
                name="keep_programs",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
            # Nobody is scored, or was chosen, by other rules than those that are stored.
            pgtrigger.Trigger(
                name="rules_stay_once_scored",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf(*SCORED_BY),  # type: ignore[no-untyped-call]
                condition=pgtrigger.AnyChange(*SCORED_BY),
                func="""
                    IF EXISTS (SELECT 1 FROM programs_announcement WHERE program_id = NEW.id)
                       OR EXISTS (SELECT 1 FROM programs_sheet t
                                  JOIN programs_assignment s ON s.id = t.assignment_id
                                  JOIN programs_application a ON a.id = s.application_id
                                  WHERE a.program_id = NEW.id) THEN
                        RAISE EXCEPTION 'the rules of program % are in use', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("program", args=[self.slug])

    @property
    def the_kind(self) -> kinds.Kind:
        """Its declaration. The column has no list of choices: a new kind needs no migration."""
        return kinds.KINDS[self.kind]

    @property
    def display_title(self) -> str:
        return self.title if get_language() == "ko" or not self.title_en else self.title_en

    @property
    def display_summary(self) -> str:
        return self.summary if get_language() == "ko" or not self.summary_en else self.summary_en

    @property
    def display_body(self) -> str:
        return self.body if get_language() == "ko" or not self.body_en else self.body_en

    @cached_property
    def has_been_applied_for(self) -> bool:
        """Somebody began to answer it: what was asked and promised stands. One query."""
        return self.pk is not None and self.applications.exists()

    @cached_property
    def has_been_held(self) -> bool:
        """A session of it has taken place: what completes it stands. One query."""
        return self.pk is not None and self.sessions.filter(state="held").exists()

    @property
    def has_waiting_room(self) -> bool:
        return bool(self.queue_inside or self.queue_per_minute)

    def is_open(self, now: dt.datetime) -> bool:
        """One program asked what ``open_at`` asks of all."""
        return self.state == ProgramState.PUBLISHED and self.opens_at <= now < self.closes_at
