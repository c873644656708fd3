from __future__ import annotations

import datetime as dt

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bookings.models.resources import Category, Resource
from center import clock
from merchants.models import Merchant


class TrainingQuerySet(models.QuerySet["Training"]):
    def valid_on(self, day: dt.date) -> TrainingQuerySet:
        """Held before or on the day, not run out by it, not taken back; the last day counts."""
        running = Q(valid_until=None) | Q(valid_until__gte=day)
        return self.filter(running, trained_on__lte=day, revoked_at=None)

    def for_resource(self, resource: Resource) -> TrainingQuerySet:
        return self.filter(Q(resource=resource) | Q(category=resource.category))

    def of_members(self, merchant_id: int) -> TrainingQuerySet:
        """Of whoever acts for the business now: who leaves takes the training along."""
        return self.filter(user__memberships__merchant=merchant_id)


@pghistory.track()
class Training(models.Model):
    """A person was shown how to use a resource, or everything of a category."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="trainings",
        verbose_name=_("person"),
    )
    merchant = models.ForeignKey(
        Merchant,
        on_delete=models.PROTECT,
        related_name="trainings",
        verbose_name=_("business"),
        help_text=_("For which the person came then."),
    )
    resource = models.ForeignKey(
        Resource,
        on_delete=models.PROTECT,
        related_name="trainings",
        null=True,
        blank=True,
        verbose_name=_("resource"),
    )
    category = models.CharField(_("category"), max_length=12, choices=Category, blank=True)
    trained_on = models.DateField(_("trained on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    recorded_at = models.DateTimeField(_("recorded"), default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("taken back"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        verbose_name=_("taken back by"),
    )

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["-trained_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(resource=None) & ~Q(category=""))
                | (Q(resource__isnull=False) & Q(category="")),
                name="training_of_one_scope",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=models.F("trained_on")),
                name="training_ends_after_it_was",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="training_taken_back_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["user", "resource", "category", "trained_on"],
                condition=Q(revoked_at=None),
                nulls_distinct=False,
                name="training_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope_name} {self.trained_on}"

    @property
    def scope_name(self) -> str:
        if self.resource is not None:
            return self.resource.display_name
        return str(self.get_category_display())

    def is_valid_on(self, day: dt.date) -> bool:
        """As ``TrainingQuerySet.valid_on``."""
        ended = self.valid_until is not None and self.valid_until < day
        return self.revoked_at is None and self.trained_on <= day and not ended
