from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@functools.cache
def _kind_names() -> dict[str, StrOrPromise]:
    return {
        model._meta.model_name or "": model._meta.verbose_name or "" for model in apps.get_models()
    }


class AccessAction(models.TextChoices):
    VIEW = "view", _("Viewed")
    SEARCH = "search", _("Searched")
    DOWNLOAD = "download", _("Downloaded")
    EXPORT = "export", _("Exported")
    PRINT = "print", _("Printed")
    CHANGE = "change", _("Changed")


class AccessRecordQuerySet(models.QuerySet["AccessRecord"]):
    def between(self, since: dt.datetime, until: dt.datetime) -> AccessRecordQuerySet:
        """Of the half-open interval ``[since, until)``."""
        return self.filter(at__gte=since, at__lt=until)

    def about(self, kind: str, pk: int) -> AccessRecordQuerySet:
        return self.filter(subject_kind=kind, subject_ids__contains=[pk])


class AccessRecord(models.Model):
    """Who looked at whose data, when, from where, and what was done.

    The five facts that 안전성 확보조치 기준 wants of an access log (domain.md §3). Triggers
    refuse every UPDATE and TRUNCATE, and the DELETE of a row younger than a year, the shortest
    time the rule allows: the retention job may destroy what is older, nobody what is fresh.
    The database's clock writes the time. Written by ``center.access`` alone.
    """

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("who"),
        help_text=_("Empty: the system itself."),
    )
    actor_label = models.CharField(_("who, as named then"), max_length=120)
    address = models.GenericIPAddressField(_("from where"), null=True)
    action = models.CharField(_("what was done"), max_length=8, choices=AccessAction)
    subject_kind = models.CharField(_("kind of data"), max_length=40)
    subject_ids = ArrayField(models.BigIntegerField(), verbose_name=_("whose data"))
    subject_label = models.CharField(_("whose data, in words"), max_length=80, blank=True)
    what = models.CharField(_("what was shown"), max_length=500, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = AccessRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("access record")
        verbose_name_plural = _("access records")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["at"], name="access_by_time"),
            models.Index(fields=["actor", "at"], name="access_by_actor"),
            GinIndex(fields=["subject_ids"], name="access_by_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(action__in=AccessAction.values), name="access_action_known"
            ),
            models.CheckConstraint(
                condition=models.Q(subject_ids__len__gte=1), name="access_to_somebodys_data"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.get_action_display()} {self.subject_kind}"

    @property
    def kind_name(self) -> str:
        """``subject_kind`` in words, where it is the name of a model."""
        return str(_kind_names().get(self.subject_kind, self.subject_kind))

    @property
    def subject_count(self) -> int:
        return len(self.subject_ids)


class AccessReview(models.Model):
    """A month of the access log, looked through by a manager; never changed afterwards.

    Besides the constraint below, one in SQL: signed off when the month is over in Korea.
    """

    month = models.DateField(_("month"), unique=True, help_text=_("Its first day."))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("looked through by"),
    )
    signed_at = models.DateTimeField(_("signed off"))
    records = models.PositiveIntegerField(_("records at that time"))
    note = models.TextField(_("finding"), max_length=2000)

    class Meta:
        verbose_name = _("review of the access log")
        verbose_name_plural = _("reviews of the access log")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=models.Q(month__day=1), name="review_of_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
