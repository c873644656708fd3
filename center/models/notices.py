from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock


class NoticeQuerySet(models.QuerySet["Notice"]):
    def published(self) -> NoticeQuerySet:
        now = clock.now()
        return self.filter(publish_at__lte=now).filter(
            models.Q(withdraw_at=None) | models.Q(withdraw_at__gt=now)
        )


class Notice(models.Model):
    """An announcement to everybody, plain text."""

    title = models.CharField(_("title"), max_length=120)
    body = models.TextField(_("text"), max_length=5000)
    publish_at = models.DateTimeField(_("shown from"), default=clock.now)
    withdraw_at = models.DateTimeField(_("shown until"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-publish_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(withdraw_at=None)
                | models.Q(withdraw_at__gt=models.F("publish_at")),
                name="notice_withdrawn_after_publishing",
            )
        ]

    def __str__(self) -> str:
        return self.title
