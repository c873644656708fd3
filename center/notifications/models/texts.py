from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock
from center.notifications import kinds

if TYPE_CHECKING:
    from center.models import User


class TextPart(models.TextChoices):
    SUBJECT = "subject", _("Subject")
    SHORT = "short", _("Text message")
    BODY = "body", _("Text")


class MessageText(models.Model):
    """The staff's words for one part of a kind, version by version; the newest counts.

    An empty text goes back to the house's own words. A trigger lets nothing be changed or
    deleted: what people were told stays known.
    """

    kind = models.CharField(_("kind"), max_length=80)
    part = models.CharField(_("part"), max_length=7, choices=TextPart)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True)
    by: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("written by"),
    )
    at = models.DateTimeField(_("written"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("wording of a message")
        verbose_name_plural = _("wording of messages")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "part", "language", "version"], name="message_text_version_once"
            ),
            models.CheckConstraint(
                condition=models.Q(part__in=TextPart.values), name="message_text_part_known"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{kinds.name_of(self.kind)} · {self.get_part_display()} {self.version}"
