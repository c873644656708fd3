from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class RoleChange(models.Model):
    """A grant, change or revocation of what a person may do in the portal.

    안전성 확보조치 기준 wants these kept three years (domain.md §3): triggers refuse every
    UPDATE and TRUNCATE, and the DELETE of a younger row. Written by ``center.roles`` alone.
    """

    at = models.DateTimeField(_("when"), db_default=Now(), editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("changed by"),
        help_text=_("Empty: set up by a command."),
    )
    by_label = models.CharField(_("changed by, as named then"), max_length=120)
    whom = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="role_changes",
        verbose_name=_("whose rights"),
    )
    whom_label = models.CharField(_("whose rights, as named then"), max_length=120)
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("change of rights")
        verbose_name_plural = _("changes of rights")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["at"], name="role_change_by_time")]

    def __str__(self) -> str:
        return f"{self.whom_label}: {self.reason}"
