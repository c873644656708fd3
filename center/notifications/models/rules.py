from __future__ import annotations

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from center.notifications import kinds


@pghistory.track()
class KindRule(models.Model):
    """By which ways that cost money a kind of message may travel; without a row, by all.

    Templates of 알림톡 are approved for one channel of one house and numbered by the provider,
    so the number is data. Their variables are called as the kind's placeholders: ``#{name}``.
    """

    kind = models.CharField(_("kind"), max_length=80, unique=True)
    sms_allowed = models.BooleanField(_("text messages"), default=True)
    alimtalk_allowed = models.BooleanField(_("알림톡"), default=True)
    alimtalk_template = models.CharField(_("approved 알림톡 template"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("ways of a kind of message")
        verbose_name_plural = _("ways of messages")
        ordering = ["kind"]

    def __str__(self) -> str:
        return kinds.name_of(self.kind)
