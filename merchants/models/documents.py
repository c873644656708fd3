from __future__ import annotations

import datetime as dt
import uuid

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from center import clock
from merchants.models.businesses import Merchant
from merchants.models.states import MerchantKind

#: from when on a paper that runs out is to be renewed
RENEWAL_DAYS = 30


class DocumentKindQuerySet(models.QuerySet["DocumentKind"]):
    def asked_of(self, kind: str) -> DocumentKindQuerySet:
        """What a business of that kind hands in, needed or not."""
        return self.filter(is_active=True, asked_of__contains=[kind])


class DocumentKind(models.Model):
    """A paper the center asks for; staff define which, of whom, and what is noted of it."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    explanation = models.CharField(_("where to get it"), max_length=200, blank=True)
    explanation_en = models.CharField(_("where to get it, in English"), max_length=200, blank=True)
    asked_of = ArrayField(
        models.CharField(max_length=12, choices=MerchantKind),
        verbose_name=_("asked of"),
        default=list,
        blank=True,
    )
    is_needed = models.BooleanField(
        _("needed"), default=True, help_text=_("Without it a registration cannot be submitted.")
    )
    has_number = models.BooleanField(_("has a number"), default=False)
    has_expiry = models.BooleanField(_("runs out"), default=False)
    is_identity = models.BooleanField(
        _("identity paper"),
        default=False,
        help_text=_("Its files are destroyed as soon as the business is verified."),
    )
    is_active = models.BooleanField(_("asked for"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = DocumentKindQuerySet.as_manager()

    class Meta:
        verbose_name = _("kind of paper")
        verbose_name_plural = _("kinds of papers")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name if get_language() == "ko" or not self.name_en else self.name_en

    @property
    def display_explanation(self) -> str:
        korean = get_language() == "ko" or not self.explanation_en
        return self.explanation if korean else self.explanation_en


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> DocumentQuerySet:
        return self.filter(state=Document.State.CURRENT)

    def running_out(self, day: dt.date) -> DocumentQuerySet:
        """In use, and ending within the next 30 days, ``day`` included."""
        return self.current().filter(valid_until__range=(day, day + RENEWAL_DAYS * clock.DAY))


@pghistory.track()
class Document(models.Model):
    """A paper of a business, handed in once and used until it runs out or is replaced."""

    class State(models.TextChoices):
        CURRENT = "current", _("In use")
        REPLACED = "replaced", _("Replaced")
        REMOVED = "removed", _("Taken back")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    merchant = models.ForeignKey(
        Merchant, on_delete=models.CASCADE, related_name="documents", verbose_name=_("business")
    )
    kind = models.ForeignKey(
        DocumentKind, on_delete=models.PROTECT, related_name="documents", verbose_name=_("kind")
    )
    number = models.CharField(_("number of the paper"), max_length=40, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.CURRENT)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    uploaded_at = models.DateTimeField(_("handed in"), default=clock.now, editable=False)
    checked_at = models.DateTimeField(_("checked by staff"), null=True, blank=True)
    ended_at = models.DateTimeField(_("replaced or taken back"), null=True, blank=True)
    #: the business's revision that the last change of the paper or of its files made
    touched_at_revision = models.PositiveIntegerField(default=0, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["kind__position", "kind_id", "-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind"],
                condition=models.Q(state="current"),
                name="document_one_current",
            ),
            models.CheckConstraint(
                condition=models.Q(state="current", ended_at=None)
                | (~models.Q(state="current") & models.Q(ended_at__isnull=False)),
                name="document_ends_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} – {self.merchant}"

    @property
    def lacks_entries(self) -> bool:
        """Its number or its last day, where the kind has them, is not entered yet."""
        return (self.kind.has_number and not self.number) or (
            self.kind.has_expiry and self.valid_until is None
        )

    def has_run_out(self, day: dt.date) -> bool:
        return self.valid_until is not None and self.valid_until < day

    def runs_out_soon(self, day: dt.date) -> bool:
        """Within the next 30 days, its last day included."""
        return (
            self.valid_until is not None
            and day <= self.valid_until <= day + RENEWAL_DAYS * clock.DAY
        )


class DocumentPage(models.Model):
    """One file of a paper, encrypted in the store. ``stored_name`` is empty once destroyed."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    stored_name = models.CharField(max_length=100, unique=True, null=True, editable=False)
    key_id = models.CharField(max_length=16, editable=False, db_index=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    pages = models.PositiveSmallIntegerField(default=1)

    class Meta:
        verbose_name = _("file of a paper")
        verbose_name_plural = _("files of papers")
        ordering = ["document_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["document", "position"], name="document_page_once")
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.position}"
