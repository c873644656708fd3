"""What participants of a session are given to read: slides, handouts."""

from __future__ import annotations

import uuid

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from center import clock
from programs.models.program_states import ProgramState
from programs.models.sessions import Session, SessionState


class MaterialQuerySet(models.QuerySet["Material"]):
    def there(self) -> MaterialQuerySet:
        """Those that staff have and can take away."""
        return self.filter(removed_at=None)

    def given_out(self) -> MaterialQuerySet:
        """Those that people of the session read: none of one that was called off."""
        return self.there().exclude(session__state=SessionState.CANCELLED)

    def untold(self) -> MaterialQuerySet:
        """Those of them that nobody was told of yet, of calls that were published."""
        rows = self.given_out().filter(told_at=None)
        return rows.exclude(session__program__state=ProgramState.DRAFT)


@pghistory.track()
class Material(models.Model):
    """A file for those who take part in a session, encrypted in the store of papers.

    One that was taken away keeps its row: who had given it out, and when it ended.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = models.ForeignKey(
        Session, on_delete=models.PROTECT, related_name="files", verbose_name=_("session")
    )
    stored_name = models.CharField(max_length=100, unique=True, null=True, editable=False)
    key_id = models.CharField(max_length=16, editable=False, db_index=True)
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    name = models.CharField(_("name"), max_length=120)
    added_at = models.DateTimeField(_("put there"), default=clock.now, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("put there by"),
    )
    removed_at = models.DateTimeField(_("taken away"), null=True, editable=False)
    told_at = models.DateTimeField(
        _("told"),
        null=True,
        editable=False,
        help_text=_("When those who take part were written to."),
    )

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material of a session")
        verbose_name_plural = _("materials of sessions")
        ordering = ["session_id", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at=None, stored_name__isnull=False)
                | Q(removed_at__isnull=False, stored_name=None),
                name="material_kept_until_taken_away",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_there_from_the_start(self) -> bool:
        """Whether it came with the session, before anybody took part who could be told."""
        return self.told_at == self.added_at
