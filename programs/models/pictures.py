from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from center import clock


class Picture(models.Model):
    """A poster or a photo of a product, made anew from what was sent; without metadata.

    It lies in the row, as photos of devices do: it comes, goes and is backed up with what it
    shows, and there is no file without its row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    content = models.BinaryField()
    content_type = models.CharField(max_length=20, default="image/jpeg")
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("taken in"), default=clock.now, editable=False)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def __str__(self) -> str:
        return f"{self.public_id}"

    @classmethod
    def of(cls, content: bytes, **fields: Any) -> Picture:
        """A row for a picture, not saved yet."""
        return cls(content=content, sha256=hashlib.sha256(content).hexdigest(), **fields)
