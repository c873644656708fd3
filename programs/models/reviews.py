"""A scored review: who looks at which application, and the sheets that come of it."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.application_states import ApplicationState
from programs.models.applications import Application
from programs.models.call_parts import Criterion

#: points of each criterion go from 0 to this
MOST_POINTS = 100


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def standing(self) -> AssignmentQuerySet:
        """Not released: these, and their sheets, count."""
        return self.filter(released_at=None)

    def of_evaluator(self, user_id: int) -> AssignmentQuerySet:
        return self.filter(evaluator_id=user_id)

    def undeclared(self) -> AssignmentQuerySet:
        return self.standing().filter(has_conflict=None)

    def due(self) -> AssignmentQuerySet:
        """Of applications that still wait for a result."""
        return self.standing().filter(application__state__in=ApplicationState.undecided)

    def open(self) -> AssignmentQuerySet:
        """Whose sheet is still to be locked."""
        return self.standing().exclude(sheet__state=SheetState.LOCKED)

    def locked(self) -> AssignmentQuerySet:
        return self.standing().filter(sheet__state=SheetState.LOCKED)


@pghistory.track()
class Assignment(models.Model):
    """One evaluator looks at one application.

    Before seeing anything of it he says whether he is free of a conflict of interest. A
    conflict releases the assignment at once and for good; the row stays, and nobody assigns
    the same application to the same person again.
    """

    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("application"),
    )
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="assignments",
        verbose_name=_("evaluator"),
    )
    assigned_at = models.DateTimeField(_("assigned"), default=clock.now, editable=False)
    assigned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("assigned by"),
    )
    is_automatic = models.BooleanField(_("by the even spread"), default=False)
    has_conflict = models.BooleanField(
        _("conflict of interest"), null=True, help_text=_("Empty: not declared yet.")
    )
    conflict_reason = models.CharField(_("why there is a conflict"), max_length=300, blank=True)
    declared_at = models.DateTimeField(_("declared"), null=True, editable=False)
    released_at = models.DateTimeField(_("released"), null=True, editable=False)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("released by"),
    )
    release_reason = models.CharField(_("why it was released"), max_length=300, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["application_id", "pk"]
        indexes = [
            models.Index(fields=["evaluator", "released_at"], name="assignment_by_evaluator")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "evaluator"],
                condition=models.Q(released_at=None) | models.Q(has_conflict=True),
                name="assignment_once_and_never_after_a_conflict",
            ),
            models.CheckConstraint(
                condition=models.Q(has_conflict=None, declared_at=None)
                | models.Q(has_conflict__isnull=False, declared_at__isnull=False),
                name="assignment_declared_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(has_conflict__isnull=True)
                | models.Q(has_conflict=False)
                | (~models.Q(conflict_reason="") & models.Q(released_at__isnull=False)),
                name="assignment_conflict_releases_for_a_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at=None)
                | models.Q(has_conflict=True, has_conflict__isnull=False)
                | ~models.Q(release_reason=""),
                name="assignment_released_for_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="keep_assignments", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="assignment_stays_whose_it_is",
                fields=["application", "evaluator", "assigned_at", "assigned_by", "is_automatic"],
            ),
            pgtrigger.Protect(
                name="released_for_good",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.released_at IS NOT NULL"),
            ),
            pgtrigger.Trigger(
                name="locked_sheet_holds",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("released_at", "has_conflict"),  # type: ignore[no-untyped-call]
                func="""
                    IF EXISTS (SELECT 1 FROM programs_sheet
                               WHERE assignment_id = NEW.id AND state = 'locked') THEN
                        RAISE EXCEPTION 'the sheet of assignment % is locked', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="assigned_before_the_results",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM programs_program p
                                   JOIN programs_application a ON a.program_id = p.id
                                   WHERE a.id = NEW.application_id
                                     AND p.state = 'published' AND p.selection = 'scored') THEN
                        RAISE EXCEPTION 'application % is not to be scored', NEW.application_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} – {self.evaluator_id}"


