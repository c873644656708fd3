from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center.notifications import kinds

if TYPE_CHECKING:
    from center.models import User


class ChannelChoice(models.Model):
    """By which way a person wants messages of a group first; without a row, as the kind says."""

    user: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="channel_choices",
        verbose_name=_("person"),
    )
    group = models.CharField(_("group of messages"), max_length=40)
    first = models.CharField(_("first by"), max_length=16)

    class Meta:
        verbose_name = _("choice of a way")
        verbose_name_plural = _("choices of ways")
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="channel_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{kinds.group_name(self.group)}: {self.first}"
