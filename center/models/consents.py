from __future__ import annotations

import datetime as dt
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from center.models.texts import VersionedText


class ConsentKind(models.TextChoices):
    COLLECTION = "collection", _("What we collect and why (notice)")
    THIRD_PARTY = "third_party", _("Passing on to the supervising agencies")
    MARKETING = "marketing", _("News and advertisements")
    NIGHT_MARKETING = "night_marketing", _("News and advertisements at night")
    PORTRAIT = "portrait", _("Use of portraits and videos")

    # Named groups of kinds; nobody lists kinds inline.
    optional: ClassVar[tuple[ConsentKind, ...]]


#: asked for; the rest is told. What the service itself needs is collected under contract and
#: public task with notice, not under a forced consent (PIPA §15①3·4, §22; domain.md §3).
ConsentKind.optional = (
    ConsentKind.THIRD_PARTY,
    ConsentKind.MARKETING,
    ConsentKind.NIGHT_MARKETING,
    ConsentKind.PORTRAIT,
)


class ConsentText(VersionedText):
    """What people are told or asked about their data, version by version."""

    kind = models.CharField(_("kind"), max_length=15, choices=ConsentKind)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ConsentKind.values), name="consent_text_kind_known"
            ),
        ]


class ConsentQuerySet(models.QuerySet["Consent"]):
    def live(self) -> ConsentQuerySet:
        return self.filter(withdrawn_at=None)

    def to_text_in_force(self, at: dt.datetime) -> ConsentQuerySet:
        """Live, and given to the version in force: a new text carries no old consent."""
        texts = ConsentText.objects.in_force(at).values("pk")
        return self.live().filter(text__in=texts)


class Consent(models.Model):
    """A person said yes to one version of one text; withdrawing ends it, the row stays.

    A trigger lets nothing be changed but the withdrawal, once, and keeps live rows from
    being deleted.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("Web")
        PAPER = "paper", _("On paper")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="consents",
        verbose_name=_("person"),
    )
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="consents", verbose_name=_("text")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=ConsentKind)
    given_at = models.DateTimeField(_("given"))
    channel = models.CharField(_("given through"), max_length=5, choices=Channel)
    address = models.GenericIPAddressField(_("from where"), null=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=models.Q(withdrawn_at=None),
                name="consent_one_live_of_a_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in ConsentKind.optional]),
                name="consent_only_to_what_is_optional",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None)
                | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}"