class SheetState(models.TextChoices):
    DRAFT = "draft", _("Being filled in")
    LOCKED = "locked", _("Locked")


@pghistory.track()
class Sheet(models.Model):
    """What one evaluator gives one application. Locked, it never changes again."""

    assignment = models.OneToOneField(
        Assignment, on_delete=models.PROTECT, related_name="sheet", verbose_name=_("assignment")
    )
    state = models.CharField(_("state"), max_length=6, choices=SheetState, default=SheetState.DRAFT)
    comment = models.TextField(_("remark"), max_length=1000, blank=True)
    saved_at = models.DateTimeField(_("saved"), default=clock.now, editable=False)
    locked_at = models.DateTimeField(_("locked"), null=True, editable=False)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="draft", locked_at=None)
                | models.Q(state="locked", locked_at__isnull=False),
                name="sheet_locked_at_a_time",
            )
        ]
        triggers = [
            pgtrigger.Protect(name="keep_sheets", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="locked_sheet_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state = 'locked'"),
            ),
            pgtrigger.ReadOnly(name="sheet_stays_whose_it_is", fields=["assignment"]),
            # The row of the assignment is locked, so that no release goes on meanwhile; results
            # are announced under the lock of the program's row, which the services take first.
            pgtrigger.Trigger(
                name="sheet_by_who_may",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    PERFORM 1 FROM programs_assignment s
                      JOIN programs_application a ON a.id = s.application_id
                      JOIN programs_program p ON p.id = a.program_id
                     WHERE s.id = NEW.assignment_id AND s.released_at IS NULL
                       AND s.has_conflict = FALSE AND p.state = 'published'
                       FOR SHARE OF s;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'assignment % takes no sheet', NEW.assignment_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF NEW.state = 'locked' AND EXISTS (
                        SELECT 1 FROM programs_criterion c
                          JOIN programs_application a ON a.program_id = c.program_id
                          JOIN programs_assignment s ON s.application_id = a.id
                         WHERE s.id = NEW.assignment_id AND NOT EXISTS (
                            SELECT 1 FROM programs_mark m
                             WHERE m.sheet_id = NEW.id AND m.criterion_id = c.id)) THEN
                        RAISE EXCEPTION 'sheet % has no points in a criterion', NEW.id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id}: {self.state}"


@pghistory.track()
class Mark(models.Model):
    """The points of one criterion on a sheet, 0 to 100; unchanged once the sheet is locked."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    points = models.PositiveSmallIntegerField(_("points"))

    class Meta:
        verbose_name = _("points")
        verbose_name_plural = _("points")
        ordering = ["criterion__position", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="mark_once_a_criterion"),
            models.CheckConstraint(
                condition=models.Q(points__range=(0, MOST_POINTS)), name="mark_in_range"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="mark_stays_where_it_is", fields=["sheet", "criterion"]),
            pgtrigger.Trigger(
                name="locked_marks_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func="""
                    PERFORM 1 FROM programs_sheet
                     WHERE id = COALESCE(NEW.sheet_id, OLD.sheet_id) AND state = 'draft'
                       FOR NO KEY UPDATE;
                    IF NOT FOUND THEN
                        RAISE EXCEPTION 'sheet % is locked', COALESCE(NEW.sheet_id, OLD.sheet_id)
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN
                        RETURN OLD;
                    END IF;
                    IF NOT EXISTS (
                        SELECT 1 FROM programs_sheet t
                          JOIN programs_assignment s ON s.id = t.assignment_id
                          JOIN programs_application a ON a.id = s.application_id
                          JOIN programs_criterion c ON c.program_id = a.program_id
                         WHERE t.id = NEW.sheet_id AND c.id = NEW.criterion_id) THEN
                        RAISE EXCEPTION 'criterion % is another program''s', NEW.criterion_id
                            USING ERRCODE = 'integrity_constraint_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"
